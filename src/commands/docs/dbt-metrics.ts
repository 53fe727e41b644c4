import { isKey, isMaximum, isTime, toBiViews } from './bi-views.js';
import type { Dictionary, DictionaryColumn } from './dictionary.js';
import { describeColumn } from './dictionary-words.js';
import type { DictionaryFigure } from './figures.js';
import { withoutJinja, type YamlValue } from './yaml.js';

/**
 * The semantic model of the days, and the figures of reports as metrics on it. Percentiles come from distributions, for which MetricFlow has
 * no aggregation.
 */
export function toSemanticModels(dictionary: Dictionary): Readonly<Record<string, YamlValue>> {
  const { stats, measures, figures } = toBiViews(dictionary);
  const columns = stats.find(({ name }) => name === 'stats_day')?.columns ?? [];
  const shown = figures.filter(({ value }) => value.kind !== 'percentile');
  const maxima = shown.flatMap(({ name, value }) => (value.kind === 'max' ? [{ name, value }] : []));
  const amounts = columns.filter(({ name }) => measures.has(name));
  return {
    semantic_models: [
      {
        ...{ name: 'chat_sessions_by_day', model: "ref('stg_chatmart__stats_day')", primary_entity: 'chat_sessions_of_a_day' },
        description: 'Chat sessions by day of their start (UTC), tenant, media type, and origin, language, end and mode.',
        defaults: { agg_time_dimension: DAY },
        entities: [
          { name: 'tenant_id', type: 'foreign', expr: 'tenant_key' },
          { name: 'media_type_id', type: 'foreign', expr: 'media_type_key' },
        ],
        dimensions: columns.filter((column) => !measures.has(column.name) && !isKey(column) && !isPeriod(column)).map(toDimension),
        measures: [
          ...amounts.map((column) => ({
            ...{ name: `m_${column.name}`, agg: isMaximum(column, dictionary) ? 'max' : 'sum', expr: column.name },
            description: withoutJinja(describeColumn(column)),
          })),
          ...maxima.map(({ name, value }) => ({
            ...{ name: `m_${name}`, agg: 'max', expr: `case when ${value.among} > 0 then ${value.column} end` },
          })),
        ],
      },
    ],
    metrics: [...toParts(amounts, shown), ...withUniqueTitles(shown).map(toMetric)],
  };
}

/** MetricFlow keeps the word day for itself. */
const DAY = 'session_day';

/** Starts and ends repeat the day. */
const isPeriod = ({ name }: DictionaryColumn): boolean => /^(period|local)/.test(name);

const toDimension = (column: DictionaryColumn): YamlValue => ({
  ...(column.name === 'day'
    ? { name: DAY, expr: 'day' }
    : column.sql === column.name
      ? { name: column.name }
      : { name: column.name, expr: column.sql }),
  ...(isTime(column) ? { type: 'time', type_params: { time_granularity: 'day' } } : { type: 'categorical' }),
  description: withoutJinja(describeColumn(column)),
});

/** The sums that figures are made of, as metrics of their own. */
function toParts(amounts: readonly DictionaryColumn[], figures: readonly DictionaryFigure[]): YamlValue[] {
  const used = new Set(
    figures.flatMap(({ value }) =>
      value.kind === 'ratio'
        ? [...value.of, ...value.per, ...value.less]
        : value.kind === 'sum' && value.columns.length > 1
          ? value.columns
          : [],
    ),
  );
  return amounts
    .filter(({ name }) => used.has(name))
    .map((column) => simple(partName(column.name), `Sum of ${column.name}`, withoutJinja(describeColumn(column)), `m_${column.name}`));
}

/** No two metrics may have the same label. */
const withUniqueTitles = (figures: readonly DictionaryFigure[]): DictionaryFigure[] =>
  figures.map((figure, at) => {
    const isTaken = figures.slice(0, at).some(({ title }) => title === figure.title);
    return isTaken ? { ...figure, title: `${figure.title} (${figure.name})` } : figure;
  });

const partName = (column: string): string => `sum_of_${column}`;

const simple = (name: string, label: string, description: string, measure: string): YamlValue => ({
  ...{ name, label, description, type: 'simple', type_params: { measure } },
});

function toMetric({ name, title: label, sentence: description, value }: DictionaryFigure): YamlValue {
  switch (value.kind) {
    case 'sum':
      return value.columns.length === 1
        ? simple(name, label, description, `m_${value.columns[0]!}`)
        : derived(name, label, description, value.columns, []);
    case 'max':
      return simple(name, label, description, `m_${name}`);
    case 'ratio':
      return value.of.length === 1 && value.per.length === 1 && value.less.length === 0
        ? {
            ...{ name, label, description, type: 'ratio' },
            type_params: { numerator: partName(value.of[0]!), denominator: partName(value.per[0]!) },
          }
        : derived(name, label, description, value.of, value.per, value.less);
    case 'percentile':
      throw new Error(`${name} is of the distributions`);
  }
}

/** A metric of several others. */
function derived(
  name: string,
  label: string,
  description: string,
  of: readonly string[],
  per: readonly string[],
  less: readonly string[] = [],
): YamlValue {
  const sum = of.map(partName).join(' + ');
  const whole = [per.map(partName).join(' + '), ...less.map(partName)].join(' - ');
  return {
    ...{ name, label, description, type: 'derived' },
    type_params: {
      expr: per.length === 0 ? sum : `1.0 * (${sum}) / nullif(${whole}, 0)`,
      metrics: [...new Set([...of, ...per, ...less])].map((column) => ({ name: partName(column) })),
    },
  };
}
