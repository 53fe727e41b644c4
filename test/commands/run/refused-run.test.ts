import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { tryRunLock } from '../../../src/mart/locks.js';
import { freshDatabases } from '../../support/databases.js';
import { startPooler } from '../../support/pooler.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { expectText } from '../../support/expect-text.js';

describe('a run', () => {
  it('beside another one ends with 5, before it has loaded what a run needs', async () => {
    const urls = await freshDatabases();
    const { file, env } = recordLoaded();
    const result = await withConnection({ url: urls.martUrl, applicationName: 'other run' }, async (other) => {
      await tryRunLock(other, 'infomart', 'idb');
      return runCli(['run'], { env: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl, ...env } });
    });
    expectText(result);
    const loaded = readFileSync(file, 'utf8').split('\n');
    const packages = loaded
      .map((url) => /\/node_modules\/(?:.*\/node_modules\/)?([^/]+)/.exec(url)?.[1])
      .filter((name) => name !== undefined);
    expect([...new Set(packages)].filter((name) => /^(knex|lodash|pg-copy-streams|cli-table3|csv-stringify)$/.test(name))).toEqual([]);
    expect(packages).toContain('pg');
    const folders = loaded.map((url) => /\/dist\/src\/(\w+)\//.exec(url)?.[1]).filter((name) => name !== undefined);
    expect([...new Set(folders)].sort()).toEqual(['commands', 'config', 'db', 'jobs', 'mart', 'model', 'spec', 'terminal']);
  });

  it('through a pooler in transaction mode ends with 2 and a way out, for the mart and for the IDB', async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    const pooler = { mode: 'transaction', size: 5 } as const;
    const run = (idb: string, mart: string) => runCli(['run'], { env: { CHATMART_IDB_URL: idb, CHATMART_MART_URL: mart } });
    const throughMart = await run(idbUrl, await startPooler(martUrl, pooler));
    expectText({ ...throughMart, stderr: throughMart.stderr.replace(/postgres:\S+/, '<url>') });
    const throughIdb = await run(await startPooler(idbUrl, pooler), martUrl);
    expect({ code: throughIdb.code, stderr: throughIdb.stderr.split('\n')[1] }).toEqual({
      code: 2,
      stderr: 'code: pooler-in-transaction-mode',
    });
  });
});

/** Makes a process record the URL of each module that it loads. */
function recordLoaded(): { readonly file: string; readonly env: Record<string, string> } {
  const folder = temporaryFolder();
  const file = path.join(folder, 'loaded');
  writeFileSync(file, '');
  writeFileSync(
    path.join(folder, 'hooks.mjs'),
    `import { appendFileSync } from 'node:fs';
     export function load(url, context, next) { appendFileSync(${JSON.stringify(file)}, url + '\\n'); return next(url, context); }`,
  );
  const register = path.join(folder, 'register.mjs');
  writeFileSync(register, `import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);`);
  return { file, env: { NODE_OPTIONS: `--import=${register}` } };
}
