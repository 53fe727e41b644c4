import { beforeAll, describe, expect, test } from 'vitest';
import { nameCommand } from '../../../src/commands/name/command.js';
import { reportCommand } from '../../../src/commands/report/command.js';
import { ConfigError } from '../../../src/model/errors.js';
import { breachesOf } from '../../support/breaches.js';
import { callCommand } from '../../support/call-command.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { expectText } from '../../support/expect-text.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { aggregate, erase, maintain, migrateMart } from '../../support/jobs.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';

const session = (guid: string, tenant: string, mediaType: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'csg_TenantId', tenant],
  [guid, 'csg_MediaType', mediaType],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:10:00Z'],
];

let urls: Urls;
beforeAll(async () => {
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [
    ...session('A', '101', 'chat'),
    ...session('B', '102', 'chat'),
    ...session('C', '102', 'Smoke-Signals'),
    ...session('D', '103', 'pigeon'),
  ]);
  await runCycle(urls);
});

const name = async (...args: string[]): Promise<string> => (await callCommand(nameCommand, urls, args)).printed;
const report = async (...args: string[]): Promise<string> =>
  (await callCommand(reportCommand, urls, ['chat-termination', '--from', '2026-03-01', '--to', '2026-03-02', ...args])).printed;

/** The names as an analyst's SQL sees them: of tenants, of media types, and beside each session. */
const namesInSql = async (): Promise<unknown> => ({
  tenants: await query(urls.martUrl, 'select tenant_key as key, tenant_name as name from infomart.tenant where tenant_key > 0 order by 1'),
  mediaTypes: await query(
    urls.martUrl,
    `select media_name_code as code, media_name as name from infomart.media_type where media_name_code in ('CHAT', 'SMOKE-SIGNALS') order by 1`,
  ),
  sessions: await query(
    urls.martUrl,
    `select media_server_ixn_guid as guid, tenant_name, media_name from infomart.chat_session where media_server_ixn_guid in ('A', 'C') order by 1`,
  ),
});

const written = async (): Promise<unknown> =>
  query(urls.martUrl, 'select count(*) as audits, max(audit_key) as newest from infomart.ctl_audit_log');

test('a new mart has no given names: what is listed is what it calls its members', async () => {
  const { printed, logged } = await callCommand(nameCommand, urls, []);
  expect(printed).not.toContain('yes');
  expectText([printed, ...logged].join('\n'));
});

describe('a given name', () => {
  beforeAll(async () => {
    expect(await name('tenant', '101', '  Bank of X ')).toBe('tenant 101 is called Bank of X now; it was called Tenant 101\n');
    expect(await name('media-type', 'chat', 'Web chat')).toBe('media type CHAT is called Web chat now; it was called Chat\n');
    expect(await name('media-type', 'Smoke-Signals', 'Smoke')).toContain('media type SMOKE-SIGNALS is called Smoke now');
  });

  const expected = {
    tenants: [
      { key: 101, name: 'Bank of X' },
      { key: 102, name: 'Tenant 102' },
      { key: 103, name: 'Tenant 103' },
    ],
    mediaTypes: [
      { code: 'CHAT', name: 'Web chat' },
      { code: 'SMOKE-SIGNALS', name: 'Smoke' },
    ],
    sessions: [
      { guid: 'A', tenant_name: 'Bank of X', media_name: 'Web chat' },
      { guid: 'C', tenant_name: 'Tenant 102', media_name: 'Smoke' },
    ],
  };

  test('is seen by SQL, listed, and shown and understood by reports', async () => {
    expect(await namesInSql()).toEqual(expected);
    expect(await name()).toMatch(/tenant +│ 101 +│ Bank of X +│ yes[^]*media-type +│ CHAT +│ Web chat +│ yes/);
    const csv = await report('--by', 'tenant,media-type', '--format', 'csv');
    expect(csv).toMatch(/^Bank of X,Web chat,1,/m);
    expect(csv).toMatch(/^Tenant 102,Smoke,1,/m);
    expect(await report('--by', 'tenant', '--tenant', 'bank of x', '--format', 'csv')).toMatch(/^Bank of X,1,/m);
  });

  test('stays, whatever is loaded, aggregated, migrated or deleted afterwards', async () => {
    await writeUserData(urls.idbUrl, [...session('E', '101', 'CHAT'), ['A', 'csg_TenantId', '102'], ['A', 'csg_TenantId', '101']]);
    expect(await runCycle(urls)).toMatchObject({ sessions: { inserted: 1 } });
    const job = { martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock };
    await aggregate({ ...job, range: { from: new Date('2026-03-01'), to: new Date('2026-03-02') } });
    await query(urls.martUrl, `update infomart.ctl_schema_info set value = 'older' where property = 'generated-schema-hash'`);
    expect((await migrateMart(job)).applied).toEqual(['generated-schema']);
    const later = new Date(testClock().getTime() + 10 * 86_400_000);
    await maintain({
      ...job,
      clock: () => later,
      readServerTime: () => Promise.resolve(later),
      daysToKeepHistory: 1,
      daysToKeepFacts: undefined,
    });
    expect(await namesInSql()).toEqual(expected);
    // Those who look for the transaction that named a member still find it.
    expect(await breachesOf(urls.martUrl)).toEqual([]);
    expect(
      await query(
        urls.martUrl,
        `select update_audit_key from infomart.gidb_gc_tenant union select update_audit_key from infomart.media_type
         except select audit_key from infomart.ctl_audit_log except select 0 except select null`,
      ),
    ).toEqual([]);
  });

  test('keeps its media type when the only session of it is erased', async () => {
    await erase({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock, guids: ['C', 'D'] });
    const codes = `select media_name_code as code from infomart.media_type where media_name_code in ('PIGEON', 'SMOKE-SIGNALS')`;
    expect(await query(urls.martUrl, codes)).toEqual([{ code: 'SMOKE-SIGNALS' }]);
  });

  test('is on record, once', async () => {
    const before = await written();
    expect(await name('tenant', '101', 'Bank of X')).toBe('tenant 101 is called Bank of X already\n');
    expect(await written()).toEqual(before);
    await name('tenant', '101', 'Bank of Y');
    expect(await written()).not.toEqual(before);
    expect(
      await query(
        urls.martUrl,
        `select ctl_etl_history.status, ctl_etl_history.row_count, message, ctl_audit_log.row_count as rows
         from infomart.gidb_gc_tenant
         join infomart.ctl_audit_log on audit_key = update_audit_key
         join infomart.ctl_etl_history using (job_id)
         where id = 101`,
      ),
    ).toEqual([{ status: 'COMPLETED', row_count: 1, message: 'name of tenant 101', rows: 1 }]);
  });

  test('is taken back: the member is called again as the mart called it', async () => {
    expect(await name('tenant', '101', '--remove')).toContain('tenant 101 is called Tenant 101 now');
    expect(await name('media-type', 'CHAT', '--remove')).toContain('media type CHAT is called Chat now');
    expect(await name('media-type', 'SMOKE-SIGNALS', '--remove')).toContain('is called SMOKE-SIGNALS now; it was called Smoke');
    expect(await name()).not.toContain('yes');
  });
});

