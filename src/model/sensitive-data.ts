import type { MappedKey } from './mapped-key.js';

/** What a rule can look for: by its own name, by a pattern of the site, or the whole value. */
export const FOUND_THINGS = ['card', 'email', 'phone', 'value'] as const;
export type FoundThing = (typeof FOUND_THINGS)[number];

/** What stands in place of a finding: `[card]`, or `[card:…]` with its keyed hash. */
export const REPLACEMENTS = ['mask', 'hash'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** A rule for texts that must not be stored as they came. */
export interface SensitiveRule {
  /** A `FoundThing`, or the name of the pattern; lower case. */
  readonly name: string;
  /** Undefined: the name says what is looked for. */
  readonly pattern?: string | undefined;
  readonly as: Replacement;
  /** User-data keys; undefined: all. */
  readonly keys?: readonly string[] | undefined;
}

/** A name longer than this would not fit into the shortest text column with its hash. */
export const LONGEST_RULE_NAME = 12;
export const MOST_SENSITIVE_RULES = 20;
export const LONGEST_PATTERN = 500;
/** CTL_SCHEMA_INFO holds each rule as a text of at most so many characters. */
export const LONGEST_RULE = 1_000;

/** A rule as one text: rules are the same if their texts are. */
export const toRuleText = ({ name, pattern, as, keys }: SensitiveRule): string => JSON.stringify({ name, pattern, as, keys });

/** Replaces sensitive parts of texts. Replacing twice is the same as replacing once. */
export interface Masker {
  /** The keys whose whole values are masked. */
  readonly wholeKeys: ReadonlySet<string>;
  /** Whether any rule is for a key. */
  readonly concerns: (key: Pick<MappedKey, 'kvp'>) => boolean;
  /** The value of a key. */
  readonly maskValue: (key: Pick<MappedKey, 'kvp' | 'type'>, text: string) => string;
  /** A text that was cut to its column: a finding may have been torn, or have become one. */
  readonly maskCut: (key: Pick<MappedKey, 'kvp' | 'type'>, text: string, cut: (text: string) => string) => string;
  /** A text that is no value: the name of a key, an error, a CALLID that is none. */
  readonly maskText: (text: string) => string;
  /** Whether a CALLID can be stored: it is an id, and nothing sensitive is in it. */
  readonly isId: (callid: string) => boolean;
}
