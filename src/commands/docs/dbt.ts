import { readMeasureRegistry } from '../../spec/measure-registry.js';
import { isKey, isNumber, isTime, toBiViews } from './bi-views.js';
import type { Dictionary, DictionaryColumn, DictionaryRelation } from './dictionary.js';
import { describeColumn, referencesOf } from './dictionary-words.js';
import { toSemanticModels } from './dbt-metrics.js';
import type { DocsFile } from './write-files.js';
import { toYaml, withoutJinja, type YamlValue } from './yaml.js';

const HEAD = ['Written by chatmart docs; change nothing here. Build on it in a project of your own.'];

/** A dbt package: sources with tests, staging models, and metrics for the semantic layer. */
export function toDbtFiles(dictionary: Dictionary): DocsFile[] {
  const yaml = (path: string, value: YamlValue): DocsFile => ({ path: `dbt/${path}`, text: toYaml(value, HEAD) });
  const staged = toStaged(dictionary);
  return [
    yaml('dbt_project.yml', {
      ...{ name: 'chatmart', version: '1.0.0', 'config-version': 2, profile: 'chatmart', 'require-dbt-version': '>=1.10.6' },
      ...{ 'model-paths': ['models'], 'target-path': 'target', 'clean-targets': ['target', 'dbt_packages'] },
      vars: { chatmart_schema: dictionary.martSchema, chatmart_chat_schema: dictionary.chatSchema },
      models: { chatmart: { '+materialized': 'view' } },
    }),
    yaml('profiles.yml', toProfile()),
    yaml('models/sources.yml', { version: 2, sources: toSources(dictionary) }),
    ...staged.map(({ name, sql }) => ({ path: `dbt/models/staging/${name}.sql`, text: sql })),
    ...(staged.length === 0 ? [] : [yaml('models/staging/staging.yml', { version: 2, models: staged.map(({ model }) => model) })]),
    { path: 'dbt/models/metricflow_time_spine.sql', text: SPINE },
    yaml('models/time_spine.yml', {
      models: [
        {
          ...{ name: 'metricflow_time_spine', description: 'The days of DATE_TIME, for metrics by day.' },
          time_spine: { standard_granularity_column: 'date_day' },
          columns: [{ name: 'date_day', granularity: 'day', description: 'A day (UTC).', data_tests: ['unique', 'not_null'] }],
        },
      ],
    }),
    ...(staged.length === 0 ? [] : [yaml('models/metrics.yml', toSemanticModels(dictionary))]),
  ];
}

/** Reads the variables of libpq, and writes into a schema of its own. */
const toProfile = (): YamlValue => {
  const variable = (name: string, otherwise: string): string => `{{ env_var('${name}', '${otherwise}') }}`;
  return {
    chatmart: {
      target: 'mart',
      outputs: {
        mart: {
          ...{ type: 'postgres', host: variable('PGHOST', 'localhost'), port: `{{ env_var('PGPORT', '5432') | as_number }}` },
          ...{ dbname: variable('PGDATABASE', 'infomart'), user: variable('PGUSER', 'chatmart_bi'), password: variable('PGPASSWORD', '') },
          ...{ schema: variable('MART_MODELS_SCHEMA', 'bi'), threads: 4 },
        },
      },
    },
  };
};

const SPINE = `-- Written by chatmart docs.
select cal_date as date_day
from {{ source('chatmart', 'date_time') }}
where date_time_key = date_time_day_key
`;

const sourceOf = ({ schema }: DictionaryRelation, { martSchema }: Dictionary): string =>
  schema === martSchema ? 'chatmart' : 'chatmart_chat';

function toSources(dictionary: Dictionary): YamlValue {
  const shown = dictionary.relations.filter(({ group }) => group !== 'machinery');
  const source = (name: string, schema: string, description: string): YamlValue[] => {
    const tables = shown.filter((each) => sourceOf(each, dictionary) === name);
    return tables.length === 0 ? [] : [{ name, schema, description, tables: tables.map((each) => toTable(each, dictionary)) }];
  };
  return [
    ...source('chatmart', "{{ var('chatmart_schema') }}", 'Facts, dimensions and aggregates under the names of Genesys.'),
    ...source('chatmart_chat', "{{ var('chatmart_chat_schema') }}", 'Flat views for people and BI tools.'),
  ];
}

