import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver, type DeliverOptions } from '../../../src/commands/schedule/deliver/deliver.js';
import { findDueTimes } from '../../../src/commands/schedule/deliver/due-times.js';
import { parseCron } from '../../../src/commands/schedule/ticker.js';
import type { MailConfig, ReportDelivery } from '../../../src/config/report-deliveries.js';
import { DEFAULT_SCHEDULE } from '../../../src/config/schedule-config.js';
import { createStopControl } from '../../../src/jobs/stop.js';
import { REPORT_FORMATS } from '../../../src/report/formats/report-format.js';
import { DELIVERED_FORMATS } from '../../../src/config/report-deliveries.js';
import { freshMart, query } from '../../support/databases.js';
import { deepTest, sampleOf } from '../../support/depth.js';
import { aggregate, createSchedule } from '../../support/jobs.js';
import { startMailServer, type MailServer } from '../../support/mail-server.js';
import { withMart, writeFacts } from '../../support/mart-facts.js';
import { problemOf } from '../../support/problem-of.js';
import { writeReportMart } from '../../support/report-mart.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ZONE = 'Europe/Berlin';
const SCHEMA = { martSchema: 'infomart', idbSchema: 'public', idbUrl: 'postgres://nobody@127.0.0.1:1/none' };

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, writeReportMart);
  await query(
    martUrl,
    `insert into infomart.chatmart_source (source_name, data_source_key, table_name, complete_until, aggregated_until) values ('idb', 1, 'g_userdata_history', '2026-03-01', '2026-03-01')`,
  );
  await aggregate({ martUrl, martSchema: 'infomart', clock: () => new Date('2026-03-05T00:00Z') });
});

/** Everything is loaded and aggregated until then. */
const completeUntil = (text: string): Promise<unknown> =>
  query(martUrl, `update infomart.chatmart_source set complete_until = '${text}', aggregated_until = '${text}'`);

let folder = '';
beforeEach(async () => {
  await query(martUrl, 'delete from infomart.chatmart_delivery');
  await completeUntil('2026-03-01');
  folder = path.join(temporaryFolder(), 'reports');
  mkdirSync(folder);
});

/** Every day at six, yesterday's sessions into the folder. */
const DAILY: Omit<ReportDelivery, 'to'> = {
  ...{ name: 'daily', report: 'chat-termination', by: ['day', 'ended-by'], at: '0 6 * * *', keep: undefined },
  ...{ preset: 'yesterday', weeks: 'info-mart', format: 'csv' },
};

/** Looks as the scheduler does; `memory` is that of its process. */
function look(now: string, deliveries: readonly ReportDelivery[], over: { mail?: MailConfig; memory?: Set<string>; zone?: string } = {}) {
  const lines: string[] = [];
  let lookAt: Date | undefined;
  const options: DeliverOptions = {
    ...SCHEMA,
    martUrl,
    zone: over.zone ?? ZONE,
    deliveries,
    mail: over.mail,
    looked: (at) => void (lookAt = at),
  };
  const log = (line: string): void => void lines.push(line);
  const done = deliver(options, over.memory ?? new Set(), { clock: () => new Date(now), log, tuning: { retryDelaysMs: [] } });
  return done.then((summary) => ({ ...summary, lines, lookAt: lookAt?.toISOString() }));
}

const toFolder = (over: Partial<ReportDelivery> = {}): ReportDelivery => ({ ...DAILY, to: { folder }, ...over });
const toMail = (over: Partial<ReportDelivery> = {}): ReportDelivery => ({ ...DAILY, to: { addresses: ['chef@example.com'] }, ...over });

