import { loadWindow, loadAhead } from './load-window.js';
import type { Connection } from '../db/connection.js';
import { findBlocks, findFirstIdSince, takeSnapshot } from '../extract/extract-chunk.js';
import { readSubscriptions } from '../extract/id-signs.js';
import type { IdbTable } from '../extract/idb-table.js';
import { compareSource, describeAdded } from '../extract/source-identity.js';
import { withHistoryOfRows } from '../jobs/job-history.js';
import { forgetWindows, toCompleteAt, toHeardUntil } from '../mart/id-order.js';
import { withoutChanges, withSeenChanges } from '../mart/source-identity.js';
import { byBlocks, openWindow, resumeWindow, SETTLED_OVERLAP_MS, type SourceSnapshot, type SourceState } from '../mart/source-window.js';
import { monotonicMs, toEpochSeconds, isAhead } from '../model/clock.js';
import { counted } from '../model/text.js';
import { type SourceLoading } from './source.js';
import { toExtractCounts, toTransformCounts } from './totals.js';
import { openWatchedWindow } from './watch-id-order.js';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadSourceOptions {
  /** How long to wait for writers that are about to commit, for a higher ceiling. */
  readonly settleMs?: number | undefined;
  /** Called when there is something to load. */
  readonly onWork?: (() => void) | undefined;
}

const DEFAULT_SETTLE_MS = 300;
const SETTLE_STEP_MS = 20;

/** The outcome of a source in a run. */
export interface LoadedSource {
  readonly state: SourceState;
  /** How the source differs from what was read before, in a clause: another source, or one with further tables. */
  readonly changed: string | null;
}

interface LoadedRows extends LoadedSource {
  /** It is another source, so all of it was read again. */
  readonly isAnother: boolean;
}

/**
 * Extract, transform and load of one source in one streaming pass. Recorded as both of Info Mart's jobs from its first rows on; until rows
 * arrive, the history of one run that found nothing is kept up to date.
 */
export function loadSource(loading: SourceLoading, options: LoadSourceOptions): Promise<LoadedSource> {
  const { totals } = loading;
  const describe = ({ state, changed, isAnother }: LoadedRows) => ({
    window: { from: isAnother ? null : loading.state.completeUntil, to: state.completeUntil },
    rowCount: totals.rows,
    message: `${counted(totals.stagedSessions, 'session')} in ${counted(totals.rows, 'row')}${toChangeText(changed, isAnother)}`,
  });
  return withHistoryOfRows(
    loading.job,
    {
      rows: [
        { jobName: 'Job_ExtractICON', counts: () => toExtractCounts(totals) },
        { jobName: 'Job_TransformGIM', counts: () => toTransformCounts(totals) },
      ],
      isIdle: ({ changed }) => changed === null && totals.rows === 0,
      describe,
    },
    (begin) => {
      const beginHistory = (): Promise<void> => {
        options.onWork?.();
        return begin();
      };
      return loadNewRows({ ...loading, beginHistory }, options);
    },
  );
}

function toChangeText(changed: string | null, isAnother: boolean): string {
  if (changed === null) return '';
  return isAnother
    ? `. The source has changed: ${changed}. All of it was read again`
    : `. The source has new tables: ${changed}. All their rows were read`;
}

