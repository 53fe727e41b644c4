import { describe, expect, it } from 'vitest';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { run } from '../../support/jobs.js';

const GUID = 'AAHMA1000000YST3';

/** The minimum that makes a closed session. */
const closedSession = (guid = GUID): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:17:30Z'],
];

const cycle = (urls: { idbUrl: string; martUrl: string }) =>
  run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock });

const facts = (martUrl: string) =>
  query<Record<string, unknown>>(martUrl, 'select * from infomart.chat_session_fact order by media_server_ixn_guid');

describe('run', () => {
  it('turns the rows of a closed session into one fact', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [
      ...closedSession(),
      [GUID, 'csg_TenantId', '101'],
      [GUID, 'cse_AgentReplyMaxTime', '17'],
      [GUID, 'Subject', 'hello'],
    ]);
    const summary = await cycle(urls);
    expect(summary).toMatchObject({ rows: 5, ignoredRows: 1, sessions: { inserted: 1, updated: 0, reread: 0 }, intervals: 1 });
    const [fact] = await facts(urls.martUrl);
    expect(fact).toMatchObject({
      media_server_ixn_guid: GUID,
      start_date_time_key: Date.UTC(2026, 2, 1, 10) / 1000,
      end_date_time_key: Date.UTC(2026, 2, 1, 10, 15) / 1000,
      start_ts: Date.UTC(2026, 2, 1, 10, 7) / 1000,
      end_ts: Date.UTC(2026, 2, 1, 10, 17, 30) / 1000,
      tenant_key: 101,
      media_type_key: -2,
      chat_session_dim_key: -2,
      agent_reply_max_duration: 17,
      agent_reply_count: 0,
      active_flag: 0,
    });
  });

  it('has one instant for all that it writes, aggregates and all', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, closedSession());
    let seconds = 0;
    const clock = (): Date => new Date(testClock().getTime() + 1000 * seconds++);
    const { jobId } = await run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock });
    expect(seconds).toBeGreaterThan(3);
    expect(
      await query(
        urls.martUrl,
        'select count(*) as rows, count(distinct created) as instants from infomart.ctl_audit_log where job_id = $1',
        [jobId],
      ),
    ).toEqual([{ rows: 2, instants: 1 }]);
  });

  it('writes nothing when nothing is new', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, closedSession());
    await cycle(urls);
    const before = await facts(urls.martUrl);
    expect(await cycle(urls)).toMatchObject({ rows: 0, sessions: { inserted: 0, updated: 0, unchanged: 0 }, intervals: 0 });
    expect(await facts(urls.martUrl)).toEqual(before);
  });
});
