import { migrateMart as migrateWith } from '../../../src/jobs/migrate-mart.js';
import type { AttachedKey } from '../../../src/model/attached-key.js';
import { INFO_MART_RULES, type Calendar } from '../../../src/model/calendar.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { toStatusText } from '../../../src/commands/status/text.js';
import { doctor } from '../../../src/commands/doctor/doctor.js';
import type { Finding } from '../../../src/commands/doctor/finding.js';
import { reportOnMart } from '../../../src/commands/report/report.js';
import { readStatus } from '../../../src/commands/status/status.js';
import { toProblem } from '../../../src/jobs/problem.js';
import { breachesOf } from '../../support/breaches.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { sampleOf } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { readMart } from '../../support/mart-content.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { aggregate, backfill, erase, maintain, migrateMart } from '../../support/jobs.js';

const DAY = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') };
let urls: Urls;
beforeAll(async () => {
  urls = await freshDatabases();
  await query(
    urls.martUrl,
    `create schema other;
     create function other.swallow() returns trigger language plpgsql as 'begin return null; end';
     create function other.refuse() returns trigger language plpgsql as $$ begin raise exception 'not on Sundays'; end $$;
     create function other.break() returns trigger language plpgsql as $$ begin insert into other.gone values (1); return new; end $$;
     create function other.refuse_ddl() returns event_trigger language plpgsql as $$ begin raise exception 'no changes' using errcode = 'ABCDE'; end $$`,
  );
  await attach(OWN);
  await keep(TOKYO);
  await nextSessions();
  await runCycle(urls);
});

const OWN: AttachedKey = { key: 'Queue', column: 'QUEUE', kind: 'attribute' };
const attach = (...attachedData: AttachedKey[]) =>
  migrateWith({ martUrl: urls.martUrl, martSchema: 'infomart' }, { clock: testClock, properties: { attachedData } });

const TOKYO: Calendar = { name: 'tokyo', timezone: 'Asia/Tokyo', ...INFO_MART_RULES };
const keep = (...calendars: Calendar[]) =>
  migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock, properties: { calendars } });

let number = 0;
const session = (guid: string, origin: string, start = '2026-03-01T10:00:00Z'): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', start],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  [guid, 'csg_MediaOrigin', origin],
];

