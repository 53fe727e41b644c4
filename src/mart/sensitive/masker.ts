import { createHmac } from 'node:crypto';
import { findBeginning } from '../../model/bounded-text.js';
import { compilePattern } from '../../model/linear-pattern.js';
import type { MappedKey } from '../../model/mapped-key.js';
import { FOUND_THINGS, LONGEST_RULE_NAME, type Masker, type SensitiveRule } from '../../model/sensitive-data.js';
import { findCards, findEmails, findPhones, type Finding } from './find-sensitive.js';

type KeyOfText = Pick<MappedKey, 'kvp' | 'type'>;

/** 128 bits in hexadecimal digits: what differs has different hashes, and the longest token fits into 50 characters. */
const HASH_DIGITS = 32;

/** Of a value that was cut when it was read, so much of the end is left out: it may be the beginning of anything. */
const DOUBTFUL_END = 320;

/** Ids of ICON and of Chat Server, and GUIDs: whatever a pattern finds in them, they are needed as they are. */
const ID = /^(?:[0-9A-Za-z]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** How often the parts between findings are searched again; each time, something was found. */
const MOST_PASSES = 1_000;

/** A rule that is ready to search. */
interface Search {
  readonly rule: SensitiveRule;
  readonly mayFind: (traits: Traits) => boolean;
  readonly find: (text: string) => readonly Finding[];
}

/** What one look at a text tells of it. */
interface Traits {
  readonly digits: number;
  readonly hasAt: boolean;
}

const SEARCHES: Readonly<Record<string, Omit<Search, 'rule'>>> = {
  card: { mayFind: ({ digits }) => digits >= 13, find: findCards },
  phone: { mayFind: ({ digits }) => digits >= 7, find: findPhones },
  email: { mayFind: ({ hasAt }) => hasAt, find: findEmails },
};

/**
 * Creates the masker of a mart. A finding becomes `[name]`, or `[name:…]` with the first 32 digits of its HMAC-SHA-256; what stands in such brackets already
 * stays. Without a key hashes are left out, which is enough to show a text.
 */
export function createMasker(rules: readonly SensitiveRule[], hashKey: string | undefined): Masker {
  const names = [...new Set([...FOUND_THINGS, ...rules.map(({ name }) => name)])];
  // At most 20 names of letters, digits and hyphens.
  const token = new RegExp(`\\[(?:${names.join('|')})(?::[0-9a-f]{${HASH_DIGITS}})?\\]`, 'gi');
  const wholeToken = new RegExp(`^${token.source}$`, 'i');
  const tornToken = new RegExp(`\\[(?:[a-z][a-z0-9-]{0,${LONGEST_RULE_NAME - 1}}(?::[0-9a-f]{0,${HASH_DIGITS}})?)?$`, 'i');

  const toToken = ({ name, as }: SensitiveRule, canonical: string): string =>
    as === 'hash' && hashKey !== undefined
      ? `[${name}:${createHmac('sha256', hashKey).update(canonical).digest('hex').slice(0, HASH_DIGITS)}]`
      : `[${name}]`;

  const searches = rules.flatMap((rule): Search[] => {
    if (rule.name === 'value') return [];
    const { pattern } = rule;
    if (pattern === undefined) return [{ rule, ...SEARCHES[rule.name]! }];
    const compiled = compilePattern(pattern);
    const find = (text: string): Finding[] =>
      compiled.findAll(text).map(({ start, end }) => ({ start, end, canonical: text.slice(start, end).toUpperCase() }));
    return [{ rule, mayFind: () => true, find }];
  });

  const everywhere = searches.filter(({ rule }) => rule.keys === undefined);
  const isFor = ({ keys }: SensitiveRule, kvp: string): boolean => keys === undefined || keys.includes(kvp);
  const plans = new Map<string, { readonly whole: SensitiveRule | undefined; readonly parts: readonly Search[] }>();
  const planOf = (kvp: string): NonNullable<ReturnType<typeof plans.get>> => {
    const known = plans.get(kvp);
    if (known !== undefined) return known;
    const whole = rules.find((rule) => rule.name === 'value' && isFor(rule, kvp));
    const plan = { whole, parts: searches.filter(({ rule }) => isFor(rule, kvp)) };
    plans.set(kvp, plan);
    return plan;
  };

  /** Replaces the findings of a text that holds no token. */
  const replaceIn = (text: string, { rule, find }: Search): string => {
    const findings = find(text);
    if (findings.length === 0) return text;
    let result = '';
    let at = 0;
    for (const { start, end, canonical } of joinOverlapping(findings)) {
      result += text.slice(at, start) + toToken(rule, canonical);
      at = end;
    }
    return result + text.slice(at);
  };

  const replaceOutsideTokens = (text: string, search: Search): string => {
    if (!text.includes('[')) return replaceIn(text, search);
    let result = '';
    let at = 0;
    for (const { index, 0: kept } of text.matchAll(token)) {
      result += replaceIn(text.slice(at, index), search) + kept;
      at = index + kept.length;
    }
    return result + replaceIn(text.slice(at), search);
  };

  /** Until nothing is found: what lies between two tokens is a text of its own, in which a pattern may find more. */
  const replaceAll = (text: string, parts: readonly Search[]): string => {
    if (parts.length === 0) return text;
    const traits = lookAt(text);
    const likely = parts.filter(({ mayFind }) => mayFind(traits));
    if (likely.length === 0) return text;
    let result = text;
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const before = result;
      for (const search of likely) result = replaceOutsideTokens(result, search);
      if (result === before) break;
    }
    return result;
  };

  const maskForm = (text: string, { whole, parts }: ReturnType<typeof planOf>): string => {
    if (whole === undefined || text.trim() === '') return replaceAll(text, parts);
    return wholeToken.test(text.trim()) ? text : toToken(whole, text.trim());
  };

  const concerns = ({ whole, parts }: ReturnType<typeof planOf>): boolean => whole !== undefined || parts.length > 0;

  const maskValue = (key: KeyOfText, raw: string): string => {
    const plan = planOf(key.kvp);
    if (!concerns(plan)) return raw;
    const beginning = findBeginning(raw);
    if (beginning !== undefined && beginning.trim() !== '' && plan.whole === undefined) {
      const masked = Array.from(replaceAll(toForm(key, beginning), plan.parts))
        .slice(0, -DOUBTFUL_END)
        .join('');
      return replaceAll(withoutTorn(masked, tornToken) + raw.slice(beginning.length), plan.parts);
    }
    // As columns hold it, so that it is found there as well; what has nothing to hide stays as it came.
    const form = toForm(key, raw);
    const masked = maskForm(form, plan);
    return masked === form ? raw : masked;
  };

  return {
    wholeKeys: new Set(rules.flatMap(({ name, keys = [] }) => (name === 'value' ? keys : []))),
    maskValue,
    concerns: ({ kvp }) => concerns(planOf(kvp)),
    maskCut: (key, text, cut) => {
      if (!concerns(planOf(key.kvp))) return text;
      let kept = text;
      for (let pass = 0; pass < MOST_PASSES; pass++) {
        const whole = withoutTorn(kept, tornToken);
        const masked = cut(maskValue(key, whole));
        if (masked === kept) break;
        kept = masked;
      }
      return kept;
    },
    maskText: (text) => replaceAll(text, searches),
    isId: (callid) => ID.test(callid) || replaceAll(callid, everywhere) === callid,
  };
}

