import { toServiceLevels } from '../../mart/aggregates/measures.js';
import type { Figure } from '../../model/measure.js';
import { forSeconds, readMeasureRegistry } from '../../spec/measure-registry.js';
import type { Dictionary } from './dictionary.js';

/** A figure of reports that can be computed from the views `stats_…` of any level, or from the distributions. */
export interface DictionaryFigure {
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  readonly value: FigureValue;
  /** SQL over columns of these views. */
  readonly formula: string;
  /** How it is shown: a count or seconds, or a part of a whole. */
  readonly isShare: boolean;
}

export type FigureValue =
  | { readonly kind: 'sum'; readonly columns: readonly string[] }
  /** `among`: a row without any of these has no maximum. */
  | { readonly kind: 'max'; readonly column: string; readonly among: string }
  | { readonly kind: 'ratio'; readonly of: readonly string[]; readonly per: readonly string[]; readonly less: readonly string[] }
  /** Of the distribution `duration` in AG2_CHAT_DURATIONS_SUBHR. */
  | { readonly kind: 'percentile'; readonly duration: string; readonly percent: number };

/** The figures of the registry, those of a mart's service levels included. Shares of a report and open sessions are no figures of a row. */
export function toFigures({ map }: Pick<Dictionary, 'map'>): DictionaryFigure[] {
  const registry = readMeasureRegistry();
  const all = [
    ...registry.figures,
    ...toServiceLevels(map).flatMap((seconds) => registry.serviceLevelFigures.map((figure) => forSeconds(figure, seconds))),
  ];
  return all.flatMap((figure): DictionaryFigure[] => {
    const value = toValue(figure);
    if (value === undefined) return [];
    const { name, title, group, sentence } = figure;
    const isShare = figure.figure === 'ratio';
    return [
      { name, title: isShare && group !== undefined ? `${title} (${group})` : title, sentence, value, formula: toFormula(value), isShare },
    ];
  });
}

function toValue(figure: Figure): FigureValue | undefined {
  switch (figure.figure) {
    case 'total':
      return { kind: 'sum', columns: [figure.column] };
    case 'sum':
      return { kind: 'sum', columns: figure.of };
    case 'largest':
      return { kind: 'max', column: figure.column, among: figure.among };
    case 'average':
      return { kind: 'ratio', of: [figure.of], per: [figure.per], less: [] };
    case 'ratio':
      return { kind: 'ratio', of: figure.of, per: figure.per, less: figure.less ?? [] };
    case 'percentile': {
      const duration = readMeasureRegistry().durations.find(({ of }) => of === figure.of)!.name;
      return { kind: 'percentile', duration, percent: figure.percent };
    }
    case 'share':
    case 'concurrency':
      return undefined;
  }
}

const sums = (columns: readonly string[]): string => columns.map((column) => `sum(${column})`).join(' + ');

/** SQL for a figure over rows of one of the views; `percentile` over rows of the distributions. */
export function toFormula(value: FigureValue): string {
  switch (value.kind) {
    case 'sum':
      return sums(value.columns);
    case 'max':
      return `max(${value.column}) filter (where ${value.among} > 0)`;
    case 'ratio': {
      const less = value.less.map((column) => ` - sum(${column})`).join('');
      const of = value.of.length === 1 ? sums(value.of) : `(${sums(value.of)})`;
      return `${of} / nullif(${sums(value.per)}${less}, 0)`;
    }
    case 'percentile':
      return `chat_percentile(chat_histogram(bucket, sessions) filter (where duration = '${value.duration}'), ${value.percent / 100})`;
  }
}