/** Two new sessions with new dimension members, one of them without an end; and corrections of the previous two. */
async function nextSessions(): Promise<void> {
  number++;
  await writeUserData(urls.idbUrl, [
    ...session(`A${number}`, `origin ${number}`),
    [`A${number}`, 'csg_TenantId', `${number}`],
    ...session(`B${number}`, 'web').slice(0, 1),
    ...(number > 1
      ? ([
          [`A${number - 1}`, 'csg_MediaOrigin', `moved ${number}`],
          [`B${number - 1}`, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
        ] as const)
      : []),
  ]);
}

const options = () => ({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock });

/** The code and sentence of the error that a job fails with. */
const told = (job: () => Promise<unknown>): Promise<string> =>
  job().then(
    () => 'done',
    (error: unknown) => {
      const { code, message, state, next } = toProblem(error);
      return `${code}: ${message} / ${state}: ${next}`;
    },
  );

/** Once the obstacle is gone, one run must leave the mart as if it had never existed. */
async function expectWhole(): Promise<void> {
  await migrateMart(options());
  await runCycle(urls);
  expect(await breachesOf(urls.martUrl)).toEqual([]);
  const { facts, openDiscards } = await readMart(urls.martUrl);
  const wanted = Array.from({ length: number }, (_, i) => [`A${i + 1}`, ...(i + 1 < number ? [`B${i + 1}`] : [])]).flat();
  expect([...facts.keys()].sort()).toEqual(wanted.sort());
  expect(openDiscards.map((row) => [row['guid'], row['code']])).toEqual([[`B${number}`, 5]]);
}

describe('rows that a foreign trigger leaves out', () => {
  /** Jobs that write to tables which a run does not touch. */
  const JOBS: Readonly<Record<string, () => Promise<unknown>>> = {
    chat_session_attached_data: () => writeUserData(urls.idbUrl, [[`A${number}`, OWN.key, 'a']]).then(() => runCycle(urls)),
    chatmart_attached_key: () => attach(OWN, { ...OWN, key: `Spare ${number}`, column: `SPARE_${number}` }),
    chatmart_attached_waiting: () => writeUserData(urls.idbUrl, [[`call ${number}`, OWN.key, 'a']]).then(() => runCycle(urls)),
    chatmart_calendar: () => keep(TOKYO, { ...TOKYO, name: 'seoul', timezone: 'Asia/Seoul' }),
    chatmart_erased: () => erase({ ...options(), guids: [`never heard of ${number}`] }),
    chatmart_slice: () => backfill({ ...options(), ...DAY }),
    ctl_purge_history: () => maintain({ ...options(), daysToKeepFacts: undefined, daysToKeepHistory: 1, clock: () => new Date() }),
    ctl_schema_info: () => maintain({ ...options(), daysToKeepFacts: 20_000 }),
    date_time: () => writeUserData(urls.idbUrl, session(`A${number}`, 'web', '2025-03-01T10:00:00Z')).then(() => runCycle(urls)),
    date_time_tokyo: () => writeUserData(urls.idbUrl, session(`A${number}`, 'web', '2024-03-01T10:00:00Z')).then(() => runCycle(urls)),
    media_type: () => writeUserData(urls.idbUrl, [[`A${number}`, 'csg_MediaType', `medium ${number}`]]).then(() => runCycle(urls)),
  };

  test('end the job with a rollback, whichever table has the trigger', { timeout: 300_000 }, async () => {
    const all = await query<{ name: string }>(
      urls.martUrl,
      `select relname::text as name from pg_class
       where relnamespace = 'infomart'::regnamespace and relkind = 'r' and relname not like 'chatmart_migration%' order by 1`,
    );
    const tables = sampleOf(all, 18);
    const untouched: string[] = [];
    for (const { name } of tables) {
      await nextSessions();
      const trigger = `quiet before insert or update or delete on infomart.${name} for each row execute function other.swallow()`;
      await query(urls.martUrl, `create trigger ${trigger}`);
      const found = await told(JOBS[name] ?? (() => runCycle(urls)));
      await query(urls.martUrl, `drop trigger quiet on infomart.${name}`);
      const wanted = `^rows-left-out: [\\d,]+ of [\\d,]+ rows? of \\w+ (was|were) \\w+, because of trigger quiet of ${name.toUpperCase()} `;
      if (found === 'done') untouched.push(name);
      else expect(found).toMatch(new RegExp(wanted));
    }
    // They belong to reports that are delivered, to facts that are purged, to an HA pair with one source down, to roles of tenants, and to
    // a source that was never read.
    expect(untouched).toEqual(
      ['chatmart_delivery', 'chatmart_purged_durations', 'chatmart_revisit', 'chatmart_role_tenant', 'ctl_ds'].filter((name) =>
        tables.some((table) => table.name === name),
      ),
    );
    await expectWhole();
  });
});

/** Alterations of a mart, the job affected, what is reported, and the reversal. */
const ALTERATIONS: readonly (readonly [change: string, job: 'run' | 'erase' | 'aggregate' | 'report', told: RegExp, undo: string])[] = [
  [
    'create trigger loud before insert or update on infomart.chat_session_fact for each row execute function other.refuse()',
    'run',
    /^mart-refuses-data: The mart refuses all \d+ facts of a chunk: Trigger loud of CHAT_SESSION_FACT .*PostgreSQL: not on Sundays.*chunk-in-part.*disable trigger "loud";/,
    'drop trigger loud on infomart.chat_session_fact',
  ],
  [
    'create trigger loud after insert on infomart.ctl_extract_history execute function other.refuse()',
    'run',
    /^mart-refuses-data: .* Trigger loud of CTL_EXTRACT_HISTORY/,
    'drop trigger loud on infomart.ctl_extract_history',
  ],
  [
    'create constraint trigger late after insert on infomart.ctl_audit_log deferrable initially deferred for each row execute function other.refuse()',
    'aggregate',
    /^mart-altered: Trigger late of CTL_AUDIT_LOG .*PostgreSQL: not on Sundays.*rolled-back/,
    'drop trigger late on infomart.ctl_audit_log',
  ],
  [
    'create trigger loud before insert on infomart.agt_chat_stats_day for each row execute function other.break()',
    'aggregate',
    /^mart-altered: Trigger loud of AGT_CHAT_STATS_DAY .*PostgreSQL: relation "other.gone" does not exist/,
    'drop trigger loud on infomart.agt_chat_stats_day',
  ],
  [
    'create event trigger loud on ddl_command_start execute function other.refuse_ddl()',
    'run',
    /^mart-altered: Event trigger loud \(ddl_command_start, function other.refuse_ddl\).*PostgreSQL: no changes.*alter event trigger "loud" disable/,
    'drop event trigger loud',
  ],
  [
    'alter table infomart.chat_session_fact add column mine text; update infomart.chat_session_fact set mine = 1; alter table infomart.chat_session_fact alter column mine set not null',
    'run',
    /^mart-altered: Column mine of CHAT_SESSION_FACT, which chatmart does not fill, .*alter column "mine" drop not null;/,
    'alter table infomart.chat_session_fact drop column mine',
  ],
  [
    `alter table infomart.chat_session_fact add constraint mine check (start_ts = 0) not valid`,
    'run',
    /^mart-refuses-data: .*Constraint mine of CHAT_SESSION_FACT can refuse rows: CHECK \(\(start_ts = 0\)\) NOT VALID .*drop constraint "mine";/,
    'alter table infomart.chat_session_fact drop constraint mine',
  ],
  [
    `do $$ begin execute format('create unique index mine on infomart.agt_chat_stats_month ((1)) where agr_set_key > %s', (select max(audit_key) from infomart.ctl_audit_log)); end $$`,
    'aggregate',
    /^mart-altered: Unique index mine of AGT_CHAT_STATS_MONTH refuses rows with equal values .*drop index "infomart"."mine";/,
    'drop index infomart.mine',
  ],
  [
    `create table other.notes as select media_server_ixn_guid as guid from infomart.chat_session_fact;
     alter table other.notes add constraint mine foreign key (guid) references infomart.chat_session_fact`,
    'erase',
    /^mart-altered: Foreign key mine of other.notes points to CHAT_SESSION_FACT.*alter table other.notes drop constraint "mine";/,
    'drop table other.notes',
  ],
  [
    'create rule mine as on insert to infomart.chatmart_pending_agg do instead nothing',
    'run',
    /^mart-altered: Rule mine of CHATMART_PENDING_AGG replaces insert .*nothing-changed.*drop rule "mine"/,
    'drop rule mine on infomart.chatmart_pending_agg',
  ],
  [
    'create table other.archive () inherits (infomart.chat_session_fact); insert into other.archive select * from infomart.chat_session_fact',
    'report',
    /^mart-altered: CHAT_SESSION_FACT is inherited by other.archive; .*alter table other.archive no inherit/,
    'drop table other.archive',
  ],
  [
    'create publication mine for all tables; alter table infomart.agt_chat_stats_day replica identity nothing',
    'aggregate',
    /^mart-altered: Publication mine publishes updates or deletions of AGT_CHAT_STATS_DAY, which has no replica identity.*replica identity default;/,
    'drop publication mine; alter table infomart.agt_chat_stats_day replica identity default',
  ],
  [
    `create publication mine for table infomart.agt_chat_stats_day where (sessions > 0)`,
    'aggregate',
    /^mart-altered: Publication mine publishes updates or deletions of AGT_CHAT_STATS_DAY, filtered by \(sessions > 0\), .*replica identity full;/,
    'drop publication mine',
  ],
  [
    'alter table infomart.chat_session_fact rename column end_ts to ended',
    'run',
    /^mart-altered: CHAT_SESSION_FACT is missing column END_TS and has ended .*rename column "ended" to "end_ts";/,
    'alter table infomart.chat_session_fact rename column ended to end_ts',
  ],
  [
    'alter table infomart.agt_chat_stats_month set schema other',
    'aggregate',
    /^mart-altered: AGT_CHAT_STATS_MONTH is missing from schema infomart, but schema other has one.*set schema "infomart";/,
    'alter table other.agt_chat_stats_month set schema infomart',
  ],
  [
    'alter table infomart.ctl_audit_log alter column created_ts add generated always as identity',
    'run',
    /^mart-altered: Column CREATED_TS of CTL_AUDIT_LOG draws its own numbers .*drop identity;/,
    'alter table infomart.ctl_audit_log alter column created_ts drop identity',
  ],
  [
    `select setval('infomart.ctl_audit_log_audit_key_seq', 1)`,
    'run',
    /^mart-altered: Sequence ctl_audit_log_audit_key_seq would draw \d+ next, but CTL_AUDIT_LOG already has audit_key up to \d+.*setval/,
    `select setval('infomart.ctl_audit_log_audit_key_seq', (select max(audit_key) from infomart.ctl_audit_log)::bigint)`,
  ],
  [
    `select setval('infomart.chat_session_dim_id_seq', 1)`,
    'run',
    /^mart-altered: Sequence chat_session_dim_id_seq would draw \d+ next/,
    `select setval('infomart.chat_session_dim_id_seq', (select max(id) from infomart.chat_session_dim))`,
  ],
  [
    'drop view infomart.ag2_chat_stats_year cascade; alter view infomart.ag2_chat_stats_day rename to of_days',
    'report',
    /^mart-not-migrated: .*Run chatmart migrate/,
    'drop view infomart.of_days cascade',
  ],
  [
    'alter view infomart.ag2_chat_stats_year rename to of_years',
    'run',
    /^mart-not-migrated: .*Run chatmart migrate/,
    'drop view infomart.of_years cascade',
  ],
  [
    'alter view infomart.tenant rename to of_tenants',
    'report',
    /^mart-not-migrated: .*relation "tenant" does not exist .*Run chatmart migrate/,
    'drop view infomart.of_tenants',
  ],
];

describe('a change to a mart is reported with the statement that undoes it, and loses no data', () => {
  const JOBS = {
    run: () => runCycle(urls),
    aggregate: () => aggregate({ ...options(), range: DAY }),
    erase: () => erase({ ...options(), guids: ['A1'] }),
    report: () => reportOnMart({ ...options(), ...DAY, name: 'chat-termination', by: ['day', 'tenant'] }),
  };

  const findingsOf = async (): Promise<Finding[]> => {
    const { findings } = await doctor({ ...options(), readSpace: () => Promise.resolve(null) });
    return findings.filter(({ place, check }) => place === 'mart' && (check === 'additions' || check === 'schema'));
  };

  test('doctor and status find nothing in an unchanged mart', async () => {
    expect((await findingsOf()).map(({ severity }) => severity)).toEqual(['ok', 'ok']);
    expect((await readStatus(options())).additions).toEqual([]);
  });

  test('status names changes that may break a job', async () => {
    const trigger = 'quiet before insert on infomart.chat_session_fact for each row execute function other.swallow()';
    await query(urls.martUrl, `create trigger ${trigger}`);
    const status = await readStatus(options());
    await query(urls.martUrl, 'drop trigger quiet on infomart.chat_session_fact');
    expect(status.additions).toMatchObject([
      {
        found: expect.stringMatching(/^trigger quiet of CHAT_SESSION_FACT/i) as string,
        next: expect.stringContaining('disable trigger') as string,
      },
    ]);
    expect(toStatusText(status)).toMatch(/^Altered {11}(problem|warning): trigger quiet of CHAT_SESSION_FACT/im);
  });

  test.each(sampleOf(ALTERATIONS, 14, 2))('%s', async (change, job, wanted, undo) => {
    await nextSessions();
    await query(urls.martUrl, change);
    const found = await told(JOBS[job]);
    const status = await told(() => readStatus({ ...options(), check: true }));
    const findings = await findingsOf();
    await query(urls.martUrl, undo);
    expect(found).toMatch(wanted);
    expect(status).not.toMatch(/^bug/);
    expect(findings.filter(({ severity }) => severity !== 'ok')).not.toEqual([]);
    await expectWhole();
  });
});

test('an error of the IDB is not blamed on the mart', async () => {
  await query(urls.martUrl, 'alter table infomart.chatmart_slice add column mine text not null');
  await query(urls.idbUrl, 'alter table g_userdata_history rename column value to content');
  const found = await told(() => runCycle(urls));
  await query(urls.idbUrl, 'alter table g_userdata_history rename column content to value');
  await query(urls.martUrl, 'alter table infomart.chatmart_slice drop column mine');
  expect(found).toMatch(/^idb-/);
});
