import { connect, type Connection } from '../../../src/db/connection.js';
import { closeAfterFile } from '../closers.js';
import { freshMart, idbTables, query } from '../databases.js';
import { startServerOf } from '../server-homes.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Model } from './model.js';
import type { WrittenRow } from './sample-rows.js';
import { keepRunProcess, type RunProcess } from './run-processes.js';
import { openStatementGate, type StatementGate } from './statement-gate.js';
import type { FlatRunOptions } from '../jobs.js';

export const WRITERS = 3;

/** The real databases on which histories are played, one after the other. */
export interface HistoryDatabases {
  /** The way that a run takes which is to be disturbed. */
  readonly gate: StatementGate;
  /** Sessions of ICON. */
  readonly writers: readonly Connection[];
  /** For what the history itself wants to know of the IDB and of the mart. */
  readonly idb: Connection;
  readonly mart: Connection;
  /** How a run of the history is started; the clock is the history's. */
  readonly runOptions: (model: Clocked) => FlatRunOptions;
  readonly runThroughGate: (model: Clocked) => FlatRunOptions;
  /** A process for a run that is to be killed. */
  readonly runProcess: () => Promise<RunProcess>;
}

/** The history's clock, and how far below the newest ids a run looks. */
type Clocked = Pick<Model, 'nowTs' | 'ids'>;

const EMPTIED = [
  'chat_session_fact',
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

/** A run that was cut off tries again at once: nobody has to wait for a server here. */
const RETRY_DELAYS_MS = [1, 2, 4, 8, 16];

/**
 * Opens databases for histories until the test file is done. The IDB has a server of its own: a transaction that is open in the mart would hold
 * back the IDB's ceiling, and hide what is read beyond it.
 */
export async function openHistoryDatabases(): Promise<HistoryDatabases> {
  const idbServer = await startServerOf(temporaryFolder());
  await idbServer.ensureDatabase('idb');
  const urls = { idbUrl: idbServer.url('idb'), martUrl: await freshMart() };
  await query(urls.idbUrl, idbTables());
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
  // The table may be exchanged for a copy of it, and the ids go on.
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

/** Leaves nothing of the history before: no transaction, no row. Ids begin at one step and go up in such steps. */
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
  await mart.query(`truncate ${EMPTIED.join(', ')}`);
}

/** Where rows are written, and under which ids; by default into the IDB's table, under those that its sequence gives. */
interface Place {
  readonly table?: string;
  readonly firstId?: number;
  readonly step?: number;
}

/** Writes rows as one statement of ICON and returns their ids. */
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
