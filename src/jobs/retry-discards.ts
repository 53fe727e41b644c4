import { randomUUID } from 'node:crypto';
import { execute, queryRows, withConnection } from '../db/connection.js';
import { withIdb } from '../extract/connect-idb.js';
import { findIdbTable } from '../extract/idb-table.js';
import { monotonicMs, systemClock, type Clock } from '../model/clock.js';
import { DISCARD, toDiscardName, type DiscardName } from '../model/discard.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../model/session-counts.js';
import { aggregate } from './aggregate.js';
import { withJobHistory } from './job-history.js';
import { recordDeadJobs } from './job-history.sql.js';
import { requireMigrated } from './migrate.js';
import { rereadInteractions } from './reread-interactions.js';
import { selectCallidsWithRows, selectDiscardedGuids, selectOpenDiscardsOf, type OpenDiscardRow } from './retry-discards.sql.js';
import { prepareLoading, toTwinSources, type SourceLoading, type SourceOptions } from './source-loading.js';
import { emptyTotals } from './window-totals.js';

export interface RetryDiscardsOptions extends SourceOptions {
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
export async function retryDiscards(options: RetryDiscardsOptions): Promise<RetrySummary> {
  const { idbUrl, martUrl, martSchema, clock = systemClock, log = () => undefined } = options;
  const start = monotonicMs();
  const jobId = randomUUID();
  const now = clock();
  return withConnection({ url: martUrl, applicationName: 'chatmart discards', schema: martSchema }, async (mart) => {
    await requireMigrated(mart);
    await execute(mart, recordDeadJobs(now));
    // Each chunk opens sessions of its own on all twins; this one is for the table and its state.
    return withIdb(idbUrl, 'chatmart discards', async (idb) => {
      const loading = await prepareLoading(idb, mart, { ...options, clock, now, jobId, totals: emptyTotals() });
      const tally = await withJobHistory(
        mart,
        { jobId, jobName: 'Job_TransformGIM', clock },
        () => retryAll(loading, options, log),
        ({ interactions, gone }) => ({
          rowCount: interactions - gone,
          message: `Discards: ${interactions - gone} interactions read again, ${gone} have no rows any more`,
        }),
      );
      const { intervals } = await aggregate({ martUrl, martSchema, jobId, clock, now });
      return {
        jobId,
        interactions: tally.interactions,
        gone: tally.gone,
        codes: [...tally.codes.values()].sort((left, right) => left.code - right.code),
        sessions: tally.sessions,
        intervals,
        seconds: (monotonicMs() - start) / 1000,
      };
    });
  });
}

interface Tally {
  interactions: number;
  gone: number;
  sessions: SessionCounts;
  readonly codes: Map<number, RetriedCode>;
}

async function retryAll(loading: SourceLoading, options: RetryDiscardsOptions, log: (line: string) => void): Promise<Tally> {
  const { codes, guids } = options;
  const { mart } = loading;
  const tally: Tally = { interactions: 0, gone: 0, sessions: NO_SESSIONS, codes: new Map() };
  const wanted = { codes: codes?.map((name) => DISCARD[name].code) ?? null, guids: guids ?? null, limit: INTERACTIONS_A_CHUNK };
  for (let after: string | null = null; ;) {
    const found: string[] = (await queryRows<{ guid: string }>(mart, selectDiscardedGuids({ ...wanted, after }))).map(({ guid }) => guid);
    after = found.at(-1) ?? null;
    if (after === null) return tally;
    await retryChunk(loading, options, found, tally);
    log(`${tally.interactions - tally.gone} interactions read again`);
  }
}

async function retryChunk(loading: SourceLoading, options: RetryDiscardsOptions, guids: readonly string[], tally: Tally): Promise<void> {
  const { mart } = loading;
  const before = await queryRows<OpenDiscardRow>(mart, selectOpenDiscardsOf(guids));
  const there = await findThere(loading, options, guids);
  const { sessions } = await rereadInteractions(loading, [...there]);
  const after = new Map((await queryRows<OpenDiscardRow>(mart, selectOpenDiscardsOf(guids))).map((row) => [toKey(row), row]));

  tally.interactions += guids.length;
  tally.gone += guids.length - there.size;
  tally.sessions = addSessions(tally.sessions, sessions);
  for (const row of before) count(tally, row.code, !there.has(row.guid) ? 'gone' : after.has(toKey(row)) ? 'stay' : 'repaired');
  const known = new Set(before.map(toKey));
  for (const [key, { code }] of after) if (!known.has(key)) count(tally, code, 'added');
}

/** Those of some interactions that can be read again, in whichever twin: the others would only turn into "rows gone". */
async function findThere({ map }: SourceLoading, options: RetryDiscardsOptions, guids: readonly string[]): Promise<Set<string>> {
  const keys = map.keys.map(({ kvp }) => kvp);
  const there = new Set<string>();
  for (const { url, idbSchema, idbTable } of toTwinSources(options))
    await withIdb(url, 'chatmart discards', async (idb) => {
      const { quotedName } = await findIdbTable(idb, idbSchema, idbTable);
      const rows = await queryRows<{ callid: string }>(idb, selectCallidsWithRows(quotedName, guids, keys));
      for (const { callid } of rows) there.add(callid);
    });
  return there;
}

const toKey = ({ guid, code, keyname, raw_value: raw }: OpenDiscardRow): string => JSON.stringify([guid, code, keyname, raw]);

function count(tally: Tally, code: number, what: 'repaired' | 'stay' | 'gone' | 'added'): void {
  const so = tally.codes.get(code) ?? { code, name: toDiscardName(code), repaired: 0, stay: 0, gone: 0, added: 0 };
  tally.codes.set(code, { ...so, [what]: so[what] + 1 });
}
