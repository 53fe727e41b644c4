import { ConfigError, DataError, LagError } from '../../model/errors.js';
import { isBroken } from './data-checks/data-check.js';
import type { MartStatus } from './summary.js';

/** Of a time on record: a lag that nobody knows is no lag of 0 s. */
const NOT_COME = 'which has not come: how far behind that is, nobody knows';

const NOTHING_CHANGED = 'Nothing was changed.';

/** Throws `LagError` where facts or aggregates of a configured source are further behind than `maxLagSeconds`. */
export function requireLag(status: Pick<MartStatus, 'idbs' | 'sources' | 'aggregates'>, maxLagSeconds: number): void {
  // Without a configured IDB, all sources that were ever read count.
  const names = (status.idbs.length > 0 ? status.idbs : status.sources).map(({ name }) => name);
  const late = names.flatMap((name) => {
    const source = status.sources.find((each) => each.name === name);
    if (source?.completeUntil == null) return [`of source ${name} nothing counts as complete yet`];
    if (source.lagSeconds === null) return [`source ${name} is complete until ${source.completeUntil}, ${NOT_COME}`];
    if (source.lagSeconds <= maxLagSeconds) return [];
    return [`source ${name} is complete until ${source.completeUntil}, ${source.lagSeconds} s ago`];
  });
  const { completeUntil, lagSeconds } = status.aggregates;
  // A source that is late makes the aggregates late; they are told only where they alone are.
  if (late.length === 0 && (lagSeconds === null || lagSeconds > maxLagSeconds))
    late.push(
      completeUntil === null
        ? 'nothing was aggregated yet'
        : `the aggregates are complete until ${completeUntil}, ${lagSeconds === null ? NOT_COME : `${lagSeconds} s ago`}`,
    );
  if (late.length === 0) return;
  throw new LagError('mart-behind', `The Info Mart is more than ${maxLagSeconds} s behind: ${late.join('; ')}`, {
    hint: `${NOTHING_CHANGED} chatmart status says whether a transaction on the IDB's server holds it back, and how the last jobs ended; chatmart run catches up.`,
  });
}

/** Throws `ConfigError` where an IDB cannot be read before somebody changes something. */
export function requireReadableIdbs({ idbs }: Pick<MartStatus, 'idbs'>): void {
  const [refused] = idbs.filter(({ mustChange }) => mustChange);
  if (refused === undefined) return;
  throw new ConfigError(refused.code!, `Source ${refused.name} cannot be read: ${refused.problem}`, {
    hint: `${NOTHING_CHANGED} chatmart doctor says what to do.`,
  });
}

/** Throws `DataError` where a data check found anything. */
export function requireSoundData({ checks }: Pick<MartStatus, 'checks'>): void {
  const broken = (checks ?? []).filter(isBroken);
  if (broken.length === 0) return;
  const list = broken.map(({ name, breaches, examples }) => `${name} ${breaches} (${examples[0]})`).join('; ');
  throw new DataError('data-check-failed', `${broken.length} of ${checks!.length} data checks failed: ${list}`, {
    hint: `${NOTHING_CHANGED} chatmart aggregate --from … --to … rebuilds levels, chatmart reconcile --from … --to … reads sessions of a range again from the IDB; then type the same command again.`,
  });
}
