import { queryRows, type Connection } from '../../db/connection.js';
import { withAttachedKeys, type AttachedKey } from '../../model/attached-key.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { DEFAULT_SERVICE_LEVEL_SECONDS } from '../aggregates/measures.js';
import { selectAttachedColumns } from '../attached-keys.sql.js';
import { isDistributed } from './distribution.js';
import { hasTable } from './migration-state.js';
import { SCHEMA_PROPERTY, selectSchemaInfo } from './generated-schema.js';

/**
 * The KVP map with what the mart in the connection's schema keeps of its settings: service levels, own keys, whether they are filled or
 * not, and whether its facts are spread. Every command follows it, so that all agree with the mart's tables. Without a mart it is the map itself.
 */
export async function readMartMap(mart: Connection): Promise<KvpMap> {
  const seconds = await readServiceLevels(mart);
  const own = (await hasTable(mart, 'chatmart_attached_key')) ? await queryRows<AttachedKey>(mart, selectAttachedColumns) : [];
  const spread = (await isDistributed(mart)) ? { isSpread: true } : {};
  return withAttachedKeys({ ...readKvpMap(), ...(seconds === undefined ? {} : { serviceLevelSeconds: seconds }), ...spread }, own);
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
  if (!(await hasTable(mart, 'ctl_schema_info'))) return undefined;
  const [known] = await queryRows<{ value: string }>(mart, selectSchemaInfo(property));
  return known?.value;
}

/** The map of a mart with further service levels; a mart without any gets the default ones, unless others are wanted. */
export function withServiceLevels(map: KvpMap, columns: readonly number[], wanted: readonly number[] | undefined): KvpMap {
  const added = wanted ?? (columns.length === 0 ? DEFAULT_SERVICE_LEVEL_SECONDS : []);
  return { ...map, serviceLevelSeconds: [...new Set([...columns, ...added])].sort((one, other) => one - other) };
}
