import path from 'node:path';
import { databaseOf } from '../model/database-url.js';
import { ConfigError } from '../model/errors.js';
import { IDENTIFIER_RULE, isIdentifier } from '../model/identifier.js';
import { variableProblems } from '../model/url-parameters.js';
import { parseTimeOption } from '../model/utc-time.js';
import type { Config } from './config.js';
import { readConfigFile } from './config-file.js';
import { toDatabaseUrls } from './database-urls.js';
import {
  createFindSetting,
  toText,
  findUnknownVariables,
  type ConfigSources,
  type FindSetting,
  type FoundSetting,
} from './find-setting.js';
import { toLogConfig } from './log-config.js';
import { findCredential, type PasswordPlace } from './read-passwords.js';
import { toMailConfig, toReportDeliveries } from './report-deliveries.js';
import { toScheduleConfig } from './schedule-config.js';
import { SETTINGS, toEnvironmentName, type Setting } from './settings.js';
import { counted } from '../model/text.js';
import { toAttachedData, toCalendars } from './setting-lists.js';
import { toHashKeyReader, toSensitiveData } from './sensitive-data.js';

type SettingName = Setting['name'];

/** A century; what is older than the calendar needs no number. */
const MOST_DAYS = 36_500;

/** Each one adds two columns to every level of the aggregates. */
const MOST_SERVICE_LEVELS = 20;

/** A day; no wait before which nobody counts a customer as lost is longer. */
const MOST_SECONDS = 86_400;

/** A configuration that may still have problems. */
export interface ResolvedConfig {
  readonly config: Config;
  /** The configuration file that was read, if there is one. */
  readonly file: string | undefined;
  readonly find: FindSetting;
  /** None of them contains a password. */
  readonly problems: readonly string[];
}

/** The sources of this process. */
export const OWN_SOURCES = (): ConfigSources => ({ environment: process.env, workingFolder: process.cwd() });

/**
 * Merges option > environment > configuration file > default into a trusted configuration; empty texts count as unset.
 * `options` are commander's: camel case, `config` names the file. Throws one ConfigError with all problems, none of which repeats a password.
 */
export function loadConfig(options: Readonly<Record<string, unknown>> = {}, sources: ConfigSources = OWN_SOURCES()): Config {
  const { config, problems } = resolveConfig(options, sources);
  if (problems.length === 0) return config;
  throw toConfigError(problems);
}

/** The error that lists all problems of a configuration. */
export const toConfigError = (problems: readonly string[]): ConfigError =>
  new ConfigError(
    'bad-config',
    `The configuration has ${problems.length === 1 ? 'a problem' : counted(problems.length, 'problem')}:${list(problems)}`,
    { state: 'nothing-done', next: 'Correct this.', again: 'then' },
  );

