import { createHash } from 'node:crypto';
import { markup, trusted, type Markup } from './markup.js';

/** What an HTML file consists of. */
interface HtmlDocument {
  readonly title: string;
  readonly style: string;
  readonly script: string;
  /** Of `main`. */
  readonly className: string;
  readonly main: Markup;
}

/** An HTML file that needs nothing else, no server and no network: it may run and show what it holds, and load nothing. */
export function toHtmlDocument({ title, style, script, className, main }: HtmlDocument): string {
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main class="${className}">
${main}
</main>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
