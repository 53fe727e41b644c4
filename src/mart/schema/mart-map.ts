import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { DEFAULT_SERVICE_LEVEL_SECONDS } from '../aggregates/measures.js';
import { SCHEMA_PROPERTY, selectSchemaInfo } from './generated-schema.js';

/**
 * The KVP map with what the mart in the connection's schema keeps of its settings, so that every command agrees with its tables, whatever
 * the configuration says. Without a mart it is the map itself.
 */
export async function readMartMap(mart: Connection): Promise<KvpMap> {
  const seconds = await readServiceLevels(mart);
  return seconds === undefined ? readKvpMap() : { ...readKvpMap(), serviceLevelSeconds: seconds };
}

/** The service levels that a mart has columns for; empty: it has none of any kind yet. */
export async function readServiceLevelColumns(mart: Connection): Promise<readonly number[]> {
  return (
    (await readServiceLevels(mart)) ??
    ((await readProperty(mart, SCHEMA_PROPERTY.generated)) === undefined ? [] : DEFAULT_SERVICE_LEVEL_SECONDS)
  );
}

async function readServiceLevels(mart: Connection): Promise<number[] | undefined> {
  const text = await readProperty(mart, SCHEMA_PROPERTY.serviceLevels);
  const numbers = (text ?? '')
    .split(',')
    .map(Number)
    .filter((seconds) => Number.isSafeInteger(seconds) && seconds > 0);
  return numbers.length === 0 ? undefined : numbers;
}

/** A property of the mart; undefined: it has none, or there is no mart. */
export async function readProperty(mart: Connection, property: string): Promise<string | undefined> {
  // A statement on a table that is missing would end the caller's transaction.
  const { found } = await queryRow<{ found: boolean }>(mart, { text: `select to_regclass('ctl_schema_info') is not null as found` });
  if (!found) return undefined;
  const [known] = await queryRows<{ value: string }>(mart, selectSchemaInfo(property));
  return known?.value;
}

/** The KVP map of a mart with further service levels; a mart without any gets the default ones, unless others are wanted. */
export function withServiceLevels(columns: readonly number[], wanted: readonly number[] | undefined): KvpMap {
  const added = wanted ?? (columns.length === 0 ? DEFAULT_SERVICE_LEVEL_SECONDS : []);
  return { ...readKvpMap(), serviceLevelSeconds: [...new Set([...columns, ...added])].sort((one, other) => one - other) };
}
