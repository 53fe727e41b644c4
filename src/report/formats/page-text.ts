import { displayWidth, escapeControls } from '../../model/text.js';
import type { PageSection, ReportPage } from '../page/report-page.js';
import { isolate, toTextTable } from './text-table.js';

/** A page for a terminal, at most `width` characters wide where its names allow that. Ends with a newline. */
export function toPageText(page: ReportPage, width: number): string {
  const keys = page.keys.map((key) => isolate(escapeControls(key)));
  const lines = [
    ...(keys.length === 0 ? [page.title] : fillLines(page.title, keys, width)),
    ...page.subtitle.map(escapeControls),
    ...page.sections.flatMap((section) => toLines(section, width)),
    ...page.foot.flatMap((line) => wrapWords(escapeControls(line), width)),
  ];
  return `${lines.join('\n')}\n`;
}

function toLines(section: PageSection, width: number): string[] {
  switch (section.kind) {
    case 'note':
      return ['', section.text];
    case 'table':
      return ['', ...(section.title === undefined ? [] : [section.title]), toTextTable(section.table, width).trimEnd()];
    case 'chart':
      return section.isShownElsewhere === true ? [] : ['', section.title, toTextTable(section.table, width).trimEnd()];
    case 'figures':
      return ['', section.title];
  }
}

/** A title and its notes, on as many lines as needed. */
function fillLines(title: string, parts: readonly string[], width: number): string[] {
  const lines: string[] = [title];
  parts.forEach((part, index) => {
    const [joined, separate] = [`${lines.at(-1)!}${index === 0 ? ': ' : ', '}${part}`, `  ${part}`];
    if (displayWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(separate);
  });
  return lines;
}

/** A sentence on as many lines as needed; those after the first are indented. */
function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && displayWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}