describe('a folder', () => {
  test('gets the report of a period once: when its time has come, and all is loaded until its end', async () => {
    await completeUntil('2026-02-28');
    expect(await look('2026-03-02T04:59Z', [toFolder()])).toMatchObject({ delivered: [], waiting: 1 });
    // Six o'clock has come, and the day of Berlin ends at 23:00 UTC.
    await completeUntil('2026-03-01 22:59:59');
    expect(await look('2026-03-02T05:00Z', [toFolder()])).toMatchObject({
      ...{ delivered: ['daily'], waiting: 1, lookAt: '2026-03-02T05:01:00.000Z' },
    });
    expect(readdirSync(folder)).toEqual(['daily-2026-02-28.csv']);
    await completeUntil('2026-03-01 23:00');
    expect((await look('2026-03-02T05:02Z', [toFolder()])).delivered).toEqual(['daily']);
    expect(readdirSync(folder).sort()).toEqual(['daily-2026-02-28.csv', 'daily-2026-03-01.csv']);
    expect(readFileSync(path.join(folder, 'daily-2026-03-01.csv'), 'utf8')).toMatch(/^day,ended_by,.*\n2026-03-01,AGENT,2,/);
    rmSync(path.join(folder, 'daily-2026-03-01.csv'));
    expect(await look('2026-03-02T05:03Z', [toFolder()])).toMatchObject({ delivered: [], waiting: 0, lookAt: undefined });
    expect(readdirSync(folder)).toEqual(['daily-2026-02-28.csv']);
  });

  test('waits for the aggregates as well, if the report is of them', async () => {
    await query(martUrl, `update infomart.chatmart_source set complete_until = '2026-03-02', aggregated_until = '2026-03-01 23:59'`);
    const daily = [toFolder({ by: ['day'] })];
    expect(await look('2026-03-02T06:00Z', daily, { zone: 'UTC' })).toMatchObject({ delivered: [], waiting: 1 });
    await completeUntil('2026-03-02');
    expect((await look('2026-03-02T06:01Z', daily, { zone: 'UTC' })).delivered).toEqual(['daily']);
  });

  test('gets what was missed while nothing ran, each period once, and keeps as many files as it should', async () => {
    for (const other of ['daily-2026-01-01.html', 'daily-notes.csv', 'other-2026-01-01.csv', 'daily-2026-01-01.csv'])
      writeFileSync(path.join(folder, other), '');
    await completeUntil('2026-03-09');
    expect((await look('2026-03-02T05:00Z', [toFolder({ keep: 3 })])).delivered).toHaveLength(1);
    expect((await look('2026-03-06T12:00Z', [toFolder({ keep: 3 })])).delivered).toHaveLength(4);
    expect(readdirSync(folder).sort()).toEqual(
      [
        'daily-2026-01-01.html',
        'daily-2026-03-03.csv',
        'daily-2026-03-04.csv',
        'daily-2026-03-05.csv',
        'daily-notes.csv',
        'other-2026-01-01.csv',
      ].sort(),
    );
  });

  test.each(sampleOf(DELIVERED_FORMATS, 3))('takes %s', async (format) => {
    await completeUntil('2026-03-09');
    await look('2026-03-02T05:00Z', [toFolder({ format })]);
    const [file] = readdirSync(folder);
    expect(file).toBe(`daily-2026-03-01.${format === 'table' ? 'txt' : format}`);
    expect(readFileSync(path.join(folder, file!)).length).toBeGreaterThan(100);
    expect([...DELIVERED_FORMATS].sort()).toEqual([...REPORT_FORMATS].sort());
  });

  test('has all sessions in a format for programs, and as many as a person reads in the others', async () => {
    const start = Date.parse('2026-05-01T10:00Z') / 1_000;
    await withMart(martUrl, (mart) =>
      writeFacts(
        mart,
        Array.from({ length: 60 }, (_, at) => ({ guid: `M${at}`, start: start + at })),
      ),
    );
    await completeUntil('2026-05-03');
    const linesOf = async (format: 'csv' | 'table'): Promise<number> => {
      await look('2026-05-02T05:00Z', [toFolder({ name: `of-${format}`, report: 'sessions', by: undefined, format })]);
      const file = readdirSync(folder).find((name) => name.startsWith(`of-${format}`))!;
      return readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('2026-05-01 ')).length;
    };
    expect(await linesOf('csv')).toBe(60);
    expect(await linesOf('table')).toBe(50);
  });

  deepTest('takes an overview', async () => {
    await completeUntil('2026-03-09');
    await look('2026-03-02T05:00Z', [toFolder({ report: 'chat-overview', by: undefined, format: 'html' })]);
    expect(readFileSync(path.join(folder, 'daily-2026-03-01.html'), 'utf8')).toContain('At a glance');
  });

  test('that is missing is told, and tried again with growing waits; other reports are delivered all the same', async () => {
    await completeUntil('2026-03-09');
    const gone = toFolder({ name: 'away', to: { folder: path.join(folder, 'no', 'such') } });
    const both = [gone, toFolder()];
    expect(await problemOf(() => look('2026-03-02T05:00Z', both))).toContain(
      'report away was not delivered: The report cannot be written to',
    );
    expect(readdirSync(folder)).toEqual(['daily-2026-03-01.csv']);
    const next = async (): Promise<unknown> =>
      query(
        martUrl,
        `select attempts, to_timestamp(next_attempt_ts) as next, problem from infomart.chatmart_delivery where delivered_ts is null`,
      );
    expect(await next()).toMatchObject([
      { attempts: 1, next: new Date('2026-03-02T05:01Z'), problem: expect.stringContaining('no folder') as string },
    ]);
    expect(await look('2026-03-02T05:00:59Z', both)).toMatchObject({ delivered: [], lookAt: '2026-03-02T05:01:00.000Z' });
    for (const [now, wanted] of [
      ['2026-03-02T05:01Z', '2026-03-02T05:06Z'],
      ['2026-03-02T05:06Z', '2026-03-02T05:21Z'],
      ['2026-03-02T05:21Z', '2026-03-02T05:36Z'],
    ] as const) {
      await problemOf(() => look(now, both));
      expect(await next()).toMatchObject([{ next: new Date(wanted) }]);
    }
    mkdirSync(path.join(folder, 'no', 'such'), { recursive: true });
    expect((await look('2026-03-02T05:40Z', both)).delivered).toEqual(['away']);
    // A report that is not wanted any more fails no more.
    await query(martUrl, 'update infomart.chatmart_delivery set delivered_ts = null');
    await look('2026-03-02T05:41Z', [toFolder()]);
    expect(await query(martUrl, 'select delivery_name from infomart.chatmart_delivery')).toEqual([{ delivery_name: 'daily' }]);
  });
});

