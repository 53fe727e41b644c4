import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2019 from 'ajv/dist/2019.js';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { packageFile } from '../../../src/spec/package-file.js';
import { query } from '../../support/databases.js';
import { deepTest, isWhole } from '../../support/depth.js';
import { npmFolder, runProgram, withTool } from '../../support/fetched-tools.js';
import { pythonPackage, pythonVenv } from '../../support/python-venv.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const TOO_LONG_MS = 300_000;

describe('the models that chatmart docs writes for the demo', () => {
  const home = temporaryFolder();
  const folder = path.join(temporaryFolder(), 'dictionary');
  let martUrl: string;

  beforeAll(async () => {
    if (!isWhole) return;
    expect(await runCli(['demo', '--home', home])).toMatchObject({ code: 0 });
    expect(await runCli(['docs', '--demo', '--home', home, '--output', folder])).toMatchObject({ code: 0, stderr: '' });
    const { stdout, stderr } = await runCli(['db', 'url', 'demo_infomart', '--home', home]);
    const url = new URL(stdout.trim());
    url.password = readFileSync(/PGPASSFILE='(.*?)'/.exec(stderr)![1]!, 'utf8')
      .trim()
      .split(':')
      .at(-1)!;
    martUrl = url.href;
  }, TOO_LONG_MS);

  afterAll(async () => {
    if (isWhole) await runCli(['db', 'stop', '--home', home]);
  });

  deepTest(
    'dbt builds the package, passes its tests, and reads the metrics',
    (context) =>
      withTool(context, async () => {
        const dbt = path.join(await pythonVenv('dbt'), 'bin', 'dbt');
        const url = new URL(martUrl);
        const env = {
          ...{ PGHOST: url.hostname, PGPORT: url.port, PGDATABASE: 'demo_infomart', PGUSER: url.username, PGPASSWORD: url.password },
          ...{ MART_MODELS_SCHEMA: 'models', DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', DBT_LOG_PATH: temporaryFolder() },
        };
        const target = temporaryFolder();
        const args = ['--no-use-colors', 'build', '--profiles-dir', '.', '--target-path', target];
        const { code, output } = await runProgram(dbt, args, { cwd: path.join(folder, 'dbt'), env });
        expect([code, output]).toEqual([0, expect.stringMatching(/PASS=\d\d+ WARN=0 ERROR=0 SKIP=0/)]);
        expect(output).not.toMatch(/\[WARNING\]|deprecat/i);
        const manifest = JSON.parse(readFileSync(path.join(target, 'semantic_manifest.json'), 'utf8')) as { metrics: unknown[] };
        expect(manifest.metrics.length).toBeGreaterThan(80);
        const same = `select (select count(*) from models.stg_chatmart__sessions) = (select count(*) from infomart.chat_session_fact) as same`;
        expect(await query(martUrl, same)).toEqual([{ same: true }]);
      }),
    TOO_LONG_MS,
  );

  deepTest(
    'Cube compiles the model, and the mart answers a query for all measures of each cube',
    (context) =>
      withTool(context, async () => {
        const tools = await npmFolder('cube', '@cubejs-backend/schema-compiler@1.7.43');
        const script = packageFile('test', 'support', 'compile-cube.mjs');
        const args = [script, tools, path.join(folder, 'cube', 'model', 'cubes')];
        const { code, output } = await runProgram('node', args, { env: { CUBEJS_TESSERACT_SQL_PLANNER: 'false' } });
        expect([code, code === 0 ? '' : output]).toEqual([0, '']);
        const queries = JSON.parse(output.trim().split('\n').at(-1)!) as {
          name: string;
          joins: string[];
          measures: number;
          sql: string;
          values: string[];
        }[];
        expect(queries.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['sessions', 'stats_day', 'chat_session_fact', 'date_time_end']),
        );
        // The finest levels have the same columns, and all of their periods take half a minute.
        for (const { name, sql, values } of queries.filter((each) => each.measures > 0 && !/^stats_(subhr|hour)/.test(each.name))) {
          const [row] = await query<Record<string, unknown>>(martUrl, sql, values);
          expect([name, row]).toEqual([name, expect.anything()]);
        }
      }),
    TOO_LONG_MS,
  );

  deepTest(
    'the data contract is valid by the schema of its standard',
    (context) =>
      withTool(context, async () => {
        const schemas = path.join(await pythonPackage(await pythonVenv('contract-and-dump'), 'datacontract'), 'schemas');
        const schema = JSON.parse(readFileSync(path.join(schemas, 'odcs-3.1.0.schema.json'), 'utf8')) as object;
        const validate = new Ajv2019.default({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
        const contract: unknown = parse(readFileSync(path.join(folder, 'odcs', 'chatmart.odcs.yaml'), 'utf8'));
        expect([validate(contract), validate.errors]).toEqual([true, null]);
      }),
    TOO_LONG_MS,
  );

  deepTest('Superset gets the fields that its import asks for', () => {
    const folderOfDatasets = path.join(folder, 'superset', 'datasets', 'chatmart');
    for (const name of readdirSync(folderOfDatasets)) {
      const dataset = parse(readFileSync(path.join(folderOfDatasets, name), 'utf8')) as Record<string, unknown>;
      expect(dataset).toMatchObject({
        ...{ table_name: path.basename(name, '.yaml'), schema: 'chat', version: '1.0.0', uuid: expect.stringMatching(/^[\da-f]{8}-/) },
        ...{ database_uuid: expect.any(String), columns: expect.any(Array), metrics: expect.any(Array) },
      });
    }
  });
});
