import { execute, queryRows, type Connection } from '../../db/connection.js';
import { POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { withTransaction } from '../../db/transaction.js';
import { CHAT_STATS_LEVELS } from '../../mart/aggregates/levels.js';
import { readCalendars } from '../../mart/calendar/calendars.js';
import { readChatSchema } from '../../mart/schema/chat-schema.js';
import { readMartMap, readProperty } from '../../mart/schema/mart-map.js';
import { MIGRATION_TABLE } from '../../mart/schema/migration-source.js';
import { SCHEMA_PROPERTY } from '../../mart/schema/generated-schema.js';
import { calendarRelationships, furtherRelationships, relationships, type Relationship } from '../../mart/schema/relationships.js';
import { parseColumnComment, type ColumnMeaning } from '../../mart/schema/table-definition.js';
import { attachedKeys } from '../../model/attached-key.js';
import type { Calendar } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { packageVersion } from '../../spec/package-file.js';
import { selectRelations, selectSample, type FoundColumn, type FoundRelation } from './dictionary.sql.js';

/** A column of the mart, its meaning, and one of its values. */
export interface DictionaryColumn extends ColumnMeaning {
  /** Its name as SQL. */
  readonly sql: string;
  readonly type: string;
  readonly isNotNull: boolean;
  /** `…`: not shown, because it may identify a person or is free text, or the role may not read it. Undefined: there is none. */
  readonly example: string | undefined;
}

/** A table or view of the mart. */
export interface DictionaryRelation {
  readonly schema: string;
  readonly name: string;
  /** Its name with its schema, as SQL. */
  readonly sql: string;
  readonly isView: boolean;
  readonly group: Group;
  readonly comment: string;
  readonly columns: readonly DictionaryColumn[];
  readonly key: readonly string[];
}

/** What all files of `chatmart docs` are written from. */
export interface Dictionary {
  readonly martSchema: string;
  /** The schema for people; undefined: the mart has none. */
  readonly chatSchema: string | undefined;
  readonly schemaVersion: string;
  readonly program: string;
  readonly map: KvpMap;
  readonly calendars: readonly Calendar[];
  readonly relations: readonly DictionaryRelation[];
  /** Those of relations that are there: of tables, and of views. */
  readonly relationships: readonly Relationship[];
}

/** What stands for a value that is not shown. */
export const HIDDEN = '…';

/** The parts of the dictionary, in their order. */
export const GROUPS = {
  people: 'For people and BI tools',
  star: 'Sessions and their dimensions',
  aggregates: 'Aggregates under Genesys names',
  state: 'How complete the mart is, what was set aside, and what ran when',
  machinery: 'Behind the views',
} as const;

export type Group = keyof typeof GROUPS;

const GROUP_OF: readonly (readonly [RegExp, Group])[] = [
  [/^(chat_session\w*|media_type|tenant|date_time\w*)$/, 'star'],
  [/^ag2_/, 'aggregates'],
  [/^(mart_status|stg_transform_discards|admin_\w+)$/, 'state'],
];

/** Texts of these are made by chatmart or by the calendar; any other may be about a person. */
const OWN_TEXTS = /^(outcome|duration|period|weekday|label_\w+|cal_\w+)$/;

/** Texts of user data that are shown, by column: the values that Chat Server is known to send. */
function knownTexts({ keys }: KvpMap): ReadonlyMap<string, readonly string[]> {
  const media = ['Chat', 'CHAT'];
  const codes = keys.flatMap(({ column, values }): [string, readonly string[]][] =>
    values === undefined ? [] : [[column.toLowerCase(), values]],
  );
  const agents = codes
    .filter(([name]) => name === 'ended_agent')
    .map(([, values]): [string, readonly string[]] => ['agent_presence', values]);
  return new Map([...codes, ...agents, ['media_type', media], ['media_name', media], ['media_name_code', media]]);
}

/** Reads the dictionary of the mart in the connection's schema; the rights of an analyst are enough. */
export async function readDictionary(mart: Connection, martSchema: string): Promise<Dictionary> {
  const chatSchema = await readChatSchema(mart);
  const [map, calendars] = [await readMartMap(mart), await readCalendars(mart)];
  const found = await queryRows<FoundRelation>(mart, selectRelations([martSchema, ...(chatSchema === undefined ? [] : [chatSchema])]));
  const own = new Set(attachedKeys(map).flatMap(({ column }) => [column.toLowerCase(), `attached_${column.toLowerCase()}`.slice(0, 63)]));
  const known = knownTexts(map);
  const relations: DictionaryRelation[] = [];
  for (const relation of found.filter(isOurs)) {
    const group = groupOf(relation, chatSchema);
    // The levels have the same columns, and those that are computed on reading take their time.
    const day = found.find(({ schema, name }) => schema === relation.schema && name === relation.name.replace(LEVEL, '$1_day'));
    const examples = await readExamples(mart, day ?? relation, group, { own, known });
    if (day !== undefined && day !== relation) for (const name of examples.keys()) if (PERIOD.test(name)) examples.delete(name);
    relations.push({ ...toEntry(relation, examples), group });
  }
  const isThere = (name: string, column: string): boolean =>
    relations.some((each) => each.schema === martSchema && each.name === name && each.columns.some((one) => one.name === column));
  return {
    ...{ martSchema, chatSchema, map, calendars, program: packageVersion() },
    schemaVersion: (await readProperty(mart, SCHEMA_PROPERTY.version)) ?? '',
    relations: relations.sort(compareRelations),
    relationships: [...relationships(), ...calendars.flatMap(calendarRelationships), ...furtherRelationships(calendars)].filter(
      ({ table, column, to, key }) => isThere(table, column) && isThere(to, key),
    ),
  };
}

/** Tables and views of the site in the same schema have no comments of ours. */
const isOurs = ({ name, columns }: FoundRelation): boolean =>
  !name.startsWith(MIGRATION_TABLE) && columns.some(({ comment }) => comment !== null && parseColumnComment(comment) !== undefined);

const groupOf = ({ schema, name }: FoundRelation, chatSchema: string | undefined): Group =>
  schema === chatSchema ? 'people' : (GROUP_OF.find(([pattern]) => pattern.test(name))?.[1] ?? 'machinery');

const toEntry = ({ schema, name, sql, is_view: isView, comment, columns, key }: FoundRelation, examples: ReadonlyMap<string, string>) => ({
  ...{ schema, name, sql, isView, key, comment: comment ?? '' },
  columns: columns.map((column): DictionaryColumn => {
    const { name, sql, type, isNotNull } = column;
    const parts = parseColumnComment(column.comment ?? '') ?? { meaning: column.comment ?? '', origin: 'extension' };
    return { ...parts, ...{ name, sql, type, isNotNull }, example: examples.get(name) };
  }),
});

const RANK: readonly string[] = [
  ...['sessions', ...CHAT_STATS_LEVELS.map((level) => `stats_${level}`), 'concurrency', 'discards', 'freshness'],
  ...['chat_session', 'chat_session_fact', 'chat_session_dim', 'chat_session_attached_data', 'media_type', 'tenant', 'date_time'],
  ...CHAT_STATS_LEVELS.map((level) => `ag2_chat_stats_${level}`),
];

/** What is not ranked, such as the relations of calendars, follows by name. */
function compareRelations(one: DictionaryRelation, other: DictionaryRelation): number {
  const place = ({ group, name }: DictionaryRelation): number =>
    Object.keys(GROUPS).indexOf(group) * 100 + (RANK.includes(name) ? RANK.indexOf(name) : RANK.length);
  return place(one) - place(other) || (one.name < other.name ? -1 : 1);
}

const isPersonal = ({ comment }: FoundColumn): boolean => parseColumnComment(comment ?? '')?.personal === true;

const isText = ({ type }: FoundColumn): boolean => /^(character|text|name|bytea|json)/.test(type);

const LEVEL = /^(stats|ag2_chat_stats)_(?:subhr|hour|week|month|qrtr|year)(?=_|$)/;
/** What differs from level to level. */
const PERIOD = /^(date_time_key|agr_set_key|period\w*|local_\w+)$/;

/** Columns that tell of now would differ each time. */
const CHANGES = /^(freshness|discards)$/;

/** Which values of columns may be shown. */
interface Shown {
  /** Columns of own keys, of which none is. */
  readonly own: ReadonlySet<string>;
  readonly known: ReadonlyMap<string, readonly string[]>;
}

/** The first telling value of each column among some rows. */
async function readExamples(mart: Connection, relation: FoundRelation, group: Group, { own, known }: Shown): Promise<Map<string, string>> {
  if (group === 'state' || group === 'machinery' || CHANGES.test(relation.name)) return new Map();
  const mayShow = (column: FoundColumn): boolean =>
    column.isReadable &&
    !own.has(column.name) &&
    !isPersonal(column) &&
    (!isText(column) || OWN_TEXTS.test(column.name) || known.has(column.name));
  const columns = relation.columns.filter(mayShow);
  const rows =
    columns.length === 0
      ? []
      : await sample(
          mart,
          relation,
          columns.map(({ name }) => name),
        );
  const examples = new Map(relation.columns.filter((column) => !mayShow(column)).map(({ name }) => [name, HIDDEN]));
  for (const [at, column] of columns.entries()) {
    const values = rows.flatMap((row) => row[at] ?? []);
    const list = isText(column) ? known.get(column.name) : undefined;
    const shown = list === undefined ? values : values.filter((value) => list.includes(value));
    const example = shown.find((value) => !/^(0|-1|-2)$/.test(value)) ?? shown[0] ?? (values.length > 0 ? HIDDEN : undefined);
    if (example !== undefined) examples.set(column.name, example);
  }
  return examples;
}

/** A view in which every query reads all sessions, and whose last rows are those of now. */
const WITHOUT_EXAMPLES = 'concurrency';

/** The rows do not depend on what other sessions scan. A view that takes longer than the role may wait has no examples. */
async function sample(mart: Connection, relation: FoundRelation, columns: readonly string[]): Promise<Record<string, string | null>[]> {
  if (relation.name === WITHOUT_EXAMPLES) return [];
  try {
    return await withTransaction(
      mart,
      async () => {
        await execute(mart, {
          text: 'set local synchronize_seqscans to off; set local max_parallel_workers_per_gather to 0; set local jit to off',
        });
        return queryRows<Record<string, string | null>>(mart, selectSample(relation, columns));
      },
      'repeatable read read only',
    );
  } catch (error) {
    if (postgresCode(error) === POSTGRES_CODE.queryCanceled) return [];
    throw error;
  }
}