describe('mail', () => {
  const login = { user: 'chatmart', password: 'p%ss: wörd' };
  let server: MailServer;
  let authority = '';
  beforeAll(async () => {
    server = await startMailServer({ login });
    authority = path.join(temporaryFolder(), 'ca.pem');
    writeFileSync(authority, server.authority);
  });
  beforeEach(async () => {
    server.mails.length = 0;
    await completeUntil('2026-03-09');
  });
  const mailTo = (over: Partial<MailConfig> = {}): MailConfig => ({
    ...{ from: 'chatmart@example.com', host: 'localhost', port: server.port, isTls: false, user: login.user, sslrootcert: authority },
    readPassword: () => ({ password: login.password }),
    ...over,
  });

  test('goes once, to all addresses, encrypted after STARTTLS, with the page as its body and as a file', async () => {
    const delivery = toMail({ format: 'html', to: { addresses: ['chef@example.com', 'team@example.com'] } });
    expect((await look('2026-03-02T05:00Z', [delivery], { mail: mailTo() })).delivered).toEqual(['daily']);
    expect((await look('2026-03-02T05:01Z', [delivery], { mail: mailTo() })).delivered).toEqual([]);
    expect(server.mails).toMatchObject([
      { from: 'chatmart@example.com', to: ['chef@example.com', 'team@example.com'], user: 'chatmart', isEncrypted: true },
    ]);
    const { raw } = server.mails[0]!;
    expect(raw).toContain('Subject: Chat Termination Report, 2026-03-01\r\n');
    expect(raw).toMatch(/Content-Type: text\/plain; charset=utf-8/);
    expect(raw).toMatch(/Content-Type: text\/html; charset=utf-8\r\nContent-Transfer-Encoding/);
    expect(raw).toMatch(/filename=daily-2026-03-01\.html/);
  });

  deepTest('carries a workbook as a file', async () => {
    await look('2026-03-02T05:00Z', [toMail({ format: 'xlsx' })], { mail: mailTo() });
    const [, encoded] = /filename=daily-2026-03-01\.xlsx\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--/s.exec(server.mails[0]!.raw)!;
    expect(Buffer.from(encoded!, 'base64').subarray(0, 2).toString()).toBe('PK');
  });

  deepTest('goes by TLS from the first byte as well, and as a mere text', async () => {
    const other = await startMailServer({ tls: 'tls' });
    const file = path.join(temporaryFolder(), 'ca.pem');
    writeFileSync(file, other.authority);
    const mail = mailTo({ port: other.port, isTls: true, user: undefined, sslrootcert: file });
    await look('2026-03-02T05:00Z', [toMail({ format: 'table' })], { mail });
    expect(other.mails).toMatchObject([{ isEncrypted: true, user: undefined }]);
    expect(other.mails[0]!.raw).toContain('Sessions that started from 2026-03-01');
    expect(other.mails[0]!.raw).not.toContain('attachment');
  });

  test('that was sent is not sent again if its record fails, and once more at most if the process dies before; it is the same mail then', async () => {
    const memory = new Set<string>();
    await query(
      martUrl,
      `create function infomart.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
       create trigger refuse before update of delivered_ts on infomart.chatmart_delivery for each row execute function infomart.refuse()`,
    );
    await problemOf(() => look('2026-03-02T05:00Z', [toMail()], { mail: mailTo(), memory }));
    await query(martUrl, 'drop function infomart.refuse cascade');
    expect((await look('2026-03-02T05:10Z', [toMail()], { mail: mailTo(), memory })).delivered).toEqual(['daily']);
    expect(server.mails).toHaveLength(1);
    await query(martUrl, 'update infomart.chatmart_delivery set delivered_ts = null');
    await look('2026-03-02T05:20Z', [toMail()], { mail: mailTo() });
    await look('2026-03-02T05:30Z', [toMail()], { mail: mailTo() });
    const ids = server.mails.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)![1]);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(ids[0]);
  });

  deepTest('waits until the server takes it, and says why it does not, without the password', async () => {
    const refused = async (now: string, mail: MailConfig): Promise<string> => problemOf(() => look(now, [toMail()], { mail }));
    const closed = await startMailServer();
    await closed.close();
    const answers = [
      await refused('2026-03-02T05:00Z', mailTo({ port: closed.port })),
      await refused('2026-03-02T05:10Z', mailTo({ readPassword: () => ({ password: 'wrong-password' }) })),
      await refused('2026-03-02T05:20Z', mailTo({ sslrootcert: undefined })),
      await refused('2026-03-02T05:40Z', mailTo({ sslrootcert: '/no/such/file' })),
      await refused('2026-03-02T05:58Z', mailTo({ readPassword: () => ({ missing: '/run/pw cannot be read' }) })),
    ];
    server.refuses = { responseCode: 554, message: 'Spam' };
    answers.push(await refused('2026-03-02T06:30Z', mailTo()));
    server.refuses = { responseCode: 451, message: 'Try again later' };
    answers.push(await refused('2026-03-02T07:00Z', mailTo()));
    server.refuses = undefined;
    expect(answers.map((answer) => answer.split(':')[0])).toEqual(
      ['server-unreachable', 'login-refused', 'tls-failed', 'tls-failed', 'password-unreadable', 'refused', 'server-unreachable'].map(
        (code) => `ConfigError mail-${code}`,
      ),
    );
    expect(answers.join()).not.toContain('wrong-password');
    expect((await look('2026-03-02T08:00Z', [toMail()], { mail: mailTo() })).delivered).toEqual(['daily']);
  });

  test('never leaves this machine in plain text', async () => {
    const plain = await startMailServer({ tls: 'none' });
    // An address of this machine that does not look like one.
    const mail = mailTo({ host: '::ffff:127.0.0.1', port: plain.port, user: undefined });
    expect(await problemOf(() => look('2026-03-02T05:00Z', [toMail()], { mail }))).toMatch(/^ConfigError mail-tls-failed/);
    expect(plain.mails).toEqual([]);
    await look('2026-03-02T06:00Z', [toMail()], { mail: mailTo({ port: plain.port, user: undefined }) });
    expect(plain.mails).toMatchObject([{ isEncrypted: false }]);
  });

  test('goes to those addresses that the server knows', async () => {
    server.unknown.add('nobody@example.com');
    const { lines } = await look('2026-03-02T05:00Z', [toMail({ to: { addresses: ['nobody@example.com', 'chef@example.com'] } })], {
      mail: mailTo(),
    });
    expect(server.mails).toMatchObject([{ to: ['chef@example.com'] }]);
    expect(lines.join('\n')).toContain('the mail server refused 1 address and took 1: nobody@example.com');
  });
});

