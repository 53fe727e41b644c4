import { placeIn, toPlaceText } from './file-text.js';

/** A parsed JSON text with the position of each key of its object, or all of its problems. */
export type ReadJson =
  { readonly content: unknown; readonly placeOf: (key: string) => string } | { readonly problems: readonly [string, ...string[]] };

/** One missing quotation mark can break every later line; the first problems are enough. */
const MOST_PROBLEMS = 20;
/** A configuration has one level. */
const MOST_LEVELS = 64;

/**
 * Parses JSON. For invalid text it says where, what is wrong and what it looks like: `(line 3, column 1): …`. It never repeats a value,
 * which may be a password. Node's own parser stops at the first problem, quotes the text around it, and takes the last of equal keys.
 * `example`: what the file should look like.
 */
export function readJson(text: string, example: string): ReadJson {
  const toText = (at: number): string => toPlaceText(placeIn(text, at));
  const other = otherFormat(text, example);
  if (other !== undefined) return { problems: [`(${toText(text.search(/\S|$/))}): it ${other}`] };
  const { problems, keys } = lookThrough(text);
  const [first, ...more] = [...problems]
    .sort(([left], [right]) => left - right)
    .slice(0, MOST_PROBLEMS)
    .map(([at, problem]) => `(${toText(at)}): ${problem}`);
  if (first !== undefined) return { problems: [first, ...more] };
  return { content: JSON.parse(text) as unknown, placeOf: (key) => toText(keys.get(key) ?? 0) };
}