/** The same merging, but returns problems instead of throwing: if there are any, the configuration must not be used. */
export function resolveConfig(options: Readonly<Record<string, unknown>>, sources: ConfigSources): ResolvedConfig {
  const { workingFolder } = sources;
  const file = readConfigFile(toText(options['config']), workingFolder);
  const problems = [...file.problems];
  const fileFolder = file.file === undefined ? workingFolder : path.dirname(file.file);
  const find = createFindSetting(options, sources, file);
  const findPath = (name: SettingName): string | undefined => {
    const found = find(name);
    return found && path.resolve(found.folder, found.text);
  };
  const findIdentifier = (name: SettingName): string | undefined => {
    const found = find(name);
    if (found && !isIdentifier(found.text))
      problems.push(`${found.place}: ${JSON.stringify(found.text)} cannot be the name of a schema or table: ${IDENTIFIER_RULE}`);
    return found?.text;
  };

  const findTime = (name: SettingName): Date | undefined => {
    const found = find(name);
    const time = found && parseTimeOption(found.text);
    if (found !== undefined && time === undefined) problems.push(`${found.place}: ${JSON.stringify(found.text)} is not a valid time`);
    return time;
  };
  const findNumber = (name: SettingName, unit: string, [least, most]: readonly [number, number]): number | undefined => {
    const found = find(name);
    const value = found && Number(found.text);
    if (found === undefined || (/^\d+$/.test(found.text) && value! >= least && value! <= most)) return value;
    problems.push(`${found.place}: ${JSON.stringify(found.text)} is not a number of ${unit} from ${least} to ${most}`);
    return undefined;
  };
  /** Separated by commas or blanks, or a JSON list; ascending. */
  const findNumbers = (
    name: SettingName,
    unit: string,
    { bounds: [least, ceiling], most }: { readonly bounds: readonly [number, number]; readonly most: number },
  ): number[] | undefined => {
    const found = find(name);
    if (found === undefined) return undefined;
    const texts = toListItems(found.text);
    const wrong = texts.filter((text) => !/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > ceiling);
    const numbers = texts.filter((text) => !wrong.includes(text));
    const repeated = numbers.filter((text, index) => numbers.findIndex((other) => Number(other) === Number(text)) < index);
    problems.push(
      ...wrong.map((text) => `${found.place}: ${JSON.stringify(text)} is not a number of ${unit} from ${least} to ${ceiling}`),
      ...[...new Set(repeated)].map((text) => `${found.place}: ${text} is named twice`),
      ...(texts.length === 0 ? [`${found.place} names no number of ${unit}`] : []),
      ...(texts.length > most ? [`${found.place} names ${texts.length} numbers of ${unit}; the limit is ${most}`] : []),
    );
    return texts.map(Number).sort((one, other) => one - other);
  };
  const findFlag = (name: SettingName): boolean | undefined => {
    const found = find(name);
    if (found === undefined) return undefined;
    if (found.text === 'true' || found.text === 'false') return found.text === 'true';
    problems.push(`${found.place}: ${JSON.stringify(found.text)} is not a flag (true or false)`);
    return undefined;
  };
  const findDays = (name: SettingName): number | undefined => findNumber(name, 'days', [1, MOST_DAYS]);
  const passwordFiles = new Map<string, PasswordPlace>();
  const findUrls = (found: FoundSetting | undefined, name: 'idb' | 'mart' | 'owner'): string[] => {
    const { environment } = sources;
    const named = find(`${name}-password-file`);
    const passwordFile =
      named === undefined
        ? findCredential(`${name}-password`, environment)
        : { file: path.resolve(named.folder, named.text), place: named.place, isCredential: false };
    const { urls, passwordFiles: files, problems: wrong } = toDatabaseUrls(found, { environment, workingFolder, passwordFile });
    problems.push(...wrong);
    for (const [url, place] of files) passwordFiles.set(url, place);
    return urls;
  };

  const idb = find('idb-url');
  const mart = find('mart-url');
  const owner = find('owner-url');
  const idbUrls = findUrls(idb, 'idb');
  const [martUrl] = findUrls(mart, 'mart');
  const [ownerUrl] = findUrls(owner, 'owner');
  if ([idb, mart, owner].some((found) => found !== undefined)) problems.push(...variableProblems(sources.environment));
  // Settings that an unreadable file would have set are not missing.
  if (file.problems.length === 0 && idb !== undefined && mart === undefined && owner === undefined)
    problems.push(`${idb.place} is set and ${toEnvironmentName('mart-url')} is not; every command but simulate needs the Info Mart`);
  if (martUrl !== undefined && ownerUrl !== undefined && databaseOf(martUrl) !== databaseOf(ownerUrl))
    problems.push(`${owner!.place} and ${mart!.place} name different databases; both must name the Info Mart`);
  const unknown = findUnknownVariables(sources.environment);
  problems.push(...unknown.problems);
  const martSchema = findIdentifier('mart-schema') ?? defaultOf('mart-schema');
  if (martSchema.startsWith('pg_')) problems.push(`mart-schema: PostgreSQL reserves names such as ${martSchema}`);
  const reports = toReportDeliveries(find('reports'), problems);
  const config: Config = {
    home: findPath('home') ?? path.join(fileFolder, '.chatmart'),
    homeIsSet: find('home') !== undefined,
    pgBin: findPath('pg-bin'),
    idbUrls,
    martUrl,
    ownerUrl,
    passwordFiles: passwordFiles.size === 0 ? undefined : passwordFiles,
    martSchema,
    idbSchema: findIdentifier('idb-schema') ?? defaultOf('idb-schema'),
    idbTable: findIdentifier('idb-table'),
    earliestStart: findTime('earliest-start'),
    attachedData: toAttachedData(find('attached-data'), problems),
    sensitiveData: toSensitiveData(find('sensitive-data'), problems),
    readHashKey: toHashKeyReader(find('hash-key-file'), sources.environment),
    calendars: toCalendars(find('calendars'), problems),
    distributed: findFlag('distributed'),
    reports,
    mail: toMailConfig(find, sources.environment, reports ?? [], problems),
    log: toLogConfig(find, problems),
    schedule: toScheduleConfig(find, problems),
    metrics: toMetricsPlace(find('metrics-port'), find('metrics-host'), problems),
    shortAbandonSeconds: findNumber('short-abandon-seconds', 'seconds', [0, MOST_SECONDS]),
    serviceLevelSeconds: findNumbers('service-level-seconds', 'seconds', { bounds: [1, MOST_SECONDS], most: MOST_SERVICE_LEVELS }),
    daysToKeepGimFacts: findDays('days-to-keep-gim-facts'),
    daysToKeepDiscardsAndJobHistory: findDays('days-to-keep-discards-and-job-history'),
    demo: options['demo'] === true,
    warnings: unknown.warnings,
  };
  return { config, file: file.file, find, problems };
}

/**
 * A URL that is no setting, with all that libpq's variables say of it; the password files of settings are not for it. Errors: `ConfigError`.
 */
export function completeOptionUrl(option: string, text: string, sources: ConfigSources = OWN_SOURCES()): string {
  // Not as an option: what is said of passwords in those names settings, and the caller has refused them already.
  const found: FoundSetting = { name: 'idb-url', text, origin: 'environment', place: option, folder: sources.workingFolder };
  const { urls, problems } = toDatabaseUrls(found, { ...sources, passwordFile: undefined });
  problems.push(...variableProblems(sources.environment));
  if (problems.length === 0) return urls[0]!;
  throw toConfigError(problems);
}

/** The items of `20, 60`, `20 60` and `[20, 60]`. */
const toListItems = (text: string): string[] =>
  text
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/[\s,]+/)
    .map((item) => item.replace(/^"(.*)"$/, '$1'))
    .filter((item) => item !== '');

/** The default of a setting that has one. */
const defaultOf = (name: SettingName): string => SETTINGS.find((setting) => setting.name === name)!.default!;

/** Off unless a port is named: with a default port, the first of two daemons would take it. */
function toMetricsPlace(port: FoundSetting | undefined, host: FoundSetting | undefined, problems: string[]): Config['metrics'] {
  if (port === undefined) {
    if (host !== undefined) problems.push(`${host.place} is set, but metrics-port is not`);
    return undefined;
  }
  if (!/^\d{1,5}$/.test(port.text) || Number(port.text) > 65_535) {
    problems.push(`${port.place}: ${JSON.stringify(port.text)} is not a valid port (0 to 65535)`);
    return undefined;
  }
  return { host: host?.text ?? defaultOf('metrics-host'), port: Number(port.text) };
}

const list = (problems: readonly string[]): string =>
  problems.length === 1 ? ` ${problems[0]}` : problems.map((problem) => `\n- ${problem}`).join('');
