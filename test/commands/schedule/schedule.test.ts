import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_SCHEDULE, type ScheduleConfig } from '../../../src/config/schedule-config.js';
import type { Sample } from '../../../src/metrics/metric.js';
import type { JobOrigin } from '../../../src/jobs/job-history.js';
import { createStopControl } from '../../../src/jobs/stop.js';
import { freshDatabases, freshMart, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { compareMarts } from '../../support/growing-idb.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { backUpMart } from '../../support/mart-backup.js';
import { startPostgresProxy } from '../../support/postgres-proxy.js';
import { writeUserData } from '../../support/user-data.js';
import { createSchedule } from '../../support/jobs.js';

const MINUTE_MS = 60_000;

let urls: Urls;
beforeEach(async () => {
  urls = await freshDatabases();
});

/** A schedule whose clock the test advances minute by minute, with a tick at each minute. */
function start(
  from: string,
  settings: Partial<ScheduleConfig>,
  over: Partial<Urls & { readonly daysToKeepFacts: number; readonly origin: JobOrigin }> = {},
) {
  let now = new Date(from);
  const codes: string[] = [];
  const { stop } = createStopControl();
  const { scheduler, observed } = createSchedule(
    {
      ...urls,
      ...{ martSchema: 'infomart', idbSchema: 'public', embedded: false },
      schedule: { ...DEFAULT_SCHEDULE, ...settings },
      daysToKeepFacts: undefined,
      ...over,
      retryDelaysMs: [],
      clock: () => now,
      log: (_, { code, level = 'info' } = {}) => {
        if (code !== undefined && level !== 'debug') codes.push(code);
      },
      stop,
    },
    () => now.getTime(),
  );
  /** Ticks up to an instant; calls `between` each minute. */
  const to = async (until: string, between: (minute: string) => Promise<unknown> | undefined = () => undefined): Promise<void> => {
    for (; now.getTime() <= Date.parse(until); now = new Date(now.getTime() + MINUTE_MS)) {
      await between(now.toISOString().slice(0, 16));
      await scheduler.tick(now);
    }
  };
  const value = (name: Sample['name'], ...labels: string[]) =>
    observed.samples().find((sample) => sample.name === name && labels.every((label) => sample.labels.includes(label)))?.value;
  const passWithoutTick = (minutes: number): void => {
    now = new Date(now.getTime() + minutes * MINUTE_MS);
  };
  return { to, passWithoutTick, codes, observed, value };
}

const write = (guid: string, minute: string): Promise<void> => {
  const at = Date.parse(`${minute}:00Z`);
  const text = (ms: number): string => new Date(ms).toISOString();
  return writeUserData(urls.idbUrl, [
    [guid, 'ChatServerSessionStartedAt', text(at - 600_000), at / 1_000],
    [guid, 'ChatServerSessionClosedAt', text(at - 60_000), at / 1_000],
  ]);
};

/** When the jobs of a name began, in UTC. */
const begunOf = async (job: string): Promise<string[]> =>
  (
    await query<{ at: string }>(
      urls.martUrl,
      `select to_char(start_time, 'MM-DD HH24:MI') as at from infomart.ctl_etl_history where job_name = '${job}' order by start_time`,
    )
  ).map(({ at }) => at);

async function expectWhole(): Promise<void> {
  const martUrl = await freshMart();
  await runCycle({ ...urls, martUrl });
  expect(await compareMarts(martUrl, urls.martUrl)).toEqual([]);
}

describe('a schedule', { timeout: 240_000 }, () => {
  test('in the night that has an hour twice: each run of the window, aggregation and maintenance once', async () => {
    const zone = 'Europe/Berlin';
    const night = start('2026-10-24T21:00:00Z', {
      ...{ zone, window: { fromMinute: 60, toMinute: 240, zone }, frequencyMinutes: 30 },
      ...{ aggregates: { at: [150] }, maintainMinute: 165 },
    });
    let sessions = 0;
    await night.to('2026-10-25T06:00:00Z', (minute) => (minute.endsWith(':10') ? write(`G${sessions++}`, minute) : undefined));
    // From 01:00 to 04:00 there are four hours.
    expect(await begunOf('Job_ExtractICON')).toEqual([
      ...['10-24 23:00', '10-24 23:30', '10-25 00:00', '10-25 00:30'],
      ...['10-25 01:00', '10-25 01:30', '10-25 02:00', '10-25 02:30'],
    ]);
    expect(await begunOf('Job_AggregateGIM')).toEqual(['10-25 00:30']);
    expect(await begunOf('Job_MaintainGIM')).toEqual(['10-25 00:45']);
    expect(night.codes.filter((code) => code !== 'job-done' && code !== 'schedule-started')).toEqual([]);
  });

  deepTest('in the night that lacks an hour: what lies in it comes after it, once', async () => {
    const zone = 'Europe/Berlin';
    const night = start('2026-03-28T20:00:00Z', { zone, aggregates: { at: [150] }, maintainMinute: 165, frequencyMinutes: 240 });
    await night.to('2026-03-29T06:00:00Z');
    expect(await begunOf('Job_AggregateGIM')).toEqual(['03-29 01:30']);
    expect(await begunOf('Job_MaintainGIM')).toEqual(['03-29 01:45']);
  });

  test('after an outage goes on where it was, and its probes and metrics said so', async () => {
    const proxy = await startPostgresProxy(urls.martUrl);
    const day = start('2026-03-02T08:00:00Z', { frequencyMinutes: 15 }, { martUrl: proxy.url });
    expect(day.observed.problems()).toEqual(['The mart has not answered yet']);
    let sessions = 0;
    await day.to('2026-03-02T08:40:00Z', (minute) => (minute.endsWith('5') ? write(`G${sessions++}`, minute) : undefined));
    expect(day.observed.problems()).toEqual([]);
    await proxy.close();
    await write('G-away', '2026-03-02T08:44');
    await day.to('2026-03-02T09:20:00Z');
    expect(day.observed.problems()).toEqual([expect.stringMatching(/^cycle: .* cannot be reached: .* \(database-unreachable\)$/)]);
    expect(day.value('job_failures_total', 'cycle', 'database-unreachable')).toBe(36);
    // These are from the last cycle, while there is no database.
    expect(day.value('stage_items', 'extract')).toBe(2);
    await proxy.open();
    await day.to('2026-03-02T09:31:00Z');
    expect(day.observed.problems()).toEqual([]);
    expect(day.codes.filter((code) => code.includes('database'))).toEqual([
      ...['database-unreachable', 'database-unreachable', 'database-unreachable', 'databases-back'],
    ]);
    // Tried each minute during the outage; once the database is back, at the first minute and then at the usual times again.
    expect((await begunOf('Job_ExtractICON')).slice(-2)).toEqual(['03-02 09:21', '03-02 09:30']);
    expect(day.value('job_successes_total', 'cycle')).toBe(5);
    await expectWhole();
  });

  test('after a restart it counts what others did meanwhile: no burst, no extra run', async () => {
    await runCycle(urls, { clock: () => new Date('2026-03-02T08:01:00Z') });
    const soon = start('2026-03-02T08:03:00Z', { frequencyMinutes: 5 });
    await soon.to('2026-03-02T08:06:00Z');
    expect(await begunOf('Job_ExtractICON')).toEqual(['03-02 08:01', '03-02 08:05']);
    const late = start('2026-03-04T10:07:00Z', { frequencyMinutes: 5 });
    await late.to('2026-03-04T10:09:00Z');
    expect((await begunOf('Job_ExtractICON')).slice(2)).toEqual(['03-04 10:07']);
    // Maintenance that has never run waits for its scheduled time.
    expect(await begunOf('Job_MaintainGIM')).toEqual([]);
  });

  deepTest('takes up at once a window that was left half-read, however young', async () => {
    await runCycle(urls, { clock: () => new Date('2026-03-02T08:05:00Z') });
    await query(urls.martUrl, 'update infomart.chatmart_source set window_ceiling = last_ceiling, window_position = 0, window_end_id = 0');
    const { to } = start('2026-03-02T08:06:00Z', {});
    await to('2026-03-02T08:07:00Z');
    expect(await begunOf('Job_ExtractICON')).toEqual(['03-02 08:05', '03-02 08:06']);
  });

  deepTest('without aggregates leaves what changed to another aggregation', async () => {
    const { to, value } = start('2026-03-02T08:00:00Z', { aggregates: 'never', runMaintain: false });
    await write('G1', '2026-03-02T07:50');
    await to('2026-03-02T08:00:00Z');
    expect(value('pending_intervals')).toBe(1);
    expect(await begunOf('Job_AggregateGIM')).toEqual([]);
    await runCycle(urls);
    await expectWhole();
  });

  test('missed maintenance is done once', async () => {
    const first = start('2026-03-02T02:59:00Z', { frequencyMinutes: 1_440 });
    await first.to('2026-03-02T03:01:00Z');
    const later = start('2026-03-05T10:00:00Z', { frequencyMinutes: 1_440 });
    await later.to('2026-03-05T10:02:00Z');
    expect(await begunOf('Job_MaintainGIM')).toEqual(['03-02 03:00', '03-05 10:00']);
  });

  deepTest('maintenance that a clock a year ahead started is not started again by each daemon', async () => {
    await query(
      urls.martUrl,
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts)
       values ('ahead', 'Job_MaintainGIM', '0', '2027-03-02 03:00', 'COMPLETED', extract(epoch from timestamp '2027-03-02 03:00'))`,
    );
    const night = start('2026-03-02T02:59:00Z', { frequencyMinutes: 1_440 });
    await night.to('2026-03-02T03:01:00Z');
    const day = start('2026-03-02T09:00:00Z', { frequencyMinutes: 1_440 });
    await day.to('2026-03-02T09:01:00Z');
    expect(await begunOf('Job_MaintainGIM')).toEqual(['03-02 03:00', '03-02 03:00']);
  });

  deepTest('failed maintenance is tried again the same night, also by a restarted daemon', async () => {
    const { martUrl } = urls;
    const refuse = `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no upkeep'; end $$;
      create trigger refuse after update on infomart.ctl_etl_history for each row
      when (new.job_name = 'Job_MaintainGIM' and new.status = 'COMPLETED') execute function refuse()`;
    await query(martUrl, refuse);
    const first = start('2026-03-02T02:59:00Z', { frequencyMinutes: 1_440 });
    await first.to('2026-03-02T03:16:00Z');
    expect(await begunOf('Job_MaintainGIM')).toEqual(['03-02 03:00', '03-02 03:15']);
    const second = start('2026-03-02T03:17:00Z', { frequencyMinutes: 1_440 });
    await second.to('2026-03-02T03:20:00Z');
    await query(martUrl, 'drop trigger refuse on infomart.ctl_etl_history');
    await second.to('2026-03-02T03:40:00Z');
    expect((await begunOf('Job_MaintainGIM')).slice(2)).toEqual(['03-02 03:17', '03-02 03:32']);
    const third = start('2026-03-02T03:41:00Z', { frequencyMinutes: 1_440 });
    await third.to('2026-03-02T03:50:00Z');
    expect(await begunOf('Job_MaintainGIM')).toHaveLength(4);
  });

  deepTest('a restarted daemon repeats a failed run at once, however rare its times', async () => {
    const origin = { command: 'schedule', configHash: '' };
    await query(urls.martUrl, 'alter table infomart.agt_chat_stats_day rename to hidden');
    const first = start('2026-03-02T08:00:00Z', { frequencyMinutes: 1_440, runMaintain: false }, { origin });
    await write('G1', '2026-03-02T07:50');
    await first.to('2026-03-02T08:01:00Z');
    await query(urls.martUrl, 'alter table infomart.hidden rename to agt_chat_stats_day');
    const second = start('2026-03-02T08:05:00Z', { frequencyMinutes: 1_440, runMaintain: false }, { origin });
    await second.to('2026-03-02T08:07:00Z');
    expect(second.value('job_successes_total', 'cycle')).toBe(1);
    await expectWhole();
  });

  deepTest('a mart that is restored under it is told of once, and loaded again', async () => {
    const { to, codes, value } = start('2026-03-04T06:00:00Z', { runMaintain: false });
    await to('2026-03-04T06:00:00Z');
    const { restore } = await backUpMart(urls.martUrl);
    await write('G1', '2026-03-04T06:02');
    await to('2026-03-04T06:06:00Z');
    await restore();
    await to('2026-03-04T06:16:00Z');
    expect(codes.filter((code) => code.startsWith('mart-'))).toEqual(['mart-went-back']);
    expect(value('mart_went_back_timestamp_seconds')).toBe(Date.parse('2026-03-04T06:10:00Z') / 1_000);
    await expectWhole();
  });

  deepTest('maintenance deletes what is past its retention, by whole months', async () => {
    const facts = async () =>
      (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
        ({ guid }) => guid,
      );
    await write('OLD', '2026-01-20T10:00');
    await write('NEW', '2026-03-02T01:00');
    const { to } = start('2026-03-02T02:00:00Z', {}, { daysToKeepFacts: 20 });
    await to('2026-03-02T02:30:00Z');
    expect(await facts()).toEqual(['NEW', 'OLD']);
    await to('2026-03-02T03:10:00Z');
    expect(await facts()).toEqual(['NEW']);
    // Later rows must not bring the purged session back.
    await write('OLD', '2026-01-20T10:00');
    await to('2026-03-02T03:20:00Z');
    expect(await facts()).toEqual(['NEW']);
  });

  test('that ticks no more is not alive', async () => {
    const { to, passWithoutTick, observed } = start('2026-03-02T08:00:00Z', { runMaintain: false });
    await to('2026-03-02T08:00:00Z');
    passWithoutTick(3);
    expect(observed.deathReason()).toBeUndefined();
    passWithoutTick(3);
    expect(observed.deathReason()).toBe('No tick since 2026-03-02T08:00:00.000Z');
  });
});
