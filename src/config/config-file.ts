import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { holdsPassword } from '../model/database-url.js';
import { readUtf8, unreadableText } from '../model/file-text.js';
import { readJson } from '../model/read-json.js';
import { holdsSmtpPassword } from '../model/smtp-url.js';
import { didYouMean } from '../model/text.js';
import { isOpenToOthers, toModeText } from './read-passwords.js';
import { CONFIG_FILE_NAME, jsonTypeOf, SETTINGS } from './settings.js';

/** The unchecked content of a configuration file, and the problems of the file itself. */
export interface ConfigFile {
  /** Absolute path; undefined when there is no file. */
  readonly file: string | undefined;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly problems: readonly string[];
}

/** Reads the named file; without a name, `chatmart.config.json` in the folder if it exists. */
export function readConfigFile(named: string | undefined, folder: string): ConfigFile {
  const file = path.resolve(folder, named ?? CONFIG_FILE_NAME);
  const fail = (...problems: string[]): ConfigFile => ({ file, values: {}, problems });
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (named === undefined && code === 'ENOENT') return { file: undefined, values: {}, problems: [] };
    return fail(`${file} cannot be read: ${unreadableText(code)}`);
  }
  const read = readUtf8(bytes);
  if ('problem' in read) return fail(`${file} ${read.problem}`);
  const json = readJson(read.text, 'chatmart.config.json is JSON, such as {"mart-schema": "infomart"}');
  if ('problems' in json) return fail(...json.problems.map((problem) => `${file} is not valid JSON ${problem}`));
  const problems = contentProblems(json.content, json.placeOf).map((problem) => `${file}: ${problem}`);
  if (problems.length > 0) return fail(...problems);
  const values = Object.fromEntries(
    Object.entries(json.content as Record<string, string | number | boolean | readonly unknown[]>).map(([key, value]) => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
  return { file, values, problems: openPasswordProblems(file, Object.values(values)) };
}

/** Problems of content that is not an object with texts under known keys. Written by hand: a validation library loads too slowly. */
function contentProblems(content: unknown, placeOf: (key: string) => string): string[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return [`${kindOf(content)} where an object is expected`];
  const names = SETTINGS.map(({ name }) => name);
  return Object.entries(content).flatMap(([key, value]) => {
    const setting = SETTINGS.find(({ name }) => name === key);
    if (setting === undefined && key !== '$schema')
      return [`unknown setting ${JSON.stringify(key)} (${placeOf(key)})${didYouMean(key, names)}`];
    const other = setting && jsonTypeOf(setting);
    if (
      typeof value === 'string' ||
      (other === 'integer' && Number.isInteger(value)) ||
      (other === 'boolean' && typeof value === 'boolean') ||
      (other === 'array' && Array.isArray(value))
    )
      return [];
    const expected = other === undefined ? 'a string' : EXPECTED[other];
    return [`${key}: ${kindOf(value)} where ${expected} is expected (${placeOf(key)})`];
  });
}

const EXPECTED = { integer: 'a whole number', boolean: 'true or false', array: 'a list' } as const;

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;

/** As with PostgreSQL's password files: anyone who can read the file has the password. */
function openPasswordProblems(file: string, values: readonly (string | undefined)[]): string[] {
  const secret = values.some((value) => value?.split(/\s+/).some((text) => holdsPassword(text) || holdsSmtpPassword(text)));
  const status = statSync(file);
  if (!secret || !isOpenToOthers(status)) return [];
  return [`${file} contains a password and is accessible to others (mode ${toModeText(status.mode)}); run chmod 600 ${file}`];
}
