import type { RunSummary } from '../../src/pipeline/totals.js';
import { query, testClock } from './databases.js';
import { readMart, type MartContent, type Row } from './mart-content.js';
import { writeUserData } from './user-data.js';
import { run, type FlatRunOptions } from './jobs.js';

export interface Urls {
  readonly idbUrl: string;
  readonly martUrl: string;
}

/** A key, its value (null: it is deleted) and, if it matters, when ICON stored it (epoch seconds). */
export type KeyValue = readonly [keyname: string, value: string | null, addedTs?: number];

/** What happens to an interaction between two runs: rows arrive, or (`purge`) all existing rows are removed first. */
export type Step = readonly KeyValue[] | { readonly purge: true; readonly rows: readonly KeyValue[] };

/** Per interaction, what happens before the first run, the second, … */
export type Histories = Readonly<Record<string, readonly Step[]>>;

/** The state after one of the runs. */
export interface AfterRun {
  readonly mart: MartContent;
  readonly summary: RunSummary;
  /** Time on the run's clock, epoch seconds. */
  readonly at: number;
  /** All rows of STG_TRANSFORM_DISCARDS about an interaction, oldest first. */
  readonly discards: (guid: string) => Row[];
}

/** One run on a test's databases. */
export const runCycle = (
  urls: Urls,
  options: Pick<FlatRunOptions, 'clock' | 'settleMs' | 'idSlack' | 'earliestStart'> = {},
): Promise<RunSummary> => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, ...options });

/** Plays histories side by side: writes one step of each, then starts a run, one hour after the previous one. */
export async function playHistories(urls: Urls, histories: Histories): Promise<AfterRun[]> {
  const runs: AfterRun[] = [];
  const count = Math.max(...Object.values(histories).map((steps) => steps.length));
  for (let index = 0; index < count; index++) {
    const now = new Date(testClock().getTime() + index * 3_600_000);
    for (const [guid, steps] of Object.entries(histories))
      if (isPurged(steps[index])) await query(urls.idbUrl, 'delete from g_userdata_history where callid = $1', [guid]);
    await writeUserData(
      urls.idbUrl,
      Object.entries(histories).flatMap(([guid, steps]) => rowsOf(steps[index]).map((row) => [guid, ...row] as const)),
    );
    const summary = await runCycle(urls, { clock: () => now });
    const discards = await query<Row>(
      urls.martUrl,
      `select guid, code, keyname, raw_value, etl_ts, resolved_ts from infomart.stg_transform_discards
       order by etl_ts, code, keyname, raw_value`,
    );
    runs.push({
      mart: await readMart(urls.martUrl),
      summary,
      at: now.getTime() / 1000,
      discards: (guid) => discards.filter((row) => row['guid'] === guid),
    });
  }
  return runs;
}

type Purge = Extract<Step, { purge: true }>;

const isPurged = (step: Step | undefined): step is Purge => step !== undefined && 'purge' in step;

const rowsOf = (step: Step | undefined): readonly KeyValue[] => (isPurged(step) ? step.rows : (step ?? []));
