import { withConnection, type Connection } from '../../src/db/connection.js';
import { query } from './databases.js';
import { LEVELS, toGroup, type Level, type Row } from './mart-groups.js';

export { GROUP, LEVELS, toGroup, type Level, type Row } from './mart-groups.js';

/** The content of a mart, without keys that depend on the order of loading: dimension members appear as their values. */
export interface MartContent {
  /** CHAT_SESSION_FACT by MEDIA_SERVER_IXN_GUID. */
  readonly facts: ReadonlyMap<string, Row>;
  /** STG_TRANSFORM_DISCARDS, open ones. */
  readonly openDiscards: readonly Row[];
  /** AG2_CHAT_STATS_<level>, each row by the values of its group. */
  readonly levels: Readonly<Record<Level, ReadonlyMap<string, Row>>>;
}

/** Reads a whole mart, in schema `infomart`. */
export async function readMart(mart: string | Connection): Promise<MartContent> {
  if (typeof mart === 'string') return withConnection({ url: mart, applicationName: 'test', showsOwnRows: true }, readMart);
  const levels = {} as Record<Level, ReadonlyMap<string, Row>>;
  for (const level of LEVELS) {
    const rows = await readLevel(mart, level);
    levels[level] = new Map(rows.map((row) => [toGroup(row), row]));
    if (levels[level].size < rows.length) throw new Error(`ag2_chat_stats_${level} holds a group twice`);
  }
  const facts = await readFacts(mart);
  return {
    facts: new Map(facts.map((fact) => [String(fact['media_server_ixn_guid']), fact])),
    openDiscards: await readOpenDiscards(mart),
    levels,
  };
}

// Inner joins: a fact without its member, tenant or DATE_TIME rows would be missing, and so be noticed.
const MEMBERS = `
  join infomart.tenant using (tenant_key)
  join infomart.media_type using (media_type_key)
  join infomart.chat_session_dim on chat_session_dim.id = chat_session_dim_key`;

const MEMBER_COLUMNS = `media_name_code, media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode`;

/** All facts ordered by guid, each with its members; audit keys are left out, but must exist in the audit log. */
export async function readFacts(mart: string | Connection): Promise<Row[]> {
  const rows = await query<Row>(
    mart,
    `select chat_session_fact.*, ${MEMBER_COLUMNS}
     from infomart.chat_session_fact${MEMBERS}
     join infomart.date_time as started on started.date_time_key = start_date_time_key
     join infomart.date_time as ended on ended.date_time_key = end_date_time_key
     join infomart.ctl_audit_log as created on created.audit_key = chat_session_fact.create_audit_key
     left join infomart.ctl_audit_log as updated on updated.audit_key = chat_session_fact.update_audit_key
     where updated.audit_key is not null or chat_session_fact.update_audit_key is null
     order by media_server_ixn_guid collate "C"`,
  );
  return rows.map(withoutOwnKeys);
}

/** All open discards, in a fixed order. */
export const readOpenDiscards = (mart: string | Connection): Promise<Row[]> =>
  query(
    mart,
    `select guid, code, keyname, raw_value from infomart.stg_transform_discards
     where resolved_ts is null order by guid collate "C", code, keyname collate "C", raw_value collate "C"`,
  );

/** One level, of UTC or of a calendar, as an analyst sees it, ordered by group, without AGR_SET_KEY. */
export async function readLevel(mart: string | Connection, level: Level, calendar?: string): Promise<Row[]> {
  const ending = calendar === undefined ? '' : `_${calendar}`;
  const rows = await query<Row>(
    mart,
    `select stats.*, ${MEMBER_COLUMNS}
     from infomart.ag2_chat_stats_${level}${ending} as stats${MEMBERS}
     join infomart.date_time${ending} as date_time using (date_time_key)
     order by date_time_key, tenant_key, ${MEMBER_COLUMNS}`,
  );
  return rows.map(withoutOwnKeys);
}

/** Keys whose values depend on when something was loaded. */
const OWN_KEYS = new Set(['media_type_key', 'chat_session_dim_key', 'create_audit_key', 'update_audit_key', 'agr_set_key']);

function withoutOwnKeys(row: Row): Row {
  const kept: Record<string, unknown> = {};
  for (const name in row) if (!OWN_KEYS.has(name)) kept[name] = row[name];
  return kept;
}

/** The differences between two maps of rows, as text; only the first few. */
export function differences(expected: ReadonlyMap<string, Row>, actual: ReadonlyMap<string, Row>): string[] {
  const found: string[] = [];
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const [left, right] = [expected.get(key), actual.get(key)];
    if (left === undefined || right === undefined) found.push(`${key}: ${left === undefined ? 'not expected' : 'missing'}`);
    else if (holdsAllOf(right, left) && holdsAllOf(left, right)) continue;
    else
      for (const column of new Set([...Object.keys(left), ...Object.keys(right)]))
        if (left[column] !== right[column])
          found.push(`${key} ${column}: expected ${JSON.stringify(left[column])}, found ${JSON.stringify(right[column])}`);
    if (found.length > 10) break;
  }
  return found;
}

/** Whether a row holds every value of another one; it may hold more. */
function holdsAllOf(row: Row, other: Row): boolean {
  for (const column in other) if (row[column] !== other[column]) return false;
  return true;
}
