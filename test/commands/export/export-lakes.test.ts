import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect } from 'vitest';
import { exportMart } from '../../../src/commands/export/export.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { makeExportMart } from '../../support/export-mart.js';
import type { Urls } from '../../support/histories.js';
import { pythonWith } from '../../support/python-venv.js';
import { manifestOf } from '../../support/read-export.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let urls: Urls;
beforeAll(async () => {
  urls = await makeExportMart();
});

/** Rows and sums of the mart's tables, as the script prints those of an export. */
async function readSums(folder: string): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const [name, { columns }] of Object.entries(manifestOf(folder).tables)) {
    if (name === 'deleted_sessions') continue;
    const numbers = columns.filter(({ kind }) => kind === 'int32' || kind === 'int64').map((column) => column.name);
    const [row] = await query<Record<string, string | null> & { rows: number }>(
      urls.martUrl,
      `select ${['count(*) as rows', ...numbers.map((column) => `sum("${column}")::text as "${column}"`)].join(', ')} from infomart.${name}`,
    );
    const { rows, ...sums } = row!;
    tables[name] = { rows, sums };
  }
  return tables;
}

const LAKES = [
  ['duckdb', 'parquet', ['duckdb==1.4.5']],
  ['duckdb', 'csv', ['duckdb==1.4.5']],
  ['spark', 'parquet', ['pyspark==3.5.9']],
] as const;

for (const [engine, format, requirements] of LAKES)
  deepTest(`${engine} reads ${format} as tables, with the sums of the mart`, { timeout: 900_000 }, async ({ skip }) => {
    if (engine === 'spark' && spawnSync('java', ['-version']).status !== 0) return skip('Spark needs Java');
    const venv = pythonWith(engine, requirements);
    if ('missing' in venv) return skip(venv.missing);
    const folder = path.join(temporaryFolder(), 'lake');
    await exportMart({ martUrl: urls.martUrl, martSchema: 'infomart', folder, format, clock: testClock, log: () => undefined });
    const { stdout, stderr, status } = spawnSync(venv.python, [packageFile('test', 'support', 'read-lake.py'), engine, folder], {
      encoding: 'utf8',
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const { tables, first } = JSON.parse(stdout) as { tables: Record<string, unknown>; first: string };
    const { deleted_sessions: feed, ...others } = tables;
    expect(others).toEqual(await readSums(folder));
    expect(feed).toEqual({ rows: 0, sums: { audit_key: null } });
    expect(first).toBe('2026-01-01 00:00:00');
  });
