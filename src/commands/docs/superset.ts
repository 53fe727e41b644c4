import { createHash } from 'node:crypto';
import { isKey, isMaximum, isNumber, isTime, toBiViews } from './bi-views.js';
import type { Dictionary, DictionaryColumn, DictionaryRelation } from './dictionary.js';
import { describeColumn, toTitle } from './dictionary-words.js';
import { toFormula, type DictionaryFigure } from './figures.js';
import type { DocsFile } from './write-files.js';
import { toYaml, type YamlValue } from './yaml.js';

/** The datasets of the views for people, as a bundle that Superset imports once it is zipped. */
export function toSupersetFiles(dictionary: Dictionary): DocsFile[] {
  const { sessions, stats } = toBiViews(dictionary);
  const others = dictionary.relations.filter(({ group, name }) => group === 'people' && /^(concurrency|discards|freshness)$/.test(name));
  const datasets = [...(sessions === undefined ? [] : [sessions]), ...stats, ...others];
  if (datasets.length === 0) return [];
  const database = toUuid(dictionary, 'database');
  return [
    // Superset wants a time; of a file that only changes with the mart it says nothing.
    { path: 'superset/metadata.yaml', text: toYaml({ version: '1.0.0', type: 'SqlaTable', timestamp: '1970-01-01T00:00:00+00:00' }) },
    {
      path: 'superset/databases/chatmart.yaml',
      text: toYaml({
        ...{ database_name: 'chatmart', sqlalchemy_uri: 'postgresql+psycopg2://chatmart_bi:XXXXXXXXXX@mart-host:5432/infomart' },
        ...{ cache_timeout: null, expose_in_sqllab: true, allow_run_async: false, allow_ctas: false, allow_cvas: false, allow_dml: false },
        ...{ allow_csv_upload: false, extra: { allows_virtual_table_explore: true }, uuid: database, version: '1.0.0' },
      }),
    },
    ...datasets.map((relation) => ({
      path: `superset/datasets/chatmart/${relation.name}.yaml`,
      text: toYaml(toDataset(relation, dictionary, database)),
    })),
  ];
}

/** The same for the same mart, so that an import replaces what an earlier one brought. */
function toUuid({ martSchema }: Dictionary, name: string): string {
  const hex = createHash('sha1').update(`chatmart ${martSchema} ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function toDataset(relation: DictionaryRelation, dictionary: Dictionary, database: string): YamlValue {
  const time = ['started_at', 'local_start', 'period_start', 'found_at', 'complete_until'].find((name) =>
    relation.columns.some((column) => column.name === name),
  );
  return {
    ...{ table_name: relation.name, main_dttm_col: time ?? null, description: relation.comment, default_endpoint: null, offset: 0 },
    ...{ cache_timeout: null, schema: relation.schema, sql: null, params: null, template_params: null, filter_select_enabled: true },
    ...{ fetch_values_predicate: null, extra: null, normalize_columns: false, always_filter_main_dttm: false },
    uuid: toUuid(dictionary, relation.name),
    metrics: toMetrics(relation, dictionary),
    columns: relation.columns.map(toColumn),
    ...{ version: '1.0.0', database_uuid: database },
  };
}

const toColumn = (column: DictionaryColumn): YamlValue => ({
  ...{
    column_name: column.name,
    verbose_name: toTitle(column.name),
    is_dttm: isTime(column),
    is_active: true,
    type: column.type.toUpperCase(),
  },
  ...{ advanced_data_type: null, groupby: !isNumber(column) || isKey(column), filterable: true, expression: null },
  ...{ description: describeColumn(column), python_date_format: null, extra: {} },
});

function toMetrics(relation: DictionaryRelation, dictionary: Dictionary): YamlValue[] {
  const { stats, measures, figures } = toBiViews(dictionary);
  if (relation.name === 'sessions')
    return [
      metric('sessions', 'Sessions', 'How many sessions there are.', 'COUNT(*)'),
      ...relation.columns
        .filter((column) => isNumber(column) && !isKey(column))
        .map((column) =>
          metric(`average_${column.name}`, `Average ${toTitle(column.name).toLowerCase()}`, describeColumn(column), `avg(${column.sql})`),
        ),
    ];
  if (!stats.includes(relation)) return [metric('count', 'Rows', 'How many rows there are.', 'COUNT(*)')];
  const names = new Set(figures.map(({ name }) => name));
  return [
    ...figures.filter(({ value }) => value.kind !== 'percentile').map(toFigureMetric),
    ...relation.columns
      .filter(({ name }) => measures.has(name) && !names.has(name))
      .map((column) =>
        metric(
          column.name,
          toTitle(column.name),
          describeColumn(column),
          `${isMaximum(column, dictionary) ? 'max' : 'sum'}(${column.sql})`,
        ),
      ),
  ];
}

const toFigureMetric = ({ name, title, sentence, value, isShare }: DictionaryFigure): YamlValue =>
  metric(name, title, sentence, value.kind === 'ratio' ? `1.0 * ${toFormula(value)}` : toFormula(value), isShare ? '.1%' : undefined);

const metric = (name: string, title: string, description: string, expression: string, format?: string): YamlValue => ({
  ...{ metric_name: name, verbose_name: title, metric_type: null, expression, description, d3format: format ?? null },
  ...{ currency: null, extra: {}, warning_text: null },
});
