import { readFileSync } from 'node:fs';
import { ConfigError } from '../model/errors.js';
import type { KvpMap, MappedKey } from '../model/mapped-key.js';
import { counted } from '../model/text.js';
import { packageFile } from './package-file.js';

/** What a field must hold, and whether a value is that. */
type Rule = readonly [expected: string, isValid: (value: unknown) => boolean];

const text = (from = 0, to = Infinity): Rule => [
  to < Infinity ? `a text of ${from} to ${to} characters` : from > 0 ? `a text of at least ${counted(from, 'character')}` : 'a text',
  (value) => typeof value === 'string' && value.length >= from && value.length <= to,
];
const whole = (from: number, to = Number.MAX_SAFE_INTEGER): Rule => [
  `a whole number from ${from} ${to < Number.MAX_SAFE_INTEGER ? `to ${to}` : 'on'}`,
  (value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to,
];
const oneOf = (...words: readonly string[]): Rule => [`one of ${words.join(', ')}`, (value) => words.includes(value as string)];
const optional = ([expected, isValid]: Rule): Rule => [expected, (value) => value === undefined || isValid(value)];

// Checked by hand: a library for this took a quarter of the processor time of a run that finds nothing new.
const FIELDS: Readonly<Record<keyof MappedKey, Rule>> = {
  number: whole(1, 63),
  kvp: text(1, 255),
  table: oneOf('CHAT_SESSION_FACT', 'CHAT_SESSION_DIM', 'MEDIA_TYPE'),
  column: ['a name in capitals', (value) => typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,62}$/.test(value)],
  type: oneOf('start', 'end', 'measure', 'text', 'code', 'flag', 'tenant', 'media-type'),
  aggregate: optional(oneOf('sum', 'max')),
  unit: text(1),
  maxLength: optional(whole(1, 1024)),
  default: ['a whole number, a text or null', (value) => value === null || typeof value === 'string' || Number.isSafeInteger(value)],
  values: optional(['a list of texts', (value) => Array.isArray(value) && (value as unknown[]).every((each) => typeof each === 'string')]),
  origin: oneOf('genesys', 'extension', 'assumed'),
  attached: oneOf('always', 'statistics', 'optional', 'fired', 'bots'),
  since: ['a text or null', (value) => value === null || typeof value === 'string'],
  description: text(26),
};

const MAP_FIELDS: Readonly<Record<string, Rule>> = {
  $schema: optional(text()),
  name: text(),
  version: whole(0),
  keys: ['a list with at least one key', (value) => Array.isArray(value) && value.length > 0],
};

/** What is wrong with an object, one sentence per field. */
function* judgeFields(object: unknown, rules: Readonly<Record<string, Rule>>, place: string): Generator<string> {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    yield `${place || 'the file'} must hold an object`;
    return;
  }
  const path = (field: string): string => (place === '' ? field : `${place}.${field}`);
  const values = object as Readonly<Record<string, unknown>>;
  for (const [field, [expected, isValid]] of Object.entries(rules)) if (!isValid(values[field])) yield `${path(field)} must be ${expected}`;
  for (const field of Object.keys(values)) if (!Object.hasOwn(rules, field)) yield `${path(field)} is unknown`;
}

/** What is wrong between the keys, each of which is valid. */
function* judgeKeys(keys: readonly MappedKey[]): Generator<string> {
  for (const field of ['number', 'kvp', 'column'] as const)
    for (const [at, key] of keys.entries()) {
      const first = keys.findIndex((other) => other[field] === key[field]);
      if (first < at) yield `keys[${at}].${field}: ${key[field]} is already at keys[${first}]`;
    }
  for (const type of ['start', 'end', 'tenant', 'media-type'] as const)
    if (keys.filter((key) => key.type === type).length !== 1) yield `exactly one key of type ${type} is needed`;
  for (const [at, key] of keys.entries())
    if ((key.type === 'measure') !== (key.aggregate !== undefined)) yield `keys[${at}].aggregate: measures have one, other keys have none`;
}

/** Validates the content of a KVP map. Throws `ConfigError` with all problems at once. */
export function parseKvpMap(content: unknown, file: string): KvpMap {
  const problems = [...judgeFields(content, MAP_FIELDS, '')];
  const { name, version, keys } = (content ?? {}) as KvpMap;
  if (problems.length === 0) problems.push(...keys.flatMap((key, at) => [...judgeFields(key, FIELDS, `keys[${at}]`)]));
  if (problems.length === 0) problems.push(...judgeKeys(keys));
  if (problems.length === 0) return { name, version, keys };
  throw new ConfigError('bad-kvp-map', `${file} is not a KVP map:\n${problems.join('\n')}`, {
    state: 'nothing-changed',
    next: 'Correct the file; specs/schema/chat-session.schema.json describes it.',
  });
}

let ours: KvpMap | undefined;

/** Reads a KVP map; by default the one in the package, once: it belongs to the program. Throws `ConfigError`. */
export function readKvpMap(file?: string): KvpMap {
  if (file !== undefined) return readKvpMapFile(file);
  ours ??= readKvpMapFile(packageFile('specs', 'chat-session.json'));
  return ours;
}

function readKvpMapFile(file: string): KvpMap {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError('unreadable-kvp-map', `${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  return parseKvpMap(content, file);
}
