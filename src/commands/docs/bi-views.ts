import { CHAT_STATS_LEVELS } from '../../mart/aggregates/levels.js';
import type { Dictionary, DictionaryColumn, DictionaryRelation } from './dictionary.js';
import { toFigures, type DictionaryFigure } from './figures.js';

/** The views for people that BI models are built on, and what their columns are to a model. */
export interface BiViews {
  readonly sessions: DictionaryRelation | undefined;
  /** The aggregates for people by level, those of UTC first; each has all measures. */
  readonly stats: readonly DictionaryRelation[];
  /** The figures whose columns the aggregates have. */
  readonly figures: readonly DictionaryFigure[];
  /** Names of the measures among the columns of the aggregates. */
  readonly measures: ReadonlySet<string>;
}

/** The views for people of a mart; none in a mart that an older program migrated. */
export function toBiViews(dictionary: Dictionary): BiViews {
  const people = dictionary.relations.filter(({ group }) => group === 'people');
  const stats = people.filter(({ name }) =>
    CHAT_STATS_LEVELS.some((level) => name === `stats_${level}` || name.startsWith(`stats_${level}_`)),
  );
  const columns = new Set(stats[0]?.columns.map(({ name }) => name) ?? []);
  const measures = (stats[0]?.columns ?? []).filter(({ name, type }) => type === 'bigint' && !name.endsWith('_key'));
  return {
    sessions: people.find(({ name }) => name === 'sessions'),
    stats,
    figures: toFigures(dictionary).filter((figure) => columnsOf(figure).every((name) => columns.has(name))),
    measures: new Set(measures.map(({ name }) => name)),
  };
}

/** The columns of the aggregates that a figure is computed from. */
export function columnsOf({ value }: DictionaryFigure): readonly string[] {
  switch (value.kind) {
    case 'sum':
      return value.columns;
    case 'max':
      return [value.column, value.among];
    case 'ratio':
      return [...value.of, ...value.per, ...value.less];
    case 'percentile':
      return [];
  }
}

/** Whether rows of a measure are combined by their maximum. */
export const isMaximum = ({ name }: DictionaryColumn, { map }: Pick<Dictionary, 'map'>): boolean =>
  name.endsWith('_max_duration') || map.keys.some(({ column, aggregate }) => aggregate === 'max' && column.toLowerCase() === name);

export const isTime = ({ type }: DictionaryColumn): boolean => type.startsWith('timestamp') || type === 'date';
export const isNumber = ({ type }: DictionaryColumn): boolean => /^(smallint|integer|bigint|numeric|real|double)/.test(type);
/** A column that only tells which row of another relation is meant. */
export const isKey = ({ name }: DictionaryColumn): boolean => name.endsWith('_key');
