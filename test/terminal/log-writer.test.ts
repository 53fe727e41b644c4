import { describe, expect, test } from 'vitest';
import { createLogWriter } from '../../src/terminal/log-writer.js';
import type { LogConfig } from '../../src/config/log-config.js';
import type { Log } from '../../src/model/log.js';
import { runCli } from '../support/run-cli.js';
import { expectText } from '../support/expect-text.js';

/** A writer's output. */
function written(config: Partial<LogConfig>, say: (log: Log) => void, place: { isTerminal?: boolean; command?: string } = {}): string {
  let text = '';
  const { isTerminal = false, command = 'run' } = place;
  const options = {
    write: (piece: string) => void (text += piece),
    clock: () => new Date('2026-03-01T10:00:00.123Z'),
    isTerminal,
    command,
  };
  say(createLogWriter(options, { format: 'auto', level: 'info', ...config }).log);
  return text;
}

describe('lines about the work', () => {
  const talk = (log: Log): void => {
    log('load 3 rows');
    log('someone \u001b[31mis away', { level: 'warning', code: 'twin-unreachable', run: 'r1', job: 'cycle', data: { seconds: 2 } });
    log('no right', { level: 'error', code: 'no-rights', state: 'rolled-back', next: 'Grant it.', again: 'then' });
    log('more', { level: 'debug' });
  };

  test('as text', () => {
    expectText(written({}, talk));
  });

  test('as JSON, one object per line', () => {
    expectText(written({ format: 'json', level: 'debug' }, talk));
  });

  test.each([
    ['error', 1],
    ['warning', 2],
    ['info', 3],
    ['debug', 4],
  ] as const)('up to %s', (level, lines) => {
    expect(written({ format: 'json', level }, talk).trimEnd().split('\n')).toHaveLength(lines);
  });

  test('the daemon logs JSON with times unless a terminal reads it; other commands log text', () => {
    const form = (command: string, isTerminal: boolean, config: Partial<LogConfig> = {}) =>
      written(config, (log) => log('hello'), { command, isTerminal });
    expect([form('schedule', false), form('schedule', true), form('run', false), form('run', true)]).toEqual([
      '{"time":"2026-03-01T10:00:00.123Z","level":"info","message":"hello"}\n',
      '2026-03-01T10:00:00Z hello\n',
      'hello\n',
      'hello\n',
    ]);
    expect(form('schedule', false, { format: 'text' })).toBe('2026-03-01T10:00:00Z hello\n');
    expect(form('run', true, { format: 'json' })).toContain('"message":"hello"');
  });
});

describe('the program', () => {
  test('reports errors as JSON even before the configuration is read', async () => {
    const env = { CHATMART_LOG_FORMAT: 'json', CHATMART_MART_URL: 'mysql://mart.example/infomart' };
    const { code, stderr } = await runCli(['status'], { env });
    expect({ code, ...(JSON.parse(stderr) as object) }).toMatchObject({
      code: 'bad-config',
      level: 'error',
      message: expect.stringMatching(/^The configuration has a problem/) as string,
      state: 'nothing-done',
    });
  });

  test('takes form and level from the configuration file', async () => {
    const { code, stderr } = await runCli(['status', '--log-format', 'yaml'], {});
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
      code: 2,
      stderr: 'error: The configuration has a problem: --log-format: "yaml" is not one of auto, text, json',
    });
  });
});
