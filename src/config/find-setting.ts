import path from 'node:path';
import { nearestName } from '../model/text.js';
import type { ConfigFile } from './config-file.js';
import { toEnvironmentName, toOptionKey, toOptionName, type Setting, SETTINGS } from './settings.js';

/** The sources of a configuration besides the options. */
export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

/** A value and the place that set it. */
export interface FoundSetting {
  readonly name: Setting['name'];
  readonly text: string;
  readonly origin: 'option' | 'environment' | 'file';
  /** As the operator wrote it: `--mart-url`, `CHATMART_MART_URL` or `mart-url in /etc/chatmart.config.json`. */
  readonly place: string;
  /** The folder that a relative path starts from. */
  readonly folder: string;
}

/** The value of a setting and its origin; undefined if it is not set. */
export type FindSetting = (name: Setting['name']) => FoundSetting | undefined;

/** Looks settings up: option, else environment, else file; empty texts count as unset. `options` are commander's: camel case. */
export function createFindSetting(
  options: Readonly<Record<string, unknown>>,
  { environment, workingFolder }: ConfigSources,
  file: ConfigFile,
): FindSetting {
  const fileFolder = file.file === undefined ? workingFolder : path.dirname(file.file);
  return (name) => {
    const variable = toEnvironmentName(name);
    const option = toOptionName(SETTINGS.find((setting) => setting.name === name)!);
    const candidates = [
      { name, text: toText(options[toOptionKey(option)]), origin: 'option', place: `--${option}`, folder: workingFolder },
      { name, text: toText(environment[variable]), origin: 'environment', place: variable, folder: workingFolder },
      { name, text: toText(file.values[name]), origin: 'file', place: `${name} in ${file.file}`, folder: fileFolder },
    ] as const;
    return candidates.find((candidate): candidate is typeof candidate & { text: string } => candidate.text !== undefined);
  };
}

/** A text without outer blanks, `true` for an option without a value; undefined if it is blank, because `VARIABLE=` in a unit file means "not set". */
export function toText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : value === true ? 'true' : '';
  return text === '' ? undefined : text;
}

const PREFIX = 'CHATMART_';

/** Variables of the test suite and the benchmark. */
const DEVELOPMENT = /^CHATMART_(TEST|BENCH)_/;

/** Kubernetes sets such variables in each container for a service whose name begins with chatmart. */
const isServiceLink = (name: string, value: string): boolean =>
  /_SERVICE_(HOST|PORT)(_|$)/.test(name) || /^(tcp|udp|sctp):/.test(value) || /_PORT_\d+_/.test(name);

/**
 * Variables that look like ours and are not. A near miss of a setting's name is a problem: the default would silently apply instead of its
 * value. Others only cause a warning.
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
      nearest === undefined ? [] : [`${name} is set but unknown; did you mean ${PREFIX}${nearest}?`],
    ),
    warnings: told.flatMap(({ name, nearest }) => (nearest === undefined ? [`${name} is set but unknown`] : [])),
  };
}
