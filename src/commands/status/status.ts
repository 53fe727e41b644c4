import { requireMart } from '../../mart/schema/mart-access.js';
import { withTransaction } from '../../db/transaction.js';
import { withMartSession } from '../../mart/mart-session.js';
import { systemClock, type Clock } from '../../model/clock.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { checkIdbSessions, idbSessionsNotChecked } from './data-checks/check-idb-sessions.js';
import { checkMart } from './data-checks/check-mart.js';
import { findSourceStates } from '../../mart/source-state.js';
import type { MartStatus } from './summary.js';

import { toTwinSources } from '../../pipeline/source.js';
import { readIdbStatus, type IdbOptions } from './read-idb.js';
import { readMartStatus } from './read-mart.js';

export interface StatusOptions extends IdbOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  /** Ask the data checks as well. */
  readonly check?: boolean | undefined;
  readonly clock?: Clock;
}

/** Reads the status of a mart in one snapshot, and asks its IDBs. Errors: `mart-not-migrated`, `mart-is-newer`. */
export async function readStatus(options: StatusOptions): Promise<MartStatus> {
  const { martUrl, martSchema, clock = systemClock, check = false } = options;
  const now = clock();
  const sources = toTwinSources(options);
  const map = readKvpMap();
  return withMartSession({ url: martUrl, applicationName: 'chatmart status', schema: martSchema, keepsRoleLimits: true }, async (mart) => {
    await requireMart(mart);
    const { snapshots, checks, states, ...status } = await withTransaction(
      mart,
      async () => ({
        ...(await readMartStatus(mart, { now, sourceNames: sources.length === 0 ? undefined : sources.map(({ name }) => name) })),
        checks: check ? await checkMart(mart, map) : null,
        states: await findSourceStates(
          mart,
          sources.map(({ name }) => name),
        ),
      }),
      'repeatable read read only',
    );
    const known = sources.map(({ name }) => [name, { snapshots: snapshots.get(name) ?? [], state: states.get(name) }] as const);
    const idbs = await readIdbStatus(options, new Map(known), now);
    // After the snapshot: what a run has loaded meanwhile is there.
    if (checks !== null) {
      for (const source of sources) checks.push(await checkIdbSessions(mart, { source, map, now }));
      if (sources.length === 0) checks.push(idbSessionsNotChecked);
    }
    return { ...status, idbs, checks };
  });
}
