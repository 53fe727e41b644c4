import { queryRow, queryRows, type Connection, type Statement } from '../../db/connection.js';
import { withAttachedKeys, type AttachedKey } from '../../model/attached-key.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { DEFAULT_SERVICE_LEVEL_SECONDS } from '../aggregates/measures.js';
import { selectOwnKeys } from '../attached-keys.sql.js';
import { isDistributed } from './distribution.js';
import { hasTable } from './migration-state.js';
import { SCHEMA_PROPERTY, selectSchemaInfo } from './generated-schema.js';

/**
 * The KVP map with what the mart in the connection's schema keeps of its settings: service levels, own keys, whether they are filled or
 * not, and whether its facts are spread. Every command follows it, so that all agree with the mart's tables. Without a mart it is the map itself.
 */
export async function readMartMap(mart: Connection): Promise<KvpMap> {
  const tables = await queryRow<{ properties: boolean; own: boolean }>(mart, selectHasTables);
  const { service_levels: serviceLevels, own } = await queryRow<{ service_levels: string | null; own: readonly AttachedKey[] | null }>(
    mart,
    selectMapSettings(tables),
  );
  return toMartMap({ serviceLevels, own, isSpread: await isDistributed(mart) });
}

const selectHasTables: Statement = {
  text: `select to_regclass('ctl_schema_info') is not null as properties, to_regclass('chatmart_attached_key') is not null as own`,
};

/** Of the tables that there are: a statement on one that is missing would end the caller's transaction. */
const selectMapSettings = (has: { readonly properties: boolean; readonly own: boolean }): Statement => ({
  text: `select
  ${has.properties ? `(select value from ctl_schema_info where property = '${SCHEMA_PROPERTY.serviceLevels}')` : 'null'} as service_levels,
  ${has.own ? `(${selectOwnKeys})` : 'null'} as own`,
});

/** What a mart keeps of the settings that its map depends on. */
interface MapSettings {
  /** The property of its service levels. */
  readonly serviceLevels: string | null | undefined;
  /** With a column in the mart, whether they are filled or not. */
  readonly own: readonly AttachedKey[] | null;
  readonly isSpread?: boolean;
}

/** The KVP map with these settings. */
export function toMartMap({ serviceLevels, own, isSpread = false }: MapSettings): KvpMap {
  const seconds = toServiceLevelSeconds(serviceLevels);
  const spread = isSpread ? { isSpread } : {};
  return withAttachedKeys({ ...readKvpMap(), ...(seconds === undefined ? {} : { serviceLevelSeconds: seconds }), ...spread }, own ?? []);
}

/** The service levels that a mart has columns for; empty: it has none of any kind yet. */
export async function readServiceLevelColumns(mart: Connection): Promise<readonly number[]> {
  return (
    toServiceLevelSeconds(await readProperty(mart, SCHEMA_PROPERTY.serviceLevels)) ??
    ((await readProperty(mart, SCHEMA_PROPERTY.generated)) === undefined ? [] : DEFAULT_SERVICE_LEVEL_SECONDS)
  );
}

function toServiceLevelSeconds(text: string | null | undefined): number[] | undefined {
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
