import path from 'node:path';
import { databaseUrlProblem, toPrintableUrl } from '../model/database-url.js';
import { FILLING_VARIABLES } from '../model/url-parameters.js';
import { urlProblem } from './database-urls.js';
import type { ConfigSources, Found } from './find-setting.js';
import { OWN_SOURCES, resolveConfig, type ResolvedConfig } from './load-config.js';
import { findCredential } from './read-passwords.js';
import { SETTINGS, type Setting } from './settings.js';

/** The value of a setting, and where it comes from. */
export interface SettingDescription {
  readonly name: Setting['name'];
  /** As it counts: paths are absolute, passwords masked; null where there is none. */
  readonly value: string | null;
  readonly origin: Found['origin'] | 'credential' | 'default';
  /** What to look for there: an option, a variable, a file's path, a credential of systemd. Null for a default. */
  readonly place: string | null;
  /** What happens where there is no value. */
  readonly unset: string | null;
}

/** Everything that is configured, in the order of --help. Holds no secret. */
export interface ConfigDescription {
  /** Absolute path of the configuration file that was read; null: there is none. */
  readonly file: string | null;
  /** The databases that chatmart demo made are worked on, whatever URLs are set. */
  readonly demo: boolean;
  readonly settings: readonly SettingDescription[];
  /** libpq's variables that are set and fill in what the URLs leave open. */
  readonly libpq: readonly { readonly name: string; readonly value: string }[];
  /** Why no other command would work with this. */
  readonly problems: readonly string[];
}

const SECRET_VARIABLE = 'PGPASSWORD';

/** Says of everything that can be set what it is and which place set it. Never throws for what is configured: it lists the problems. */
export function describeConfig(options: Readonly<Record<string, unknown>> = {}, sources: ConfigSources = OWN_SOURCES()): ConfigDescription {
  const resolved = resolveConfig(options, sources);
  return {
    file: resolved.file ?? null,
    demo: resolved.config.demo,
    settings: SETTINGS.map((setting) => describeSetting(setting, resolved, sources)),
    libpq: [...FILLING_VARIABLES.values()].flatMap((name) => {
      const value = sources.environment[name];
      return value ? [{ name, value: name === SECRET_VARIABLE ? '***' : value }] : [];
    }),
    problems: resolved.problems,
  };
}

function describeSetting(setting: Setting, { config, find, file }: ResolvedConfig, sources: ConfigSources): SettingDescription {
  const { name } = setting;
  const unset = setting.unset ?? null;
  const found = find(name);
  if (found !== undefined)
    return {
      name,
      value: toShown(setting, found, sources),
      origin: found.origin,
      place: found.origin === 'file' ? file! : found.place,
      unset,
    };
  const credential = name.endsWith('-password-file') ? findCredential(name.replace('-file', ''), sources.environment) : undefined;
  if (credential !== undefined) return { name, value: credential.file, origin: 'credential', place: credential.place, unset };
  return { name, value: name === 'home' ? config.home : (setting.default ?? null), origin: 'default', place: null, unset };
}

/** A value as it counts, with nothing that must not be seen. */
function toShown({ argument }: Setting, { text, folder }: Found, sources: ConfigSources): string {
  switch (argument) {
    case '<url>':
      // Of what is no URL of a database, nobody knows which part is the password.
      return text
        .split(/\s+/)
        .map((url) => {
          const isUrl = databaseUrlProblem(url) === undefined || urlProblem(url, { ...sources, folder }) === undefined;
          return isUrl ? toPrintableUrl(url) : '(not shown: it is not a valid URL)';
        })
        .join(' ');
    case '<file>':
    case '<folder>':
      return path.resolve(folder, text);
    default:
      return text;
  }
}
