import { closeSync, openSync, readSync } from 'node:fs';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { ConfigError } from '../model/errors.js';
import { placeIn, toPlaceText, type TextPlace } from '../model/file-text.js';

/** Which values of a key ICON can be configured to store (AdataHistoryType). */
export const HISTORIES = ['none', 'first', 'last', 'all'] as const;
/** Event attributes that a key can come from. */
export const SOURCES = ['userdata', 'reasons', 'extensions'] as const;

/** One `<key>` of the sections that ICON stores row by row, and the place of its `<`. */
export interface AdataKey extends TextPlace {
  readonly name: string;
  /** `public` goes to G_USERDATA_HISTORY, `secure` to G_SECURE_USERDATA_HISTORY. */
  readonly storage: 'public' | 'secure';
  readonly source: (typeof SOURCES)[number];
  /** Which of the key's values ICON stores. */
  readonly history: (typeof HISTORIES)[number];
}

/** The parts of an ICON attached-data specification that decide what reaches the history tables. */
export interface AdataSpec {
  readonly file: string;
  /** In file order: the first of two definitions of a key counts. */
  readonly keys: readonly AdataKey[];
}

const MAX_BYTES = 4 * 1024 * 1024;
/** Genesys's file has three levels; a much deeper file is not an attached-data specification. */
const MAX_DEPTH = 32;
/** One missing quote can make every later line a problem, so only the first problems are shown. */
const MAX_PROBLEMS = 50;
/** Parsing stops at this number of problems. */
const ENOUGH_PROBLEMS = 1_000;
/** Thrown to leave the parser. */
const ENOUGH = new Error('Enough is known of this file');

/** Reads an attached-data specification. Throws `ConfigError` with the line and column of all problems at once. */
export function readAdataSpec(file: string): AdataSpec {
  let content: Buffer;
  try {
    content = readStart(file, MAX_BYTES + 1);
  } catch (cause) {
    throw new ConfigError('unreadable-adata-spec', `${file} cannot be read: ${(cause as Error).message}`, {
      cause,
      state: 'nothing-done',
      next: "Name the file that ICON's option adata-spec-name names.",
    });
  }
  if (content.length > MAX_BYTES)
    throw new ConfigError('bad-adata-spec', `${file} has over ${MAX_BYTES} bytes, which is too large for an attached-data specification`);
  return parseAdataSpec(decode(content, file), file);
}

/** Reads at most `bytes` bytes of a file: special files have no size and may not end. */
function readStart(file: string, bytes: number): Buffer {
  const content = Buffer.alloc(bytes);
  const descriptor = openSync(file, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0; length += read) read = readSync(descriptor, content, length, bytes - length, null);
    return content.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Parses the text of an attached-data specification. The root element may have any name; a DOCTYPE is rejected. */
export function parseAdataSpec(text: string, file: string): AdataSpec {
  const parser = new SaxesParser({ xmlns: true });
  const problems: string[] = [];
  const keys: AdataKey[] = [];
  const open: string[] = [];
  const placeOf = placesIn(text);
  let place: TextPlace = { line: 1, column: 1 };

  const add = (problem: string): void => {
    problems.push(`${file}:${problem}`);
    if (problems.length === ENOUGH_PROBLEMS) throw ENOUGH;
  };
  const report = (at: TextPlace, problem: string): void => add(`${at.line}:${at.column}: ${problem}`);
  parser.on('error', (error) => add(error.message));
  parser.on('doctype', () => report({ line: parser.line, column: parser.column }, 'a DOCTYPE is not allowed here; remove it'));
  // Not at the end of the tag: attributes may be on later lines.
  parser.on('opentagstart', () => (place = placeOf(text.lastIndexOf('<', parser.position - 1))));
  parser.on('opentag', (tag) => {
    const storage = open.findLast((name) => name === 'public' || name === 'secure');
    open.push(tag.local);
    if (open.length > MAX_DEPTH) {
      report(place, `elements are nested more than ${MAX_DEPTH} deep`);
      // The parser's cost per element grows with its depth: four megabytes of nested elements would take hours.
      throw ENOUGH;
    }
    if (tag.local === 'key' && (storage === 'public' || storage === 'secure')) addKey(tag, storage, place, keys, report);
  });
  parser.on('closetag', () => open.pop());
  try {
    parser.write(text).close();
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }

  if (problems.length === 0) return { file, keys };
  throw new ConfigError('bad-adata-spec', toSentence(file, problems), {
    state: 'nothing-done',
    next: 'Correct the file.',
    again: 'then',
  });
}

function addKey(
  tag: SaxesTagNS,
  storage: AdataKey['storage'],
  place: TextPlace,
  keys: AdataKey[],
  report: (at: TextPlace, problem: string) => void,
): void {
  const name = tag.attributes['name']?.value ?? '';
  const shown = name === '' ? 'a key' : `key ${JSON.stringify(name)}`;
  if (name === '') report(place, 'a key has no name');
  const choose = <T extends string>(attribute: string, choices: readonly T[]): T | undefined => {
    const value = tag.attributes[attribute]?.value;
    const choice = choices.find((known) => known === value);
    if (value === undefined) report(place, `${shown} has no ${attribute} (${choices.join(', ')})`);
    else if (choice === undefined) report(place, `${shown} has ${attribute} ${JSON.stringify(value)}; known are ${choices.join(', ')}`);
    return choice;
  };
  const source = choose('source', SOURCES);
  const history = choose('history', HISTORIES);
  if (name !== '' && source !== undefined && history !== undefined) keys.push({ name, storage, source, history, ...place });
}

/** Returns line and column of offsets. Offsets must increase, so that the text is scanned once. */
function placesIn(text: string): (offset: number) => TextPlace {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (let next = text.indexOf('\n', lineStart); next !== -1 && next < offset; next = text.indexOf('\n', lineStart)) {
      line += 1;
      lineStart = next + 1;
    }
    return { line, column: offset - lineStart + 1 };
  };
}

/** Decodes the text in the encoding of its byte order mark or XML declaration, else as UTF-8. */
function decode(content: Buffer, file: string): string {
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(content.subarray(0, 200).toString('latin1'))?.[1];
  // Without a byte order mark, the leading `<` of every XML file shows the encoding.
  const mark = { fffe: 'utf-16le', '3c00': 'utf-16le', feff: 'utf-16be', '003c': 'utf-16be' }[content.subarray(0, 2).toString('hex')];
  const encoding = mark ?? declared ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch (cause) {
    throw new ConfigError('bad-adata-spec', `${file} is not valid ${encoding}${firstWrongPlace(content, encoding)}`, {
      cause,
      state: 'nothing-done',
      next: 'Save it in the encoding that its first line names, for example UTF-8.',
    });
  }
}

/** The place of the first invalid character; empty if the encoding is unknown. */
function firstWrongPlace(content: Buffer, encoding: string): string {
  try {
    const text = new TextDecoder(encoding).decode(content);
    return ` (${toPlaceText(placeIn(text, text.indexOf('\uFFFD')))})`;
  } catch {
    return '';
  }
}

function toSentence(file: string, problems: readonly string[]): string {
  const more = problems.length - MAX_PROBLEMS;
  const shown = problems.slice(0, MAX_PROBLEMS).join('\n');
  return `${file} is not a valid attached-data specification:\n${shown}${more > 0 ? `\n… and ${more} more` : ''}`;
}
