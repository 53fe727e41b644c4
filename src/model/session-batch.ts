import { presenceWords } from './attached-key.js';
import type { Discard } from './discard.js';
import type { KvpMap, MappedKey } from './mapped-key.js';

/** The verdict on a session's rows. */
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
  /**
   * KVP_PRESENT: bit `number - 1` of each key that came with a readable value. Low and high 32 bits of each session; with own keys, those
   * of their mask follow.
   */
  readonly present: Uint32Array;
  /** The same for keys that came without a usable value (empty, deleted, unreadable). */
  readonly absent: Uint32Array;
  readonly discards: readonly Discard[];
  /** Codes that no spec names, with how often they came. */
  readonly unknownCodes: ReadonlyMap<string, number>;
  /** 1: only own keys came, which any interaction may have, such as a call. Undefined: the mart has no own keys. */
  readonly attachedOnly?: Uint8Array;
}

/** Maximum number of distinct codes counted, so that a free-text field cannot fill the memory. */
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

/** The outcome of the sessions that a load or a whole run touched. */
export interface SessionCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Of those inserted or updated: not ended yet. */
  readonly active: number;
  /** No fact could be made, and an earlier chunk had not put that on record; STG_TRANSFORM_DISCARDS says why. */
  readonly discarded: number;
  /** Read again whole, because their chunk alone could not tell. */
  readonly reread: number;
}

export const NO_SESSIONS: SessionCounts = { inserted: 0, updated: 0, unchanged: 0, deleted: 0, active: 0, discarded: 0, reread: 0 };

export const addSessions = (left: SessionCounts, right: SessionCounts): SessionCounts => ({
  inserted: left.inserted + right.inserted,
  updated: left.updated + right.updated,
  unchanged: left.unchanged + right.unchanged,
  deleted: left.deleted + right.deleted,
  active: left.active + right.active,
  discarded: left.discarded + right.discarded,
  reread: left.reread + right.reread,
});

/** The interactions that a batch holds sessions or discards of. */
export const interactionsOf = (batch: SessionBatch): string[] => [...new Set([...batch.guid, ...batch.discards.map(({ guid }) => guid)])];

/** Divides a batch of at least two interactions into two halves, by interaction. */
export function divideBatch(map: KvpMap, batch: SessionBatch): [SessionBatch, SessionBatch] {
  const interactions = interactionsOf(batch);
  const first = new Set(interactions.slice(0, Math.ceil(interactions.length / 2)));
  return [pickInteractions(map, batch, (guid) => first.has(guid)), pickInteractions(map, batch, (guid) => !first.has(guid))];
}

/** The part of a batch that belongs to some interactions. */
export function pickInteractions(map: KvpMap, batch: SessionBatch, isWanted: (guid: string) => boolean): SessionBatch {
  const sessions = batch.guid.flatMap((guid, session) => (isWanted(guid) ? [session] : []));
  const values = <T>(array: ArrayLike<T>, width: number): T[] =>
    sessions.flatMap((session) => Array.from({ length: width }, (_, i) => array[session * width + i]!));
  const words = presenceWords(map);
  const { attachedOnly } = batch;
  return {
    count: sessions.length,
    guid: values(batch.guid, 1),
    verdict: Uint8Array.from(values(batch.verdict, 1)),
    needsReread: Uint8Array.from(values(batch.needsReread, 1)),
    startTs: Int32Array.from(values(batch.startTs, 1)),
    endTs: Int32Array.from(values(batch.endTs, 1)),
    measures: Int32Array.from(values(batch.measures, measureKeys(map).length)),
    attributes: values(batch.attributes, attributeKeys(map).length),
    present: Uint32Array.from(values(batch.present, words)),
    absent: Uint32Array.from(values(batch.absent, words)),
    discards: batch.discards.filter(({ guid }) => isWanted(guid)),
    unknownCodes: batch.unknownCodes,
    ...(attachedOnly && { attachedOnly: Uint8Array.from(values(attachedOnly, 1)) }),
  };
}

/** A batch without sessions: an interaction is put on record, and why. */
export const discardOnly = (guid: string, raw: string): SessionBatch => ({
  count: 0,
  guid: [],
  verdict: new Uint8Array(),
  needsReread: new Uint8Array(),
  startTs: new Int32Array(),
  endTs: new Int32Array(),
  measures: new Int32Array(),
  attributes: [],
  present: new Uint32Array(),
  absent: new Uint32Array(),
  discards: [{ guid, name: 'DATABASE_ERROR', kvp: null, raw }],
  unknownCodes: new Map(),
});
