import type { ChatStatsMeasure } from '../mart/aggregates/measures.js';
import type { Figure } from '../model/measure.js';

/** How a figure is computed from the columns of `AG2_CHAT_STATS_*`, as in docs/measures.md: `sessions_answered / sessions_offered`. */
export function toFormula(figure: Figure): string {
  switch (figure.figure) {
    case 'total':
      return figure.column;
    case 'sum':
      return figure.of.join(' + ');
    case 'largest':
      return `largest ${figure.column}`;
    case 'average':
      return `${figure.of} / ${figure.per}`;
    case 'share':
      return `${figure.of} / ${figure.of} of the whole report`;
    case 'percentile':
      return `percentile ${figure.percent} of ${figure.of} over ${figure.among}`;
    case 'concurrency':
      return `${CONCURRENCY[figure.value]} of ${SESSIONS[figure.mode]} between START_TS and END_TS`;
    case 'ratio': {
      const { of, per, less = [] } = figure;
      return `${sumOf(of)} / ${less.length === 0 ? sumOf(per) : `(${sumOf(per)} - ${sumOf(less)})`}`;
    }
  }
}

const SESSIONS = { regular: 'regular sessions', async: 'async sessions' } as const;

const CONCURRENCY = { most: 'largest number', average: 'mean over time', at_end: 'number in the last second' } as const;

const sumOf = (columns: readonly string[]): string => (columns.length === 1 ? columns[0]! : `(${columns.join(' + ')})`);

/** What a figure's values are numbers of: `seconds`, `sessions`, `messages`; `of 1` for a part of a whole. */
export function toUnit(figure: Figure, measures: readonly ChatStatsMeasure[]): string {
  const unitOf = (column: string): string => measures.find(({ name }) => name === column)?.unit ?? 'sessions';
  switch (figure.figure) {
    case 'total':
    case 'largest':
      return unitOf(figure.column);
    case 'sum':
      return unitOf(figure.of[0]!);
    case 'average':
      return unitOf(figure.of);
    case 'percentile':
      return 'seconds';
    case 'concurrency':
      return 'sessions';
    case 'share':
    case 'ratio':
      return 'of 1';
  }
}
