import type { ScheduleConfig } from '../../config/schedule-config.js';
import type { Clock } from '../../model/clock.js';
import type { Log } from '../../model/log.js';
import { aggregate } from '../../pipeline/aggregate.js';
import { parseCron } from './ticker.js';
import { maintain } from '../maintain/maintain.js';
import { toPurgedRows } from '../maintain/summary.js';
import type { MartMemory } from '../../mart/mart-past.js';
import { run, type RunOptions } from '../run/run.js';
import { emptyTotals, type RunSummary, type WindowTotals } from '../../pipeline/totals.js';
import { atLocalTimes, byCron, everyMinutes } from './triggers.js';
import type { JobResult, ScheduledJob } from './scheduler.js';
import type { SourceOptions } from '../../pipeline/source.js';
import { toWaitingForText, type WaitingRows } from '../../pipeline/waiting-rows.js';
import type { JobRetries } from '../../jobs/with-retries.js';
import { counted } from '../../model/text.js';

/** What the jobs of the schedule work on, and with. */
export interface ScheduledJobsOptions extends SourceOptions, Pick<JobRetries, 'retryDelaysMs'>, Pick<RunOptions, 'progressEveryMs'> {
  readonly schedule: ScheduleConfig;
  /** Of the daily upkeep; undefined: every fact is kept, and history as long as Info Mart keeps it. */
  readonly daysToKeepFacts: number | undefined;
  readonly daysToKeepHistory?: number | undefined;
  readonly clock: Clock;
  /** Is told of each cycle: where it counts while it works, and what it did when it has ended well. */
  readonly cycles?: { readonly begun: (totals: WindowTotals) => void; readonly done: (summary: RunSummary) => void };
}

/** The jobs that a schedule asks for: when each is due, and what it does. A further job is a further row. Errors: `ConfigError`. */
export function toScheduledJobs(options: ScheduledJobsOptions): ScheduledJob[] {
  const { schedule } = options;
  const { cron, frequencyMinutes, window, aggregates, runMaintain, maintainMinute, zone } = schedule;
  const memory: MartMemory = {};
  const cycle: ScheduledJob = {
    name: 'cycle',
    isDue: cron === undefined ? everyMinutes(frequencyMinutes, window) : byCron(parseCron(cron)),
    run: (execution) => runCycle(options, memory, execution),
  };
  const aggregation: ScheduledJob[] =
    typeof aggregates === 'string'
      ? []
      : [{ name: 'aggregate', isDue: atLocalTimes(aggregates.at, zone), run: (execution) => runAggregation(options, execution) }];
  const upkeep: ScheduledJob = {
    name: 'maintain',
    isDue: atLocalTimes([maintainMinute], zone),
    run: (execution) => runUpkeep(options, execution),
  };
  return [cycle, ...aggregation, ...(runMaintain ? [upkeep] : [])];
}

interface Execution {
  readonly jobId: string;
  readonly log: Log;
}

const number = (count: number): string => count.toLocaleString('en');

async function runCycle(options: ScheduledJobsOptions, memory: MartMemory, { jobId, log }: Execution): Promise<JobResult> {
  const { schedule, cycles } = options;
  const totals = emptyTotals();
  cycles?.begun(totals);
  // The stages of every cycle of a day are more than anybody reads; what a cycle did is one line.
  const quiet: Log = (line, fields = {}) =>
    log(line, fields.level === undefined && !/^\w+: /.test(line) ? { ...fields, level: 'debug' } : fields);
  const summary = await run({ ...options, aggregates: schedule.aggregates === 'cycle', jobId, totals, memory, log: quiet });
  cycles?.done(summary);
  const { rows, sessions, intervals, seconds, completeUntil, sources } = summary;
  const waiting = sources.flatMap(({ name, waiting: of }) => (of === null ? [] : [{ source: name, ...of }]));
  return {
    text:
      `${counted(rows, 'row')}; ${counted(sessions.inserted, 'session')} inserted, ${number(sessions.updated)} updated, ` +
      `${number(sessions.discarded)} discarded; complete ${completeUntil === null ? 'not yet' : `until ${completeUntil}`}; ` +
      `${waiting.map((each) => `${each.source}: ${toWaitingForText(each)}; `).join('')}${seconds.toFixed(2)} s`,
    data: {
      ...{ rows, intervals, completeUntil },
      ...toWaitingData(waiting[0]),
      ...{ inserted: sessions.inserted, updated: sessions.updated, discarded: sessions.discarded, reread: sessions.reread },
    },
  };
}

/** What the line says of rows that wait, for machines. */
const toWaitingData = (waiting: WaitingRows | undefined): NonNullable<JobResult['data']> =>
  waiting === undefined
    ? {}
    : {
        ...{ waitingRows: waiting.rows, waitingSince: waiting.since, waitingUntil: waiting.until },
        ...{ waitingForPid: waiting.holder.pid, waitingForApplication: waiting.holder.application ?? waiting.holder.gid },
      };

async function runAggregation(
  { martUrl, martSchema, limits, clock, stop, origin, retryDelaysMs }: ScheduledJobsOptions,
  { jobId, log }: Execution,
): Promise<JobResult> {
  const { intervals } = await aggregate({
    martUrl,
    martSchema,
    limits,
    clock,
    stop,
    origin,
    retryDelaysMs,
    jobId,
    log: (line) => log(line, { level: 'debug' }),
  });
  return { text: counted(intervals, 'interval'), data: { intervals } };
}

async function runUpkeep(options: ScheduledJobsOptions, { jobId, log }: Execution): Promise<JobResult> {
  const summary = await maintain({ ...options, jobId, log: (line) => log(line, { level: 'debug' }) });
  const { calendarIntervals, factsKeptFrom } = summary;
  const rows = toPurgedRows(summary);
  return {
    text:
      `${counted(calendarIntervals, 'interval')} added to DATE_TIME; ${counted(rows, 'row')} past their retention deleted` +
      (factsKeptFrom === null ? ', facts are kept for ever' : `, facts are kept from ${factsKeptFrom.slice(0, 10)} on`),
    data: { calendarIntervals, rows, factsKeptFrom },
  };
}
