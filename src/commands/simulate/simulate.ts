import type { Log } from '../../model/log.js';
import { execute, queryRow, queryRows, withConnection, type Connection } from '../../db/connection.js';
import { copyFrom } from '../../db/copy.js';
import { quoteIdentifier } from '../../db/quote.js';
import { withTransaction } from '../../db/transaction.js';
import { systemClock, toEpochSeconds, type Clock } from '../../model/clock.js';
import { toIdbBatches, createRowIds, type IdbBatch, type IdbOptions } from '../../simulate/idb/idb-batches.js';
import { checkSimulation } from '../../simulate/simulate-sessions.js';
import { IDB_COPY_COLUMNS, toIdbCopyText } from '../../simulate/idb/idb-copy-text.js';
import { createIdbIndexes, drawId, selectIdSequence, setLastId } from '../../simulate/idb/idb-table.sql.js';
import type { Tuning } from '../../jobs/tuning.js';
import { toTruthLine } from './truth-file.js';
import { claimIdbTable, toTableError } from './claim-idb-table.js';

/** The sessions to simulate, and their target. */
export interface SimulateOptions extends Pick<
  IdbOptions,
  'sessions' | 'seed' | 'statistics' | 'timeForm' | 'profile' | 'updates' | 'corrections'
> {
  readonly idbUrl: string;
  readonly idbSchema: string;
  /** Undefined: whichever of ICON's two table names exists, else `g_userdata_history`. */
  readonly idbTable?: string | undefined;
  /** The sessions start in [from, to). */
  readonly from: Date;
  readonly to: Date;
  /** Later events are not written yet; undefined: all are written. */
  readonly until?: Date | undefined;
  /** Called with each session's timeline as a line of JSON, in the order of the sessions' starts. */
  readonly truth?: ((line: string) => void) | undefined;
  readonly log: Log;
  readonly clock?: Clock;
  readonly tuning?: Pick<Tuning, 'lockTimeoutMs'>;
}

/** The result of a simulation. */
export interface SimulateResult {
  /** Schema and table, quoted. */
  readonly table: string;
  readonly sessions: number;
  /** Of these, sessions not closed by `until`. */
  readonly open: number;
  readonly rows: number;
  readonly seconds: number;
  readonly firstStart: Date;
  readonly lastStart: Date;
}

/**
 * Writes simulated sessions into an IDB in one transaction: all or none. Creates the table if there is none. Errors: `ConfigError` if the
 * table holds rows that are not simulated, or is not a table of ICON; `BusyError` if another session is writing into it.
 */
export async function writeSimulatedSessions(options: SimulateOptions): Promise<SimulateResult> {
  const { clock = systemClock, truth } = options;
  const startedAt = clock().getTime();
  const simulation: IdbOptions = {
    ...options,
    from: toEpochSeconds(options.from),
    to: toEpochSeconds(options.to),
    until: options.until && toEpochSeconds(options.until),
    onSession: truth && ((timeline, statistics) => truth(toTruthLine(timeline, statistics))),
  };
  checkSimulation(simulation);
  return withConnection({ url: options.idbUrl, applicationName: 'chatmart simulate' }, async (connection) => {
    const written = await withTransaction(connection, () => writeRows(connection, options, simulation)).catch((cause: unknown) => {
      throw toTableError(cause);
    });
    // No vacuum: it takes a tenth of the total time, and the first run is no faster for it.
    await execute(connection, { text: `analyze ${written.table}` });
    return { ...written, seconds: (clock().getTime() - startedAt) / 1000 };
  });
}

async function writeRows(
  connection: Connection,
  options: SimulateOptions,
  simulation: IdbOptions,
): Promise<Omit<SimulateResult, 'seconds'>> {
  const { table, created } = await claimIdbTable(connection, options);
  if (created) options.log(`created ${table}`);
  const tally = { sessions: 0, closed: 0, firstStart: 0, lastStart: 0 };
  const rows = await copyRows(connection, table, tallySessions(toIdbBatches(simulation), tally), simulation.seed);
  if (created) await execute(connection, createIdbIndexes(table));
  const { sessions, closed, firstStart, lastStart } = tally;
  return { table, sessions, open: sessions - closed, rows, firstStart: new Date(firstStart * 1000), lastStart: new Date(lastStart * 1000) };
}

/** Copies the rows under ids with gaps, as other transactions leave them; if ids cannot be chosen, PostgreSQL assigns them. */
async function copyRows(connection: Connection, table: string, batches: Iterable<IdbBatch>, seed: number): Promise<number> {
  const [sequence] = await queryRows<{ name: string }>(connection, selectIdSequence(table));
  const toCopy = (columns: readonly string[]): string =>
    `copy ${table} (${columns.map(quoteIdentifier).join(', ')}) from stdin with (encoding 'UTF8')`;
  if (sequence === undefined) return copyFrom(connection, toCopy(IDB_COPY_COLUMNS), toIdbCopyText(batches));

  const { id } = await queryRow<{ id: string }>(connection, drawId(sequence.name));
  const ids = createRowIds(seed, Number(id));
  const rows = await copyFrom(connection, toCopy(['id', ...IDB_COPY_COLUMNS]), toIdbCopyText(batches, ids));
  await execute(connection, setLastId(sequence.name, ids.last()));
  return rows;
}

/** Passes the batches on, and counts the sessions that they begin, with their times. */
function* tallySessions(
  batches: Iterable<IdbBatch>,
  tally: { sessions: number; closed: number; firstStart: number; lastStart: number },
): Generator<IdbBatch> {
  for (const batch of batches) {
    if (batch.moment === 'created') {
      if (tally.sessions++ === 0) tally.firstStart = batch.at;
      tally.lastStart = batch.at;
    } else if (batch.moment === 'closed') tally.closed++;
    yield batch;
  }
}