/** Tests read these relations whole, so views that are computed on reading have none. */
const isTested = ({ name, isView, group }: DictionaryRelation): boolean =>
  (!isView && group !== 'state') || /^(tenant|sessions|stats_day|ag2_chat_stats_(day|month)|ag2_chat_stats_day_\w+)$/.test(name);

const toTable = (relation: DictionaryRelation, dictionary: Dictionary): YamlValue => ({
  ...{ name: relation.name, description: withoutJinja(relation.comment) },
  columns: relation.columns.map((column) => ({
    ...toHead(column),
    ...withTests(isTested(relation) ? toTests(column, relation, dictionary) : []),
  })),
});

/** Tests name a column as SQL only if they are told to quote it. */
const toHead = (column: DictionaryColumn): Readonly<Record<string, YamlValue>> => ({
  ...{ name: column.name, data_type: column.type, description: withoutJinja(describeColumn(column)) },
  ...(column.sql === column.name ? {} : { quote: true }),
});

const withTests = (tests: readonly YamlValue[]): Readonly<Record<string, YamlValue>> => (tests.length === 0 ? {} : { data_tests: tests });

/** What identifies a row of a view. */
const VIEW_KEYS: Readonly<Record<string, string>> = { tenant: 'tenant_key', sessions: 'interaction_id' };

function toTests(column: DictionaryColumn, relation: DictionaryRelation, dictionary: Dictionary): YamlValue[] {
  const isUnique = VIEW_KEYS[relation.name] === column.name || (relation.key.length === 1 && relation.key[0] === column.name);
  const references = referencesOf(dictionary, relation, column).filter(({ to }) =>
    dictionary.relations.some((each) => each.name === to && each.group !== 'machinery'),
  );
  const isAlwaysThere = relation.group === 'people' && column.empty === undefined && !isNumber(column);
  return [
    ...(isUnique ? ['unique'] : []),
    ...(isUnique || isAlwaysThere || (column.isNotNull && references.length > 0) ? ['not_null'] : []),
    ...references.map(({ to, key }) => ({ relationships: { arguments: { to: `source('chatmart', '${to}')`, field: key } } })),
    ...toValueTests(column, relation),
  ];
}

/** Outcomes are ours; codes of Chat Server may get values that are not known yet. */
function toValueTests({ name, type }: DictionaryColumn, { group }: DictionaryRelation): YamlValue[] {
  if (name === 'outcome') return [{ accepted_values: { arguments: { values: readMeasureRegistry().outcomes.map((each) => each.name) } } }];
  return group === 'people' && type === 'boolean' ? [{ accepted_values: { arguments: { values: [true, false], quote: false } } }] : [];
}

interface Staged {
  readonly name: string;
  readonly sql: string;
  readonly model: YamlValue;
}

/** One model for the sessions and one for their days: the columns by name, so that a change of the mart shows at once. */
function toStaged(dictionary: Dictionary): Staged[] {
  const { sessions, stats } = toBiViews(dictionary);
  const day = stats.find(({ name }) => name === 'stats_day');
  return [sessions, day].flatMap((relation): Staged[] => {
    if (relation === undefined) return [];
    const name = `stg_chatmart__${relation.name}`;
    return [
      {
        name,
        sql: `-- Written by chatmart docs.
with source as (
    select * from {{ source('chatmart_chat', '${relation.name}') }}
)

select
${toGroups(relation.columns)}
from source
`,
        model: {
          ...{ name, description: withoutJinja(relation.comment) },
          columns: relation.columns.map((column) => ({
            ...toHead(column),
            ...withTests(VIEW_KEYS[relation.name] === column.name ? ['unique', 'not_null'] : []),
          })),
        },
      },
    ];
  });
}

/** The columns under small headings. */
function toGroups(columns: readonly DictionaryColumn[]): string {
  const headings: readonly (readonly [heading: string, fits: (column: DictionaryColumn) => boolean])[] = [
    ['ids', (column) => column.name.endsWith('_id') || isKey(column)],
    ['times', isTime],
    ['flags', ({ type }) => type === 'boolean'],
    ['numbers', isNumber],
    ['texts', () => true],
  ];
  const groups = headings.map(([heading, fits], at) => ({
    heading,
    names: columns.filter((column) => fits(column) && !headings.slice(0, at).some(([, earlier]) => earlier(column))).map(({ sql }) => sql),
  }));
  return groups
    .filter(({ names }) => names.length > 0)
    .map(({ heading, names }) => `    ----------  ${heading}\n${names.map((name) => `    ${name}`).join(',\n')}`)
    .join(',\n\n');
}
