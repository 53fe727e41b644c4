import { expect, test } from 'vitest';
import { runJob, startJob, type JobPlan } from '../../src/jobs/job.js';
import { BusyError, ConfigError } from '../../src/model/errors.js';
import { freshMart, query, testClock } from '../support/databases.js';

const NAME = 'Job_EraseInteractions';

/** A job on its own mart, and a query of what the history then says of it. */
async function start() {
  const martUrl = await freshMart();
  const job = startJob('test', { martUrl, martSchema: 'infomart' }, { clock: testClock, tuning: { retryDelaysMs: [] } });
  const readHistory = () =>
    query<{ job_id: string; status: string; message: string }>(
      martUrl,
      `select job_id, status, message from infomart.ctl_etl_history where job_name = '${NAME}' order by start_time, job_id`,
    );
  return { martUrl, job, readHistory };
}

const history = { jobName: NAME, describe: (rows: number) => ({ rowCount: rows, message: 'done' }) } as const;

test('work gets its session, what all jobs share, and a row of the history', async () => {
  const { job, readHistory } = await start();
  const found = await runJob<number>(job, { begins: 'mart', history }, async ({ mart, id, now }) => {
    expect([id, now]).toEqual([job.id, testClock()]);
    const { rows } = await mart.query<{ schema: string; name: string }>(
      `select current_schema() as schema, current_setting('application_name') as name`,
    );
    expect(rows).toEqual([{ schema: 'infomart', name: expect.stringMatching(/^chatmart test/) as string }]);
    return 7;
  });
  expect(found).toBe(7);
  expect(await readHistory()).toEqual([{ job_id: job.id, status: 'COMPLETED', message: 'done' }]);
});

test('work that does not say that it has begun is a bug, and says so', async () => {
  const { job, readHistory } = await start();
  await expect(runJob<number>(job, { begins: 'work' }, () => Promise.resolve(1))).rejects.toThrow('without saying that it had begun');
  await expect(
    runJob<number>(job, { begins: 'work' }, ({ begin }) => {
      begin();
      return Promise.resolve(1);
    }),
  ).resolves.toBe(1);
  expect(await readHistory()).toEqual([]);
});

test('what else must hold is looked at before anything is written; a job that died is on record after that', async () => {
  const { martUrl, job, readHistory } = await start();
  await query(
    martUrl,
    `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts) values ('died', '${NAME}', '1', '2026-03-04', 'RUNNING', 0)`,
  );
  const check = () => Promise.reject(new ConfigError('bad-config', 'No', { next: 'Look.' }));
  const plan: JobPlan<number> = { begins: 'mart', history };
  await expect(runJob(job, { ...plan, check }, () => Promise.resolve(1))).rejects.toMatchObject({ code: 'bad-config' });
  expect(await readHistory()).toMatchObject([{ job_id: 'died', status: 'RUNNING' }]);
  await runJob(job, { ...plan, isPart: true }, () => Promise.resolve(1));
  expect(await readHistory()).toMatchObject([{ job_id: 'died', status: 'RUNNING' }, { status: 'COMPLETED' }]);
  await runJob(job, plan, () => Promise.resolve(1));
  expect(await readHistory()).toMatchObject([{ job_id: 'died', status: 'FAILED' }, { status: 'COMPLETED' }]);
});

test('its lock keeps another one away, and is not handed to a part of it', async () => {
  const { job } = await start();
  const toBusyError = () => new BusyError('test-in-progress', 'Another one is at work', { next: 'Wait.' });
  const locked: JobPlan<string> = { begins: 'mart', lock: { martSchema: 'infomart', name: 'test', toBusyError } };
  const done = runJob(job, locked, async (outer) => {
    await expect(runJob(job, locked, () => Promise.resolve('second'))).rejects.toMatchObject({ code: 'test-in-progress' });
    return runJob<string>(outer, { begins: 'mart', isPart: true }, () => Promise.resolve('part'));
  });
  await expect(done).resolves.toBe('part');
});
