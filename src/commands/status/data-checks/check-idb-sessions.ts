import { withIdb, type Source } from '../../../extract/connect-idb.js';
import { execute, queryRows, type Connection } from '../../../db/connection.js';
import { readFactsKeptFrom } from '../../../mart/retention.js';
import { toOperatorError } from '../../../db/operator-error.js';
import { queryPages } from '../../../db/query-pages.js';
import { withTransaction } from '../../../db/transaction.js';
import { extractInteractions, requireIds, takeSnapshot } from '../../../extract/extract-chunk.js';
import { findMissingIndexes } from '../../../extract/idb-indexes.js';
import { findIdbTable, type IdbTable } from '../../../extract/idb-table.js';
import { countWithoutTime } from '../../../extract/row-times.js';
import { selectSeenSessions, type SeenRange } from '../../../extract/seen-sessions.sql.js';
import { compareSource, describeAdded } from '../../../extract/source-identity.js';
import { findSessionsEnded } from '../../../pipeline/reconcile/compare-digests.js';
import { findSourceState } from '../../../mart/source-state.js';
import { monotonicMs, toEpochSeconds } from '../../../model/clock.js';
import { ChatmartError } from '../../../model/errors.js';
import { SETTLED_OVERLAP_MS, type SourceState } from '../../../mart/source-window.js';
import { toRowOrder, type RowOrder } from '../../../mart/id-order.js';
import { startKeyName, type KvpMap } from '../../../model/mapped-key.js';
import { areComparable } from '../../../mart/source-identity.js';
import { toRowsWithoutTimeText, toUsableTimes } from '../../../model/row-time.js';
import type { Masker } from '../../../model/sensitive-data.js';
import { SessionPivot } from '../../../transform/session-pivot.js';
import { askBriefly } from '../../../extract/source-times.js';
import { limitStatementTime } from '../../../extract/source-times.sql.js';

import { MOST_SESSIONS_UNSEEN } from '../../../pipeline/reconcile/summary.js';
import { MOST_EXAMPLES, type DataCheckResult } from './data-check.js';
import { unknownInteractions } from './session-checks.sql.js';

/** As many days as the daily comparison of a run covers. */
export const CHECKED_DAYS = 3;

/** ICON stores a session within minutes of its end. */
const STORED_WITHIN_SECONDS = 3_600;

/** The status waits no longer than this for the rows of those days. */
const TIMEOUT_MS = 60_000;

interface CheckOptions {
  readonly source: Source;
  readonly map: KvpMap;
  readonly now: Date;
  /** Undefined: nothing is sensitive. */
  readonly masker?: Masker | undefined;
}

/** Thrown with the reason why a source cannot be checked. */
class Skipped extends Error {}

/**
 * Checks that every session whose rows an IDB stored in the last days and committed below the watermark is in the mart as a fact or a
 * discard. An IDB that cannot be read is not a breach: the result gives the reason.
 */
export async function checkIdbSessions(mart: Connection, { source, map, now, masker }: CheckOptions): Promise<DataCheckResult> {
  const start = monotonicMs();
  const found = await findMissing(mart, { source, map, now, masker }).catch((error: unknown): Found => ({
    skipped: whySkipped(error),
    compared: null,
    missing: [],
  }));
  return {
    name: `idb-sessions-${source.name}`,
    rule: `Each session of source ${source.name} is a fact or an open discard`,
    reads: `the rows of the last ${CHECKED_DAYS} days in the IDB`,
    compared: found.compared,
    breaches: found.missing.length,
    examples: [...found.missing]
      .sort()
      .slice(0, MOST_EXAMPLES)
      .map((guid) => `session ${guid}: neither a fact nor an open discard`),
    skipped: found.skipped,
    seconds: (monotonicMs() - start) / 1000,
  };
}

function whySkipped(error: unknown): string {
  if (error instanceof Skipped) return error.message;
  const known = error instanceof ChatmartError ? error : toOperatorError(error);
  if (known === undefined) throw error;
  return known.message;
}

/** The result if no IDB is configured. */
export const idbSessionsNotChecked: DataCheckResult = {
  name: 'idb-sessions',
  rule: 'Each session of the IDB is a fact or an open discard',
  reads: `the rows of the last ${CHECKED_DAYS} days in the IDB`,
  compared: null,
  breaches: 0,
  examples: [],
  skipped: 'CHATMART_IDB_URL is not set',
  seconds: 0,
};

interface Found extends Pick<DataCheckResult, 'skipped' | 'compared'> {
  readonly missing: readonly string[];
}

