import path from 'node:path';
import type { ConfigFile } from './config-file.js';
import { toEnvironmentName, toOptionKey, type Setting } from './settings.js';

/** Where a configuration comes from besides the options. */
export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

/** A value and the place that set it. */
export interface Found {
  readonly name: Setting['name'];
  readonly text: string;
  readonly origin: 'option' | 'environment' | 'file';
  /** As the operator wrote it: `--mart-url`, `CHATMART_MART_URL` or `mart-url in /etc/chatmart.config.json`. */
  readonly place: string;
  /** The folder that a relative path starts from. */
  readonly folder: string;
}

/** What is set, and where: undefined where it is nowhere. */
export type FindSetting = (name: Setting['name']) => Found | undefined;

/** Looks settings up: option, else environment, else file; empty texts count as unset. `options` are commander's: camel case. */
export function createFindSetting(
  options: Readonly<Record<string, unknown>>,
  { environment, workingFolder }: ConfigSources,
  file: ConfigFile,
): FindSetting {
  const fileFolder = file.file === undefined ? workingFolder : path.dirname(file.file);
  return (name) => {
    const variable = toEnvironmentName(name);
    const candidates = [
      { name, text: toText(options[toOptionKey(name)]), origin: 'option', place: `--${name}`, folder: workingFolder },
      { name, text: toText(environment[variable]), origin: 'environment', place: variable, folder: workingFolder },
      { name, text: toText(file.values[name]), origin: 'file', place: `${name} in ${file.file}`, folder: fileFolder },
    ] as const;
    return candidates.find((candidate): candidate is typeof candidate & { text: string } => candidate.text !== undefined);
  };
}

/** A text without outer blanks; undefined when nothing is left, because `VARIABLE=` in a unit file means "not set". */
export function toText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
