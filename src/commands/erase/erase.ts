import { withTransaction } from '../../db/transaction.js';
import { runJob, startJob, type Job, type JobPlan, type JobSettings } from '../../jobs/job.js';
import type { MartTarget } from '../../jobs/target.js';
import { aggregateChangedIntervals } from '../../mart/aggregates/rebuild.js';
import { drawAuditKey, writeAuditRow } from '../../mart/audit.js';
import { takeWriterLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { requireMart } from '../../mart/schema/mart-access.js';
import { toEpochSeconds } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import { counted } from '../../model/text.js';
import { readMartMap } from '../../mart/schema/mart-map.js';
import { countHeld, eraseInteractions, eraseMembersOutOfUse } from './erase-interactions.js';

export interface EraseOptions extends MartTarget {
  /** Interactions: CALLID in the IDB, MEDIA_SERVER_IXN_GUID in the fact. */
  readonly guids: readonly string[];
}

/** What `erase` did, or would do with --dry-run. Printed by `--json`; its shape is specs/schema/erase-summary.schema.json. */
export interface EraseSummary {
  readonly dryRun: boolean;
  /** JOB_ID of the audit and history rows; null: nothing was done. */
  readonly jobId: string | null;
  /** Interactions requested, and those of them that had been erased before. */
  readonly interactions: number;
  readonly erasedBefore: number;
  /** Rows deleted. */
  readonly facts: number;
  readonly discards: number;
  readonly revisits: number;
  /** Dimension members that no other session uses. A dry run counts neither these nor the following. */
  readonly members: number;
  /** Messages of jobs from which an interaction was removed. */
  readonly messages: number;
  /** 15-minute intervals that were aggregated again. */
  readonly intervals: number;
  readonly seconds: number;
}

/** Longest interaction ID in the mart. */
const GUID_LENGTH = 50;
/** More in one transaction would hold the writer lock for long. */
const MOST_INTERACTIONS = 1_000;

/** Counts what the mart holds of the interactions and what erasing them would delete. Writes nothing. */
export function planErase({ guids: wanted, ...target }: EraseOptions, settings: JobSettings): Promise<EraseSummary> {
  const { seconds, tuning } = startJob('erase', target, settings);
  const guids = toGuids(wanted);
  const { martUrl: url, martSchema: schema } = target;
  return withMartSession({ url, applicationName: 'chatmart erase', schema, limits: tuning.limits }, async (mart) => {
    await requireMart(mart);
    const { facts, discards, erased } = await countHeld(mart, guids);
    return {
      ...{ dryRun: true, jobId: null, interactions: guids.length, erasedBefore: erased, facts, discards },
      ...{ revisits: 0, members: 0, messages: 0, intervals: 0, seconds: seconds() },
    };
  });
}

/**
 * Erases interactions: deletes all their rows, rebuilds the affected aggregates, and leaves tombstones so that no job reloads them; all in
 * one transaction. Erasing twice changes nothing. Errors: `ConfigError` for a value that cannot be an interaction ID.
 */
export async function erase({ guids: wanted, ...target }: EraseOptions, settings: JobSettings): Promise<EraseSummary> {
  const guids = toGuids(wanted);
  const started = startJob('erase', target, settings);
  const plan: JobPlan<Erased> = {
    begins: 'mart',
    history: {
      jobName: 'Job_EraseInteractions',
      describe: (result) => ({ rowCount: result.facts + result.discards, message: toSentence(result) }),
    },
  };
  const erased = await runJob(started, plan, (job) => withTransaction(job.mart, () => eraseUnderLock(job, guids)));
  return { dryRun: false, jobId: started.id, ...erased, seconds: started.seconds() };
}

type Erased = Omit<EraseSummary, 'dryRun' | 'jobId' | 'seconds'>;

async function eraseUnderLock({ mart, target, clock, id: jobId }: Job, guids: readonly string[]): Promise<Erased> {
  await takeWriterLock(mart, target.martSchema);
  const auditKey = await drawAuditKey(mart);
  const at = clock();
  const rows = await eraseInteractions(mart, { guids, auditKey, nowTs: toEpochSeconds(at) });
  const { intervals, minStartKey, maxStartKey } = await aggregateChangedIntervals(mart, { map: await readMartMap(mart), auditKey });
  const members = await eraseMembersOutOfUse(mart, rows);
  const { tombstones, facts, discards, revisits, messages } = rows;
  // A repetition has nothing to record; the job's number stays unused.
  if (tombstones + facts + discards + intervals > 0)
    await writeAuditRow(mart, auditKey, { jobId, at, rowCount: facts + discards, minStartKey, maxStartKey });
  return { interactions: guids.length, erasedBefore: guids.length - tombstones, facts, discards, revisits, members, messages, intervals };
}

/** For the job history: counts only, never IDs. */
const toSentence = ({ interactions, erasedBefore, facts, discards, members }: Erased): string =>
  `${counted(interactions, 'interaction')} erased (${erasedBefore} of them before): ${counted(facts, 'fact')}, ${counted(discards, 'discard')}, ${counted(members, 'member')} of dimensions`;

function toGuids(wanted: readonly string[]): string[] {
  const guids = [...new Set(wanted)];
  const advice = {
    state: 'nothing-deleted',
    next: 'An interaction ID is CALLID in the IDB and MEDIA_SERVER_IXN_GUID in the fact. Separate IDs by commas.',
  } as const;
  if (guids.length === 0) throw new ConfigError('no-guid', '--guid is empty', advice);
  const long = guids.find((guid) => Array.from(guid).length > GUID_LENGTH);
  if (long !== undefined)
    throw new ConfigError(
      'bad-guid',
      `--guid ${JSON.stringify(long)} is longer than ${GUID_LENGTH} characters; no interaction ID in the mart is`,
      advice,
    );
  if (guids.length > MOST_INTERACTIONS)
    throw new ConfigError(
      'too-many-guids',
      `--guid names ${counted(guids.length, 'interaction')}; the limit is ${MOST_INTERACTIONS} at a time`,
      {
        state: 'nothing-deleted',
        next: 'Split the list and run the command once for each part.',
      },
    );
  return guids;
}
