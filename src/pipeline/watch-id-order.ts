import { readIdSigns } from '../extract/id-signs.js';
import { contradictTime, countLateRows, findLateRows, findLateRowsAtEnd, type LateRange } from '../extract/late-rows.js';
import { monotonicMs } from '../model/clock.js';
import {
  ID_SLACK,
  newestIdBefore,
  openWindow,
  SMALLEST_ID,
  type OpenWindowOptions,
  type SourceSnapshot,
  type SourceState,
} from '../mart/source-window.js';
import {
  addBound,
  areRowsLeft,
  areUpdates,
  isHintDue,
  judgeSigns,
  noteFindings,
  UNKNOWN_ID_ORDER,
  type IdBound,
  type IdOrder,
  type LateRows,
} from '../mart/id-order.js';
import type { Log } from '../model/log.js';
import type { IdentityTable } from '../mart/source-identity.js';
import type { IdGap } from './read-chunk.js';
import type { SourceLoading } from './source.js';

export interface WatchOptions extends Pick<OpenWindowOptions, 'isUnbounded'> {
  readonly snapshot: SourceSnapshot;
  /** The tables of the source at the last run, and now. */
  readonly tables: { readonly before: readonly IdentityTable[]; readonly now: readonly IdentityTable[] };
}

/** A window of a source to read. */
export interface LoweredWindow {
  readonly state: SourceState;
  /** Ids without rows of the window. */
  readonly gap: IdGap | undefined;
}

/** A window whose ids are watched. */
export interface WatchedWindow extends LoweredWindow {
  /** Apart from `updatedRows` rows updated in place, the window should have no rows up to this id. Undefined: unknown. */
  readonly newestIdBefore: number | undefined;
  readonly updatedRows: number;
  /** Checks again once `rows` rows have been read; returns what to read again. Without a gap: no row was left out. */
  readonly lookAgain: (read: SourceState, rows: number) => Promise<LoweredWindow>;
}

/**
 * Opens the next window of a source with a ceiling, down to the smallest id of its transactions. It does not assume that their ids are
 * above all earlier ones but checks; if in doubt, it looks through all rows.
 */
export async function openWatchedWindow(loading: SourceLoading, state: SourceState, options: WatchOptions): Promise<WatchedWindow> {
  const { idb, table, source } = loading;
  const { now, log, tuning } = loading.job;
  const { idSlack: slack = ID_SLACK } = tuning;
  const { snapshot, tables, isUnbounded } = options;
  const before = state.idOrder ?? UNKNOWN_ID_ORDER;
  // After the snapshot: by then, a sequence that draws ids in order has assigned the largest one.
  const signs = await readIdSigns(idb, table);
  const doubts = judgeSigns(before, signs, { maxId: snapshot.maxId, slack, now });
  const opened = openWindow(state, snapshot, { now, idSlack: slack, isUnbounded });
  const window = opened.window!;
  const isDoubted = doubts.length > 0 || before.doubts.length > 0;
  const newestId = newestIdBefore({ ...state, lastCeiling: opened.lastCeiling });
  const plan = planLook(opened, before, { isUnbounded, isDoubted, newestId, slack });
  const updatedRows = Math.max(0, (signs.counted?.updated ?? 0) - (before.counted?.updated ?? 0));

  const look = async (known: IdOrder, range: LateRange | null): Promise<Looked> => {
    const start = monotonicMs();
    const late = range === null ? null : await findLateRows(idb, table, tables.now, range);
    const order = noteFindings(known, {
      ...{ signs, doubts, now, isWhole: window.isWhole },
      late: late !== null && areUpdates(late, window.isWhole ? before.updatedAtWhole : before.counted?.updated, signs) ? null : late,
      bounds: plan.boundsAfter(range !== null),
      seconds: range === null ? undefined : (monotonicMs() - start) / 1000,
    });
    tellDoubts(log, source.name, known, order);
    return { order, late, isNew: order.lateAt !== known.lateAt };
  };

  const { range, overlap, isBounded } = plan;
  const atEnd = range === null || isDoubted || !isBounded ? null : await findLateRowsAtEnd(idb, table, tables, range);
  const isHint = atEnd !== null && areUpdates(atEnd, before.counted?.updated, signs);
  const isSuspected = range !== null && (isDoubted || !isBounded || (atEnd !== null && (!isHint || isHintDue(before, now))));
  const looked = await look(before, isSuspected ? range : null);
  const order = isSuspected && isHint ? noteHint(looked, now) : looked.order;
  const { late } = looked;
  const isOverlapping =
    overlap !== null &&
    !order.isByTime &&
    (await countLateRows(idb, table, overlap)) > updatedRows &&
    (await contradictTime(idb, table, overlap));
  const found = { ...opened, idOrder: isOverlapping ? toOrderByTime(order, source.name, log) : order };
  return {
    ...(isBounded && late !== null ? lower(found, late, window.position) : { state: found, gap: undefined }),
    newestIdBefore: isBounded ? newestId : undefined,
    updatedRows,
    lookAgain: async (read, rows) => {
      const counted = { ...read.idOrder!, windowRows: rows };
      if (range === null || isSuspected || !areRowsLeft(before, signs, rows, now))
        return { state: { ...read, idOrder: counted }, gap: undefined };
      const again = await look(counted, range);
      const state = { ...read, idOrder: noteHint(again, now) };
      return again.late === null ? { state, gap: undefined } : lower(state, again.late, window.endId);
    },
  };
}

