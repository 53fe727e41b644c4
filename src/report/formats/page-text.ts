import { displayWidth, escapeControls } from '../../model/text.js';
import type { ChartSection, PageSection, ReportPage } from '../page/report-page.js';
import { toFigureLines } from './text-figures.js';
import { toHeatMapLines } from './text-heat-map.js';
import { isolate, toTextTable } from './text-table.js';

/** A page for a terminal, at most `width` characters wide where its names allow that. Ends with a newline. */
export function toPageText(page: ReportPage, width: number): string {
  const keys = page.keys.map((key) => isolate(escapeControls(key)));
  const sections = page.sections.filter((section) => section.kind !== 'chart' || section.isShownElsewhere !== true);
  const lines = [
    ...(keys.length === 0 ? [page.title] : fillLines(page.title, keys, width)),
    ...page.subtitle.flatMap((line) => wrapWords(escapeControls(line), width)),
    ...sections.flatMap((section) => toLines(section, width)),
    // A footnote stands below its table; what is said of several sections stands apart.
    ...(page.foot.length > 0 && sections.length > 1 ? [''] : []),
    ...page.foot.flatMap((line) => wrapWords(escapeControls(line), width)),
  ];
  return `${lines.join('\n')}\n`;
}

function toLines(section: PageSection, width: number): string[] {
  switch (section.kind) {
    case 'note':
      return ['', ...wrapWords(escapeControls(section.text), width)];
    case 'table':
      return ['', ...toTitle(section, width), toTextTable(section.table, width).trimEnd()];
    case 'chart':
      return ['', ...toTitle(section, width), ...toDrawing(section, width)];
    case 'figures':
      return ['', section.title, ...toFigureLines(section.figures, width)];
  }
}

/** A title in a line of its own, and below it the caption. */
const toTitle = (
  { title, caption }: { readonly title?: string | undefined; readonly caption?: string | undefined },
  width: number,
): string[] => [
  ...(title === undefined ? [] : [escapeControls(title)]),
  ...(caption === undefined ? [] : wrapWords(escapeControls(caption), width)),
];

/** A heat map in shades; other charts, and heat maps that are too wide, as the table that they draw. */
function toDrawing({ chart, table }: ChartSection, width: number): string[] {
  const drawn = chart.type === 'heat-map' ? toHeatMapLines(chart, table, width) : undefined;
  return drawn ?? [toTextTable(table, width).trimEnd()];
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
