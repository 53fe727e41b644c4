import { queryRow, type Connection } from './connection.js';
import { selectFactsKeptFrom } from './facts-kept-from.sql.js';

/** The instant before which facts are purged, and nothing is loaded; null: all facts are kept. */
export async function readFactsKeptFrom(mart: Connection): Promise<Date | null> {
  const { kept_from: keptFrom } = await queryRow<{ kept_from: number }>(mart, selectFactsKeptFrom);
  return keptFrom === 0 ? null : new Date(keptFrom * 1000);
}
