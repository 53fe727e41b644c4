import type { MailConfig, ReportDelivery } from '../../../config/report-deliveries.js';
import { execute, queryRows } from '../../../db/connection.js';
import { isTransient } from '../../../db/postgres-errors.js';
import { runJob, startJob, type Job, type JobSettings } from '../../../jobs/job.js';
import { toProblem } from '../../../jobs/problem.js';
import type { SourceTarget } from '../../../jobs/target.js';
import { toEpochSeconds, type Clock } from '../../../model/clock.js';
import { BusyError, ConfigError, StoppedError } from '../../../model/errors.js';
import { toInstant, toWallTime } from '../../../model/local-time.js';
import type { Log } from '../../../model/log.js';
import { resolvePreset } from '../../../model/time-preset.js';
import { toSources } from '../../../pipeline/source.js';
import { readCompleteUntil } from '../../../report/completeness.js';
import { requireReport } from '../../../report/definition/reports.js';
import { renderReport, type RenderOptions } from '../../../report/formats/render-report.js';
import { toDefinitionFor, type ReportFormat } from '../../../report/formats/report-format.js';
import type { ReportTable } from '../../../report/report-table.js';
import { overviewOnMart, reportOnMart, type MartReportOptions } from '../../report/report.js';
import { parseCron } from '../ticker.js';
import {
  deleteOldDeliveries,
  insertPeriods,
  recordDelivered,
  recordFailedDelivery,
  selectLastDue,
  selectOpenDeliveries,
  type DeliveryPeriod,
  type OpenDelivery,
} from './delivery.sql.js';
import { findDueTimes, MOST_CAUGHT_UP } from './due-times.js';
import { sendReport, type MadeReport } from './send-report.js';

export interface DeliverOptions extends SourceTarget {
  readonly deliveries: readonly ReportDelivery[];
  readonly mail: MailConfig | undefined;
  /** Name of the zone whose clocks count. */
  readonly zone: string;
  /** Told when to look again; undefined: not before the next time of a delivery. */
  readonly looked?: ((lookAt: Date | undefined) => void) | undefined;
}

export interface DeliverSummary {
  /** Names of the deliveries that were made. */
  readonly delivered: readonly string[];
  /** Periods that wait for their sessions. */
  readonly waiting: number;
}

/** Minutes until the next attempt; the last wait repeats. */
const WAITS_MINUTES: readonly number[] = [1, 5, 15];

/** How often it is looked whether a period is complete. */
const COMPLETE_LOOK_MS = 60_000;

/** What was delivered stays on record for as long as any period can be looked back for. */
const KEPT_SECONDS = 800 * 86_400;

const DAY_MS = 86_400_000;

/** What this process has delivered and could not put on record yet. */
export type DeliveryMemory = Set<string>;

/**
 * Delivers each report once for each of its periods: when the period is over, all sources are loaded until its end, and its time has come.
 * What fails is tried again with growing waits; the mart remembers it. If the process dies after a delivery and before its record, that one is
 * repeated. Errors: the first failure, after the other deliveries; `BusyError` while another scheduler delivers.
 */
export function deliver(options: DeliverOptions, memory: DeliveryMemory, settings: JobSettings): Promise<DeliverSummary> {
  const { martSchema } = options;
  const lock = {
    ...{ martSchema, name: 'deliveries' },
    toBusyError: () =>
      new BusyError('deliveries-in-progress', `Another scheduler is delivering the reports of schema ${martSchema}`, {
        state: 'nothing-sent',
      }),
  };
  return runJob(startJob('schedule', options, settings), { lock, begins: 'mart' }, (job) => deliverOpen(job, options, memory));
}

