import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readMart } from '../support/mart-content.js';
import { readCheckedMart } from '../support/breaches.js';
import { emptyDatabase, freshDatabases, isOnCluster, query } from '../support/databases.js';
import { migrateMart, run } from '../support/jobs.js';
import { findPsql } from '../support/psql-script.js';
import { testClock } from '../support/template-home.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';

const psql = findPsql();

/** Runs a program that stands beside psql. */
const type = (name: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(path.join(path.dirname(psql!), name), args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
};

/** What is said of each table, view and column, and the indexes. */
const readLook = (url: string) =>
  query(
    url,
    `select relname::text, objsubid, description from pg_description join pg_class on pg_class.oid = objoid and classoid = 'pg_class'::regclass
     where relnamespace in ('infomart'::regnamespace, 'chat'::regnamespace) and relname !~ '_1\\d{5}$'
     union all
     select indexname::text, null, indexdef from pg_indexes where schemaname = 'infomart' and indexname !~ '_1\\d{5}$'
     order by 1, 2, 3`,
  );

test.runIf(isOnCluster() && psql !== undefined)(
  'a mart goes back from a cluster to one server by a dump through the coordinator',
  async () => {
    const urls = await freshDatabases();
    for (const guid of ['one', 'two', 'three'])
      await writeUserData(urls.idbUrl, [
        [guid, 'ChatServerSessionStartedAt', '2026-03-01T04:00:00Z'],
        [guid, 'ChatServerSessionClosedAt', '2026-03-01T04:10:00Z'],
        [guid, 'csg_LanguageName', guid],
      ]);
    const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock };
    await run(options);
    const martUrl = await emptyDatabase();
    const file = path.join(temporaryFolder(), 'infomart.dump');
    type('pg_dump', '--format=custom', '--schema=infomart', '--schema=chat', `--file=${file}`, urls.martUrl);
    type('pg_restore', '--no-owner', `--dbname=${martUrl}`, file);
    await migrateMart({ martUrl, martSchema: 'infomart', clock: testClock });

    const { mart, breaches } = await readCheckedMart(martUrl);
    expect(breaches).toEqual([]);
    expect(mart.facts.size).toBe(3);
    expect(mart).toEqual(await readMart(urls.martUrl));
    expect(await readLook(martUrl)).toEqual(await readLook(urls.martUrl));
    expect(await run({ ...options, martUrl })).toMatchObject({ rows: 0 });
  },
);
