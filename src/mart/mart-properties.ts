import { queryRows, type Connection } from '../db/connection.js';
import type { AttachedKey } from '../model/attached-key.js';
import { isSameCalendar, type Calendar } from '../model/calendar.js';
import { DEFAULT_SHORT_ABANDON_SECONDS, toServiceLevels } from './aggregates/measures.js';
import { readAttachedKeys } from './attached-keys.js';
import { selectPersonalKeys } from './attached-keys.sql.js';
import { readCalendars } from './calendar/calendars.js';
import { isDistributed } from './schema/distribution.js';
import { readMartMap, readProperty } from './schema/mart-map.js';
import { findUnappliedRules, type SensitiveSettings } from './sensitive/sensitive-rules.js';

/** What the mart keeps of the configuration, because its figures or columns depend on it; undefined: as it is. */
export interface MartProperties extends SensitiveSettings {
  readonly shortAbandonSeconds?: number | undefined;
  readonly serviceLevelSeconds?: readonly number[] | undefined;
  /** Own keys to load. */
  readonly attachedData?: readonly AttachedKey[] | undefined;
  readonly calendars?: readonly Calendar[] | undefined;
  /** Spread over a Citus cluster. */
  readonly distributed?: boolean | undefined;
}

/** Property of CTL_SCHEMA_INFO. */
export const SHORT_ABANDON_SECONDS = 'short-abandon-seconds';

/** Up to how many seconds a session of the mart is short-abandoned. */
export const readShortAbandonSeconds = async (mart: Connection): Promise<string> =>
  (await readProperty(mart, SHORT_ABANDON_SECONDS)) ?? DEFAULT_SHORT_ABANDON_SECONDS;

/** What to type for a mart whose properties are not those of the settings. */
export const APPLY_SETTINGS = 'Run chatmart migrate, which applies the setting to the mart, or correct the setting';

/**
 * Settings that the mart does not follow, because `chatmart migrate` has not been run since, one clause each. Every command follows the
 * mart. Service levels that the mart has beyond the setting are none: their columns stay.
 */
export async function findUnappliedSettings(mart: Connection, wanted: MartProperties): Promise<string[]> {
  const { shortAbandonSeconds, serviceLevelSeconds = [], attachedData, calendars } = wanted;
  const found: string[] = [];
  if (shortAbandonSeconds !== undefined) {
    const held = await readShortAbandonSeconds(mart);
    if (held !== String(shortAbandonSeconds))
      found.push(`the setting short-abandon-seconds is ${shortAbandonSeconds}, but the mart counts with ${held}`);
  }
  if (serviceLevelSeconds.length > 0) {
    const held = toServiceLevels(await readMartMap(mart));
    const missing = serviceLevelSeconds.filter((seconds) => !held.includes(seconds));
    if (missing.length > 0)
      found.push(`the setting service-level-seconds names ${missing.join(', ')}, but the mart counts within ${held.join(', ')} seconds`);
  }
  if (attachedData !== undefined) found.push(...toUnappliedKeys(await readAttachedKeys(mart), attachedData));
  if (attachedData !== undefined) found.push(...(await findUnappliedMarks(mart, attachedData)));
  const rules = await findUnappliedRules(mart, wanted);
  if (rules !== undefined) found.push(rules);
  if (calendars !== undefined) found.push(...toUnappliedCalendars(await readCalendars(mart), calendars));
  if (wanted.distributed !== undefined && wanted.distributed !== (await isDistributed(mart)))
    found.push(
      wanted.distributed
        ? 'the setting distributed is true, but the mart is not spread over a cluster'
        : 'the setting distributed is false, but the mart is spread over a cluster; docs/scale.md says how to bring it back',
    );
  return found;
}

function toUnappliedCalendars(held: readonly Calendar[], wanted: readonly Calendar[]): string[] {
  const without = (some: readonly Calendar[], others: readonly Calendar[]): string =>
    some
      .filter((calendar) => !others.some((other) => isSameCalendar(calendar, other)))
      .map(({ name, timezone }) => `${name} (${timezone})`)
      .join(', ');
  const [missing, surplus] = [without(wanted, held), without(held, wanted)];
  return [
    ...(missing === '' ? [] : [`the setting calendars names ${missing}, but the mart does not keep it so`]),
    ...(surplus === '' ? [] : [`the mart keeps the calendar ${surplus}, but the setting calendars does not name it so`]),
  ];
}

/** Own keys that may identify a person by the setting and not by the mart, or the reverse. */
async function findUnappliedMarks(mart: Connection, wanted: readonly AttachedKey[]): Promise<string[]> {
  const held = (await queryRows<{ name: string }>(mart, selectPersonalKeys)).map(({ name }) => name);
  const columns = (await readAttachedKeys(mart)).map(({ column }) => column);
  return wanted
    .filter(({ column }) => columns.includes(column))
    .map(({ key, column, kind, personal = kind === 'attribute' }) => ({ key, personal, isHeld: held.includes(column.toLowerCase()) }))
    .filter(({ personal, isHeld }) => personal !== isHeld)
    .map(
      ({ key, personal }) =>
        `by the setting attached-data, ${key} may ${personal ? '' : 'not '}identify a person, but the mart does not know`,
    );
}

function toUnappliedKeys(held: readonly AttachedKey[], wanted: readonly AttachedKey[]): string[] {
  const without = (some: readonly AttachedKey[], others: readonly AttachedKey[]): string =>
    some
      .filter((own) => !others.some(({ key, column, kind }) => key === own.key && column === own.column && kind === own.kind))
      .map(({ key, column }) => `${key} (${column})`)
      .join(', ');
  const [missing, surplus] = [without(wanted, held), without(held, wanted)];
  return [
    ...(missing === '' ? [] : [`the setting attached-data names ${missing}, but the mart does not load it`]),
    ...(surplus === '' ? [] : [`the mart loads ${surplus}, but the setting attached-data does not name it`]),
  ];
}
