import { queryRow, queryRows, type Connection, type Statement } from '../../db/connection.js';
import { ConfigError } from '../../model/errors.js';
import { nearestNames } from '../../model/text.js';
import type { Bound } from '../../model/utc-time.js';
import { firstInstant } from './date-time-columns.js';

/** Names under which PostgreSQL knows UTC. Their clocks have never shown anything else. */
const UTC_NAMES = /^(etc\/)?(utc|uct|gmt|gmt[+-]?0|universal|zulu|greenwich)$/i;

export const isUtc = (zone: string): boolean => UTC_NAMES.test(zone);

/** These mean something else on each server, or nothing; posix/ and right/ repeat all other names. */
const NO_ZONES = `name in ('localtime', 'posixrules', 'Factory') or name like 'posix/%' or name like 'right/%'`;

const selectZones = (zone?: string): Statement => ({
  text: `select name
from pg_timezone_names
where not (${NO_ZONES})${zone === undefined ? '' : '\n  and lower(name) = lower($1)'}
order by name`,
  values: zone === undefined ? [] : [zone],
});

/**
 * The name of a time zone as the server's zone data spell it; Z is UTC. Other abbreviations and rules, such as CEST or UTC+3, which
 * PostgreSQL reads as three hours behind UTC, are refused. Throws `ConfigError`.
 */
export async function findTimeZone(connection: Connection, zone: string): Promise<string> {
  if (/^(utc|z)$/i.test(zone)) return 'UTC';
  const [found] = await queryRows<{ name: string }>(connection, selectZones(zone));
  if (found !== undefined) return found.name;
  const names = (await queryRows<{ name: string }>(connection, selectZones())).map(({ name }) => name);
  const near = toNeighbours(zone, names);
  throw new ConfigError(
    'unknown-time-zone',
    `${JSON.stringify(zone)} is not a time zone of this server${near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`}`,
    {
      state: 'nothing-read',
      next: 'Use a name of the IANA database, such as Europe/Berlin; chatmart sql "select name from pg_timezone_names" lists them.',
    },
  );
}

/** Zones whose name, or whose city, is near. */
function toNeighbours(zone: string, names: readonly string[]): string[] {
  const toCity = (name: string): string => name.split('/').at(-1)!;
  const wanted = zone.trim().replaceAll(' ', '_');
  const cities = nearestNames(toCity(wanted), names.map(toCity));
  const near = [...nearestNames(wanted, names), ...names.filter((name) => name.includes('/') && cities.includes(toCity(name)))];
  return [...new Set(near)].slice(0, 5);
}

/** The time that the clocks of a zone show, as if it were UTC. */
export async function readWallTime(connection: Connection, zone: string, at: Date): Promise<Date> {
  const { ahead } = (await readOffsets(connection, zone, [at]))[0]!;
  return new Date(at.getTime() + ahead * 1_000);
}

/** An instant, and by how many seconds the clocks of a zone are ahead of UTC then. */
export interface LocalInstant {
  readonly at: Date;
  readonly ahead: number;
}

/** The offsets of a zone at some instants. */
export async function readOffsets(connection: Connection, zone: string, instants: readonly Date[]): Promise<LocalInstant[]> {
  const { ahead } = await queryRow<{ ahead: number[] }>(connection, {
    text: `select array(
  select extract(epoch from (instant at time zone $1) - (instant at time zone 'UTC'))::integer
  from unnest($2::timestamptz[]) with ordinality as given (instant, place)
  order by place
) as ahead`,
    values: [zone, instants.map((at) => at.toISOString())],
  });
  return instants.map((at, index) => ({ at, ahead: ahead[index]! }));
}

/** The instants of bounds; a time on the clocks of a zone is the first instant at which they show it or a later one. */
export async function readInstants(connection: Connection, zone: string, bounds: readonly Bound[]): Promise<Date[]> {
  const { instants } = await queryRow<{ instants: number[] }>(connection, {
    text: `select array(
  select extract(epoch from coalesce(at, ${firstInstant('shown', '$1')}))::float8
  from unnest($2::timestamptz[], $3::timestamp[]) with ordinality as bound (at, shown, place)
  order by place
) as instants`,
    values: [
      zone,
      bounds.map((bound) => ('at' in bound ? bound.at.toISOString() : null)),
      bounds.map((bound) => ('wall' in bound ? bound.wall.toISOString().replace('Z', '') : null)),
    ],
  });
  return instants.map((ts) => new Date(ts * 1_000));
}

/** `+02:00`. */
export function toOffsetText(ahead: number): string {
  const minutes = Math.floor(Math.abs(ahead) / 60);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${ahead < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** ISO 8601 on the clocks of the zone: `2026-10-25T02:30:00+02:00`. */
export const toLocalText = ({ at, ahead }: LocalInstant): string =>
  `${new Date(at.getTime() + ahead * 1_000).toISOString().slice(0, 19)}${toOffsetText(ahead)}`;
