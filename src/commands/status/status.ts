import { queryRows, type Connection } from '../../db/connection.js';
import { readWhole } from '../../mart/cluster-commits.js';
import { APPLY_SETTINGS, findUnappliedSettings, type MartProperties } from '../../mart/mart-properties.js';
import { withMartSession } from '../../mart/mart-session.js';
import { readMartMap } from '../../mart/schema/mart-map.js';
import { requireMart } from '../../mart/schema/mart-access.js';
import { readCalendars } from '../../mart/calendar/calendars.js';
import { findSourceStates } from '../../mart/source-state.js';
import { monotonicMs, systemClock, type Clock } from '../../model/clock.js';
import { ConfigError, DataError, LagError } from '../../model/errors.js';
import { toSources } from '../../pipeline/source.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { openDisplayMasker, withoutUnreadableKey } from '../../mart/sensitive/sensitive-rules.js';
import { checkIdbSessions, idbSessionsNotChecked } from './data-checks/check-idb-sessions.js';
import { type DataCheck, type DataCheckResult, selectBreaches, isBroken } from './data-checks/data-check.js';
import { dataChecks } from './data-checks/data-checks.js';
import type { IdbTarget, MartTarget } from '../../jobs/target.js';
import { readIdbStatus } from './read-idb.js';
import { readMartStatus } from './read-mart.js';
import type { MartStatus } from './summary.js';

/** Runs all checks that need only the mart. Call it within one snapshot, or loads in between would look like breaches. */
export async function checkMart(mart: Connection): Promise<DataCheckResult[]> {
  const results: DataCheckResult[] = [];
  for (const check of dataChecks(await readMartMap(mart), await readCalendars(mart))) results.push(await runCheck(mart, check));
  return results;
}

async function runCheck(mart: Connection, { breaches, ...check }: DataCheck): Promise<DataCheckResult> {
  const start = monotonicMs();
  const rows = await queryRows<{ breaches: number; breach: string }>(mart, selectBreaches(breaches));
  return {
    ...check,
    compared: null,
    breaches: rows[0]?.breaches ?? 0,
    examples: rows.map(({ breach }) => breach),
    skipped: null,
    seconds: (monotonicMs() - start) / 1000,
  };
}

/** For a recorded time in the future: an unknown lag is not a lag of 0 s. */
const NOT_COME = 'which is in the future; the lag is unknown';

/** Throws `LagError` if facts or aggregates of a configured source are further behind than `maxLagSeconds`. */
export function requireLag(status: Pick<MartStatus, 'idbs' | 'sources' | 'aggregates'>, maxLagSeconds: number): void {
  // Without a configured IDB, all sources ever read count.
  const names = (status.idbs.length > 0 ? status.idbs : status.sources).map(({ name }) => name);
  const late = names.flatMap((name) => {
    const source = status.sources.find((each) => each.name === name);
    if (source?.completeUntil == null) return [`nothing of source ${name} is complete yet`];
    if (source.lagSeconds === null) return [`source ${name} is complete until ${source.completeUntil}, ${NOT_COME}`];
    if (source.lagSeconds <= maxLagSeconds) return [];
    return [`source ${name} is complete until ${source.completeUntil}, ${source.lagSeconds} s ago`];
  });
  const { completeUntil, lagSeconds } = status.aggregates;
  // A late source makes the aggregates late; report these only if they alone are late.
  if (late.length === 0 && (lagSeconds === null || lagSeconds > maxLagSeconds))
    late.push(
      completeUntil === null
        ? 'nothing was aggregated yet'
        : `the aggregates are complete until ${completeUntil}, ${lagSeconds === null ? NOT_COME : `${lagSeconds} s ago`}`,
    );
  if (late.length === 0) return;
  throw new LagError('mart-behind', `The Info Mart is more than ${maxLagSeconds} s behind: ${late.join('; ')}`, {
    state: 'nothing-changed',
    next: "chatmart status shows whether a transaction on the IDB's server is delaying it, and how the last jobs ended. chatmart run catches up.",
  });
}

/** Throws `ConfigError` if an IDB cannot be read until an operator changes something. */
export function requireReadableIdbs({ idbs }: Pick<MartStatus, 'idbs'>): void {
  const [refused] = idbs.filter(({ mustChange }) => mustChange);
  if (refused === undefined) return;
  throw new ConfigError(refused.code!, `Source ${refused.name} cannot be read: ${refused.problem}`, {
    state: 'nothing-changed',
    next: 'chatmart doctor says what to do.',
  });
}

/** Throws `DataError` if a data check found breaches. */
export function requireSoundData({ checks }: Pick<MartStatus, 'checks'>): void {
  const broken = (checks ?? []).filter(isBroken);
  if (broken.length === 0) return;
  const list = broken.map(({ name, breaches, examples }) => `${name} ${breaches} (${examples[0]})`).join('; ');
  throw new DataError('data-check-failed', `${broken.length} of ${checks!.length} data checks failed: ${list}`, {
    state: 'nothing-changed',
    next: 'chatmart aggregate --from … --to … rebuilds aggregates; chatmart reconcile --from … --to … reads the sessions of a range again from the IDB.',
    again: 'then',
  });
}

export interface StatusOptions extends MartTarget, IdbTarget {
  /** Whether to run the data checks as well. */
  readonly check?: boolean | undefined;
  readonly clock?: Clock;
  /** What the configuration says of the mart; undefined: nothing. */
  readonly properties?: MartProperties | undefined;
}

/** Reads the status of a mart in one snapshot, then that of its IDBs. Errors: `mart-not-migrated`, `mart-is-newer`. */
export async function readStatus(options: StatusOptions): Promise<MartStatus> {
  const { martUrl, martSchema, clock = systemClock, check = false, properties = {} } = options;
  const now = clock();
  const sources = toSources(options);
  const map = readKvpMap();
  return withMartSession({ url: martUrl, applicationName: 'chatmart status', schema: martSchema, keepsRoleLimits: true }, async (mart) => {
    await requireMart(mart);
    const { snapshots, checks, states, ...status } = await readWhole(mart, async () => ({
      ...(await readMartStatus(mart, { now, sourceNames: sources.length === 0 ? undefined : sources.map(({ name }) => name) })),
      unappliedSettings: (await findUnappliedSettings(mart, withoutUnreadableKey(properties))).map(
        (found) => `${found}. ${APPLY_SETTINGS}`,
      ),
      checks: check ? await checkMart(mart) : null,
      states: await findSourceStates(
        mart,
        sources.map(({ name }) => name),
      ),
    }));
    const known = sources.map(({ name }) => [name, { snapshots: snapshots.get(name) ?? [], state: states.get(name) }] as const);
    const masker = await openDisplayMasker(mart, properties);
    const idbs = await readIdbStatus(options, new Map(known), { now, masker });
    // Runs after the snapshot, so that it includes what a run has loaded meanwhile.
    if (checks !== null) {
      for (const source of sources) checks.push(await checkIdbSessions(mart, { source, map, now, masker }));
      if (sources.length === 0) checks.push(idbSessionsNotChecked);
    }
    return { ...status, idbs, checks };
  });
}