const toForm = ({ type }: KeyOfText, text: string): string => {
  const form = text.normalize('NFC');
  return type === 'code' || type === 'media-type' ? form.toUpperCase() : form;
};

/** Without the beginning of a token at the end of a text that was cut there. */
const withoutTorn = (text: string, torn: RegExp): string => text.replace(torn, '').trimEnd();

/** Findings in order; those that overlap are one. */
function joinOverlapping(findings: readonly Finding[]): Finding[] {
  const joined: Finding[] = [];
  for (const finding of [...findings].sort((left, right) => left.start - right.start || right.end - left.end)) {
    const last = joined.at(-1);
    if (last === undefined || finding.start >= last.end) joined.push(finding);
    else if (finding.end > last.end)
      joined[joined.length - 1] = { start: last.start, end: finding.end, canonical: `${last.canonical} ${finding.canonical}` };
  }
  return joined;
}

/** Most texts have neither many digits nor an `@`: seen in one pass, without a regular expression. */
function lookAt(text: string): Traits {
  let digits = 0;
  let hasAt = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits++;
    else if (code === 0x40 || code === 0xff20 || (code === 0x25 && text.startsWith('%40', i))) hasAt = true;
    // Digits of other scripts are rare: whoever writes in one is looked at closely.
    else if (code >= 0x660) digits++;
  }
  return { digits, hasAt };
}