/** The result of searching all rows. */
interface Looked {
  readonly order: IdOrder;
  readonly late: LateRows | null;
  /** There are more than were updated in place. */
  readonly isNew: boolean;
}

const noteHint = ({ order, isNew }: Looked, now: Date): IdOrder => ({
  ...order,
  followedAt: now.toISOString(),
  followedInVain: isNew ? 0 : order.followedInVain + 1,
});

interface LookInputs extends Pick<WatchOptions, 'isUnbounded'> {
  readonly isDoubted: boolean;
  /** Largest id at a time when the window's transactions had not begun. */
  readonly newestId: number | undefined;
  readonly slack: number;
}

/** Where to look for late rows, and the bounds by which a day's windows are judged afterwards. */
interface LookPlan {
  /** The window leaves out ids. */
  readonly isBounded: boolean;
  /** Ids below the window; if it leaves out none, ids below the windows of the day before it. Null: nowhere. */
  readonly range: LateRange | null;
  /** For a window that leaves out no id: the ids that any other window would read, below the largest id at its beginning. */
  readonly overlap: (LateRange & { readonly afterId: number }) | null;
  readonly boundsAfter: (isLookedThrough: boolean) => readonly IdBound[];
}

function planLook(opened: SourceState, { bounds }: IdOrder, { isUnbounded = false, isDoubted, newestId, slack }: LookInputs): LookPlan {
  const { from, ceiling, position, isWhole } = opened.window!;
  const { lastCeiling } = opened;
  const isBounded = position > SMALLEST_ID;
  // Rows written anew, or that came with a table, may have any id.
  if (isUnbounded || from === null || lastCeiling === null || newestId === undefined)
    return { isBounded, range: null, overlap: null, boundsAfter: () => [] };
  const transactions = { are: 'below', from: lastCeiling, ceiling } as const;
  const isEmpty = lastCeiling >= ceiling;
  const untilId = newestId - slack;
  const ofWindow = { from: lastCeiling.toString(), aboveId: untilId };
  if (!isWhole)
    return {
      ...{ isBounded, overlap: null },
      range: isEmpty ? null : { transactions, untilId },
      boundsAfter: (isLookedThrough) => addBound(bounds, isLookedThrough ? { ...ofWindow, aboveId: SMALLEST_ID } : ofWindow),
    };
  const all = addBound(bounds, ofWindow);
  const since = BigInt(all[0]!.from);
  return {
    isBounded,
    range:
      isDoubted || since >= ceiling
        ? null
        : { transactions: { ...transactions, from: since }, untilId: Math.max(...all.map(({ aboveId }) => aboveId)), bounds: all },
    overlap: isEmpty ? null : { transactions, afterId: untilId, untilId: newestId },
    boundsAfter: () => [],
  };
}

/** Lowers the window to begin at the late rows; between them and `untilId` there are none. */
function lower(state: SourceState, { minId, maxId }: LateRows, untilId: number): LoweredWindow {
  return { state: { ...state, window: { ...state.window!, position: minId - 1 } }, gap: { afterId: maxId, untilId } };
}

/** Logs when ids begin to be doubted, for which reasons, and when they no longer are. */
function tellDoubts(log: Log, source: string, before: IdOrder, { doubts }: IdOrder): void {
  const reasons = ({ doubts: all }: Pick<IdOrder, 'doubts'>): string => all.map(({ reason }) => reason).join();
  if (reasons(before) === reasons({ doubts })) return;
  if (doubts.length === 0) log(`the ids of source ${source} are trusted again`, { code: 'ids-in-order' });
  else
    log(
      `the ids of source ${source} do not rise with its transactions: ${doubts.map(({ text }) => text).join('; ')}. ` +
        'Until they do, each run reads all its rows; of two rows of a key, the one with the later ADDED_TS counts',
      { level: 'warning', code: 'ids-not-in-order' },
    );
}

/** Rows have arrived under smaller ids than earlier ones, so ids do not show which of two rows is newer. Switches to ADDED_TS. */
export function toOrderByTime(order: IdOrder, source: string, log: Log): IdOrder {
  log(
    `rows of source ${source} arrived with smaller ids than earlier rows; from now on, of two rows of a key, the one with the later ADDED_TS counts`,
    { level: 'warning', code: 'rows-by-time' },
  );
  return { ...order, isByTime: true };
}
