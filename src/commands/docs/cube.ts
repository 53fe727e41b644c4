import type { Relationship } from '../../mart/schema/relationships.js';
import { isKey, isMaximum, isNumber, isTime, toBiViews } from './bi-views.js';
import type { Dictionary, DictionaryColumn, DictionaryRelation } from './dictionary.js';
import { describeColumn, toTitle } from './dictionary-words.js';
import type { DictionaryFigure } from './figures.js';
import type { DocsFile } from './write-files.js';
import { toYamlTemplate, type YamlValue } from './yaml.js';

const HEAD = ['Written by chatmart docs; change nothing here. Extend the cubes in files of your own.'];

/** The data model for Cube: a file for each cube. */
export function toCubeFiles(dictionary: Dictionary): DocsFile[] {
  const { sessions, stats } = toBiViews(dictionary);
  const star = dictionary.relations.filter(({ group, name }) => group === 'star' && name !== 'chat_session');
  const durations = dictionary.relations.find(({ name }) => name === 'ag2_chat_durations_subhr');
  const cubes = [
    ...(sessions === undefined ? [] : [toSessions(sessions)]),
    ...stats.map((each) => toStats(each, dictionary)),
    ...star.map((each) => toStarCube(each, dictionary)),
    ...(durations === undefined ? [] : [toDurations(durations, dictionary)]),
    ...(star.some(({ name }) => name === 'date_time') ? [END] : []),
  ];
  return cubes.map((cube) => ({ path: `cube/model/cubes/${cube.name}.yml`, text: toYamlTemplate({ cubes: [cube] }, HEAD) }));
}

type Cube = { readonly name: string } & Readonly<Record<string, YamlValue>>;

/** The end of a session joins the same table as its start. */
const END: Cube = { name: 'date_time_end', extends: 'date_time', title: 'Date time of the end' };

const head = ({ sql, name, comment }: DictionaryRelation, title = toTitle(name)) => ({
  ...{ name, sql_table: sql, title, description: comment },
});

/** Dimensions of a view for people join the star by their keys; labels stand in the view itself. */
const LABELLED: readonly (readonly [column: string, to: string, key: string])[] = [
  ['tenant_key', 'tenant', 'tenant_key'],
  ['media_type_key', 'media_type', 'media_type_key'],
  ['chat_session_dim_key', 'chat_session_dim', 'id'],
  ['start_date_time_key', 'date_time', 'date_time_key'],
];

const join = (column: string, to: string, key: string): YamlValue => ({
  ...{ name: to, relationship: 'many_to_one', sql: `{CUBE}.${column} = {${to}}.${key}` },
});

const joinsOf = (relation: DictionaryRelation): YamlValue =>
  LABELLED.filter(([column]) => relation.columns.some(({ name }) => name === column)).map((each) => join(...each));

function toDimension(column: DictionaryColumn, isPrimary = false): YamlValue {
  const type = isTime(column) ? 'time' : column.type === 'boolean' ? 'boolean' : isNumber(column) ? 'number' : 'string';
  return {
    name: column.name,
    sql: `{CUBE}.${column.sql}${column.type === 'date' ? '::timestamp' : ''}`,
    type,
    title: toTitle(column.name),
    description: describeColumn(column),
    ...(isPrimary ? { primary_key: true, public: true } : {}),
    ...(isKey(column) && !isPrimary ? { public: false } : {}),
  };
}

function toSessions(relation: DictionaryRelation): Cube {
  const amounts = relation.columns.filter((column) => isNumber(column) && !isKey(column));
  return {
    ...head(relation),
    joins: joinsOf(relation),
    dimensions: relation.columns.map((column) => toDimension(column, column.name === 'interaction_id')),
    measures: [
      { name: 'count', type: 'count', title: 'Sessions', description: 'How many sessions there are.' },
      ...amounts.map((column) => ({
        ...{
          name: `average_${column.name}`,
          sql: `{CUBE}.${column.sql}`,
          type: 'avg',
          title: `Average ${toTitle(column.name).toLowerCase()}`,
        },
        description: `Mean over the sessions that have a value. ${describeColumn(column)}`,
      })),
    ],
  };
}

function toStats(relation: DictionaryRelation, dictionary: Dictionary): Cube {
  const { measures, figures } = toBiViews(dictionary);
  const amounts = relation.columns.filter(({ name }) => measures.has(name));
  const grain = ['date_time_key', 'tenant_key', 'media_type_key', 'chat_session_dim_key'];
  const taken = new Set(relation.columns.map(({ name }) => name));
  return {
    ...head(relation, `Sessions by ${relation.name.replace('stats_', '')}`),
    joins: joinsOf(relation),
    dimensions: [toRowKey(grain), ...relation.columns.filter(({ name }) => !measures.has(name)).map((column) => toDimension(column))],
    measures: [
      ...amounts.map((column) => ({
        ...{
          name: column.name,
          sql: `{CUBE}.${column.sql}`,
          type: isMaximum(column, dictionary) ? 'max' : 'sum',
          title: toTitle(column.name),
        },
        description: describeColumn(column),
      })),
      ...figures.filter(({ name, value }) => value.kind !== 'percentile' && !taken.has(name)).map(toMeasure),
    ],
  };
}

