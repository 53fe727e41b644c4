import { setTimeout as sleep } from 'node:timers/promises';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { query, testClock } from './databases.js';
import { differencesFromRows, foldRows, readRows } from './folded-rows.js';
import type { Urls } from './histories.js';
import { playTraffic, updateOldest } from './writers.js';
import { planTraffic } from './writers-traffic.js';
import { run, type FlatRunOptions } from './jobs.js';

export interface BesideRunsOptions {
  /** What the runs read from and load into. */
  readonly urls: Urls;
  /** Where the writers write: what the runs read, or its primary server. */
  readonly writeUrl: string;
  readonly sessions: number;
  readonly seed: number;
  /** Retries what failed for a transient reason; undefined: nothing may fail. */
  readonly retry?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Waits until everything written can be read. */
  readonly catchUp?: () => Promise<unknown>;
}

export interface BesideRuns {
  /** The last one was over a quiet IDB. */
  readonly runs: readonly RunSummary[];
  /** What one more run found. */
  readonly oneMore: RunSummary;
  /** Interactions without a fact. */
  readonly incomplete: number;
  /** Rows that reading by "id > last id" before each run would have missed. */
  readonly missedByLastId: number;
  /** Where the mart differs from what the committed rows add up to. */
  readonly differences: readonly string[];
  /** The same after some of the oldest rows were updated in place and a run on the next day, which looks at all ids. */
  readonly differencesNextDay: readonly string[];
}

const WRITERS = 24;
const PAUSE_MS = 250;
/** How many ids a run looks back: fewer than are drawn while a long transaction is open. */
const ID_SLACK = 2_000;
/** Writers update rows in place that are this close to the newest id. */
const UPDATED_IDS = 800;
const NEXT_DAY_MS = 25 * 3_600_000;

/** Runs 24 writers while one run follows another, and compares mart and rows when all is quiet. */
export async function playBesideRuns(options: BesideRunsOptions): Promise<BesideRuns> {
  const { urls, writeUrl, retry = once } = options;
  const catchUp = options.catchUp ?? (() => Promise.resolve());
  const cycle = (more: Pick<FlatRunOptions, 'settleMs' | 'clock'>): Promise<RunSummary> =>
    retry(() => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', idSlack: ID_SLACK, clock: testClock, ...more }));

  const byLastId = readByLastId((text, values) => retry(() => query(urls.idbUrl, text, values)));
  const traffic = playTraffic(writeUrl, planTraffic(options), { writers: WRITERS, updatedIds: UPDATED_IDS });
  const runs = await cycleUntil(traffic, async () => {
    await byLastId.read();
    return cycle({ settleMs: 50 });
  });
  await catchUp();
  await byLastId.read();
  runs.push(await cycle({}));
  const oneMore = await cycle({});
  const rows = await readRows(writeUrl);
  const differences = await differencesFromRows(urls.martUrl, rows);

  await updateOldest(writeUrl);
  await catchUp();
  await cycle({ clock: () => new Date(testClock().getTime() + NEXT_DAY_MS) });
  return {
    runs,
    oneMore,
    incomplete: foldRows(rows).discards.size,
    missedByLastId: await byLastId.countMissed(),
    differences,
    differencesNextDay: await differencesFromRows(urls.martUrl, await readRows(writeUrl)),
  };
}

const once = <T>(work: () => Promise<T>): Promise<T> => work();

/** Repeats the run, with a pause after each, until `work` has ended; waits for it however the runs end. */
async function cycleUntil(work: Promise<void>, cycle: () => Promise<RunSummary>): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  const state = { isOver: false };
  const ended = work.finally(() => (state.isOver = true));
  // Its failure is reported when the runs are over; until then it must not end the process.
  ended.catch(() => undefined);
  try {
    while (!state.isOver) {
      runs.push(await cycle());
      await sleep(PAUSE_MS);
    }
  } finally {
    await ended;
  }
  return runs;
}

type ReadIds = (text: string, values?: unknown[]) => Promise<{ id: number }[]>;

/** Reads the usual way, from the last id on, and counts what that misses. */
function readByLastId(readIds: ReadIds): { readonly read: () => Promise<void>; readonly countMissed: () => Promise<number> } {
  const seen = new Set<number>();
  let lastId = 0;
  return {
    read: async () => {
      const rows = await readIds('select id from g_userdata_history where id > $1 order by id', [lastId]);
      for (const { id } of rows) seen.add(id);
      lastId = rows.at(-1)?.id ?? lastId;
    },
    countMissed: async () => (await readIds('select id from g_userdata_history')).filter(({ id }) => !seen.has(id)).length,
  };
}
