import { nearestName } from '../model/nearest-name.js';
import { SETTINGS, toEnvironmentName } from './settings.js';

const PREFIX = 'CHATMART_';

/** Variables of the test suite and the benchmark. */
const DEVELOPMENT = /^CHATMART_(TEST|BENCH)_/;

/** Kubernetes sets such variables in each container for a service whose name begins with chatmart. */
const isServiceLink = (name: string, value: string): boolean =>
  /_SERVICE_(HOST|PORT)(_|$)/.test(name) || /^(tcp|udp|sctp):/.test(value) || /_PORT_\d+_/.test(name);

/**
 * Variables that look like ours and are not. One that is nearly the name of a setting is a problem: the default would count in silence
 * instead of what it says. Others are worth a warning.
 */
export function findUnknownVariables(environment: Readonly<Record<string, string | undefined>>): {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
} {
  const known = SETTINGS.map(({ name }) => toEnvironmentName(name));
  const suffixes = known.map((name) => name.slice(PREFIX.length));
  const unknown = Object.entries(environment).filter(
    ([name, value]) =>
      name.toUpperCase().startsWith(PREFIX) &&
      value !== undefined &&
      !known.includes(name) &&
      !DEVELOPMENT.test(name) &&
      !isServiceLink(name, value),
  );
  const told = unknown.map(([name]) => ({ name, nearest: nearestName(name.slice(PREFIX.length), suffixes) }));
  return {
    problems: told.flatMap(({ name, nearest }) =>
      nearest === undefined ? [] : [`${name} is set, but there is no such variable; did you mean ${PREFIX}${nearest}?`],
    ),
    warnings: told.flatMap(({ name, nearest }) => (nearest === undefined ? [`${name} is set, but there is no such variable`] : [])),
  };
}
