import { withIdb } from '../../extract/connect-idb.js';
import { queryRows, type Connection } from '../../db/connection.js';
import { findInteractions } from '../../extract/extract-chunk.js';
import { findIdbTable } from '../../extract/idb-table.js';
import { withFailureOnRecord, withJobHistory, type JobCounts } from '../../jobs/job-history.js';
import { runJob, startJob, type Job, type JobSettings } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import { withoutAttachedKeys } from '../../model/attached-key.js';
import { DISCARD, toDiscardName, type DiscardName } from '../../model/discard.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../../model/session-batch.js';
import { counted, verb } from '../../model/text.js';
import { aggregateAfter } from '../../pipeline/aggregate.js';
import { rereadInteractions } from '../../pipeline/reread-interactions.js';
import { toSources, withLoading, type SourceLoading } from '../../pipeline/source.js';
import { emptyTotals } from '../../pipeline/totals.js';
import { selectDiscardedGuids, selectOpenDiscardsOf, type OpenDiscardRow } from './discards.sql.js';

export interface RetryDiscardsOptions extends SourceTarget {
  /** Only interactions with an open discard of these reasons; of each, all discards are retried. */
  readonly codes?: readonly DiscardName[] | undefined;
  readonly guids?: readonly string[] | undefined;
}

/** The outcome of the discards of one reason. */
export interface RetriedCode {
  readonly code: number;
  readonly name: string;
  /** Resolved: they no longer apply. */
  readonly repaired: number;
  /** The rows still have the problem. */
  readonly stay: number;
  /** They stay because the IDB no longer has rows of the interaction. */
  readonly gone: number;
  /** Found by the retry, not recorded before. */
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
  /** 15-minute intervals that were aggregated again. */
  readonly intervals: number;
  readonly seconds: number;
}

/** So many interactions are one transaction; others wait a fraction of a second for it. */
const INTERACTIONS_A_CHUNK = 2_000;

/**
 * Reads all rows of interactions with open discards again and writes what they say now, in transactions of bounded size, beside whatever
 * else is at work. An interaction of which the IDB has no row any more is left alone. Doing it twice changes nothing.
 */
export async function retryDiscards(options: RetryDiscardsOptions, settings: JobSettings): Promise<RetrySummary> {
  const started = startJob('discards', options, settings);
  const tally = toTally();
  await runJob(started, { begins: 'work', progress: () => tally.interactions }, (job) => retryOn(job, options, tally));
  const { intervals } = await aggregateAfter(started);
  return {
    jobId: started.id,
    interactions: tally.interactions,
    gone: tally.gone,
    codes: [...tally.codes.values()].sort((left, right) => left.code - right.code),
    sessions: tally.sessions,
    intervals,
    seconds: started.seconds(),
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
}

const toTally = (): Tally => ({
  ...{ interactions: 0, gone: 0, sessions: NO_SESSIONS, codes: new Map<number, RetriedCode>() },
  ...{ after: null, chunk: undefined },
});

const APPLICATION_NAME = 'chatmart discards';

const JOB = { jobName: 'Job_TransformGIM' } as const;

const retryOn = (job: Job, options: RetryDiscardsOptions, tally: Tally): Promise<void> =>
  withFailureOnRecord(job, JOB, () => {
    // Each chunk opens sessions of its own on all sources; this one is for the table and its state.
    return withLoading(job, { target: options, totals: emptyTotals(), applicationName: APPLICATION_NAME }, async (loading) => {
      const describe = () => ({
        rowCount: tally.interactions - tally.gone,
        message: `Discards: ${counted(tally.interactions - tally.gone, 'interaction')} read again, ${tally.gone} ${verb(tally.gone, 'has', 'have')} no rows any more`,
      });
      const history = { ...JOB, counts: () => toRetryCounts(tally), describe };
      await withJobHistory(job, history, () => retryAll(loading, options, tally));
    });
  });

const toRetryCounts = ({ interactions, gone, sessions }: Tally): JobCounts => ({
  in: interactions,
  out: sessions.inserted + sessions.updated + sessions.deleted,
  discarded: sessions.discarded,
  reread: interactions - gone,
});

async function retryAll(loading: SourceLoading, options: RetryDiscardsOptions, tally: Tally): Promise<void> {
  const { mart, stop, log } = loading.job;
  for (;;) {
    stop?.afterChunk.throwIfAborted();
    tally.chunk ??= await nextChunk(mart, options, tally);
    if (tally.chunk === undefined) return;
    await retryChunk(loading, options, tally);
    tally.after = tally.chunk.guids.at(-1)!;
    tally.chunk = undefined;
    log(`${counted(tally.interactions - tally.gone, 'interaction')} read again`);
  }
}

async function nextChunk(mart: Connection, { codes, guids }: RetryDiscardsOptions, { after }: Tally): Promise<Tally['chunk']> {
  const wanted = { codes: codes?.map((name) => DISCARD[name].code) ?? null, guids: guids ?? null, limit: INTERACTIONS_A_CHUNK, after };
  const found = (await queryRows<{ guid: string }>(mart, selectDiscardedGuids(wanted))).map(({ guid }) => guid);
  return found.length === 0 ? undefined : { guids: found, before: await queryRows<OpenDiscardRow>(mart, selectOpenDiscardsOf(found)) };
}

async function retryChunk(loading: SourceLoading, options: RetryDiscardsOptions, tally: Tally): Promise<void> {
  const { guids, before } = tally.chunk!;
  const there = await findThere(loading, options, guids);
  const { sessions, stillDiscarded } = await rereadInteractions(loading, [...there]);
  const after = new Map((await queryRows<OpenDiscardRow>(loading.job.mart, selectOpenDiscardsOf(guids))).map((row) => [toKey(row), row]));

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

/** Those of some interactions that can be read again, in whichever source: the others would only turn into "rows gone". */
async function findThere(
  { map, job, masker }: SourceLoading,
  options: RetryDiscardsOptions,
  guids: readonly string[],
): Promise<Set<string>> {
  const keys = withoutAttachedKeys(map).keys.map(({ kvp }) => kvp);
  const there = new Set<string>();
  for (const source of toSources(options, job))
    await withIdb(source, { applicationName: APPLICATION_NAME, masker }, async (idb) => {
      const table = await findIdbTable(idb, source.idbSchema, source.idbTable);
      for (const guid of await findInteractions(idb, table, guids, keys)) there.add(guid);
    });
  return there;
}

const toKey = ({ guid, code, keyname, raw_value: raw }: OpenDiscardRow): string => JSON.stringify([guid, code, keyname, raw]);

function count(tally: Tally, code: number, what: 'repaired' | 'stay' | 'gone' | 'added'): void {
  const so = tally.codes.get(code) ?? { code, name: toDiscardName(code), repaired: 0, stay: 0, gone: 0, added: 0 };
  tally.codes.set(code, { ...so, [what]: so[what] + 1 });
}
