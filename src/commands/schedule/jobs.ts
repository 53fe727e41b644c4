import type { ScheduleConfig } from '../../config/schedule-config.js';
import type { Log } from '../../model/log.js';
import { aggregate } from '../../pipeline/aggregate.js';
import { parseCron } from './ticker.js';
import { maintain } from '../maintain/maintain.js';
import { toPurgedRows } from '../maintain/summary.js';
import type { MartMemory } from '../../mart/mart-past.js';
import { run } from '../run/run.js';
import { emptyTotals, type RunSummary, type WindowTotals } from '../../pipeline/totals.js';
import { atLocalTimes, byCron, everyMinutes } from './triggers.js';
import type { JobResult, ScheduledJob } from './scheduler.js';
import type { JobSettings } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import { toWaitingForText, type WaitingRows } from '../../pipeline/waiting-rows.js';
import { counted } from '../../model/text.js';

/** What the jobs of the schedule work on, and with. */
export interface ScheduledJobsOptions extends SourceTarget {
  readonly schedule: ScheduleConfig;
  /** Of the daily upkeep; undefined: every fact is kept, and history as long as Info Mart keeps it. */
  readonly daysToKeepFacts: number | undefined;
  readonly daysToKeepHistory?: number | undefined;
  /** Is told of each cycle: where it counts while it works, and what it did when it has ended well. */
  readonly cycles?: { readonly begun: (totals: WindowTotals) => void; readonly done: (summary: RunSummary) => void };
}

/** The jobs that a schedule asks for: when each is due, and what it does. A further job is a further row. Errors: `ConfigError`. */
export function toScheduledJobs(options: ScheduledJobsOptions, settings: JobSettings): ScheduledJob[] {
  const { schedule } = options;
  const { cron, frequencyMinutes, window, aggregates, runMaintain, maintainMinute, zone } = schedule;
  const memory: MartMemory = {};
  const cycle: ScheduledJob = {
    name: 'cycle',
    isDue: cron === undefined ? everyMinutes(frequencyMinutes, window) : byCron(parseCron(cron)),
    run: (execution) => runCycle(options, memory, { ...settings, ...execution }),
  };
  const aggregation: ScheduledJob[] =
    typeof aggregates === 'string'
      ? []
      : [
          {
            name: 'aggregate',
            isDue: atLocalTimes(aggregates.at, zone),
            run: (execution) => runAggregation(options, { ...settings, ...execution }),
          },
        ];
  const upkeep: ScheduledJob = {
    name: 'maintain',
    isDue: atLocalTimes([maintainMinute], zone),
    run: (execution) => runUpkeep(options, { ...settings, ...execution }),
  };
  return [cycle, ...aggregation, ...(runMaintain ? [upkeep] : [])];
}

/** What the scheduler gives a job when it is due, over what all of them get. */
interface Execution extends JobSettings {
  readonly log: Log;
}

const number = (count: number): string => count.toLocaleString('en');

async function runCycle(options: ScheduledJobsOptions, memory: MartMemory, settings: Execution): Promise<JobResult> {
  const { schedule, cycles } = options;
  const totals = emptyTotals();
  cycles?.begun(totals);
  const summary = await run({ ...options, aggregates: schedule.aggregates === 'cycle', totals, memory }, toQuiet(settings));
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

async function runAggregation({ martUrl, martSchema }: ScheduledJobsOptions, settings: Execution): Promise<JobResult> {
  const { intervals } = await aggregate({ martUrl, martSchema }, toQuiet(settings));
  return { text: counted(intervals, 'interval'), data: { intervals } };
}

/** What a job did is one line. What it says on its way is debug output, unless it has a level of its own. */
const toQuiet = ({ log, ...settings }: Execution): JobSettings => ({
  ...settings,
  log: (line, fields) => log(line, { ...fields, level: fields?.level ?? 'debug' }),
});

async function runUpkeep(options: ScheduledJobsOptions, settings: Execution): Promise<JobResult> {
  const summary = await maintain(options, toQuiet(settings));
  const { calendarIntervals, factsKeptFrom } = summary;
  const rows = toPurgedRows(summary);
  return {
    text:
      `${counted(calendarIntervals, 'interval')} added to DATE_TIME; ${counted(rows, 'row')} past their retention deleted` +
      (factsKeptFrom === null ? '; facts are kept forever' : `; facts are kept from ${factsKeptFrom.slice(0, 10)} on`),
    data: { calendarIntervals, rows, factsKeptFrom },
  };
}