describe('the times of a delivery', () => {
  const due = (at: string, after: string | null, now: string, most = 5): string[] =>
    findDueTimes(parseCron(at), ZONE, { after: after === null ? null : new Date(after), now: new Date(now), most }).map((each) =>
      each.toISOString().slice(0, 16),
    );

  test('are local, also when clocks change: a skipped one comes later, a repeated one once', () => {
    expect(due('30 2 * * *', '2026-03-27T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-30T00:30',
      '2026-03-29T01:30',
      '2026-03-28T01:30',
    ]);
    expect(due('30 2 * * *', '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual(['2026-10-26T01:30', '2026-10-25T00:30']);
  });

  test('begin with the last one, however rare, and go on after the one before', () => {
    expect(due('0 6 * * 1', null, '2026-03-05T12:00Z', 1)).toEqual(['2026-03-02T05:00']);
    expect(due('0 6 1 1 *', null, '2026-12-31T12:00Z', 1)).toEqual(['2026-01-01T05:00']);
    expect(due('0 6 * * *', '2026-03-02T05:00Z', '2026-03-03T04:59Z')).toEqual([]);
    expect(due('0 6 * * *', '2026-03-02T05:00Z', '2026-03-03T05:00Z')).toEqual(['2026-03-03T05:00']);
    expect(due('0,30 6,7 * * *', '2026-03-01T05:00Z', '2026-03-09T05:00Z', 3)).toHaveLength(3);
  });
});

test('the scheduler delivers at the tick at which a report is due, and refuses reports that there are not', async () => {
  await completeUntil('2026-03-09');
  let now = new Date('2026-03-02T05:00Z');
  const { stop } = createStopControl();
  const start = (reports: readonly ReportDelivery[]) =>
    createSchedule({
      ...{ ...SCHEMA, martUrl, reports, daysToKeepFacts: undefined, retryDelaysMs: [], stop, clock: () => now, log: () => undefined },
      schedule: { ...DEFAULT_SCHEDULE, zone: ZONE, runMaintain: false, window: { fromMinute: 1, toMinute: 2, zone: ZONE } },
    });
  const { scheduler, observed } = start([toFolder(), toFolder({ name: 'gone', to: { folder: path.join(folder, 'gone') } })]);
  await scheduler.tick(now);
  expect(readdirSync(folder)).toEqual(['daily-2026-03-01.csv']);
  expect(observed.problems()).toContainEqual(expect.stringContaining('deliver: report gone was not delivered'));
  mkdirSync(path.join(folder, 'gone'));
  now = new Date('2026-03-02T05:01Z');
  await scheduler.tick(now);
  expect(readdirSync(path.join(folder, 'gone'))).toEqual(['gone-2026-03-01.csv']);
  now = new Date('2026-03-03T05:00Z');
  await scheduler.tick(now);
  expect(readdirSync(folder)).toContain('daily-2026-03-02.csv');
  expect(() => start([toFolder({ report: 'chat-terminations' })])).toThrow(
    /"chat-terminations" of daily is not a report; did you mean chat-termination/,
  );
  expect(() => start([toFolder({ report: 'chat-overview' })])).toThrow('several tables');
});
