import type { Connection } from '../db/connection.js';
import { isDataError, toDataErrorText } from '../db/postgres-errors.js';
import { DataError } from '../model/errors.js';
import { discardOnly, divideBatch, interactionsOf } from '../model/divide-batch.js';
import { addSessions } from '../model/session-counts.js';
import { loadChunk, type Chunk, type LoadOptions, type LoadSummary } from './load-chunk.js';

/** More interactions of one chunk than this are no poison any more: the mart itself refuses them. */
const MOST_REFUSED = 100;

/**
 * Loads a chunk in one transaction; if PostgreSQL refuses its data, in halves, down to the interaction that is refused: that one is
 * discarded with PostgreSQL's words, all others are loaded. The watermark moves with the last part. Errors: `DataError` when over a
 * hundred are refused.
 */
export async function loadDivided(connection: Connection, chunk: Chunk, options: LoadOptions): Promise<LoadSummary> {
  let refused = 0;
  const load = async (part: Chunk): Promise<LoadSummary> => {
    try {
      return await loadChunk(connection, part, options);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [guid, ...others] = interactionsOf(part.batch);
      if (guid === undefined) throw error;
      if (others.length > 0) {
        const [first, second] = divideBatch(options.map, part.batch);
        const loaded = await load({ ...part, batch: first, state: null });
        return addSummaries(loaded, await load({ ...part, batch: second }));
      }
      if (++refused > MOST_REFUSED)
        throw new DataError(
          'mart-refuses-data',
          `The mart refuses over ${MOST_REFUSED} interactions of one chunk: ${toDataErrorText(error)}`,
          {
            cause: error,
            hint: `Parts of the chunk are loaded, its other interactions up to ${guid} are in STG_TRANSFORM_DISCARDS, the watermark has not moved. Remove what refuses them (a constraint or a trigger of your own?), then type the same command again.`,
          },
        );
      return loadChunk(connection, { ...part, batch: discardOnly(guid, toDataErrorText(error)) }, options);
    }
  };
  return load(chunk);
}

const addSummaries = (left: LoadSummary, right: LoadSummary): LoadSummary => ({
  ...addSessions(left, right),
  discards: new Map([...left.discards, ...[...right.discards].map(([code, n]) => [code, n + (left.discards.get(code) ?? 0)] as const)]),
  changedIntervals: [...left.changedIntervals, ...right.changedIntervals],
  keptValues: left.keptValues + right.keptValues,
  expired: left.expired + right.expired,
  erased: left.erased + right.erased,
  late: left.late + right.late,
  state: right.state,
});
