import { connect, type Connection } from '../../../src/db/connection.js';
import { migrateMart } from '../../../src/jobs/migrate-mart.js';
import { closeAfterFile } from '../closers.js';
import { freshMart, idbTables, query } from '../databases.js';
import { startServerOf } from '../server-homes.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Model } from './model.js';
import { CALENDAR, type WrittenRow } from './sample-rows.js';
import { keepRunProcess, type RunProcess } from './run-processes.js';
import { openStatementGate, type StatementGate } from './statement-gate.js';
import type { FlatRunOptions } from '../jobs.js';

export const WRITERS = 3;

/** The real databases on which histories are played one after another. */
export interface HistoryDatabases {
  /** The connection path of runs that will be disturbed. */
  readonly gate: StatementGate;
  /** Sessions that write as ICON does. */
  readonly writers: readonly Connection[];
  /** Connections with which the history itself inspects the IDB and the mart. */
  readonly idb: Connection;
  readonly mart: Connection;
  /** How the history starts a run, on the history's clock. */
  readonly runOptions: (model: Clocked) => FlatRunOptions;
  readonly runThroughGate: (model: Clocked) => FlatRunOptions;
  /** A process for a run that will be killed. */
  readonly runProcess: () => Promise<RunProcess>;
}

/** The history's clock, and how far below the newest ids a run looks. */
type Clocked = Pick<Model, 'nowTs' | 'ids'>;

const EMPTIED = [
  'chat_session_fact',
  'chat_session_attached_data',
  'chatmart_attached_waiting',
  'chatmart_calendar',
  'stg_transform_discards',
  'chatmart_pending_agg',
  'agt_chat_stats_day',
  'agt_chat_stats_month',
  'chatmart_source',
  'chatmart_slice',
  'ctl_audit_log',
  'ctl_extract_history',
  'ctl_transform_history',
  'ctl_etl_history',
];

/** A run that was cut off retries at once: no server here needs time to recover. */
const RETRY_DELAYS_MS = [1, 2, 4, 8, 16];

/**
 * Opens databases for histories until the test file is done. The IDB has its own server: a transaction open in the mart would hold back
 * the IDB's ceiling and hide which rows a run reads beyond it.
 */
export async function openHistoryDatabases(): Promise<HistoryDatabases> {
  const idbServer = await startServerOf(temporaryFolder());
  await idbServer.ensureDatabase('idb');
  const urls = { idbUrl: idbServer.url('idb'), martUrl: await freshMart() };
  await query(urls.idbUrl, idbTables());
  const sensitiveData = (['card', 'email', 'phone'] as const).map((name) => ({ name, as: 'mask' as const }));
  await migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart' }, { properties: { sensitiveData } });
  const open = async (url: string, schema?: string): Promise<Connection> => {
    const connection = await connect({ url, applicationName: 'history', ...(schema === undefined ? {} : { schema }) });
    closeAfterFile(() => connection.end());
    return connection;
  };
  const writers: Connection[] = [];
  for (let writer = 0; writer < WRITERS; writer++) writers.push(await open(urls.idbUrl));
  const gate = await openStatementGate(urls.idbUrl, urls.martUrl);
  const gateUrls = { idbUrl: gate.through(urls.idbUrl), martUrl: gate.through(urls.martUrl) };
  const toOptions = ({ nowTs, ids }: Clocked): Omit<FlatRunOptions, 'idbUrl' | 'martUrl'> => ({
    martSchema: 'infomart',
    idbSchema: 'public',
    settleMs: 0,
    retryDelaysMs: RETRY_DELAYS_MS,
    idSlack: ids.slack,
    clock: () => new Date(nowTs * 1000),
  });
  const idb = await open(urls.idbUrl);
  // The table may be replaced by a copy of itself while the ids continue.
  await idb.query('alter sequence g_userdata_history_id_seq owned by none');
  return {
    gate,
    writers,
    idb,
    mart: await open(urls.martUrl, 'infomart'),
    runOptions: (model) => ({ ...urls, ...toOptions(model) }),
    runThroughGate: (model) => ({ ...gateUrls, ...toOptions(model) }),
    runProcess: keepRunProcess(),
  };
}

/** Removes everything of the previous history: transactions and rows. Ids start at one step and increase by it. */
export async function emptyHistoryDatabases({ writers, idb, mart }: HistoryDatabases, idStep: number): Promise<void> {
  for (const writer of writers) await writer.query('rollback');
  const left = await query<{ gid: string }>(idb, 'select gid from pg_prepared_xacts where database = current_database()');
  for (const { gid } of left) await idb.query(`rollback prepared '${gid}'`);
  await idb.query(
    `do $$ declare beside record; begin
       for beside in select relname from pg_class where relname like 'g_userdata_history_beside_%' and relkind = 'r' loop
         execute format('drop table %I', beside.relname);
       end loop;
     end $$;
     drop table if exists g_userdata_history_copy; truncate g_userdata_history; alter sequence g_userdata_history_id_seq increment by ${idStep} restart with ${idStep}`,
  );
  // The column stays: a view reads it. So do the tables of a calendar, which is unknown to jobs without its row.
  await mart.query(`truncate ${EMPTIED.join(', ')}; update chatmart_attached_key set is_filled = 0`);
  const days = `agt_chat_stats_day_${CALENDAR.name}`;
  await mart.query(`do $$ begin if to_regclass('${days}') is not null then truncate ${days}; end if; end $$`);
}

/** Where rows are written and under which ids; by default the IDB's table and its sequence. */
interface Place {
  readonly table?: string;
  readonly firstId?: number;
  readonly step?: number;
}

/** Writes rows in one statement, as ICON does, and returns their ids. */
export async function writeRows(
  connection: Connection,
  rows: readonly WrittenRow[],
  addedTs: number,
  { table = 'g_userdata_history', firstId, step = 1 }: Place = {},
): Promise<number[]> {
  const written = await query<{ id: number }>(
    connection,
    `insert into ${table} (${firstId === undefined ? '' : 'id, '}callid, keyname, value, changetype, type, added_ts)
     select ${firstId === undefined ? '' : `${firstId} + (position - 1) * ${step}, `}callid, keyname, value, case when value is null then 3 else 1 end, 1, $4
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as rows (callid, keyname, value, position)
     order by position
     returning id`,
    [rows.map(({ callid }) => callid), rows.map(({ keyname }) => keyname), rows.map(({ value }) => value), addedTs],
  );
  return written.map(({ id }) => id);
}
