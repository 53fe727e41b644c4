import { cutToWidth } from '../../../model/text.js';
import type {
  ChartSection,
  FigureComparison,
  FigureSection,
  NoteSection,
  PageFigure,
  PageSection,
  ReportPage,
  TableSection,
} from '../../page/report-page.js';
import type { ColumnKind } from '../../report-table.js';
import { toShown } from '../printable-value.js';
import { toChartsHtml } from './charts-html.js';
import { toHtmlDocument } from './document.js';
import { markup, type Markup } from './markup.js';
import { STYLE } from './style.js';
import { orientationFor, SCRIPT, toNameHtml, toTableHtml, type Orientation } from './table-html.js';

/** A page as one HTML file that needs nothing else: no server, no network, no script. */
export function toPageHtml(page: ReportPage): string {
  const { title, keys, subtitle, foot } = page;
  const orientation = orientationFor(page.sections.flatMap((section) => (section.kind === 'table' ? [section.table] : [])));
  const name = [title, ...keys].join(', ');
  const marks = keys.length === 0 ? undefined : markup`<ul class="keys">${keys.map((key) => markup`<li>${toNameHtml(key)}</li>`)}</ul>\n`;
  return toHtmlDocument({
    ...{ title: cutToWidth(name, 120), style: STYLE, script: SCRIPT, className: orientation },
    main: markup`<header>
<h1>${title}</h1>
${marks}${toLines(subtitle)}</header>
${toSections(page, orientation)}<footer>
${toLines(foot)}</footer>`,
  });
}

const toLines = (lines: readonly string[]): Markup => markup`${lines.map((line) => markup`<p>${line}</p>\n`)}`;

function toSections(page: ReportPage, orientation: Orientation): Markup {
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
    shown.push(toSection(section, page, orientation));
  }
  endCharts();
  return markup`${shown}`;
}

function toSection(section: Exclude<PageSection, ChartSection>, page: ReportPage, orientation: Orientation): Markup {
  switch (section.kind) {
    case 'figures':
      return toFiguresHtml(section, page.subtitle);
    case 'table':
      return toTableSection(section, page.title, orientation);
    case 'note':
      return toNote(section);
  }
}

const toTableSection = ({ title, caption, table }: TableSection, pageTitle: string, orientation: Orientation): Markup =>
  markup`<section><h2>${title ?? 'Figures'}</h2>${caption === undefined ? undefined : markup`<p class="caption">${caption}</p>`}${toTableHtml(table, title ?? pageTitle, orientation)}</section>
`;

const toNote = ({ text }: NoteSection): Markup => markup`<section class="note"><p>${text}</p></section>
`;

/** Single figures as cards, and below them what they mean: cards are read at a glance. */
function toFiguresHtml({ title, figures }: FigureSection, subtitle: readonly string[]): Markup {
  const explained = figures.filter(({ sentence }) => sentence !== undefined);
  const meanings = markup`<details class="panel"><summary>What these figures mean</summary>
<dl>${explained.map((figure) => markup`<dt>${figure.title}</dt><dd>${figure.sentence}</dd>`)}</dl></details>`;
  return markup`<section class="plain"><h2>${title}</h2>
<div class="cards">${figures.map((figure) => toCard(figure, subtitle))}</div>
${explained.length === 0 ? undefined : meanings}</section>
`;
}

function toCard({ name, title, value, valueKind, sentence, comparisons }: PageFigure, subtitle: readonly string[]): Markup {
  const number = typeof value === 'number' ? markup` data-value="${value}"` : undefined;
  const compared = comparisons.map((each) => toComparison({ ...each, title: shorten(each.title, subtitle) }, valueKind));
  return markup`<article class="card" data-figure="${name}"${sentence === undefined ? undefined : markup` title="${sentence}"`}><h3>${title}</h3>
<p class="value"${number}><bdi>${toShown(value, valueKind)}</bdi></p>
${compared.length === 0 ? undefined : markup`<ul class="comparisons">${compared}</ul>`}</article>
`;
}

/** The name of a period without its note in brackets, if the top of the page has that. */
function shorten(title: string, subtitle: readonly string[]): string {
  const note = / \([^()]*\)$/.exec(title)?.[0];
  return note !== undefined && subtitle.some((line) => line.includes(note.trim())) ? title.slice(0, -note.length) : title;
}

/** Whether it is better or worse is told in words too: colours alone do not tell everybody. */
function toComparison({ title, value, change, risesAre }: FigureComparison, kind: ColumnKind): Markup {
  const than = markup`${title}: <span${typeof value === 'number' ? markup` data-value="${value}"` : undefined}>${toShown(value, kind)}</span>`;
  if (change === null) return markup`<li><span class="change">–</span> ${than}</li>`;
  const rounded = Math.round(change * 1_000) / 1_000;
  if (rounded === 0) return markup`<li><span class="change">= 0%</span> ${than}</li>`;
  const judged = Math.sign(rounded) * risesAre;
  const [arrow, sign] = rounded > 0 ? ['▲', '+'] : ['▼', '−'];
  const size = (Math.abs(rounded) * 100).toLocaleString('en-US', { maximumFractionDigits: 1 });
  const word = judged === 0 ? undefined : markup`<span class="judged"> ${judged > 0 ? 'better' : 'worse'}</span>`;
  const unit = kind === 'share' ? ' points' : '%';
  const look = judged === 0 ? 'change' : judged > 0 ? 'change good' : 'change bad';
  const shown = markup`<span aria-hidden="true">${arrow}</span> ${sign}${size}${unit}${word}`;
  return markup`<li><span class="${look}" data-change="${change}">${shown}</span> ${than}</li>`;
}
