import { toPrintable } from '../printable-value.js';
import type { FigureComparison, FigureSection, PageFigure } from '../../page/report-page.js';
import type { ColumnKind } from '../../report-table.js';
import { markup, type Markup } from './markup.js';

/** Single figures as cards. */
export const toFiguresHtml = ({ title, figures }: FigureSection): Markup =>
  markup`<section class="plain"><h2>${title}</h2><div class="cards">${figures.map(toCard)}</div></section>`;

function toCard({ name, title, value, valueKind, sentence, comparisons }: PageFigure): Markup {
  const number = typeof value === 'number' ? markup` data-value="${value}"` : undefined;
  const compared = comparisons.map((each) => toComparison(each, valueKind));
  return markup`<article class="card" data-figure="${name}"><h3>${title}</h3>
<p class="value"${number}><bdi>${toPrintable(value, valueKind)}</bdi></p>
${compared.length === 0 ? undefined : markup`<ul class="comparisons">${compared}</ul>`}${sentence === undefined ? undefined : markup`<p class="sentence">${sentence}</p>`}</article>
`;
}

/** Whether it is better or worse is told in words too: colours alone do not tell everybody. */
function toComparison({ title, value, change, risesAre }: FigureComparison, kind: ColumnKind): Markup {
  const than = markup`${title}: <span${typeof value === 'number' ? markup` data-value="${value}"` : undefined}>${toPrintable(value, kind)}</span>`;
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
