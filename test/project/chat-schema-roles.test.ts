import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadChatViews } from '../../src/mart/schema/migration-source.js';
import { CHAT_VIEW_NAMES } from '../../src/mart/schema/chat-schema.js';
import { INFO_MART_RULES } from '../../src/model/calendar.js';
import { readFileSync } from 'node:fs';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshMart, query } from '../support/databases.js';
import { migrateMart } from '../support/jobs.js';
import { runLikePsql } from '../support/psql-script.js';
import { workerServer } from '../support/worker-server.js';

// The script for roles and chatmart migrate choose the schema for people by one rule.

const suffix = randomUUID().slice(0, 8);
const [owner, writer, analyst, bi, maker, reader] = ['owner', 'writer', 'analyst', 'bi', 'maker', 'reader'].map(
  (name) => `${name}_${suffix}`,
);
const names = { owner: owner!, writer: writer!, analyst: analyst!, bi: bi! };
closeAfterFile(async () =>
  query(
    (await workerServer()).url('postgres'),
    [...Object.values(names), maker, reader].map((name) => `drop role if exists ${name};`).join(' '),
  ),
);

let martUrl: string;
const runScript = (mart_schema = 'infomart') => runLikePsql(martUrl, packageFile('deploy', 'roles-mart.sql'), { ...names, mart_schema });

/** The schemas that the analyst may use. */
const schemas = async (): Promise<string[]> =>
  (
    await query<{ name: string }>(
      martUrl,
      `select nspname::text as name from pg_namespace where nspname ~ '^chat' and has_schema_privilege('${analyst}', oid, 'usage') order by 1`,
    )
  ).map(({ name }) => name);

describe('a new mart', () => {
  beforeEach(async () => {
    martUrl = await emptyDatabase();
  });

  test.each([
    ['that has something', 'create schema chat; create table chat.sessions (mine integer)'],
    ['that is empty', 'create schema chat'],
  ])('leaves a schema chat of somebody else alone: one %s', async (_, statement) => {
    await query(martUrl, statement);
    await runScript();
    expect(await schemas()).toEqual(['chat_infomart']);
    const [comment] = await query(martUrl, `select obj_description('chat'::regnamespace, 'pg_namespace') as text`);
    expect(comment).toEqual({ text: null });
  });

  test('has what was kept for it, and migrate finds that', async () => {
    await runScript();
    await runScript('other');
    await runScript();
    expect(await schemas()).toEqual(['chat', 'chat_other']);
    await query(martUrl, `alter role ${owner} password 'secret'`);
    const ofOwner = Object.assign(new URL(martUrl), { username: owner, password: 'secret' }).toString();
    for (const [schema, found] of [
      ['other', 'schema chat_other'],
      ['infomart', 'schema chat'],
    ] as const)
      expect((await migrateMart({ martUrl: ofOwner, martSchema: schema })).applied.at(-1)).toBe(found);
  });
});

describe('a mart', () => {
  beforeEach(async () => {
    martUrl = await freshMart();
  });

  test('keeps its schema when that has lost its comment, and when the mart is renamed', async () => {
    await query(martUrl, 'comment on schema chat is null');
    await runScript();
    await query(martUrl, 'alter schema infomart rename to gim');
    await runScript('gim');
    expect(await schemas()).toEqual(['chat']);
  });

  test('makes those read-only who read the views for people alone, and nobody who owns or writes something', async () => {
    await runScript();
    await query(
      martUrl,
      `create role ${maker} login in role ${analyst}; create role ${reader} login;
       alter role ${maker} set statement_timeout to '5min'; create schema made authorization ${maker};
       grant usage on schema chat to ${reader}; grant select on chat.sessions to ${reader}`,
    );
    await runScript();
    const found = await query<{ name: string }>(
      martUrl,
      `select setrole::regrole::text as name from pg_db_role_setting
       where setdatabase = (select oid from pg_database where datname = current_database())
         and setrole::regrole::text in ('${maker}', '${reader}', '${analyst}') and 'default_transaction_read_only=on' = any (setconfig)
       order by 1`,
    );
    expect(found.map(({ name }) => name)).toEqual([analyst, reader]);
  });
});

test('the scripts know the views for people by the names that they have', async () => {
  const views = await loadChatViews(readKvpMap(), [{ name: 'tokyo', timezone: 'Asia/Tokyo', ...INFO_MART_RULES }]);
  expect(views.map(({ name }) => name).filter((name) => !new RegExp(CHAT_VIEW_NAMES).test(name))).toEqual([]);
  for (const file of ['roles-mart.sql', 'roles-tenant.sql'])
    expect(readFileSync(packageFile('deploy', file), 'utf8')).toContain(`~ '${CHAT_VIEW_NAMES}'`);
});
