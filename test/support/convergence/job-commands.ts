import fc from 'fast-check';
import { compareWithModel } from './compare-with-model.js';
import type { HistoryDatabases } from './databases-of-history.js';
import { query } from '../databases.js';
import { command, type HistoryCommand } from './history-command.js';
import { addOwnKey, noteHistoryFilled, noteReading, noteRun, type Model } from './model.js';
import { CALENDAR, OWN } from './sample-rows.js';
import { aggregate, backfill, migrateMart, reconcile, retryDiscards, run, type FlatRunOptions } from '../jobs.js';
import type { TimeWindow } from '../../../src/model/time-span.js';

const plainRun = fc.constant(0).map(() =>
  command({
    name: 'run',
    play: (model, databases) => runAndCompare(model, databases),
  }),
);

/** As where aggregates have a schedule of their own: what is new waits together with what later jobs change. */
const runWithoutAggregates = fc.constant(0).map(() =>
  command({
    name: 'run that leaves the aggregates as they are',
    play: (model, databases) => runAndCompare(model, databases, { aggregates: false }),
  }),
);

/** Notes whether the mart has found that ids do not follow the order of writing. */
export async function noteOrder(model: Model, mart: HistoryDatabases['mart']): Promise<void> {
  const found = await query(mart, `select from chatmart_source where id_order @> '{"isByTime": true}'`);
  model.isByTime = found.length > 0;
}

/** A whole run; compares everything that it must have read. */
export async function runAndCompare(model: Model, { runOptions, mart }: HistoryDatabases, { aggregates = true } = {}): Promise<void> {
  await run({ ...runOptions(model), aggregates });
  await noteOrder(model, mart);
  noteRun(model, 'undisturbed');
  const found = await compareWithModel(model, mart, { areAggregated: aggregates });
  if (found.length > 0) throw new Error(found.slice(0, 12).join('\n'));
}

/** The mart learns of its own key, which rows may have carried all along. */
const ownKey = fc.constant(0).map(() =>
  command({
    name: 'migrate with an own key',
    isPossible: ({ hasOwnKey }) => !hasOwnKey,
    play: async (model, { runOptions }) => {
      await migrateMart({ ...runOptions(model), properties: { attachedData: [OWN] } });
      addOwnKey(model);
    },
  }),
);

/** The mart gets a calendar, whose days hold the sessions that are there at once. */
const calendar = fc.constant(0).map(() =>
  command({
    name: 'migrate with a calendar',
    isPossible: ({ hasCalendar }) => !hasCalendar,
    play: async (model, { runOptions }) => {
      await migrateMart({ ...runOptions(model), properties: { calendars: [CALENDAR] } });
      model.hasCalendar = true;
    },
  }),
);

/** A backfill of all that was ever written, for the rows that were read before the mart knew its own key. */
export async function fillAndCompare(model: Model, databases: HistoryDatabases): Promise<void> {
  const [from, to] = RANGES[1];
  await backfill({ ...databases.runOptions(model), from: new Date(from), to: new Date(to), sliceSeconds: 100 * DAY });
  await noteOrder(model, databases.mart);
  noteHistoryFilled(model);
  await runAndCompare(model, databases);
}

/** Days that hold some, all or none of what histories write. */
const RANGES = [
  ['2026-03-01', '2026-03-05'],
  ['2025-12-01', '2026-06-01'],
  ['2024-01-01', '2024-01-02'],
] as const;

const DAY = 86_400;

/** Histories write within a few hours, so only a short range is cut into such small pieces. */
const isShort = ({ from, to }: TimeWindow): boolean => to.getTime() - from.getTime() <= 4 * DAY * 1000;

/** Jobs besides runs: over session starts (aggregate), over ICON's storage times (backfill, reconcile), or over everything. */
const JOBS = {
  aggregate: (options: FlatRunOptions, range: TimeWindow) => aggregate({ ...options, range }),
  backfill: (options: FlatRunOptions, range: TimeWindow) =>
    backfill({ ...options, ...range, sliceSeconds: isShort(range) ? DAY / 4 : 100 * DAY }),
  reconcile: (options: FlatRunOptions, range: TimeWindow) => reconcile({ ...options, ...range }),
  'discards retry': (options: FlatRunOptions) => retryDiscards(options),
};

/** One of these jobs with its own range. */
export interface Job {
  readonly name: string;
  readonly start: (options: FlatRunOptions) => Promise<unknown>;
}

const toJob = (job: keyof typeof JOBS, [from, to]: readonly [string, string]): Job => ({
  name: job === 'discards retry' ? job : `${job} --from ${from} --to ${to}`,
  start: (options) => JOBS[job](options, { from: new Date(from), to: new Date(to) }),
});

/** Jobs that run at the same time as a run, mostly those that load. */
export const jobsBeside: fc.Arbitrary<Job> = fc
  .constantFrom<(keyof typeof JOBS)[]>('backfill', 'backfill', 'reconcile', 'discards retry', 'aggregate')
  .map((job) => toJob(job, RANGES[1]));

const jobs: fc.Arbitrary<Job> = fc
  .tuple(fc.constantFrom(...(Object.keys(JOBS) as (keyof typeof JOBS)[])), fc.constantFrom(...RANGES))
  .map(([job, range]) => toJob(job, range));

const anyJob = jobs.map(({ name, start }) =>
  command({
    name,
    play: async (model, { runOptions, mart }) => {
      await start(runOptions(model));
      await noteOrder(model, mart);
      noteReading(model, false);
    },
  }),
);

/** Jobs that the operator starts, with weights. */
export const JOB_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  { weight: 6, arbitrary: plainRun },
  { weight: 3, arbitrary: runWithoutAggregates },
  { weight: 2, arbitrary: anyJob },
  { weight: 4, arbitrary: ownKey },
  { weight: 1, arbitrary: calendar },
];
