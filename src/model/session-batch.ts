import type { Discard } from './discard.js';
import type { KvpMap, MappedKey } from './mapped-key.js';

/** What the rows of a session say it is. */
export const VERDICT = {
  /** Started and ended: a fact. */
  closed: 0,
  /** An async session that has not ended: an active fact. */
  active: 1,
  /** No fact; the discards say why. */
  none: 2,
} as const;

/** The sessions of one batch of KVP rows, column by column; index = order of first appearance. */
export interface SessionBatch {
  readonly count: number;
  /** CALLID of the interaction, 1 to 50 characters. */
  readonly guid: readonly string[];
  /** A `VERDICT` each. */
  readonly verdict: Uint8Array;
  /** 1: the batch alone cannot tell (a key twice with different values, a deletion, an unreadable mandatory value). */
  readonly needsReread: Uint8Array;
  /** Epoch seconds; 0 where unknown. */
  readonly startTs: Int32Array;
  /** Epoch seconds; 0 while the session is active or where unknown. */
  readonly endTs: Int32Array;
  /** Row-major: session x `measureKeys(map)`; 0 where absent. */
  readonly measures: Int32Array;
  /** Row-major: session x `attributeKeys(map)`; cleaned text, or what the column holds when the key is absent. */
  readonly attributes: readonly (string | null)[];
  /** KVP_PRESENT: bit `number - 1` of each key that came with a readable value. Low and high 32 bits of each session. */
  readonly present: Uint32Array;
  /** The same for keys of which a row came that leaves them without a value (empty, deleted, unreadable). */
  readonly absent: Uint32Array;
  readonly discards: readonly Discard[];
  /** Codes that no spec names, with how often they came. */
  readonly unknownCodes: ReadonlyMap<string, number>;
}

/** So many different codes are told apart; a field that is filled with anything must not fill the memory. */
const MOST_UNKNOWN_CODES = 100;
/** What counts the codes beyond them; none is called so, as all begin with their key. */
const OTHER_CODES = 'others';

/** Counts a code that no spec names, `key=CODE`. */
export function countUnknownCode(counts: Map<string, number>, code: string, count: number): void {
  const name = counts.size < MOST_UNKNOWN_CODES || counts.has(code) ? code : OTHER_CODES;
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** The keys that fill measure columns, in column order. */
export const measureKeys = (map: KvpMap): MappedKey[] => map.keys.filter((key) => key.type === 'measure');

/** The keys that fill neither a time nor a measure: texts, codes, flags, tenant and media type, in column order. */
export const attributeKeys = (map: KvpMap): MappedKey[] =>
  map.keys.filter((key) => key.type !== 'measure' && key.type !== 'start' && key.type !== 'end');
