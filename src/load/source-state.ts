import { execute, queryRow, type Connection } from '../db/connection.js';
import { BusyError } from '../model/errors.js';
import type { SourceState } from '../model/extract-window.js';
import { insertDataSource, insertSource, selectSource, updateSource } from './source-state.sql.js';

interface SourceRow {
  readonly source_name: string;
  readonly data_source_key: number;
  readonly last_ceiling: string | null;
  readonly window_ceiling: string | null;
  readonly window_position: number | null;
  readonly window_end_id: number | null;
  readonly marks: readonly { readonly xmax: string; readonly maxId: number; readonly takenAt: string }[];
  readonly complete_until: Date | null;
  readonly revision: number;
}

/** How far a source has been loaded; a source that was never seen gets its row. */
export async function readSourceState(connection: Connection, sourceName: string, tableName: string): Promise<SourceState> {
  await execute(connection, insertDataSource(sourceName, tableName));
  await execute(connection, insertSource(sourceName, tableName));
  const row = await queryRow<SourceRow>(connection, selectSource(sourceName));
  return {
    sourceName: row.source_name,
    dataSourceKey: row.data_source_key,
    lastCeiling: row.last_ceiling === null ? null : BigInt(row.last_ceiling),
    window:
      row.window_ceiling === null
        ? null
        : { ceiling: BigInt(row.window_ceiling), position: row.window_position ?? 0, endId: row.window_end_id ?? 0 },
    marks: row.marks.map((mark) => ({ xmax: BigInt(mark.xmax), maxId: mark.maxId, takenAt: new Date(mark.takenAt) })),
    completeUntil: row.complete_until,
    revision: row.revision,
  };
}

/** Stores how far a source has been loaded, inside the transaction that loaded it. Errors: `BusyError` when another run moved it. */
export async function writeSourceState(connection: Connection, state: SourceState, now: Date): Promise<SourceState> {
  if ((await execute(connection, updateSource(state, now))) === 0)
    throw new BusyError('watermark-moved', `Another run has moved the watermark of source ${state.sourceName}`, {
      hint: 'This chunk was rolled back; what was loaded before it stays. Let the other run finish, then type: chatmart run',
    });
  return { ...state, revision: state.revision + 1 };
}
