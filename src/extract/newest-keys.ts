import { queryRows, type Connection } from '../db/connection.js';
import type { Masker } from '../model/sensitive-data.js';
import type { IdbTable } from './idb-table.js';
import { selectNewestKeys } from './newest-keys.sql.js';

/** The user-data keys of the newest rows of an IDB. */
export interface NewestKeys {
  /** Number of rows examined. */
  readonly rows: number;
  /** ADDED_TS of the oldest and newest of them; null if unknown. */
  readonly oldestTs: number | null;
  readonly newestTs: number | null;
  /** Rows by key, the most frequent first. */
  readonly mapped: ReadonlyMap<string, number>;
  readonly others: ReadonlyMap<string, number>;
}

/** Reads which keys the newest rows of an IDB have, in the list and beyond it. */
export async function readNewestKeys(idb: Connection, table: IdbTable, keys: readonly string[]): Promise<NewestKeys> {
  const found = await queryRows<{
    keyname: string | null;
    rows: number;
    all_rows: number;
    oldest_ts: number | null;
    newest_ts: number | null;
  }>(idb, selectNewestKeys(table, keys));
  const known = new Set(keys);
  const toMap = (areMapped: boolean): Map<string, number> =>
    new Map(found.filter(({ keyname }) => known.has(keyname ?? '') === areMapped).map(({ keyname, rows }) => [keyname ?? '', rows]));
  return {
    rows: found[0]?.all_rows ?? 0,
    oldestTs: found[0]?.oldest_ts ?? null,
    newestTs: found[0]?.newest_ts ?? null,
    mapped: toMap(true),
    others: toMap(false),
  };
}

/** The same, with what is sensitive in the names of other keys masked; names that are then the same are counted as one. */
export function withMaskedNames(newest: NewestKeys, { maskText }: Masker): NewestKeys {
  const others = new Map<string, number>();
  for (const [name, rows] of newest.others) others.set(maskText(name), (others.get(maskText(name)) ?? 0) + rows);
  return { ...newest, others };
}