async function deliverOpen(job: Job, options: DeliverOptions, memory: DeliveryMemory): Promise<DeliverSummary> {
  const { mart, clock, log, stop } = job;
  const { deliveries } = options;
  const names = deliveries.map(({ name }) => name);
  const now = toEpochSeconds(clock());
  await planPeriods(job, options);
  const open = await queryRows<OpenDelivery>(mart, selectOpenDeliveries(names));
  const sourceNames = toSources(options).map(({ name }) => name);
  const until = open.length === 0 ? null : await readCompleteUntil(mart, { level: 'session' }, sourceNames);
  const delivered: string[] = [];
  const looks: number[] = [];
  const failures: ConfigError[] = [];
  let waiting = 0;
  for (const period of open) {
    stop?.afterChunk.throwIfAborted();
    const delivery = deliveries.find(({ name }) => name === period.delivery_name)!;
    if (period.next_attempt_ts > now) {
      looks.push(period.next_attempt_ts * 1_000);
      continue;
    }
    const key = JSON.stringify([period.delivery_name, period.period_from, period.period_to]);
    try {
      if (!memory.has(key)) {
        const isLoaded = until !== null && toEpochSeconds(until) >= period.period_to;
        const made = isLoaded ? await makeReport(delivery, period, { ...options, clock, sourceNames, log }) : undefined;
        if (made === undefined) {
          waiting++;
          looks.push(clock().getTime() + COMPLETE_LOOK_MS);
          continue;
        }
        const place = await sendReport(delivery, made, options.mail, log);
        memory.add(key);
        log(`report ${delivery.name} of ${made.period.from}: delivered to ${place}`, { level: 'info', code: 'report-delivered' });
      }
      await execute(mart, recordDelivered(period, toEpochSeconds(clock())));
      memory.delete(key);
      delivered.push(delivery.name);
    } catch (error) {
      const { code, message, state, next } = toProblem(error);
      // Without the mart, the job as a whole is tried again.
      if (error instanceof StoppedError || (isTransient(error) && !code.startsWith('mail-'))) throw error;
      const nextAttempt = clock().getTime() + WAITS_MINUTES[Math.min(period.attempts, WAITS_MINUTES.length - 1)]! * 60_000;
      await execute(mart, recordFailedDelivery(period, { nextAttempt: toEpochSeconds(new Date(nextAttempt)), problem: message }));
      looks.push(nextAttempt);
      failures.push(new ConfigError(code, `report ${delivery.name} was not delivered: ${message}`, { cause: error, state, next }));
    }
  }
  await execute(mart, deleteOldDeliveries(names, now - KEPT_SECONDS));
  options.looked?.(looks.length === 0 ? undefined : new Date(Math.min(...looks)));
  for (const { code, message } of failures.slice(1)) log(message, { level: 'warning', code });
  if (failures.length > 0) throw failures[0]!;
  return { delivered, waiting };
}

/** Puts the periods on record whose times have come since the last look. */
async function planPeriods({ mart, clock }: Job, { deliveries, zone }: DeliverOptions): Promise<void> {
  const now = clock();
  const found = await queryRows<{ delivery_name: string; due_ts: number }>(
    mart,
    selectLastDue(
      deliveries.map(({ name }) => name),
      toEpochSeconds(now),
    ),
  );
  const periods = deliveries.flatMap(({ name, preset, weeks, at }): DeliveryPeriod[] => {
    const last = found.find((row) => row.delivery_name === name);
    const after = last === undefined ? null : new Date(last.due_ts * 1_000);
    // The first time one period is enough: who sets it up wants to see that it works, not last month.
    return findDueTimes(parseCron(at), zone, { after, now, most: after === null ? 1 : MOST_CAUGHT_UP }).map((due) => {
      const { from, to } = resolvePreset(preset, new Date(toWallTime(due, zone)), weeks)!;
      const [period_from, period_to] = [from, to].map((wall) => toEpochSeconds(toInstant(wall.getTime(), zone)));
      return { delivery_name: name, period_from: period_from!, period_to: period_to!, due_ts: toEpochSeconds(due) };
    });
  });
  if (periods.length > 0) await execute(mart, insertPeriods(periods));
}

interface MakeOptions extends DeliverOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly sourceNames: readonly string[];
}

/** The report of a period; undefined if it is not complete yet. */
async function makeReport(
  { report, by, weeks, format, to }: ReportDelivery,
  { period_from, period_to }: DeliveryPeriod,
  { martUrl, martSchema, zone, clock, sourceNames, log }: MakeOptions,
): Promise<MadeReport | undefined> {
  const [from, end] = [period_from, period_to].map((seconds) => new Date(toWallTime(new Date(seconds * 1_000), zone)));
  const window = { from: { wall: from! }, to: { wall: end! } };
  const asked = { martUrl, martSchema, window, timezone: zone, weeks, sourceNames, clock, log };
  const { made, render } = await read(report, { by, format }, asked);
  const { completeUntil } = made.completeness;
  if (completeUntil === null || Date.parse(completeUntil) < period_to * 1_000) return undefined;
  const toDay = (at: Date): string => at.toISOString().slice(0, 10);
  return {
    title: made.title,
    period: { from: toDay(from!), to: toDay(new Date(end!.getTime() - DAY_MS)) },
    content: await render(format),
    text: 'addresses' in to ? String(await render('table', { width: MAIL_WIDTH })) : '',
  };
}

interface ReadReport {
  readonly made: Pick<ReportTable, 'title' | 'completeness'>;
  readonly render: (format: ReportFormat, options?: RenderOptions) => Promise<string | Uint8Array>;
}

/** A report that is a table, or an overview. */
async function read(
  name: string,
  { by, format }: Pick<ReportDelivery, 'by' | 'format'>,
  asked: Omit<MartReportOptions, 'name'>,
): Promise<ReadReport> {
  const definition = requireReport(name);
  if (definition.rows === 'overview') {
    const overview = await overviewOnMart({ ...asked, definition });
    const { renderOverview } = await import('../../../report/overview/render-overview.js');
    return { made: overview, render: (format, options) => renderOverview(overview, format, options) };
  }
  const table = await reportOnMart({ ...asked, definition: toDefinitionFor(format, definition), name, by });
  return { made: table, render: (format, options) => renderReport(table, format, options) };
}

/** Characters in a line of mail. */
const MAIL_WIDTH = 100;
