import { expect, test } from 'vitest';
import { ConfigError, DataError, UnavailableError, type ChatmartError, type State } from '../../src/model/errors.js';
import { RETRY_DELAYS_MS, withRetries, type RetryOptions } from '../../src/jobs/job.js';

const LOST = new UnavailableError('server-silent', 'The server is silent');

/** Work that fails with these errors in turn and then succeeds; with what was logged. */
function retry(errors: readonly unknown[], options: Partial<RetryOptions> = {}) {
  const lines: string[] = [];
  let attempts = 0;
  const work = async (): Promise<string> => {
    await Promise.resolve();
    const error = errors[attempts++];
    if (error !== undefined) throw error as Error;
    return 'done';
  };
  const log = (line: string): number => lines.push(line);
  const ended = withRetries(work, { log, progress: () => 0, hasBegun: () => true, retryDelaysMs: [0, 1, 2], ...options });
  return ended.then(
    (result) => ({ result, attempts, lines }),
    (error: unknown) => ({ error, attempts, lines }),
  );
}

test('work that is done at once is done once', async () => {
  expect(await retry([])).toEqual({ result: 'done', attempts: 1, lines: [] });
});

test('work that fails for a reason that passes is done again, each time after a longer wait', async () => {
  expect(await retry([LOST, Object.assign(new Error('deadlock detected'), { code: '40P01' })])).toEqual({
    result: 'done',
    attempts: 3,
    lines: [
      'The server is silent. Committed work is kept; trying again in 0 s (1 of 3)',
      'deadlock detected. Committed work is kept; trying again in 0.001 s (2 of 3)',
    ],
  });
});

test('after the last wait the error is the one of the last attempt', async () => {
  const last = new UnavailableError('database-unreachable', 'It cannot be reached');
  const ended = await retry([LOST, LOST, LOST, last, LOST]);
  expect(ended).toMatchObject({ error: { code: 'database-unreachable', message: last.message }, attempts: 4, lines: { length: 3 } });
});

test('committed progress resets the waits', async () => {
  let done = 0;
  const eleven = Array.from({ length: 11 }, () => LOST);
  expect(await retry(eleven, { progress: () => done++ })).toMatchObject({ result: 'done', attempts: 12 });
  expect(done).toBeGreaterThan(11);
});

test.each([
  ['a thing that the operator must change', new ConfigError('bad-config', 'No', { next: 'Look.' })],
  ['a right that is missing', Object.assign(new Error('permission denied'), { code: '42501' })],
  ['a table that is missing', Object.assign(new Error('relation does not exist'), { code: '42P01' })],
  ['a constraint', Object.assign(new Error('duplicate key'), { code: '23505' })],
  ['a full disk', Object.assign(new Error('No space left on device'), { code: '53100' })],
  ['a bug', new TypeError('x is not a function')],
  ['a text', 'thrown text'],
])('%s is not waited for', async (_, error) => {
  expect(await retry([error])).toEqual({ error, attempts: 1, lines: [] });
});

test('a database that never answered is not waited for, and nothing is said to stay', async () => {
  const error = new UnavailableError('database-unreachable', 'It cannot be reached', { next: 'Look.' });
  expect(await retry([error], { hasBegun: () => false })).toEqual({ error, attempts: 1, lines: [] });
  expect(await retry([LOST], { hasBegun: () => false })).toMatchObject({ result: 'done', attempts: 2 });
});

test.each<[string, ChatmartError, State | undefined]>([
  ['of a database that is away', new UnavailableError('database-unreachable', 'Away', { next: 'Look.' }), 'committed-stays'],
  ['of one that says it already', new UnavailableError('disk-full', 'Full', { state: 'rolled-back', next: 'Look.' }), 'rolled-back'],
  ['that spoke of nothing', new ConfigError('mart-is-newer', 'Newer', { state: 'nothing-changed', again: 'then' }), 'committed-stays'],
  ['that speaks of the state', new DataError('mart-refuses-data', 'No', { state: 'chunk-in-part' }), 'chunk-in-part'],
  ['that knows of no state', new ConfigError('login-refused', 'No', { next: 'Look.' }), undefined],
])('after work the error %s says what stays', async (_, error, state) => {
  const { error: told } = (await retry([error], { retryDelaysMs: [] })) as { error: ChatmartError };
  expect(told).toBeInstanceOf(error.constructor);
  expect(told).toMatchObject({ code: error.code, message: error.message, next: error.next, again: error.again, state });
});

test('the waits grow, and end in time for the next run', () => {
  expect(RETRY_DELAYS_MS).toEqual(RETRY_DELAYS_MS.toSorted((left, right) => left - right));
  expect(RETRY_DELAYS_MS.reduce((total, delay) => total + delay, 0)).toBeLessThan(60_000);
});
