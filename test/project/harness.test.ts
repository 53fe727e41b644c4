import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { emptyDatabase, freshIdb, freshMart, query } from '../support/databases.js';
import { debianPgBin, withServer } from '../support/further-server.js';
import { listTestFiles } from '../support/test-projects.js';

test('an IDB has the user-data table and no rows', async () => {
  const url = await freshIdb();
  expect(await query(url, 'select count(*) as rows from g_userdata_history')).toEqual([{ rows: 0 }]);
});

test('a mart is migrated and has no facts', async () => {
  const url = await freshMart();
  expect(await query(url, 'select count(*) as rows from infomart.chat_session_fact')).toEqual([{ rows: 0 }]);
});

test('databases of one file are apart', async () => {
  const [one, other] = [await emptyDatabase(), await emptyDatabase()];
  await query(one, 'create table only_here ()');
  expect(await query(other, `select to_regclass('only_here') as found`)).toEqual([{ found: null }]);
});

test.runIf(debianPgBin() !== undefined)('a further server of another version', () =>
  withServer({ pgBin: debianPgBin() }, async (server) => {
    const rows = await query<{ version: string }>(server.url('postgres'), `select current_setting('server_version_num') as version`);
    expect(rows).toEqual([{ version: expect.stringMatching(/^15\d{4}$/) as string }]);
  }),
);

test('no setting of this machine reaches the tests', () => {
  expect(Object.keys(process.env).filter((name) => /^(CHATMART_|PG)/.test(name))).toEqual([]);
  expect(new Date('2026-07-01T00:00:00Z').getTimezoneOffset()).toBe(150);
});

test('each test file belongs to one project, as what it needs says', () => {
  const { pure, database, process } = listTestFiles(packageFile());
  expect(pure).toEqual(expect.arrayContaining(['test/transform/session-pivot.test.ts', 'test/config/config.test.ts']));
  expect(database).toEqual(expect.arrayContaining(['test/project/harness.test.ts', 'test/load/corrections.test.ts']));
  expect(process).toEqual(expect.arrayContaining(['test/project/cli.test.ts', 'test/proofs/crash-points.test.ts']));
});

test('each section of a golden file of texts is there once, and belongs to a test file beside it', () => {
  const goldens = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'texts.golden.txt')
    .map((file) => path.join('test', file));
  expect(goldens.length).toBeGreaterThan(10);
  const stray = goldens.flatMap((golden) =>
    [...readFileSync(golden, 'utf8').matchAll(/^## (\S+) > /gm)].flatMap(([, name]) => {
      const file = path.join(path.dirname(golden), `${name}.test.ts`);
      return existsSync(file) && readFileSync(file, 'utf8').includes('expectText(') ? [] : [`${golden}: ${name}`];
    }),
  );
  expect(stray).toEqual([]);
  const headings = goldens.flatMap((golden) =>
    [...readFileSync(golden, 'utf8').matchAll(/^## .*/gm)].map(([heading]) => `${golden}: ${heading}`),
  );
  expect(headings.filter((heading, at) => headings.indexOf(heading) < at)).toEqual([]);
});
