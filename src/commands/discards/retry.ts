import { requireMart } from '../../mart/schema/mart-access.js';
import { randomUUID } from 'node:crypto';
import { execute, queryRows, type Connection } from '../../db/connection.js';
import { withMartSession } from '../../mart/mart-session.js';
import { withIdb } from '../../extract/connect-idb.js';
import { findInteractions } from '../../extract/extract-chunk.js';
import { findIdbTable } from '../../extract/idb-table.js';
import { monotonicMs, systemClock, type Clock } from '../../model/clock.js';
import { DISCARD, toDiscardName, type DiscardName } from '../../model/discard.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../../model/session-batch.js';
import { aggregateOnce } from '../../pipeline/aggregate.js';
import { withFailureOnRecord, withJobHistory, withStopOnRecord, type JobCounts } from '../../jobs/job-history.js';
import { recordDeadJobs } from '../../jobs/job-history.sql.js';

import { rereadInteractions } from '../../pipeline/reread-interactions.js';
import { selectDiscardedGuids, selectOpenDiscardsOf, type OpenDiscardRow } from './discards.sql.js';
import { prepareLoading, toTwinSources, type SourceLoading, type SourceOptions } from '../../pipeline/source.js';
import { emptyTotals } from '../../pipeline/totals.js';
import { withRetries, type JobRetries } from '../../jobs/with-retries.js';
import { counted, verb } from '../../model/text.js';

