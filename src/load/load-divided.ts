import { queryRow, type Connection } from '../db/connection.js';
import { explainMartError } from '../mart/schema/explain-mart-error.js';
import { isDataError, isOfAddition, toDataErrorText } from '../db/postgres-errors.js';
import { discardOnly, divideBatch, interactionsOf, addSessions } from '../model/session-batch.js';
import { ChatmartError, DataError } from '../model/errors.js';
import { countKnownRefused } from './discards.sql.js';
import { loadChunk, type Chunk, type LoadOptions, type LoadSummary } from './load-chunk.js';
import { counted } from '../model/text.js';

/** If more interactions of one chunk are refused, the cause is not their data but the mart. */
const MOST_REFUSED = 100;

/** An interaction that PostgreSQL refuses on its own, with PostgreSQL's error. */
interface Refused {
  readonly guid: string;
  readonly error: unknown;
}

/**
 * Loads a chunk in one transaction. If PostgreSQL refuses its data, splits it in halves, down to the refused interactions: those are
 * discarded with PostgreSQL's message, all others are loaded. The watermark moves with the last part. Throws `DataError` if over a hundred
 * are refused, or if every would-be fact is refused and some for the first time: then the data is not the cause.
 */
export async function loadDivided(connection: Connection, chunk: Chunk, options: LoadOptions): Promise<LoadSummary> {
  const refused: Refused[] = [];
  const load = async (part: Chunk): Promise<LoadSummary[]> => {
    try {
      return [await loadChunk(connection, part, options)];
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [guid, ...others] = interactionsOf(part.batch);
      if (guid === undefined) throw error;
      if (others.length > 0) {
        const [first, second] = divideBatch(options.map, part.batch);
        return [...(await load({ ...part, batch: first, state: null })), ...(await load({ ...part, batch: second, state: null }))];
      }
      refused.push({ guid, error });
      if (refused.length > MOST_REFUSED) throw await toRefusal(connection, `over ${MOST_REFUSED} interactions of one chunk`, error);
      return [];
    }
  };
  const loaded = await load(chunk);
  if (refused.length === 0) return loaded.reduce(addSummaries);
  const { error } = refused[0]!;
  const facts = loaded.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0);
  if (facts === 0 && (refused.length > 1 || isOfAddition(error))) {
    const { known } = await queryRow<{ known: number }>(connection, countKnownRefused(refused.map(({ guid }) => guid)));
    if (known < refused.length) throw await toRefusal(connection, toCount(refused.length), error);
  }
  for (const [i, { guid, error: said }] of refused.entries()) {
    const state = i === refused.length - 1 ? chunk.state : null;
    loaded.push(await loadChunk(connection, { ...chunk, batch: discardOnly(guid, toDataErrorText(said)), state }, options));
  }
  return loaded.reduce(addSummaries);
}

const toCount = (all: number): string => (all === 1 ? 'the one fact of a chunk' : `all ${counted(all, 'fact')} of a chunk`);

async function toRefusal(connection: Connection, what: string, error: unknown): Promise<DataError> {
  const explained = await explainMartError(connection, error);
  const [why, next] =
    explained instanceof ChatmartError
      ? [explained.message, explained.next]
      : [toDataErrorText(error), 'Remove what refuses them, such as a constraint or a trigger of your own.'];
  return new DataError('mart-refuses-data', `The mart refuses ${what}: ${why}`, {
    cause: error,
    state: 'chunk-in-part',
    next,
    again: 'then',
  });
}

const addSummaries = (left: LoadSummary, right: LoadSummary): LoadSummary => ({
  ...addSessions(left, right),
  discards: new Map([...left.discards, ...[...right.discards].map(([code, n]) => [code, n + (left.discards.get(code) ?? 0)] as const)]),
  changedIntervals: [...left.changedIntervals, ...right.changedIntervals],
  stillDiscarded: left.stillDiscarded + right.stillDiscarded,
  keptValues: left.keptValues + right.keptValues,
  expired: left.expired + right.expired,
  erased: left.erased + right.erased,
  late: left.late + right.late,
  state: right.state,
});
