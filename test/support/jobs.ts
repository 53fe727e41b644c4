// Jobs as tests call them, with what to do and how in one list. The program passes the second part as one value that a command makes.
import { backfill as backfillJob, type BackfillOptions } from '../../src/commands/backfill/backfill.js';
import { planBackfill as planBackfillJob, type PlanBackfillOptions } from '../../src/commands/backfill/plan.js';
import { retryDiscards as retryDiscardsJob, type RetryDiscardsOptions } from '../../src/commands/discards/retry.js';
import { erase as eraseJob, planErase as planEraseJob, type EraseOptions } from '../../src/commands/erase/erase.js';
import {
  maintain as maintainJob,
  planMaintenance as planMaintenanceJob,
  type MaintainOptions,
} from '../../src/commands/maintain/maintain.js';
import { reconcile as reconcileJob, type ReconcileOptions } from '../../src/commands/reconcile/reconcile.js';
import { run as runJob, type RunOptions } from '../../src/commands/run/run.js';
import { createSchedule as createScheduleJob, type ScheduleSettings, type TicklessOptions } from '../../src/commands/schedule/schedule.js';
import { withConnection } from '../../src/db/connection.js';
import { startJob, type Job, type JobSettings } from '../../src/jobs/job.js';
import { migrateMart as migrateMartJob } from '../../src/jobs/migrate-mart.js';
import type { MartTarget } from '../../src/jobs/target.js';
import type { Tuning } from '../../src/jobs/tuning.js';
import { aggregate as aggregateJob, type AggregateOptions } from '../../src/pipeline/aggregate.js';
import { testClock } from './databases.js';
import { split, type Flat } from './flat-options.js';

/** A job that takes one list. */
const flat =
  <Options, Result>(job: (options: Options, settings: JobSettings) => Result) =>
  (options: Flat<Options>): Result =>
    job(...split<Options>(options));

/** Runs `work` on a test's mart, with the value that a job's work gets. */
export const withJob = <T>(
  { martUrl }: { readonly martUrl: string },
  settings: JobSettings,
  work: (job: Job) => Promise<T>,
): Promise<T> => {
  const started = startJob('test', { martUrl, martSchema: 'infomart' }, { clock: testClock, ...settings });
  return withConnection({ url: martUrl, applicationName: 'test', schema: 'infomart' }, (mart) =>
    work({ ...started, mart, begin: () => undefined }),
  );
};

export type FlatRunOptions = Flat<RunOptions>;
export type FlatBackfillOptions = Flat<BackfillOptions>;
export type FlatReconcileOptions = Flat<ReconcileOptions>;
export type FlatMaintainOptions = Flat<MaintainOptions>;
export type FlatEraseOptions = Flat<EraseOptions>;
export type FlatRetryDiscardsOptions = Flat<RetryDiscardsOptions>;
export type FlatPlanBackfillOptions = Flat<PlanBackfillOptions>;

export const run = flat(runJob);
export const backfill = flat(backfillJob);
export const planBackfill = flat(planBackfillJob);
export const reconcile = flat(reconcileJob);
export const retryDiscards = flat(retryDiscardsJob);
export const maintain = flat(maintainJob);
export const planMaintenance = flat(planMaintenanceJob);
export const erase = flat(eraseJob);
export const planErase = flat(planEraseJob);
export const aggregate = flat<AggregateOptions, ReturnType<typeof aggregateJob>>(aggregateJob);
export const migrateMart = flat<MartTarget, ReturnType<typeof migrateMartJob>>(migrateMartJob);

export const createSchedule = (
  options: TicklessOptions & Omit<ScheduleSettings, 'tuning'> & Tuning,
  nowMs?: () => number,
): ReturnType<typeof createScheduleJob> => {
  const [what, settings] = split<TicklessOptions>(options);
  return createScheduleJob(what, settings as ScheduleSettings, nowMs);
};