export interface RetryDiscardsOptions extends SourceOptions, JobRetries {
  /** Only interactions with an open discard of these reasons; of each, all discards are retried. */
  readonly codes?: readonly DiscardName[] | undefined;
  readonly guids?: readonly string[] | undefined;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

/** What became of the discards of one reason. */
export interface RetriedCode {
  readonly code: number;
  readonly name: string;
  /** They no longer hold: resolved. */
  readonly repaired: number;
  /** The rows still say so. */
  readonly stay: number;
  /** They stay because the IDB has no row of the interaction any more. */
  readonly gone: number;
  /** Found by reading again, not on record before. */
  readonly added: number;
}

/** Printed by `discards retry --json`; its shape is specs/schema/discards-retry.schema.json. */
export interface RetrySummary {
  readonly jobId: string;
  /** Interactions with open discards that were asked for, and those of them of which the IDB has no row any more. */
  readonly interactions: number;
  readonly gone: number;
  readonly codes: readonly RetriedCode[];
  readonly sessions: SessionCounts;
  /** Intervals of 15 minutes that were aggregated anew. */
  readonly intervals: number;
  readonly seconds: number;
}

/** So many interactions are one transaction; others wait a fraction of a second for it. */
const INTERACTIONS_A_CHUNK = 2_000;

/**
 * Reads all rows of interactions with open discards again and writes what they say now, in transactions of bounded size, beside whatever
 * else is at work. An interaction of which the IDB has no row any more is left alone. Doing it twice changes nothing.
 */
export function retryDiscards(options: RetryDiscardsOptions): Promise<RetrySummary> {
  const { clock = systemClock, log = () => undefined } = options;
  const execution: Execution = { ...options, clock, log, jobId: randomUUID(), now: clock(), tally: toTally() };
  return withStopOnRecord(execution, () => retryInteractions(execution));
}

async function retryInteractions(execution: Execution): Promise<RetrySummary> {
  const { martUrl, martSchema, limits, clock, log, retryDelaysMs, stop, origin, jobId, tally } = execution;
  const start = monotonicMs();
  const retries = { log, retryDelaysMs, stop, progress: () => tally.interactions, hasBegun: () => tally.hasBegun };
  await withRetries(() => retrySources(execution), retries);
  const { intervals } = await withRetries(
    () => aggregateOnce({ martUrl, martSchema, limits, stop, origin, jobId, clock, now: execution.now }),
    retries,
  );
  return {
    jobId,
    interactions: tally.interactions,
    gone: tally.gone,
    codes: [...tally.codes.values()].sort((left, right) => left.code - right.code),
    sessions: tally.sessions,
    intervals,
    seconds: (monotonicMs() - start) / 1000,
  };
}

/** What all attempts have come to. */
interface Tally {
  interactions: number;
  gone: number;
  sessions: SessionCounts;
  readonly codes: Map<number, RetriedCode>;
  /** The last of the interactions that are done. */
  after: string | null;
  /** What is under way: an attempt that is broken off may have repaired it. */
  chunk: { readonly guids: readonly string[]; readonly before: readonly OpenDiscardRow[] } | undefined;
  /** Both databases have answered. */
  hasBegun: boolean;
}

const toTally = (): Tally => ({
  ...{ interactions: 0, gone: 0, sessions: NO_SESSIONS, codes: new Map<number, RetriedCode>() },
  ...{ after: null, chunk: undefined, hasBegun: false },
});

interface Execution extends RetryDiscardsOptions {
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly jobId: string;
  readonly now: Date;
  readonly tally: Tally;
}

function retrySources(execution: Execution): Promise<void> {
  const { idbUrl, martUrl, martSchema, limits, stop, origin, jobId, clock, now, tally } = execution;
  const session = { url: martUrl, applicationName: 'chatmart discards', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (mart) => {
    await requireMart(mart, { writes: true });
    await execute(mart, recordDeadJobs(now));
    // Each chunk opens sessions of its own on all twins; this one is for the table and its state.
    const job = { jobId, jobName: 'Job_TransformGIM', clock, origin } as const;
    const open = () =>
      withIdb({ url: idbUrl, limits, endedBy: stop?.atOnce }, 'chatmart discards', async (idb) => {
        const loading = await prepareLoading(idb, mart, { ...execution, totals: emptyTotals() });
        tally.hasBegun = true;
        await withJobHistory(
          mart,
          { ...job, counts: () => toRetryCounts(tally) },
          () => retryAll(loading, execution),
          () => ({
            rowCount: tally.interactions - tally.gone,
            message: `Discards: ${counted(tally.interactions - tally.gone, 'interaction')} read again, ${tally.gone} ${verb(tally.gone, 'has', 'have')} no rows any more`,
          }),
        );
      });
    return withFailureOnRecord(mart, job, open);
  });
}

const toRetryCounts = ({ interactions, gone, sessions }: Tally): JobCounts => ({
  in: interactions,
  out: sessions.inserted + sessions.updated + sessions.deleted,
  discarded: sessions.discarded,
  reread: interactions - gone,
});

async function retryAll(loading: SourceLoading, execution: Execution): Promise<void> {
  const { tally, log } = execution;
  for (;;) {
    loading.stop?.afterChunk.throwIfAborted();
    tally.chunk ??= await nextChunk(loading.mart, execution);
    if (tally.chunk === undefined) return;
    await retryChunk(loading, execution, tally.chunk);
    tally.after = tally.chunk.guids.at(-1)!;
    tally.chunk = undefined;
    log(`${counted(tally.interactions - tally.gone, 'interaction')} read again`);
  }
}

async function nextChunk(mart: Connection, { codes, guids, tally: { after } }: Execution): Promise<Tally['chunk']> {
  const wanted = { codes: codes?.map((name) => DISCARD[name].code) ?? null, guids: guids ?? null, limit: INTERACTIONS_A_CHUNK, after };
  const found = (await queryRows<{ guid: string }>(mart, selectDiscardedGuids(wanted))).map(({ guid }) => guid);
  return found.length === 0 ? undefined : { guids: found, before: await queryRows<OpenDiscardRow>(mart, selectOpenDiscardsOf(found)) };
}

async function retryChunk(
  loading: SourceLoading,
  { tally, ...options }: Execution,
  { guids, before }: NonNullable<Tally['chunk']>,
): Promise<void> {
  const there = await findThere(loading, options, guids);
  const { sessions, stillDiscarded } = await rereadInteractions(loading, [...there]);
  const after = new Map((await queryRows<OpenDiscardRow>(loading.mart, selectOpenDiscardsOf(guids))).map((row) => [toKey(row), row]));

  tally.interactions += guids.length;
  tally.gone += guids.length - there.size;
  // All of them are on record: who asks for them wants to know which stay so.
  const { unchanged, discarded } = sessions;
  const told = { ...sessions, unchanged: unchanged - stillDiscarded, discarded: discarded + stillDiscarded };
  tally.sessions = addSessions(tally.sessions, told);
  for (const row of before) count(tally, row.code, !there.has(row.guid) ? 'gone' : after.has(toKey(row)) ? 'stay' : 'repaired');
  const known = new Set(before.map(toKey));
  for (const [key, { code }] of after) if (!known.has(key)) count(tally, code, 'added');
}

/** Those of some interactions that can be read again, in whichever twin: the others would only turn into "rows gone". */
async function findThere({ map }: SourceLoading, options: RetryDiscardsOptions, guids: readonly string[]): Promise<Set<string>> {
  const keys = map.keys.map(({ kvp }) => kvp);
  const there = new Set<string>();
  for (const twin of toTwinSources(options))
    await withIdb(twin, 'chatmart discards', async (idb) => {
      const table = await findIdbTable(idb, twin.idbSchema, twin.idbTable);
      for (const guid of await findInteractions(idb, table, guids, keys)) there.add(guid);
    });
  return there;
}

const toKey = ({ guid, code, keyname, raw_value: raw }: OpenDiscardRow): string => JSON.stringify([guid, code, keyname, raw]);

function count(tally: Tally, code: number, what: 'repaired' | 'stay' | 'gone' | 'added'): void {
  const so = tally.codes.get(code) ?? { code, name: toDiscardName(code), repaired: 0, stay: 0, gone: 0, added: 0 };
  tally.codes.set(code, { ...so, [what]: so[what] + 1 });
}
