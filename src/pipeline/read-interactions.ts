import { withIdb, type TwinSource } from '../extract/connect-idb.js';
import { isUnavailable } from '../db/postgres-errors.js';
import { extractInteractions } from '../extract/extract-chunk.js';
import { findIdbTable } from '../extract/idb-table.js';
import type { RereadInputs, RereadSessions } from '../load/reread-sessions.js';
import { startKeyName, type KvpMap } from '../model/mapped-key.js';
import { SessionPivot } from '../transform/session-pivot.js';

interface ReadOptions {
  readonly map: KvpMap;
  readonly earliestStartTs: number | undefined;
  /** Of one interaction; undefined: the usual limit. */
  readonly mostRows?: number | undefined;
}

/**
 * Pivots all rows of some interactions: what the mart holds, and over it what the IDBs say, each on a connection of its own: the extractor's
 * is reading the next chunk. A twin out of reach is left out and named. Errors: that of the first twin when none can be reached.
 */
export async function readInteractions(
  twins: readonly TwinSource[],
  options: ReadOptions,
  guids: readonly string[],
  { held, byTime }: RereadInputs,
): Promise<RereadSessions> {
  const pivot = new SessionPivot(options.map, { ...toPivotOptions(options), isOrdered: true });
  await held.pushFacts(pivot.push);
  pivot.readDiscards();
  await held.pushDiscards(pivot.push);

  const read = { callids: guids, byTime, map: options.map };
  const { reached, missed } = await (twins.length === 1 ? readOnlyOne(twins[0]!, pivot, read) : readTwins(twins, pivot, read, options));
  return { batch: pivot.finish(), tooLong: pivot.tooLong, keptValues: pivot.keptValues, reached, missed };
}

const toPivotOptions = ({ earliestStartTs, mostRows }: ReadOptions) => ({ earliestStartTs, mostRows });

/** Which interactions are read, and of which sources ADDED_TS tells the order of their rows. */
interface ReadInteractions {
  readonly callids: readonly string[];
  readonly byTime: ReadonlySet<string>;
  readonly map: KvpMap;
}

type Spoken = Pick<RereadSessions, 'reached' | 'missed'>;

/** Without twins nothing has to be compared: the rows go over what the mart holds as they come. */
async function readOnlyOne(source: TwinSource, pivot: SessionPivot, read: ReadInteractions): Promise<Spoken> {
  await readTable(source, read, (encoding) => {
    pivot.readOver(encoding);
    return pivot;
  });
  return { reached: [source.name], missed: [] };
}

async function readTwins(twins: readonly TwinSource[], pivot: SessionPivot, read: ReadInteractions, options: ReadOptions): Promise<Spoken> {
  const spoken: SessionPivot[] = [];
  const reached: string[] = [];
  const missed: string[] = [];
  let firstError: unknown;
  for (const twin of twins)
    try {
      spoken.push(
        await readTable(
          twin,
          read,
          (encoding) => new SessionPivot(read.map, { ...toPivotOptions(options), encoding, isOrdered: true, countsRows: true }),
        ),
      );
      reached.push(twin.name);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      firstError ??= error;
      missed.push(twin.name);
    }
  if (reached.length === 0) throw firstError;
  pivot.takeOver(spoken);
  return { reached, missed };
}

/** Pushes all rows of some interactions into a pivot that is made for the table's encoding. */
const readTable = (
  twin: TwinSource,
  { callids, byTime, map }: ReadInteractions,
  toPivot: (encoding: string) => SessionPivot,
): Promise<SessionPivot> =>
  withIdb(twin, 'chatmart re-read', async (idb) => {
    const table = await findIdbTable(idb, twin.idbSchema, twin.idbTable);
    const pivot = toPivot(table.encoding);
    await extractInteractions(idb, table, startKeyName(map), { callids, order: byTime.has(twin.name) ? 'time' : 'id' }, pivot.push);
    return pivot;
  });