/** The format that the beginning of the text suggests; undefined: it may be JSON. */
function otherFormat(text: string, example: string): string | undefined {
  const looks = (format: string): string => `looks like ${format}; ${example}`;
  if (text.trim() === '') return 'is empty; write {} to set nothing';
  const [first = ''] = text.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
  if (/^\s*(module\.exports|export\s+default\b|import\s|const\s|let\s)/.test(first)) return looks('JavaScript');
  const isSection = /^\s*\[[a-z][\w.-]*\]\s*$/i.test(first) && !/^\s*\[(true|false|null)\]/.test(first);
  if (isSection || /^\s*[a-z][\w.-]*\s*=/.test(first)) return looks('TOML or INI');
  if (/^\s*[{["]/.test(first)) return undefined;
  if (/^\s*</.test(first)) return looks('XML or HTML');
  if (/^\s*(export\s+)?[A-Z][A-Z0-9_]*=/.test(first)) return looks('a list of environment variables');
  if (/^(---|%YAML|\s*-\s|\s*'?[\w.-]+'?\s*:(\s|$))/.test(first)) return looks('YAML');
  return undefined;
}

const QUOTE = /["'`“”‘’„]/;

/** Notes every violation of JSON by offset, continuing as if the text meant what it looks like; and where the outermost keys begin. */
function lookThrough(text: string): { problems: Map<number, string>; keys: Map<string, number> } {
  const problems = new Map<number, string>();
  const keys = new Map<string, number>();
  let at = 0;
  let level = 0;
  /** An unterminated string may have swallowed the comma. */
  let isCommaLost = false;

  const note = (problem: string, place = at): void => {
    if (!problems.has(place)) problems.set(place, problem);
    // Enough problems are known.
    if (problems.size > MOST_PROBLEMS) at = text.length;
  };
  const next = (): string => text[at] ?? '';
  const isOver = (): boolean => at >= text.length;
  const match = (pattern: RegExp): string | undefined => {
    const sticky = new RegExp(pattern, `${pattern.flags}y`);
    sticky.lastIndex = Math.min(at, text.length);
    return sticky.exec(text)?.[0];
  };

  /** Skips white space and comments; returns the next character. */
  function skip(): string {
    for (;;) {
      at += match(/[ \t\r\n]*/)!.length;
      const comment = match(/\/\/[^\n]*|\/\*[^]*?\*\/|#[^\n]*/);
      const blank = match(/[\u00A0\u2000-\u200B\u2028\u2029\u3000\uFEFF\f\v]+/);
      if (comment !== undefined) note('a comment, which JSON does not allow');
      else if (blank !== undefined) note('a special space character, as copied from a web page');
      else return next();
      at += (comment ?? blank)!.length;
    }
  }

  function readValue(): void {
    if (next() === '{' || next() === '[') readList(next() === '{' ? '}' : ']');
    else if (QUOTE.test(next())) readText();
    else if (isOver()) note('the file ends where a value is expected', text.length);
    else readWord();
  }

  function readList(close: '}' | ']'): void {
    const begin = at++;
    if (++level > MOST_LEVELS) {
      note('brackets nested too deep');
      at = text.length;
    }
    const seen = new Map<string, number>();
    let comma: number | undefined;
    for (let found = skip(); found !== close; found = skip()) {
      const before = at;
      if (isOver()) {
        note(`the file ends before the ${close} that closes line ${placeIn(text, begin).line}`, text.length);
        break;
      } else if (/[}\]]/.test(found)) {
        note(`${found} where ${close} is expected`);
        break;
      } else if (found === ',') {
        note('an extra comma');
        at++;
        continue;
      }
      if (close === '}') readKey(seen);
      readValue();
      skip();
      comma = undefined;
      if (next() === ',') comma = at++;
      else if (!isOver() && !/[}\]]/.test(next()) && !isCommaLost) note('a comma is missing before this');
      isCommaLost = false;
      if (at === before) at++;
    }
    if (comma !== undefined && next() === close) note(`a comma before ${close}; remove it`, comma);
    at++;
    level--;
  }

  function readKey(seen: Map<string, number>): void {
    const begin = at;
    if (!QUOTE.test(next())) {
      note('a key without quotation marks; put it in "');
      at += match(/[^\s:=,{}[\]"']*/)!.length;
    } else {
      const key = decode(readText());
      const first = seen.get(key);
      if (first !== undefined) note(`the key ${JSON.stringify(key)} again; line ${placeIn(text, first).line} already has it`, begin);
      else seen.set(key, begin);
      if (level === 1) keys.set(key, begin);
    }
    skip();
    if (next() === ':') at++;
    else {
      note(next() === '=' ? '= where : is expected' : 'a : is missing after the key');
      at += match(/=>?|/)!.length;
    }
    skip();
  }

  /** Reads a string in any kind of quotation marks; an unterminated string ends with its line. */
  function readText(): string {
    const begin = at++;
    const open = text[begin]!;
    if (open !== '"') note('a string in quotation marks other than "', begin);
    const close = /["'`]/.test(open) ? open : '[“”‘’]';
    const content = match(new RegExp(`(?:\\\\[^\\n\\r]|(?!${close})[^\\\\\\n\\r])*`))!;
    for (const { index, 1: escaped } of content.matchAll(/\\(u[0-9a-f]{4}|.)/gi))
      if (!/^(["\\/bfnrt]|u.{4})$/.test(escaped!)) note('a \\ that is not part of an escape; write \\\\', at + index);
    const control = /[\u0000-\u001F]/.exec(content);
    if (control !== null) note('a tab or another control character in a string', at + control.index);
    at += content.length;
    isCommaLost = match(new RegExp(close)) === undefined;
    if (isCommaLost) note('a string that does not end on its line; a quotation mark is missing', begin);
    else at++;
    return content;
  }

  function readWord(): void {
    const word = match(/[^\s,{}[\]]*/)!;
    if (word === '') note('a value is missing here');
    else if (!/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(word)) note('a value without quotation marks; put it in "');
    at += word.length;
  }

  skip();
  readValue();
  skip();
  if (next() === ':' && problems.size === 0) note('a { is missing around the settings', 0);
  else if (!isOver() && problems.size === 0) note('extra text after the end');
  return { problems, keys };
}

/** Decodes a key as JSON does. */
function decode(content: string): string {
  try {
    return JSON.parse(`"${content}"`) as string;
  } catch {
    return content;
  }
}
