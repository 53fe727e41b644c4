import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/terminal/context.js';
import { simulateCommand } from '../../../src/commands/simulate/command.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { deepTest } from '../../support/depth.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { testClock } from '../../support/databases.js';
import { NO_SETTINGS } from '../../support/no-settings.js';

const WINDOW = ['--sessions', '25', '--from', '2026-01-01', '--to', '2026-01-02'];

/** The home of the embedded server, which each simulation starts and stops. */
let home: string;
beforeAll(() => {
  home = temporaryFolder();
});

/** Runs the command as the program would on a machine whose configuration names a real IDB. */
async function simulate(...args: string[]): Promise<{ printed: string; logged: string[] }> {
  const [printed, logged]: string[][] = [[], []];
  const context: CommandContext = {
    clock: testClock,
    invocation: 'chatmart',
    print: (text) => printed!.push(text),
    log: (line) => logged!.push(line),
    loadConfig: () => ({
      ...NO_SETTINGS,
      home,
      idbUrls: ['postgres://icon@127.0.0.1:1/real_idb'],
      martUrl: 'postgres://icon@127.0.0.1:1/real_infomart',
    }),
  };
  await simulateCommand(context)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync(args, { from: 'user' });
  return { printed: printed!.join(''), logged: logged! };
}

test('without --into it writes into the embedded IDB, whatever is configured', async () => {
  const { printed, logged } = await simulate(...WINDOW, '--json');
  expect(JSON.parse(printed)).toMatchObject({ table: '"public"."g_userdata_history"', sessions: 25, seconds: 0 });
  expect(logged).toContain('created "public"."g_userdata_history"');
});

deepTest('nothing lies in the future, unless --until asks for it', async () => {
  const latest = async (to: string, ...more: string[]) => {
    const truth = path.join(temporaryFolder(), 'truth.jsonl');
    const window = ['--sessions', '200', '--from', '2026-03-03T12:00:00Z', '--to', to, '--truth', truth];
    const { logged, printed } = await simulate(...window, '--json', ...more);
    return { logged, ...(JSON.parse(printed) as { sessions: number; open: number; lastStart: string }) };
  };
  const now = testClock().toISOString();
  const past = await latest('2026-03-31');
  expect(past).toMatchObject({
    sessions: 200,
    logged: expect.arrayContaining([expect.stringContaining('the sessions start before')]) as unknown,
  });
  expect(past.lastStart < now).toBe(true);
  expect(past.open).toBeGreaterThan(0);
  const ahead = await latest('2026-03-31', '--until', '2026-04-30');
  expect(ahead.lastStart > now).toBe(true);
  await expect(simulate('--sessions', '1', '--from', '2026-03-05', '--to', '2026-03-06')).rejects.toMatchObject({
    code: 'simulates-future',
  });
});

test('its JSON is of the shape that the schema promises; --truth holds the timelines, and is not replaced', async () => {
  const validate = new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync(packageFile('specs', 'schema', 'simulation.schema.json'), 'utf8')) as object,
  );
  const truth = path.join(temporaryFolder(), 'truth.jsonl');
  const { printed } = await simulate(...WINDOW, '--json', '--truth', truth, '--profile', 'sizing', '--updates');
  const result = JSON.parse(printed) as { firstStart: string };
  expect({ valid: validate(result), errors: validate.errors }).toEqual({ valid: true, errors: null });
  expect(validate({ ...result, more: 1 })).toBe(false);
  expect(result.firstStart).toBe('2026-01-01T00:00:00.000Z');
  const timelines = readFileSync(truth, 'utf8').trimEnd().split('\n');
  expect(timelines.map((line) => (JSON.parse(line) as { start: number }).start)).toHaveLength(25);
  await expect(simulate(...WINDOW, '--truth', truth)).rejects.toMatchObject({ code: 'truth-file-exists' });
  expect(readFileSync(truth, 'utf8').trimEnd().split('\n')).toEqual(timelines);
});

test.each([
  ['a password', 'postgres://icon:sesame@127.0.0.1:1/lab', /^--into contains a password/],
  ['no database', 'postgres://icon@127.0.0.1:1', /^--into names no database/],
])('--into with %s is refused, and not repeated', async (_, url, message) => {
  const error = await simulate(...WINDOW, '--into', url).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ConfigError', code: 'bad-into-url', message: expect.stringMatching(message) as string });
  expect(String(error)).not.toContain('sesame');
});

test.each([
  ['--sessions', '1e3'],
  ['--seed', '-1'],
  ['--statistics', 'some'],
  ['--time-form', 'sundial'],
  ['--profile', 'busy'],
])('%s %s is a usage error', async (option, value) => {
  await expect(simulate(...WINDOW, option, value)).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});