const toRowKey = (columns: readonly string[]): YamlValue => ({
  ...{
    name: 'row_key',
    sql: columns.map((name) => `{CUBE}.${name}`).join(` || ':' || `),
    type: 'string',
    primary_key: true,
    public: false,
  },
  description: 'Identifies a row.',
});

/** A figure in terms of the measures of its cube, so that Cube computes it anew for each grouping. */
function toMeasure({ name, title, sentence, value, isShare }: DictionaryFigure): YamlValue {
  const common = { name, title, description: sentence };
  const sums = (columns: readonly string[]): string => columns.map((column) => `{CUBE.${column}}`).join(' + ');
  switch (value.kind) {
    case 'sum':
      return { ...common, sql: sums(value.columns), type: 'number' };
    case 'max':
      return { ...common, sql: `case when {CUBE}.${value.among} > 0 then {CUBE}.${value.column} end`, type: 'max' };
    case 'ratio': {
      const less = value.less.map((column) => ` - {CUBE.${column}}`).join('');
      const sql = `1.0 * (${sums(value.of)}) / nullif(${sums(value.per)}${less}, 0)`;
      return { ...common, sql, type: 'number', ...(isShare ? { format: 'percent' } : {}) };
    }
    case 'percentile':
      throw new Error(`${name} is of the distributions`);
  }
}

/** Distributions add up over any rows, so that percentiles follow from any grouping. */
function toDurations(relation: DictionaryRelation, dictionary: Dictionary): Cube {
  const { figures } = toBiViews(dictionary);
  const qualified = (sql: string): string =>
    sql
      .replace(/\bchat_(percentile|histogram)\(/g, (name) => `${relation.sql.slice(0, -relation.name.length)}${name}`)
      .replace(/\b(bucket|sessions|duration)\b(?!')/g, '{CUBE}.$1');
  return {
    ...head(relation, 'Durations of sessions'),
    joins: [join('date_time_key', 'date_time', 'date_time_key'), ...(joinsOf(relation) as YamlValue[])],
    dimensions: [
      // Rows may repeat. All joins are to one row, so that Cube need not tell them apart; it wants a key all the same.
      toRowKey(relation.columns.map(({ name }) => name)),
      ...relation.columns.filter(({ name }) => name !== 'sessions').map((column) => toDimension(column)),
    ],
    measures: [
      {
        name: 'sessions',
        sql: '{CUBE}.sessions',
        type: 'sum',
        title: 'Values',
        description: 'How many sessions have a value of the duration.',
      },
      ...figures
        .filter(({ value }) => value.kind === 'percentile')
        .map(({ name, title, sentence, formula }) => ({ name, sql: qualified(formula), type: 'number', title, description: sentence })),
    ],
  };
}

/** A table of the star with its joins. */
function toStarCube(relation: DictionaryRelation, dictionary: Dictionary): Cube {
  const joins = dictionary.relationships
    .filter(({ table, to }) => table === relation.name && to !== 'ctl_audit_log')
    .map(({ column, to, key }: Relationship) => {
      const target = column === 'end_date_time_key' ? 'date_time_end' : to;
      const isOne = relation.key.length === 1 && relation.key[0] === column;
      return { name: target, relationship: isOne ? 'one_to_one' : 'many_to_one', sql: `{CUBE}.${column} = {${target}}.${key}` };
    });
  const primary = relation.name === 'tenant' ? ['tenant_key'] : relation.key;
  return {
    ...head(relation),
    ...(joins.length === 0 ? {} : { joins }),
    dimensions: [
      ...(relation.name.startsWith('date_time') ? [START] : []),
      ...relation.columns.map((column) => toDimension(column, primary.includes(column.name))),
    ],
    ...(relation.name === 'chat_session_fact'
      ? { measures: [{ name: 'count', type: 'count', title: 'Sessions', description: 'How many sessions there are.' }] }
      : {}),
  };
}

/** Keys of intervals are seconds; charts need a time. */
const START: YamlValue = {
  ...{ name: 'interval_start', sql: 'to_timestamp({CUBE}.date_time_key)', type: 'time', title: 'Interval start' },
  description: 'When the 15-minute interval begins (UTC).',
};