async function loadNewRows(loading: SourceLoading, { settleMs = DEFAULT_SETTLE_MS }: LoadSourceOptions): Promise<LoadedRows> {
  const { idb, table, source } = loading;
  const { now, log, tuning } = loading.job;
  let state = loading.state;
  // Before the snapshot: a table attached later is noticed by the next run.
  const { identity, changed, tables } = await compareSource(idb, table, state);
  const isAnother = changed !== null;
  if (isAnother) {
    log(`source ${source.name} has changed: ${changed}. All of it is read again; the mart keeps what it has`, {
      level: 'warning',
      code: 'source-changed',
    });
    state = {
      ...state,
      lastCeiling: null,
      window: null,
      marks: [],
      completeUntil: null,
      wholeCeiling: null,
      wholeAt: null,
      unreadFrom: null,
      idOrder: forgetWindows(state.idOrder),
    };
  }
  const grown = await describeAdded(idb, tables.added);
  if (grown !== null)
    log(`source ${source.name} has new tables: ${grown}. All their rows are read`, { level: 'warning', code: 'source-grown' });
  if (state.wholeAt !== null && isAhead(state.wholeAt, now))
    log(
      `the last daily window of source ${source.name} ended at ${state.wholeAt.toISOString()}, which is in the future by this machine's ` +
        'clock; it is ignored, and the daily work is done now',
      { level: 'warning', code: 'time-ahead' },
    );
  if (!table.hasCeiling)
    log(
      `${table.schema}.${table.name} is a ${table.kind} and does not show which rows are committed. Each run reads the last hour again; ` +
        'chatmart reconcile finds rows that are committed even later',
      { level: 'warning', code: 'source-without-ceiling' },
    );
  // A killed run left its window open: finish it first, with its bounds and the tables known then.
  if (state.window !== null) {
    const isComplete = tables.added.length === 0 && !tables.areRewritten;
    state = await loadWindow(loading, resumeWindow(state, await takeSnapshot(idb, table)), { isComplete });
  }
  const heardUntil = toHeardUntil(await readSubscriptions(idb, table));
  const snapshot = await takeSettledSnapshot(idb, table, settleMs);
  const known = { ...state, identity: withoutChanges(identity, state.identity, tables) };
  const andTables = tables.added.map(({ oid }) => oid);
  if (table.hasCeiling) {
    const watched = await openWatchedWindow(loading, known, {
      snapshot: { ...snapshot, ...toCompleteAt(snapshot, heardUntil) },
      isUnbounded: tables.added.length > 0 || tables.areRewritten,
      tables: { before: state.identity?.tables ?? [], now: identity.tables ?? [] },
    });
    const seen = { areRewritten: tables.areRewritten, ceiling: snapshot.ceiling };
    state = await loadWindow(loading, await toCheapestWindow(loading, watched.state), {
      identity: withSeenChanges(identity, state.identity, seen),
      andTables,
      watched,
    });
  } else
    state = await loadWindow(
      loading,
      openWindow(known, snapshot, { now, idSlack: tuning.idSlack, settledFromId: await findSettledFromId(loading, state, snapshot) }),
      {
        identity,
      },
    );
  return { state: await loadAhead(loading, state, snapshot), changed: changed ?? grown, isAnother };
}

/** A window of all rows is read by blocks where the table has them. */
async function toCheapestWindow({ idb, table }: SourceLoading, state: SourceState): Promise<SourceState> {
  const blocks = state.window?.from === null ? await findBlocks(idb, table) : null;
  return blocks === null ? state : byBlocks(state, blocks);
}

/** The first id to read of a source without ceiling: from an hour before what counts as complete, or the first row. */
async function findSettledFromId({ idb, table }: SourceLoading, state: SourceState, { takenAt }: SourceSnapshot): Promise<number> {
  const { completeUntil, marks } = state;
  if (completeUntil === null || isAhead(completeUntil, takenAt)) return Number.MIN_SAFE_INTEGER;
  const recent = await findFirstIdSince(idb, table, toEpochSeconds(completeUntil) - SETTLED_OVERLAP_MS / 1000);
  return Math.min(recent ?? Infinity, marks.at(-1)?.maxId ?? Number.MIN_SAFE_INTEGER);
}

/** A snapshot whose ceiling is above every transaction open at the call, if those end soon. */
async function takeSettledSnapshot(idb: Connection, table: IdbTable, settleMs: number): Promise<SourceSnapshot> {
  const first = await takeSnapshot(idb, table);
  const deadline = monotonicMs() + settleMs;
  let snapshot = first;
  while (snapshot.ceiling < first.xmax && monotonicMs() < deadline) {
    await sleep(SETTLE_STEP_MS);
    snapshot = await takeSnapshot(idb, table);
  }
  return snapshot;
}
