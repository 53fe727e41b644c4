import path from 'node:path';
import { databaseUrlProblem, toPrintableUrl } from '../model/database-url.js';
import { FILLING_VARIABLES } from '../model/url-parameters.js';
import { toPrintableSmtpUrl } from '../model/smtp-url.js';
import { urlProblem } from './database-urls.js';
import type { ConfigSources, FoundSetting } from './find-setting.js';
import { OWN_SOURCES, resolveConfig, type ResolvedConfig } from './load-config.js';
import { findCredential } from './read-passwords.js';
import { SETTINGS, type Setting } from './settings.js';

/** The value of a setting and its origin. */
export interface SettingDescription {
  readonly name: Setting['name'];
  /** The effective value: paths are absolute, passwords masked; null if there is none. */
  readonly value: string | null;
  readonly origin: FoundSetting['origin'] | 'credential' | 'default';
  /** An option, a variable, a file's path or a systemd credential. Null for a default. */
  readonly place: string | null;
  /** What happens if there is no value. */
  readonly unset: string | null;
}

/** Everything that is configured, in the order of --help. Holds no secret. */
export interface ConfigDescription {
  /** Absolute path of the configuration file that was read; null: there is none. */
  readonly file: string | null;
  /** Commands use the databases of chatmart demo, whatever URLs are set. */
  readonly demo: boolean;
  readonly settings: readonly SettingDescription[];
  /** The libpq variables that are set and fill in what the URLs leave open. */
  readonly libpq: readonly { readonly name: string; readonly value: string }[];
  /** Why other commands would refuse this configuration. */
  readonly problems: readonly string[];
}

const SECRET_VARIABLE = 'PGPASSWORD';

/** Lists every setting with its value and origin. Never throws for a bad configuration: it lists the problems. */
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

/** The effective value, with secrets masked. */
function toShown({ argument }: Setting, { text, folder }: FoundSetting, sources: ConfigSources): string {
  switch (argument) {
    case '<url>':
      // If it is not a database URL, any part of it may be the password.
      return text
        .split(/\s+/)
        .map((url) => {
          const isUrl = databaseUrlProblem(url) === undefined || urlProblem(url, { ...sources, folder }) === undefined;
          return isUrl ? toPrintableUrl(url) : '(not shown: it is not a valid URL)';
        })
        .join(' ');
    case '<smtp-url>':
      return toPrintableSmtpUrl(text);
    case '<file>':
    case '<folder>':
      return path.resolve(folder, text);
    default:
      return text;
  }
}
