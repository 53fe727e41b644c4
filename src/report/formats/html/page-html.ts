import { createHash } from 'node:crypto';
import { cutToWidth } from '../../../model/text.js';
import type { ChartSection, NoteSection, PageSection, ReportPage, TableSection } from '../../page/report-page.js';
import { toChartsHtml } from './charts-html.js';
import { toFiguresHtml } from './figures-html.js';
import { markup, trusted, type Markup } from './markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { toNameHtml, toTableHtml } from './table-html.js';

/** A page as one HTML file that needs nothing else: no server, no network, no script. */
export function toPageHtml(page: ReportPage): string {
  const { title, keys, subtitle, foot } = page;
  const name = [title, ...keys].join(', ');
  const marks = keys.length === 0 ? undefined : markup`<ul class="keys">${keys.map((key) => markup`<li>${toNameHtml(key)}</li>`)}</ul>\n`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${cutToWidth(name, 120)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
${marks}${toLines(subtitle)}</header>
${toSections(page)}<footer>
${toLines(foot)}</footer>
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.markup;
}

const toLines = (lines: readonly string[]): Markup => markup`${lines.map((line) => markup`<p>${line}</p>\n`)}`;

/** The page may run and show what it holds, and load nothing. */
const POLICY = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function toSections(page: ReportPage): Markup {
  const shown: Markup[] = [];
  let charts: ChartSection[] = [];
  const endCharts = (): void => {
    if (charts.length > 0) shown.push(toChartsHtml(charts));
    charts = [];
  };
  for (const section of page.sections) {
    if (section.kind === 'chart') {
      charts.push(section);
      continue;
    }
    endCharts();
    shown.push(toSection(section, page.title));
  }
  endCharts();
  return markup`${shown}`;
}

function toSection(section: Exclude<PageSection, ChartSection>, pageTitle: string): Markup {
  switch (section.kind) {
    case 'figures':
      return toFiguresHtml(section);
    case 'table':
      return toTableSection(section, pageTitle);
    case 'note':
      return toNote(section);
  }
}

const toTableSection = ({ title, caption, table }: TableSection, pageTitle: string): Markup =>
  markup`<section><h2>${title ?? 'Figures'}</h2>${caption === undefined ? undefined : markup`<p class="caption">${caption}</p>`}${toTableHtml(table, title ?? pageTitle)}</section>
`;

const toNote = ({ text }: NoteSection): Markup => markup`<section class="note"><p>${text}</p></section>
`;