async function findMissing(mart: Connection, { source, map, now, masker }: CheckOptions): Promise<Found> {
  const state = await findSourceState(mart, source.name);
  if (state?.completeUntil == null) throw new Skipped('nothing of it is complete yet');
  return withIdb(source, { applicationName: 'chatmart status', masker }, async (idb) => {
    const table = await findIdbTable(idb, source.idbSchema, source.idbTable);
    await requireIds(idb, table);
    const withoutIndex = await findMissingIndexes(idb, table, ['added_ts']);
    if (withoutIndex.length > 0)
      throw new Skipped(`without an index on ADDED_TS (${withoutIndex[0]!.name}) all rows would have to be read`);
    const { changed, tables } = await compareSource(idb, table, state);
    if (changed !== null) throw new Skipped(`it has changed (${changed}); the next run reads all of it`);
    const grown = await describeAdded(idb, tables.added);
    if (grown !== null) throw new Skipped(`${grown}; the next run reads them`);
    const { ceiling } = await takeSnapshot(idb, table);
    const usable = toUsableTimes(now);
    // Rows without a usable time are included, unless there are too many.
    const withoutTime = await askBriefly(idb, () => countWithoutTime(idb, table, usable));
    // For a view, nothing says which of them a run has read.
    const areAsked = withoutTime !== null && (withoutTime.rows === 0 || (table.hasCeiling && !withoutTime.isAtLeast));
    const range = toRange(state, { now, ceiling, hasCeiling: table.hasCeiling });
    const text = selectSeenSessions(
      table,
      map.keys.map(({ kvp }) => kvp),
      {
        ...range,
        orWithoutTime: areAsked && withoutTime.rows > 0 ? usable : null,
      },
    );
    const unknown: string[] = [];
    let asked = 0;
    await withTransaction(
      idb,
      async () => {
        await execute(idb, limitStatementTime(TIMEOUT_MS));
        for await (const { rows } of queryPages(idb, text)) {
          // What the loader takes for no id is a discard under another one.
          const callids = rows.map(([callid]) => callid!).filter((callid) => masker?.isId(callid) ?? true);
          const found = await queryRows<{ guid: string }>(mart, unknownInteractions(callids));
          asked += callids.length;
          unknown.push(...found.map(({ guid }) => guid));
        }
      },
      'read committed read only',
    );
    if (asked === 0) {
      const toTs = Math.min(range.toTs, toEpochSeconds(state.completeUntil!)) - STORED_WITHIN_SECONDS;
      const held = await findSessionsEnded(mart, range.fromTs, toTs);
      if (held > MOST_SESSIONS_UNSEEN) throw new Skipped(`the IDB has no session in that time, but the mart has ${held} that ended in it`);
    }
    const missing = await withoutExpired(idb, table, map, unknown, {
      keptFrom: await readFactsKeptFrom(mart),
      order: toRowOrder(state.idOrder),
    });
    const rest = withoutTime === null ? 'the number without a usable ADDED_TS is unknown' : toRowsWithoutTimeText(withoutTime);
    return { skipped: areAsked ? null : `of some rows: ${rest}`, compared: { idb: asked, mart: asked - unknown.length }, missing };
  });
}

/** Leaves out interactions whose session began before the facts that are kept: they must not be loaded. */
async function withoutExpired(
  idb: Connection,
  table: IdbTable,
  map: KvpMap,
  guids: readonly string[],
  { keptFrom, order }: { readonly keptFrom: Date | null; readonly order: RowOrder },
): Promise<readonly string[]> {
  if (keptFrom === null || guids.length === 0) return guids;
  const pivot = new SessionPivot(map, { encoding: table.encoding, isOrdered: true });
  await extractInteractions(idb, table, startKeyName(map), { callids: guids, order }, pivot.push);
  const { guid, startTs } = pivot.finish();
  const isExpired = (session: number): boolean => startTs[session] !== 0 && startTs[session]! < toEpochSeconds(keptFrom);
  const expired = new Set(guid.filter((_, session) => isExpired(session)));
  return guids.filter((each) => !expired.has(each));
}

/** The rows that the mart must hold: those of transactions below the watermark or, for a view, those that are old enough. */
function toRange(
  state: SourceState,
  idb: { readonly now: Date; readonly ceiling: bigint; readonly hasCeiling: boolean },
): Omit<SeenRange, 'orWithoutTime'> {
  const fromTs = toEpochSeconds(idb.now) - CHECKED_DAYS * 86_400;
  const { lastCeiling, completeUntil } = state;
  if (!idb.hasCeiling) return { fromTs, toTs: toEpochSeconds(completeUntil!) - SETTLED_OVERLAP_MS / 1000, transactions: { are: 'any' } };
  if (lastCeiling === null || !areComparable(lastCeiling, idb.ceiling)) throw new Skipped('its watermark is too old to be compared');
  return { fromTs, toTs: toEpochSeconds(idb.now) + 86_400, transactions: { are: 'below', ceiling: lastCeiling, from: null } };
}
