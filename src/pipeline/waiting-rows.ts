import { queryRow, type Connection } from '../db/connection.js';
import type { IdbTable } from '../extract/idb-table.js';
import { takeSnapshot } from '../extract/extract-chunk.js';
import { countRowsBehind } from '../extract/user-data-rows.sql.js';
import { counted } from '../model/text.js';
import { notLoadedAhead, type SourceState } from '../mart/source-window.js';
import { askBriefly } from '../extract/source-times.js';
import { lookForHolder, toHolderText, type CeilingHolder, type SeenSnapshot } from '../extract/ceiling-holder.js';

/** Rows of an IDB that are committed and not loaded, because a transaction is open that began to write before them. */
export interface WaitingRows {
  readonly rows: number;
  /** False: there may be fewer: ids were counted, because counting rows takes too long, or some of them are loaded. */
  readonly isExact: boolean;
  readonly holder: CeilingHolder;
  /** The first run that left such rows where they are (ISO 8601); null: none has yet. */
  readonly since: string | null;
  /** They are loaded then, or when the transaction has ended if that is sooner. */
  readonly until: 'next-cycle' | 'cycle-after-next';
}

/** Counting rows takes no longer than this. */
const COUNT_MS = 2_000;

/** What a state has kept of snapshots of its IDB. */
export const toSeenSnapshots = (state: SourceState | undefined): SeenSnapshot[] =>
  (state?.marks ?? []).map(({ xmax, takenAt }) => ({ xmax: String(xmax), takenAt: takenAt.toISOString() }));

/** Looks whether rows of a source wait for an open transaction, outside a transaction. Null: none does, or nothing was ever loaded. */
export async function findWaitingRows(idb: Connection, table: IdbTable, state: SourceState | undefined): Promise<WaitingRows | null> {
  if (!table.hasCeiling || state?.lastCeiling == null) return null;
  const found = await lookForHolder(idb, toSeenSnapshots(state));
  // Numbers that went back belong to another server.
  if (found === null || found.ceiling < state.lastCeiling) return null;
  const { holder, ceiling } = found;
  const { seen, maxId } = await takeSnapshot(idb, table);
  const above = { ...state, lastCeiling: ceiling };
  const from = notLoadedAhead(above, seen, 0)!;
  const rows = await askBriefly(
    idb,
    async () =>
      (await queryRow<{ rows: number }>(idb, countRowsBehind(table, notLoadedAhead(above, seen)!.position, { ...from, are: 'above' })))
        .rows,
    COUNT_MS,
  );
  const waiting = rows ?? Math.max(0, maxId - Math.max(0, from.position));
  if (waiting === 0) return null;
  const ahead = state.marks.findLast((mark) => mark.ahead !== undefined)?.ahead;
  const hasWaited = state.completeUntil === null || state.marks.some(({ xmax }) => xmax > ceiling);
  return {
    rows: waiting,
    isExact: rows !== null && (ahead === undefined || ahead.untilXid <= from.ceiling),
    holder,
    since: holder.seenSince,
    until: hasWaited ? 'next-cycle' : 'cycle-after-next',
  };
}

/** When they are loaded, in words. */
const UNTIL = {
  'next-cycle': 'the next run loads them',
  'cycle-after-next': 'the run after the next one loads them, or the next one if the transaction has ended by then',
} as const satisfies Record<WaitingRows['until'], string>;

/** The number of waiting rows, since when and until when, in words. */
export function toWaitingText({ rows, isExact, since, until }: WaitingRows): string {
  const waits = `${isExact ? '' : 'up to '}${counted(rows, 'row waits', 'rows wait')}`;
  return `${waits}${since === null ? '' : ` since ${since}`}: ${UNTIL[until]}`;
}

/** The same, and for whom. */
export const toWaitingForText = (waiting: WaitingRows): string =>
  `${toWaitingText(waiting)}; they wait for ${toHolderText(waiting.holder)}`;
