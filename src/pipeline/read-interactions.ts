import { withIdb, type Source } from '../extract/connect-idb.js';
import { isUnavailable } from '../db/postgres-errors.js';
import { extractInteractions } from '../extract/extract-chunk.js';
import { findIdbTable } from '../extract/idb-table.js';
import type { RereadInputs, RereadSessions } from '../load/reread-sessions.js';
import { startKeyName, type KvpMap } from '../model/mapped-key.js';
import type { Masker } from '../model/sensitive-data.js';
import { SessionPivot } from '../transform/session-pivot.js';

interface ReadOptions {
  readonly map: KvpMap;
  readonly earliestStartTs: number | undefined;
  /** Most rows of one interaction; undefined: the default limit. */
  readonly mostRows?: number | undefined;
  readonly masker: Masker | undefined;
}

/**
 * Pivots all rows of some interactions: what the mart holds, overridden by the IDBs. Each is read on a connection of its own, because the
 * extractor's is reading the next chunk. An IDB of an HA pair that is out of reach is skipped and named. Throws the first error if none can
 * be reached.
 */
export async function readInteractions(
  sources: readonly Source[],
  options: ReadOptions,
  guids: readonly string[],
  { held, byTime }: RereadInputs,
): Promise<RereadSessions> {
  const pivot = new SessionPivot(options.map, { ...toPivotOptions(options), isOrdered: true });
  await held.pushFacts(pivot.push);
  pivot.readDiscards();
  await held.pushDiscards(pivot.push);

  const read = { callids: guids, byTime, map: options.map, masker: options.masker };
  const { reached, missed } = await (sources.length === 1
    ? readOnlyOne(sources[0]!, pivot, read)
    : readPair(sources, pivot, read, options));
  return { batch: pivot.finish(), tooLong: pivot.tooLong, keptValues: pivot.keptValues, reached, missed };
}

const toPivotOptions = ({ earliestStartTs, mostRows, masker }: ReadOptions) => ({ earliestStartTs, mostRows, masker });

/** The interactions to read, and the sources whose rows are ordered by ADDED_TS. */
interface ReadInteractions {
  readonly callids: readonly string[];
  readonly byTime: ReadonlySet<string>;
  readonly map: KvpMap;
  readonly masker: Masker | undefined;
}

/** The sources that were read, and those out of reach. */
type ReadSources = Pick<RereadSessions, 'reached' | 'missed'>;

/** A single source needs no comparison: its rows override what the mart holds as they arrive. */
async function readOnlyOne(source: Source, pivot: SessionPivot, read: ReadInteractions): Promise<ReadSources> {
  await readTable(source, read, (encoding) => {
    pivot.readOver(encoding);
    return pivot;
  });
  return { reached: [source.name], missed: [] };
}

async function readPair(
  sources: readonly Source[],
  pivot: SessionPivot,
  read: ReadInteractions,
  options: ReadOptions,
): Promise<ReadSources> {
  const pivots: SessionPivot[] = [];
  const reached: string[] = [];
  const missed: string[] = [];
  let firstError: unknown;
  for (const source of sources)
    try {
      pivots.push(
        await readTable(
          source,
          read,
          (encoding) => new SessionPivot(read.map, { ...toPivotOptions(options), encoding, isOrdered: true, countsRows: true }),
        ),
      );
      reached.push(source.name);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      firstError ??= error;
      missed.push(source.name);
    }
  if (reached.length === 0) throw firstError;
  pivot.takeOver(pivots);
  return { reached, missed };
}

/** Pushes all rows of the interactions into a pivot created for the table's encoding. */
const readTable = (
  source: Source,
  { callids, byTime, map, masker }: ReadInteractions,
  toPivot: (encoding: string) => SessionPivot,
): Promise<SessionPivot> =>
  withIdb(source, { applicationName: 'chatmart re-read', masker }, async (idb) => {
    const table = await findIdbTable(idb, source.idbSchema, source.idbTable);
    const pivot = toPivot(table.encoding);
    await extractInteractions(idb, table, startKeyName(map), { callids, order: byTime.has(source.name) ? 'time' : 'id' }, pivot.push);
    return pivot;
  });
