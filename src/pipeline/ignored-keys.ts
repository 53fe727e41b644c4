import { execute, queryRow, type Statement } from '../db/connection.js';
import { POSTGRES_CODE, postgresCode } from '../db/postgres-errors.js';
import { readNewestKeys, withMaskedNames, type NewestKeys } from '../extract/newest-keys.js';
import { askBriefly } from '../extract/source-times.js';
import { isDue } from '../model/clock.js';
import type { Masker } from '../model/sensitive-data.js';
import type { SourceLoading } from './source.js';

/** Keys of a source's newest rows that the KVP map does not name, as stored in CHATMART_SOURCE.IGNORED_KEYS. */
export interface IgnoredKeys {
  /** Rows that were looked at. */
  readonly rows: number;
  /** The most frequent first. */
  readonly keys: readonly { readonly name: string; readonly rows: number }[];
}

const EVERY_MS = 24 * 3_600_000;
const MOST_KEYS = 50;

/** Once a day: looks which keys of a source are ignored, in bounded time, and puts them on record for `chatmart status`. */
export async function noteIgnoredKeys({ idb, job, table, source, map, masker }: SourceLoading): Promise<void> {
  const { mart, now } = job;
  const { ignored_keys_at: last } = await queryRow<{ ignored_keys_at: Date | null }>(mart, selectIgnoredKeysAt(source.name));
  if (!isDue(last, now, EVERY_MS)) return;
  const mapped = map.keys.map(({ kvp }) => kvp);
  const newest = await askBriefly(idb, () => readNewestKeys(idb, table, mapped)).catch((error: unknown) => {
    // Names that are not valid text in the IDB's encoding.
    if (postgresCode(error) === POSTGRES_CODE.notInEncoding || postgresCode(error) === POSTGRES_CODE.untranslatable) return null;
    throw error;
  });
  await execute(mart, updateIgnoredKeys(source.name, newest && toIgnoredKeys(newest, masker), now));
}

function toIgnoredKeys(newest: NewestKeys, masker: Masker | undefined): IgnoredKeys {
  const { rows, others } = masker === undefined ? newest : withMaskedNames(newest, masker);
  return { rows, keys: [...others].slice(0, MOST_KEYS).map(([name, count]) => ({ name, rows: count })) };
}

export const selectIgnoredKeysAt = (sourceName: string): Statement => ({
  text: 'select ignored_keys_at from chatmart_source where source_name = $1',
  values: [sourceName],
});

/** Null: they could not be determined this time. */
export const updateIgnoredKeys = (sourceName: string, ignored: object | null, now: Date): Statement => ({
  text: `update chatmart_source
set ignored_keys = $2::jsonb,
  ignored_keys_at = $3::timestamptz at time zone 'UTC'
where source_name = $1`,
  values: [sourceName, ignored === null ? null : JSON.stringify(ignored), now.toISOString()],
});
