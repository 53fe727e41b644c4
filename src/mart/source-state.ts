import { execute, queryRows, type Connection } from '../db/connection.js';
import { requireWritten } from './written-rows.js';
import { BusyError } from '../model/errors.js';
import type { SourceState } from './source-window.js';
import type { IdOrder } from './id-order.js';
import type { SourceIdentity } from './source-identity.js';
import { insertDataSource, insertSource, selectSource, selectSourcesByTime, updateSource } from './source-state.sql.js';

interface SourceRow {
  readonly source_name: string;
  readonly data_source_key: number;
  readonly table_name: string | null;
  readonly last_ceiling: string | null;
  readonly window_ceiling: string | null;
  readonly window_position: number | null;
  readonly window_end_id: number | null;
  readonly window_from: string | null;
  readonly window_is_whole: boolean;
  readonly window_file: number | null;
  readonly marks: readonly {
    readonly xmax: string;
    readonly maxId: number;
    readonly takenAt: string;
    readonly completeAt?: string | null;
    readonly ahead?: { readonly untilXid: string; readonly open: readonly string[] };
  }[];
  readonly complete_until: Date | null;
  readonly whole_ceiling: string | null;
  readonly whole_at: Date | null;
  readonly unread_from: string | null;
  readonly identity: (Omit<SourceIdentity, 'nextTransaction'> & { readonly nextTransaction: string }) | null;
  readonly id_order: IdOrder | null;
  readonly revision: number;
}

const toBigInt = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** How far a source has been loaded. Inserts the row of a source that is new, or is another table now. */
export async function readSourceState(connection: Connection, sourceName: string, tableName: string): Promise<SourceState> {
  const [known] = await queryRows<SourceRow>(connection, selectSource(sourceName));
  if (known?.table_name === tableName) return toSourceState(known);
  await execute(connection, insertDataSource(sourceName, tableName));
  await execute(connection, insertSource(sourceName, tableName));
  const rows = await queryRows<SourceRow>(connection, selectSource(sourceName));
  await requireWritten(connection, { table: 'chatmart_source', verb: 'inserted', wanted: 1, written: rows.length });
  return toSourceState(rows[0]!);
}

/** The same without writing; undefined: the source was never seen. */
export async function findSourceState(connection: Connection, sourceName: string): Promise<SourceState | undefined> {
  const [row] = await queryRows<SourceRow>(connection, selectSource(sourceName));
  return row && toSourceState(row);
}

/** The same for several sources; those never seen are left out. */
export async function findSourceStates(connection: Connection, sourceNames: readonly string[]): Promise<Map<string, SourceState>> {
  const states = new Map<string, SourceState>();
  for (const name of sourceNames) {
    const state = await findSourceState(connection, name);
    if (state !== undefined) states.set(name, state);
  }
  return states;
}

function toSourceState(row: SourceRow): SourceState {
  return {
    sourceName: row.source_name,
    dataSourceKey: row.data_source_key,
    lastCeiling: toBigInt(row.last_ceiling),
    window:
      row.window_ceiling === null
        ? null
        : {
            from: toBigInt(row.window_from),
            ceiling: BigInt(row.window_ceiling),
            position: row.window_position ?? 0,
            endId: row.window_end_id ?? 0,
            isWhole: row.window_is_whole,
            file: row.window_file ?? undefined,
          },
    marks: row.marks.map(({ xmax, maxId, takenAt, completeAt, ahead }) => ({
      xmax: BigInt(xmax),
      maxId,
      takenAt: new Date(takenAt),
      ...(ahead === undefined ? {} : { ahead: { untilXid: BigInt(ahead.untilXid), open: ahead.open.map(BigInt) } }),
      ...(completeAt === undefined ? {} : { completeAt: completeAt === null ? null : new Date(completeAt) }),
    })),
    completeUntil: row.complete_until,
    wholeCeiling: toBigInt(row.whole_ceiling),
    wholeAt: row.whole_at,
    unreadFrom: toBigInt(row.unread_from),
    identity: row.identity && { ...row.identity, nextTransaction: BigInt(row.identity.nextTransaction) },
    idOrder: row.id_order,
    revision: row.revision,
  };
}

/** Stores how far a source has been loaded, inside the transaction that loaded it. Errors: `BusyError` when another run moved it. */
export async function writeSourceState(connection: Connection, state: SourceState, now: Date): Promise<SourceState> {
  const written = await execute(connection, updateSource(state, now));
  if (written === 1) return { ...state, revision: state.revision + 1 };
  const [held] = await queryRows<SourceRow>(connection, selectSource(state.sourceName));
  if (held?.revision !== state.revision)
    throw new BusyError('watermark-moved', `Another run has moved the watermark of source ${state.sourceName}`, {
      state: 'rolled-back',
      next: 'Wait for the other run to finish.',
      again: 'then',
    });
  await requireWritten(connection, { table: 'chatmart_source', verb: 'updated', wanted: 1, written });
  return state;
}

/** Names of the sources for which ADDED_TS decides the order of rows. */
export const readSourcesByTime = async (connection: Connection): Promise<ReadonlySet<string>> =>
  new Set((await queryRows<{ source_name: string }>(connection, selectSourcesByTime)).map(({ source_name: name }) => name));
