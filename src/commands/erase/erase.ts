import { requireMart } from '../../mart/schema/mart-access.js';
import { randomUUID } from 'node:crypto';
import { aggregateChangedIntervals } from '../../mart/aggregates/rebuild.js';
import { execute, type Connection } from '../../db/connection.js';
import type { SessionLimits } from '../../db/session-limits.js';
import { withTransaction } from '../../db/transaction.js';
import { takeWriterLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { drawAuditKey, writeAuditRow } from '../../mart/audit.js';
import { countHeld, eraseInteractions, eraseMembersOutOfUse } from './erase-interactions.js';
import { monotonicMs, systemClock, toEpochSeconds, type Clock } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { withJobHistory, withStopOnRecord, type JobOrigin } from '../../jobs/job-history.js';
import { recordDeadJobs } from '../../jobs/job-history.sql.js';

import { withRetries, type JobRetries } from '../../jobs/with-retries.js';
import { counted } from '../../model/text.js';

export interface EraseOptions extends JobRetries {
  readonly martUrl: string;
  readonly martSchema: string;
  /** Interactions: CALLID of the IDB, MEDIA_SERVER_IXN_GUID of the fact. */
  readonly guids: readonly string[];
  readonly limits?: Partial<SessionLimits> | undefined;
  /** For the job history. */
  readonly origin?: JobOrigin | undefined;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

/** What `erase` did, or with --dry-run would do; printed by `--json`, its shape is specs/schema/erase-summary.schema.json. */
export interface EraseSummary {
  readonly dryRun: boolean;
  /** JOB_ID of the audit and history rows; null: nothing was done. */
  readonly jobId: string | null;
  /** Interactions that were asked for, and those of them that had been erased before. */
  readonly interactions: number;
  readonly erasedBefore: number;
  /** Rows that were deleted. */
  readonly facts: number;
  readonly discards: number;
  readonly revisits: number;
  /** Members of dimensions that no other session has; a dry run does not look for them, nor for what follows. */
  readonly members: number;
  /** Messages of jobs from which an interaction was taken out. */
  readonly messages: number;
  /** Intervals of 15 minutes that were aggregated anew. */
  readonly intervals: number;
  readonly seconds: number;
}

/** Longest id of an interaction in the mart. */
const GUID_LENGTH = 50;
/** More at a time would hold the writer lock for long. */
const MOST_INTERACTIONS = 1_000;

/** What the mart holds of some interactions, and what erasing them would delete. Writes nothing. */
export function planErase(options: EraseOptions): Promise<EraseSummary> {
  const { martUrl, martSchema, limits } = options;
  const start = monotonicMs();
  const guids = toGuids(options.guids);
  return withMartSession({ url: martUrl, applicationName: 'chatmart erase', schema: martSchema, limits }, async (mart) => {
    await requireMart(mart);
    const { facts, discards, erased } = await countHeld(mart, guids);
    return {
      ...{ dryRun: true, jobId: null, interactions: guids.length, erasedBefore: erased, facts, discards },
      ...{ revisits: 0, members: 0, messages: 0, intervals: 0, seconds: (monotonicMs() - start) / 1000 },
    };
  });
}

/**
 * Forgets interactions: deletes every row of them, rebuilds the aggregates concerned, and leaves a tombstone by which no job loads them again;
 * all in one transaction. Doing it twice changes nothing. Errors: `ConfigError` for what cannot be an id.
 */
export async function erase(options: EraseOptions): Promise<EraseSummary> {
  const { log = () => undefined, clock = systemClock, retryDelaysMs, stop } = options;
  const start = monotonicMs();
  const execution = { ...options, guids: toGuids(options.guids), clock, jobId: randomUUID() };
  const { jobId } = execution;
  let hasBegun = false;
  const begin = (): void => void (hasBegun = true);
  const retries = { log, retryDelaysMs, stop, progress: () => 0, hasBegun: () => hasBegun };
  const erased = await withStopOnRecord(execution, () => withRetries(() => eraseOnce(execution, begin), retries));
  return { dryRun: false, jobId, ...erased, seconds: (monotonicMs() - start) / 1000 };
}

type Erased = Omit<EraseSummary, 'dryRun' | 'jobId' | 'seconds'>;

function eraseOnce(options: EraseOptions & { readonly clock: Clock; readonly jobId: string }, onBegin: () => void): Promise<Erased> {
  const { martUrl, martSchema, limits, clock, jobId, origin, stop } = options;
  const session = { url: martUrl, applicationName: 'chatmart erase', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (mart) => {
    await requireMart(mart, { writes: true });
    onBegin();
    await execute(mart, recordDeadJobs(clock()));
    return withJobHistory(
      mart,
      { jobId, jobName: 'Job_EraseInteractions', clock, origin },
      () => withTransaction(mart, () => eraseUnderLock(mart, options)),
      (result) => ({ rowCount: result.facts + result.discards, message: toSentence(result) }),
    );
  });
}

async function eraseUnderLock(
  mart: Connection,
  { martSchema, guids, clock, jobId }: EraseOptions & { readonly clock: Clock; readonly jobId: string },
): Promise<Erased> {
  await takeWriterLock(mart, martSchema);
  const auditKey = await drawAuditKey(mart);
  const at = clock();
  const rows = await eraseInteractions(mart, { guids, auditKey, nowTs: toEpochSeconds(at) });
  const { intervals, minStartKey, maxStartKey } = await aggregateChangedIntervals(mart, { map: readKvpMap(), auditKey });
  const members = await eraseMembersOutOfUse(mart, rows);
  const { tombstones, facts, discards, revisits, messages } = rows;
  // A second time there is nothing to record; the number stays unused.
  if (tombstones + facts + discards + intervals > 0)
    await writeAuditRow(mart, auditKey, { jobId, at, rowCount: facts + discards, minStartKey, maxStartKey });
  return { interactions: guids.length, erasedBefore: guids.length - tombstones, facts, discards, revisits, members, messages, intervals };
}

/** For the job history: how many, never which. */
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
