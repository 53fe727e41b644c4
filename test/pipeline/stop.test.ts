import { describe, expect, test } from 'vitest';
import { createStopControl, pause } from '../../src/jobs/stop.js';
import { withRetries } from '../../src/jobs/job.js';
import { UnavailableError } from '../../src/model/errors.js';
import { readLedger } from '../support/backfill-histories.js';
import { freshDatabases, freshMart, query } from '../support/databases.js';
import { isWhole, sampleOf } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { runCycle, type Urls } from '../support/histories.js';
import { withHeldChunk } from '../support/hold-chunk.js';
import { problemOf } from '../support/problem-of.js';
import { runCli } from '../support/run-cli.js';
import { startCli, type StartedCli } from '../support/start-cli.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { expectText } from '../support/expect-text.js';

const BACKFILL = ['backfill', '--from', '2026-02-10', '--to', '2026-02-12'];

/** Three sessions, each in a separate chunk: hours and hundreds of thousands of ids apart. */
async function threeChunks(): Promise<Urls> {
  const urls = await freshDatabases();
  for (const stored of ['2026-02-10T00:20:00.000Z', '2026-02-10T23:00:00.000Z', '2026-02-11T12:00:00.000Z']) {
    await query(urls.idbUrl, `select setval('g_userdata_history_id_seq', nextval('g_userdata_history_id_seq') + 1000000)`);
    await writeUserData(urls.idbUrl, toSession(stored));
  }
  return urls;
}

const toSession = (stored: string): UserDataRow[] => [
  [stored, 'ChatServerSessionStartedAt', new Date(Date.parse(stored) - 600_000).toISOString(), Date.parse(stored) / 1000],
  [stored, 'ChatServerSessionClosedAt', stored, Date.parse(stored) / 1000],
];

const environment = (urls: Urls) => ({ CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl });

const start = (urls: Urls, args: readonly string[]): StartedCli => startCli(args, environment(urls));

const countFacts = async ({ martUrl }: Urls): Promise<number> => (await query(martUrl, 'select from infomart.chat_session_fact')).length;

const readJobs = ({ martUrl }: Urls) =>
  query(
    martUrl,
    `select job_name, status, message from infomart.ctl_etl_history where job_name in ('Job_ExtractICON', 'Job_TransformGIM') order by 1`,
  );

/** The program has finished by then, but the server notices a moment later that a session is gone. */
const sessionsLeft = async ({ martUrl }: Urls) =>
  query(
    martUrl,
    `select application_name from pg_stat_activity where datname = current_database() and application_name <> 'test' and application_name !~* '^citus'`,
  );

/** The mart that one run makes of the same rows. */
async function wholeMart({ idbUrl }: Urls): Promise<string> {
  const martUrl = await freshMart();
  await runCycle({ idbUrl, martUrl });
  return martUrl;
}

describe.each([
  ['run', ['run']],
  ['backfill', BACKFILL],
])('chatmart %s', (name, args) => {
  // In npm test each command with one of the two tests.
  test.runIf(isWhole || name === 'backfill').each(sampleOf(['SIGINT', 'SIGTERM'] as const, 2))(
    '%s: finishes its chunk, says what is left, and ends by that signal',
    async (signal) => {
      const urls = await threeChunks();
      await withHeldChunk(urls.martUrl, 1, async ({ reached, release }) => {
        const program = start(urls, args);
        await reached();
        program.kill(signal);
        await program.said(`${signal}: finishing the current transaction; a second signal rolls it back`);
        await release();
        const { stdout, stderr, ...ended } = await program.ended;
        expect(ended).toEqual({ code: null, signal });
        expect(stderr).toContain(
          `error: Stopped by ${signal} after the current transaction\ncode: stopped\nhint: Work that was already committed is kept`,
        );
        if (name === 'backfill') {
          expect(stdout).toContain('slices    0 of 2 done of idb');
          expect(stdout).toContain('sessions  1 inserted');
          expect(stderr).toContain('To continue: chatmart backfill --from 2026-02-10 --to 2026-02-12 --slice 1d --resume\n');
        }
      });
      expect(await countFacts(urls)).toBe(1);
      expect(await readJobs(urls)).toMatchObject([
        { job_name: 'Job_ExtractICON', status: 'STOPPED' },
        { job_name: 'Job_TransformGIM', status: 'STOPPED' },
      ]);
      if (name === 'backfill') expect((await readLedger(urls.martUrl)).map(({ status }) => status)).toEqual(['PENDING', 'PENDING']);

      const again = await runCli([...args, ...(name === 'backfill' ? ['--resume'] : [])], { env: environment(urls) });
      expect(again.code).toBe(0);
      expect(await compareMarts(await wholeMart(urls), urls.martUrl)).toEqual([]);
    },
  );

  test.runIf(isWhole || name === 'run')('a second signal rolls the chunk back, without waiting for what it waits for', async () => {
    const urls = await threeChunks();
    await withHeldChunk(urls.martUrl, 2, async ({ reached }) => {
      const program = start(urls, args);
      await reached();
      program.kill('SIGTERM');
      await program.said('SIGTERM: finishing');
      program.kill('SIGTERM');
      const { stderr, ...ended } = await program.ended;
      expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
      expect(stderr).toContain('SIGTERM: rolling back the current transaction\n');
      expect(stderr).toContain('error: Stopped at once by SIGTERM; the current transaction was rolled back\ncode: stopped-at-once\n');
      expect(await sessionsLeft(urls)).toEqual([]);
    });
    expect(await countFacts(urls)).toBe(1);
    expect(await readJobs(urls)).toMatchObject([
      { job_name: 'Job_ExtractICON', status: 'STOPPED', message: 'Stopped at once by SIGTERM; the current transaction was rolled back' },
      { job_name: 'Job_TransformGIM', status: 'STOPPED' },
    ]);
    if (name === 'backfill') expect((await readLedger(urls.martUrl)).map(({ status }) => status)).toEqual(['PENDING', 'PENDING']);
    await runCycle(urls);
    expect(await compareMarts(await wholeMart(urls), urls.martUrl)).toEqual([]);
  });
});

describe('a request to stop', () => {
  const unavailable = new UnavailableError('connection-lost', 'gone');
  const retries = { log: () => undefined, retryDelaysMs: [3_600_000], progress: () => 0, hasBegun: () => true };

  test('interrupts a pause', async () => {
    const { stop, request } = createStopControl();
    const waiting = problemOf(() => pause(3_600_000, stop));
    request('SIGTERM');
    expectText(await waiting);
  });

  test('waits for no further attempt, and none is begun', async () => {
    const { stop, request } = createStopControl();
    let attempts = 0;
    const work = (): Promise<never> => {
      attempts++;
      return Promise.reject(unavailable);
    };
    const waiting = problemOf(() => withRetries(work, { ...retries, stop }));
    request('SIGINT');
    expect(await waiting).toContain('StoppedError stopped');
    expect(await problemOf(() => withRetries(work, { ...retries, stop }))).toContain('StoppedError stopped');
    expect(attempts).toBe(1);
  });

  test('is told of three requests that the third is one too many', () => {
    const { request } = createStopControl();
    expect([request('SIGINT'), request('SIGTERM'), request('SIGINT')]).toEqual([false, false, true]);
  });
});
