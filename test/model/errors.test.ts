import { describe, expect, test } from 'vitest';
import { ConfigError, StoppedError, UnavailableError, type ChatmartError, type State } from '../../src/model/errors.js';
import { isWanted, LOG_LEVELS, withFields, type LogFields } from '../../src/model/log.js';

const advice = { next: 'Do this.', again: 'then' } as const;

describe('an error', () => {
  test('has its fields, its cause and its class', () => {
    const cause = new Error('why');
    const error = new ConfigError('a-code', 'A problem', { state: 'nothing-read', ...advice, cause });
    expect(error).toMatchObject({ name: 'ConfigError', code: 'a-code', message: 'A problem', state: 'nothing-read', ...advice, cause });
    expect('cause' in new ConfigError('a-code', 'A problem')).toBe(false);
  });

  test('an error after work has begun says that committed work stays, unless it has a state of its own', () => {
    const after = (state?: State, Kind: typeof ChatmartError = UnavailableError) =>
      new Kind('a-code', 'A problem', { ...(state && { state }), ...advice }).afterWork();
    for (const state of [undefined, 'nothing-done', 'nothing-sent'] as const) {
      const error = after(state);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ code: 'a-code', message: 'A problem', state: 'committed-stays', ...advice });
    }
    expect(after('rolled-back').state).toBe('rolled-back');
    expect(after(undefined, ConfigError).state).toBeUndefined();
    expect(after('nothing-read', ConfigError)).toMatchObject({ name: 'ConfigError', state: 'committed-stays' });
    const cause = new Error('why');
    expect(new UnavailableError('a-code', 'A problem', { cause }).afterWork().cause).toBe(cause);
  });

  test('that stopped during a commit does not say what became of it, unless it is known', () => {
    const stopped = new StoppedError('stopped', 'Stopped', { signal: 'SIGTERM', state: 'rolled-back', ...advice });
    expect(stopped.afterCommit()).toMatchObject({ code: 'stopped', signal: 'SIGTERM', state: 'rolled-back', ...advice, cause: stopped });
    expect(stopped.afterCommit().message).not.toContain('is committed');
    expect(stopped.afterCommit('somehow').message).toMatch(/is committed.*somehow/);
  });
});

describe('a log', () => {
  test('shows a level and those that are more severe', () => {
    expect(LOG_LEVELS.map((level) => isWanted(level, 'info'))).toEqual([true, true, true, false]);
    expect(LOG_LEVELS.map((level) => isWanted(level, 'error'))).toEqual([true, false, false, false]);
  });

  test('adds what all its lines have', () => {
    const lines: [string, LogFields | undefined][] = [];
    const log = withFields((line, fields) => lines.push([line, fields]), { run: '7' });
    log('first');
    log('second', { code: 'a-code', run: '8' });
    expect(lines).toEqual([
      ['first', { run: '7' }],
      ['second', { code: 'a-code', run: '7' }],
    ]);
  });
});
