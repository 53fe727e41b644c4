import type { JobSettings } from '../../src/jobs/job.js';
import type { Tuning } from '../../src/jobs/tuning.js';

/** How a job is done. */
export type HowItIsDone = Omit<JobSettings, 'tuning'> & Tuning;

/** What a job is to do, and how. */
export type Flat<Options> = Options & HowItIsDone;

const SETTINGS = { clock: 1, log: 1, stop: 1, origin: 1, jobId: 1, now: 1, properties: 1 } satisfies Record<
  keyof Omit<JobSettings, 'tuning'>,
  1
>;
const TUNING = {
  ...{ limits: 1, retryDelaysMs: 1, stagesAll: 1, idSlack: 1, mostRows: 1, progressEveryMs: 1, countMs: 1 },
  ...{ rowsATransaction: 1, lockTimeoutMs: 1, oldTransactionMs: 1, readServerTime: 1 },
} satisfies Record<keyof Tuning, 1>;

/** Splits the list into the two parts that a command would pass on. */
export function split<Options>(flat: Flat<Options>): [Options, JobSettings] {
  const pick = (isWanted: (name: string) => boolean): object => Object.fromEntries(Object.entries(flat).filter(([name]) => isWanted(name)));
  const isSetting = (name: string): boolean => name in SETTINGS;
  const isTuning = (name: string): boolean => name in TUNING;
  return [pick((name) => !isSetting(name) && !isTuning(name)) as Options, { ...(pick(isSetting) as JobSettings), tuning: pick(isTuning) }];
}
