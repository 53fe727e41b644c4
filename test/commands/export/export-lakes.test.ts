import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect } from 'vitest';
import { exportMart } from '../../../src/commands/export/export.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { ToolMissing, withTool } from '../../support/fetched-tools.js';
import { makeExportMart } from '../../support/export-mart.js';
import type { Urls } from '../../support/histories.js';
import { pythonVenv } from '../../support/python-venv.js';
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
  ['duckdb', 'parquet'],
  ['duckdb', 'csv'],
  ['spark', 'parquet'],
] as const;

for (const [engine, format] of LAKES)
  deepTest(`${engine} reads ${format} as tables, with the sums of the mart`, { timeout: 900_000 }, (context) =>
    withTool(context, async () => {
      if (engine === 'spark' && spawnSync('java', ['-version']).status !== 0) throw new ToolMissing('Java is not installed');
      const venv = await pythonVenv(engine);
      const folder = path.join(temporaryFolder(), 'lake');
      await exportMart({ martUrl: urls.martUrl, martSchema: 'infomart', folder, format, clock: testClock, log: () => undefined });
      const script = packageFile('test', 'support', 'read-lake.py');
      const { stdout, stderr, status } = spawnSync(path.join(venv, 'bin', 'python'), [script, engine, folder], { encoding: 'utf8' });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      const { tables, first } = JSON.parse(stdout) as { tables: Record<string, unknown>; first: string };
      const { deleted_sessions: feed, ...others } = tables;
      expect(others).toEqual(await readSums(folder));
      expect(feed).toEqual({ rows: 0, sums: { audit_key: null } });
      expect(first).toBe('2026-01-01 00:00:00');
    }),
  );
