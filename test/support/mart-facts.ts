import { execute, withConnection, type Connection } from '../../src/db/connection.js';
import { drawAuditKey } from '../../src/mart/audit.js';
import { insertIntervals } from '../../src/mart/calendar/calendar.sql.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';

/** A row of CHAT_SESSION_FACT in a test's terms; measures that it does not name are 0. */
export interface FactRow {
  readonly guid: string;
  /** Epoch seconds. */
  readonly start: number;
  readonly tenant?: number;
  readonly mediaType?: number;
  readonly dim?: number;
  readonly active?: boolean;
  /** Whether csg_PartiesAsAgentCount arrived. */
  readonly agentsKnown?: boolean;
  /** Whether csg_MessagesFromAgentsCount arrived. */
  readonly messagesKnown?: boolean;
  /** Seconds from start to end; default 0. */
  readonly lasted?: number;
  readonly measures?: Readonly<Record<string, number>>;
}

/** Lower-case columns of the fact that aggregates combine. */
export const MEASURES = readKvpMap()
  .keys.filter((key) => key.aggregate !== undefined)
  .map((key) => ({ name: key.column.toLowerCase(), combine: key.aggregate! }));

const AGENTS_BIT = 1n << 7n; // csg_PartiesAsAgentCount has number 8
const MESSAGES_BIT = 1n << 8n; // csg_MessagesFromAgentsCount has number 9

/** Opens a session on a mart in the tests' schema. */
export const withMart = <T>(url: string, work: (mart: Connection) => Promise<T>): Promise<T> =>
  withConnection({ url, schema: 'infomart', applicationName: 'test' }, work);

/** Writes facts and marks their intervals as changed. Replaces existing facts and marks their old intervals too. */
export async function writeFacts(mart: Connection, facts: readonly FactRow[], marked: Marked = 'intervals'): Promise<void> {
  await removeFacts(
    mart,
    facts.map((fact) => fact.guid),
    marked,
  );
  const auditKey = marked === 'as an increment' ? await drawAuditKey(mart) : 1;
  const rows = facts.map((fact) => ({
    ...Object.fromEntries(MEASURES.map(({ name }) => [name, 0])),
    ...fact.measures,
    media_server_ixn_guid: fact.guid,
    start_date_time_key: Math.floor(fact.start / 900) * 900,
    end_date_time_key: fact.active ? 2147482800 : Math.floor(fact.start / 900) * 900,
    start_ts: fact.start,
    end_ts: fact.active ? 0 : fact.start + (fact.lasted ?? 0),
    tenant_key: fact.tenant ?? 1,
    media_type_key: fact.mediaType ?? -2,
    chat_session_dim_key: fact.dim ?? -2,
    active_flag: fact.active ? 1 : 0,
    kvp_present: String((fact.agentsKnown ? AGENTS_BIT : 0n) | (fact.messagesKnown ? MESSAGES_BIT : 0n)),
    create_audit_key: auditKey,
  }));
  // The views of hours and quarter hours begin with the calendar; a load has extended it before it writes facts.
  const days = [...new Set(facts.map(({ start }) => Math.floor(start / 86_400) * 86_400))];
  await execute(mart, insertIntervals(days.map((fromKey) => ({ fromKey, toKey: fromKey + 86_400 }))));
  await mart.query(
    `with written as (
       insert into chat_session_fact select * from json_populate_recordset(null::chat_session_fact, $1) returning *
     )
     ${mark('written', marked)}`,
    [JSON.stringify(rows)],
  );
}

/** Removes facts and marks their intervals as changed. */
export async function removeFacts(mart: Connection, guids: readonly string[], marked: Marked = 'intervals'): Promise<void> {
  await mart.query(
    `with gone as (
       delete from chat_session_fact where media_server_ixn_guid = any($1) returning *
     )
     ${mark('gone', marked)}`,
    [guids],
  );
}

/**
 * What is marked as changed: whole intervals; the groups that the facts belong to; or, as an increment does it, the intervals of new
 * facts and the groups of others.
 */
export type Marked = 'intervals' | 'groups' | 'as an increment';

const mark = (facts: 'written' | 'gone', marked: Marked): string => {
  if (marked === 'groups' || (marked === 'as an increment' && facts === 'gone'))
    return `insert into chatmart_pending_agg (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, audit_key)
       select start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, create_audit_key from ${facts}`;
  return `insert into chatmart_pending_agg (start_date_time_key, audit_key, is_addition)
       select distinct start_date_time_key, create_audit_key, ${marked === 'as an increment' ? 1 : 0} from ${facts}`;
};

export interface DimensionRow {
  readonly id: number;
  readonly origin?: string;
  readonly language?: string;
  readonly endedBy?: string;
  readonly endedReason?: string;
  readonly endedAgent?: string;
}

/** Adds members to CHAT_SESSION_DIM. */
export async function writeDimension(mart: Connection, rows: readonly DimensionRow[]): Promise<void> {
  for (const row of rows)
    await mart.query(
      `insert into chat_session_dim (id, media_origin, language_name, ended_by, ended_reason, async_mode, ended_agent, create_audit_key)
       values ($1, $2, $3, $4, $5, 0, $6, 1)`,
      [
        row.id,
        row.origin ?? `origin ${row.id}`,
        row.language ?? 'NO_VALUE',
        row.endedBy ?? 'NO_VALUE',
        row.endedReason ?? 'NO_VALUE',
        row.endedAgent ?? 'NO_VALUE',
      ],
    );
}
