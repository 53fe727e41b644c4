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
import type { DeliveryMemory } from './deliver/deliver.js';
import { findDueTimes } from './deliver/due-times.js';
import { toConfigError } from '../../config/load-config.js';
import type { MailConfig, ReportDelivery } from '../../config/report-deliveries.js';
import { systemClock } from '../../model/clock.js';
import { readReports } from '../../report/definition/reports.js';
import type { JobReport, ScheduledJob } from './scheduler.js';
import type { JobSettings } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import { toWaitingForText, type WaitingRows } from '../../pipeline/waiting-rows.js';
import { counted, didYouMean, toCountText } from '../../model/text.js';

/** The databases and options of the scheduled jobs. */
export interface ScheduledJobsOptions extends SourceTarget {
  readonly schedule: ScheduleConfig;
  /** For daily maintenance; undefined: every fact is kept, and history as long as Info Mart keeps it. */
  readonly daysToKeepFacts: number | undefined;
  readonly daysToKeepHistory?: number | undefined;
  /** Reports to deliver; undefined or empty: none. */
  readonly reports?: readonly ReportDelivery[] | undefined;
  readonly mail?: MailConfig | undefined;
  /** Called for each run of the load: with its totals when it starts, and with its summary when it has succeeded. */
  readonly loads?: { readonly begun: (totals: WindowTotals) => void; readonly done: (summary: RunSummary) => void };
}

/** The scheduled jobs: when each is due, and what it does. A new job is a new row. Errors: `ConfigError`. */
export function toScheduledJobs(options: ScheduledJobsOptions, settings: JobSettings): ScheduledJob[] {
  const { schedule } = options;
  const { cron, frequencyMinutes, window, aggregates, runMaintain, maintainMinute, zone } = schedule;
  const memory: MartMemory = {};
  const load: ScheduledJob = {
    name: 'cycle',
    isDue: cron === undefined ? everyMinutes(frequencyMinutes, window) : byCron(parseCron(cron)),
    run: (execution) => runLoad(options, memory, { ...settings, ...execution }),
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
  const maintenance: ScheduledJob = {
    name: 'maintain',
    isDue: atLocalTimes([maintainMinute], zone),
    run: (execution) => runMaintenance(options, { ...settings, ...execution }),
  };
  return [load, ...aggregation, ...(runMaintain ? [maintenance] : []), ...toDeliveries(options, settings)];
}

/** The job that delivers reports, if there are any. It is due at each of their times, and when it has asked to look again. */
function toDeliveries(options: ScheduledJobsOptions, settings: JobSettings): ScheduledJob[] {
  const { reports: deliveries = [], mail, schedule } = options;
  if (deliveries.length === 0) return [];
  requireDeliverable(deliveries);
  const memory: DeliveryMemory = new Set();
  const crons = deliveries.map(({ at }) => parseCron(at));
  let looked: Date | undefined;
  let lookAt: Date | undefined;
  const isDue = (now: Date): boolean =>
    looked === undefined ||
    now < looked ||
    (lookAt !== undefined && now >= lookAt) ||
    crons.some((cron) => findDueTimes(cron, schedule.zone, { after: looked!, now, most: 1 }).length > 0);
  return [
    {
      name: 'deliver',
      isDue,
      run: async (execution) => {
        const { deliver } = await import('./deliver/deliver.js');
        const at = (settings.clock ?? systemClock)();
        const told = (next: Date | undefined): void => {
          [looked, lookAt] = [at, next];
        };
        const { delivered, waiting } = await deliver({ ...options, deliveries, mail, zone: schedule.zone, looked: told }, memory, {
          ...settings,
          ...execution,
        });
        return {
          text: `${counted(delivered.length, 'report')} delivered; ${waiting} not complete yet`,
          level: delivered.length === 0 ? 'debug' : undefined,
          data: { delivered: delivered.length, waiting },
        };
      },
    },
  ];
}

/** Throws `ConfigError` with all reports that there are not, and with the first expression that is wrong. */
function requireDeliverable(deliveries: readonly ReportDelivery[]): void {
  const known = readReports();
  const names = known.map(({ name }) => name);
  const problems = deliveries.flatMap(({ name, report, format, by }) => {
    const definition = known.find((each) => each.name === report);
    if (definition === undefined) return [`reports: ${JSON.stringify(report)} of ${name} is not a report${didYouMean(report, names)}`];
    if (definition.rows !== 'overview' || (format !== 'csv' && by === undefined)) return [];
    return [`reports: ${report} of ${name} is several tables, which by does not change and CSV does not hold`];
  });
  if (problems.length > 0) throw toConfigError(problems);
  for (const { at } of deliveries) parseCron(at);
}

/** The settings that the scheduler gives a job when it is due. */
interface Execution extends JobSettings {
  readonly log: Log;
}

async function runLoad(options: ScheduledJobsOptions, memory: MartMemory, settings: Execution): Promise<JobReport> {
  const { schedule, loads } = options;
  const totals = emptyTotals();
  loads?.begun(totals);
  const summary = await run({ ...options, aggregates: schedule.aggregates === 'each-run', totals, memory }, toQuiet(settings));
  loads?.done(summary);
  const { rows, sessions, intervals, seconds, completeUntil, sources } = summary;
  const waiting = sources.flatMap(({ name, waiting: of }) => (of === null ? [] : [{ source: name, ...of }]));
  return {
    text:
      `${counted(rows, 'row')}; ${counted(sessions.inserted, 'session')} inserted, ${toCountText(sessions.updated)} updated, ` +
      `${toCountText(sessions.discarded)} discarded; complete ${completeUntil === null ? 'not yet' : `until ${completeUntil}`}; ` +
      `${waiting.map((each) => `${each.source}: ${toWaitingForText(each)}; `).join('')}${seconds.toFixed(2)} s`,
    data: {
      ...{ rows, intervals, completeUntil },
      ...toWaitingData(waiting[0]),
      ...{ inserted: sessions.inserted, updated: sessions.updated, discarded: sessions.discarded, reread: sessions.reread },
    },
  };
}

/** Waiting rows as log data for machines. */
const toWaitingData = (waiting: WaitingRows | undefined): NonNullable<JobReport['data']> =>
  waiting === undefined
    ? {}
    : {
        ...{ waitingRows: waiting.rows, waitingSince: waiting.since, waitingUntil: waiting.until },
        ...{ waitingForPid: waiting.holder.pid, waitingForApplication: waiting.holder.application ?? waiting.holder.gid },
      };

async function runAggregation({ martUrl, martSchema }: ScheduledJobsOptions, settings: Execution): Promise<JobReport> {
  const { intervals } = await aggregate({ martUrl, martSchema }, toQuiet(settings));
  return { text: counted(intervals, 'interval'), data: { intervals } };
}

/** A job logs one line. Its progress messages become debug output, unless they have a level of their own. */
const toQuiet = ({ log, ...settings }: Execution): JobSettings => ({
  ...settings,
  log: (line, fields) => log(line, { ...fields, level: fields?.level ?? 'debug' }),
});

async function runMaintenance(options: ScheduledJobsOptions, settings: Execution): Promise<JobReport> {
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
