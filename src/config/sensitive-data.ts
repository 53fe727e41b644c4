import path from 'node:path';
import { ConfigError } from '../model/errors.js';
import { compilePattern } from '../model/linear-pattern.js';
import {
  FOUND_THINGS,
  LONGEST_PATTERN,
  LONGEST_RULE,
  LONGEST_RULE_NAME,
  MOST_SENSITIVE_RULES,
  REPLACEMENTS,
  toRuleText,
  type FoundThing,
  type Replacement,
  type SensitiveRule,
} from '../model/sensitive-data.js';
import type { FoundSetting } from './find-setting.js';
import { findCredential, readPasswords, type PasswordFile } from './read-passwords.js';
import { toList, unknownField } from './setting-lists.js';

const FIELDS = ['find', 'name', 'pattern', 'as', 'keys'] as const;

const NAME = new RegExp(`^[a-z][a-z0-9-]{0,${LONGEST_RULE_NAME - 1}}$`);

/** Reads the rules for sensitive data; adds what is wrong with them, with the place of each, to `problems`. */
export const toSensitiveData = (found: FoundSetting | undefined, problems: string[]): SensitiveRule[] | undefined =>
  toList(
    found,
    {
      ...{ entries: '{"find"} or {"name", "pattern"}', things: 'rule', most: MOST_SENSITIVE_RULES, read: toRule },
      repeats: ({ name, pattern }, earlier) =>
        pattern !== undefined && earlier.some((other) => other.name === name) ? `name ${JSON.stringify(name)} is used twice` : undefined,
    },
    problems,
  );

/** A rule, or what is wrong with it. */
function toRule(entry: unknown): SensitiveRule | string {
  const fields = entry as Readonly<Record<(typeof FIELDS)[number], unknown>>;
  const unknown = unknownField(fields, FIELDS);
  if (unknown !== undefined) return unknown;
  const { find, name, pattern, as = 'mask', keys } = fields;
  if ((find === undefined) === (pattern === undefined)) return 'either find, or name and pattern, must say what to look for';
  if (find !== undefined && !FOUND_THINGS.includes(find as FoundThing)) return `find must be one of ${FOUND_THINGS.join(', ')}`;
  if (find !== undefined && name !== undefined) return 'name belongs to a pattern; what find looks for has its name already';
  if (!REPLACEMENTS.includes(as as Replacement)) return `as must be one of ${REPLACEMENTS.join(', ')}`;
  const ofKeys = toKeysProblem(keys);
  if (ofKeys !== undefined) return ofKeys;
  if (find === 'value' && keys === undefined) return 'keys must name the user-data keys whose whole values are meant';
  const problem = pattern === undefined ? undefined : (toNameProblem(name) ?? toPatternProblem(pattern));
  if (problem !== undefined) return problem;
  const rule = {
    name: (find ?? name) as string,
    pattern: pattern as string | undefined,
    as: as as Replacement,
    keys: keys as readonly string[] | undefined,
  };
  return toRuleText(rule).length > LONGEST_RULE ? `the rule has more than ${LONGEST_RULE} characters; divide its keys among several` : rule;
}

const toKeysProblem = (keys: unknown): string | undefined =>
  keys === undefined || (Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string' && key !== ''))
    ? undefined
    : 'keys must be a list of names of user-data keys';

function toNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name))
    return `name must be lower-case letters, digits and -, at most ${LONGEST_RULE_NAME}, beginning with a letter; it is what is shown instead`;
  return FOUND_THINGS.includes(name as FoundThing) ? `name ${JSON.stringify(name)} is taken by find` : undefined;
}

function toPatternProblem(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || pattern === '' || pattern.length > LONGEST_PATTERN)
    return `pattern must be a regular expression of 1 to ${LONGEST_PATTERN} characters`;
  try {
    return compilePattern(pattern).matchesNothing ? 'pattern matches the empty text, so it would be found everywhere' : undefined;
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '');
    return `pattern: ${reason}; the syntax is that of RE2, without look-around and back-references`;
  }
}

/** Guessing a shorter key from a hash is too easy. */
const SHORTEST_HASH_KEY = 32;

/** Returns how to read the key of hashes; undefined: no file is named. It is read when it is needed: who reads reports may not read it. */
export function toHashKeyReader(
  named: FoundSetting | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): (() => string) | undefined {
  const file: PasswordFile | undefined =
    named === undefined
      ? findCredential('hash-key', environment)
      : { file: path.resolve(named.folder, named.text), place: named.place, isCredential: false };
  return file && (() => readHashKey(file));
}

function readHashKey(file: PasswordFile): string {
  const read = readPasswords(file, 1);
  const problem =
    'problem' in read
      ? read.problem
      : read.passwords[0]!.length < SHORTEST_HASH_KEY
        ? `${file.place}: the key in ${file.file} is shorter than ${SHORTEST_HASH_KEY} characters`
        : undefined;
  if (problem === undefined && 'passwords' in read) return read.passwords[0]!;
  throw new ConfigError('bad-hash-key', problem!, {
    state: 'nothing-read',
    next: 'A key is one line, such as that of: openssl rand -hex 32.',
    again: 'then',
  });
}