test('two members of the same name are told apart by reports', async () => {
  for (const tenant of ['101', '102']) await name('tenant', tenant, 'Bank');
  expect(await report('--by', 'tenant', '--format', 'csv')).toMatch(/^Bank \(101\),2,[^]*^Bank \(102\),1,/m);
});

describe('any text is a name', () => {
  test.each([
    ['HTML', '<script>alert("x")</script>', 'html', '&lt;script&gt;alert(&quot;x&quot;)'],
    ['a formula', '=HYPERLINK("http://x","y")', 'csv', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['right-to-left', 'بنك \u202eالاختبار', 'csv', 'بنك'],
    ['an option', '--help', 'csv', '--help'],
    ['as long as allowed', '👍'.repeat(255), 'csv', '👍'.repeat(255)],
  ])('%s', async (_, text, format, shown) => {
    await name('tenant', '101', '--', text);
    expect(await query(urls.martUrl, 'select tenant_name as name from infomart.tenant where tenant_key = 101')).toEqual([{ name: text }]);
    const printed = await report('--by', 'tenant', '--format', format);
    expect(printed).toContain(shown);
    expect(printed).not.toContain('<script>alert');
    expect(await report('--by', 'tenant')).toContain('Sessions');
    expect(await name()).toContain('yes');
  });
});

describe('is refused', () => {
  test.each([
    ['an empty name', ['tenant', '101', ' \t ']],
    ['a name that is too long', ['tenant', '101', 'x'.repeat(256)]],
    ['control characters', ['tenant', '101', 'Bank\u001b[31m']],
    ['several lines', ['tenant', '101', 'Bank\nof X']],
    ['a tenant that no session has had', ['tenant', '110', 'Bank']],
    ['a tenant that is no number', ['tenant', 'Bank', 'Bank']],
    ['what stands for no tenant', ['tenant', '--', '-2', 'None']],
    ['an unknown media type', ['media-type', 'telepathy', 'Telepathy']],
  ])('%s', async (_, args) => {
    const before = [await namesInSql(), await written()];
    const error = (await name(...args).catch((thrown: unknown) => thrown)) as ConfigError;
    expect(error).toBeInstanceOf(ConfigError);
    expectText(`${error.code}: ${error.message}\n${error.state}: ${error.next}`);
    expect([await namesInSql(), await written()]).toEqual(before);
  });

  test.each([
    ['a kind without a code', ['tenant'], 'name tenant needs a code'],
    ['a code without a name', ['tenant', '101'], 'name tenant 101 needs a name, or --remove'],
    ['a name that is given and taken back', ['tenant', '101', 'Bank', '--remove'], 'name tenant 101 needs a name, or --remove'],
    ['taking back of nothing', ['--remove'], '--remove needs a kind and a code'],
    ['another kind', ['queue', '1', 'Sales'], 'Allowed choices are tenant, media-type'],
    ['a name without quotes', ['tenant', '101', 'Bank', 'of', 'X'], 'too many arguments'],
  ])('%s', async (_, args, message) => {
    await expect(name(...args)).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining(message) as string });
  });
});
