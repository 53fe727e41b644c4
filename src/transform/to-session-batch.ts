import { findBeginning } from '../model/bounded-text.js';
import type { Discard, DiscardName } from '../model/discard.js';
import { isAttachedKey } from '../model/attached-key.js';
import { isText, type KvpMap, type MappedKey } from '../model/mapped-key.js';
import type { Masker } from '../model/sensitive-data.js';
import { VERDICT, attributeKeys, countUnknownCode, type SessionBatch } from '../model/session-batch.js';
import { cleanText } from './decode-text.js';
import { decideSession } from './decide-session.js';
import { parseInstant } from './parse-instant.js';
import type { SessionStore } from './session-store.js';

/** The value of an attribute column whose key is absent. */
const absentValue = (key: MappedKey): string | null =>
  key.type === 'media-type' ? 'NO_VALUE' : key.default === null ? null : String(key.default);

interface Attribute {
  readonly value: string | null;
  /** False if the key arrived with an unreadable value. */
  readonly isReadable: boolean;
  readonly discard: DiscardName | undefined;
}

export const MAX_MEASURE = 2_147_483_647;

/** Whether a text is a number that a column of Chat Server's can hold. */
export const isMeasure = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) <= MAX_MEASURE;

/** Converts a raw text to the value of its column. */
function readAttribute(key: MappedKey, raw: string, masker: Masker | undefined): Attribute {
  const value = raw.trim();
  const readable = (text: string): Attribute => ({ value: text, isReadable: true, discard: undefined });
  const unreadable = (text: string | null, discard: DiscardName): Attribute => ({ value: text, isReadable: false, discard });
  switch (key.type) {
    case 'tenant':
      return isMeasure(value) ? readable(String(Number(value))) : unreadable('-1', 'BAD_KEY');
    case 'flag':
      return value === '0' || value === '1' ? readable(value) : unreadable('0', 'BAD_FLAG');
    case 'own-number':
      return /^[+-]?\d{1,15}$/.test(value) ? readable(String(BigInt(value.replace('+', '')))) : unreadable(null, 'BAD_ATTACHED_DATA');
    case 'own-flag': {
      const flag = FLAGS.get(value.toLowerCase());
      return flag === undefined ? unreadable(null, 'BAD_ATTACHED_DATA') : readable(flag);
    }
    case 'own-time': {
      const seconds = parseInstant(value);
      return seconds === undefined ? unreadable(null, 'BAD_ATTACHED_DATA') : readable(String(seconds));
    }
    default: {
      const beginning = findBeginning(raw);
      const known = beginning ?? raw;
      // Convert to upper case first: the result can be longer (ß becomes SS).
      const clean = (some: string) => cleanText(key.type === 'text' || key.type === 'own-text' ? some : some.toUpperCase(), key.maxLength!);
      const { text: beginningOfIt, isCut } = clean(known);
      const text = isCut && masker !== undefined ? masker.maskCut(key, beginningOfIt, (some) => clean(some).text) : beginningOfIt;
      // The part that was read is blank, and the rest of the text is unknown.
      if (text === '') return unreadable(absentValue(key), 'TEXT_CUT');
      return { value: text, isReadable: true, discard: isCut || beginning !== undefined ? 'TEXT_CUT' : undefined };
    }
  }
}

const FLAGS: ReadonlyMap<string, string> = new Map([
  ...['1', 'true', 'yes'].map((text) => [text, '1'] as const),
  ...['0', 'false', 'no'].map((text) => [text, '0'] as const),
]);

/** Maximum number of texts remembered for a key. */
const REMEMBERED = 256;

/** Caches the result of `read`: dimension values recur. */
function remember(read: (raw: string) => Attribute): (raw: string) => Attribute {
  const known = new Map<string, Attribute>();
  return (raw) => {
    let attribute = known.get(raw);
    if (attribute === undefined) {
      attribute = read(raw);
      if (known.size === REMEMBERED) known.clear();
      known.set(raw, attribute);
    }
    return attribute;
  };
}

/** Decides every session of a store and cleans its texts. The batch holds the values of the mart's columns. */
export function toSessionBatch(
  map: KvpMap,
  store: SessionStore,
  earlierDiscards: readonly Discard[],
  { earliestStartTs, masker }: { readonly earliestStartTs?: number | undefined; readonly masker?: Masker | undefined } = {},
): SessionBatch {
  const { count, slotCount, rawCount, words } = store;
  const startSlot = map.keys.findIndex((key) => key.type === 'start');
  const endSlot = map.keys.findIndex((key) => key.type === 'end');
  const asyncSlot = map.keys.findIndex((key) => key.column === 'ASYNC_MODE');
  const attributes = attributeKeys(map).map((key) => {
    const slot = map.keys.indexOf(key);
    const known = key.values === undefined ? undefined : new Set(key.values);
    return {
      key,
      slot,
      known,
      read:
        key.table === 'CHAT_SESSION_FACT'
          ? (raw: string) => readAttribute(key, raw, masker)
          : remember((raw) => readAttribute(key, raw, masker)),
      at: store.rawOf[slot]!,
      absent: absentValue(key),
      word: (key.number - 1) >>> 5,
      bit: 1 << ((key.number - 1) & 31),
    };
  });

  const discards: Discard[] = [...earlierDiscards];
  const unknownCodes = new Map<string, number>();
  const verdict = new Uint8Array(count);
  const startTs = new Int32Array(count);
  const endTs = new Int32Array(count);
  const values = new Array<string | null>(count * attributes.length);
  const present = store.present.slice(0, count * words);
  const absent = store.absent.slice(0, count * words);
  const needsReread = store.ambiguous.slice(0, count);
  const attachedOnly = words === 2 ? undefined : findAttachedOnly(store);

  for (const [at, raw] of store.unreadable) {
    const session = Math.floor(at / slotCount);
    discards.push({ guid: store.guids[session]!, name: 'BAD_MEASURE', kvp: map.keys[at % slotCount]!.kvp, raw });
  }
  for (const at of store.badText) {
    const session = Math.floor(at / slotCount);
    if (attachedOnly?.[session] === 1) continue;
    const slot = at % slotCount;
    const raw = store.rawOf[slot]! < 0 ? undefined : store.raws[session * rawCount + store.rawOf[slot]!];
    discards.push({ guid: store.guids[session]!, name: 'BAD_TEXT', kvp: map.keys[slot]!.kvp, raw: raw ?? null });
  }

  for (let session = 0; session < count; session++) {
    const guid = store.guids[session]!;
    const rawOf = (slot: number): string | undefined => store.raws[session * rawCount + store.rawOf[slot]!];
    const isOther = attachedOnly?.[session] === 1;
    if (isOther) {
      verdict[session] = VERDICT.none;
      needsReread[session] = 1;
    } else {
      const start = rawOf(startSlot);
      const end = rawOf(endSlot);
      const decision = decideSession(
        {
          start: start?.trim(),
          end: end?.trim(),
          startAddedTs: store.startAddedTs[session] === 0 ? undefined : store.startAddedTs[session],
          isAsync: rawOf(asyncSlot)?.trim() === '1',
        },
        earliestStartTs,
      );
      verdict[session] = decision.verdict;
      startTs[session] = decision.startTs;
      endTs[session] = decision.endTs;
      if (decision.discard !== undefined) {
        const { name, about } = decision.discard;
        // The time is present but wrong. A missing time may simply be in another chunk.
        if (decision.verdict === VERDICT.none && name !== 'NO_START' && name !== 'NO_END') needsReread[session] = 1;
        const slot = about === 'start' ? startSlot : endSlot;
        discards.push({ guid, name, kvp: map.keys[slot]!.kvp, raw: (about === 'start' ? start : end) ?? null });
      }
    }

    for (let i = 0; i < attributes.length; i++) {
      const { key, at, known, read, absent: whenAbsent, word, bit } = attributes[i]!;
      const raw = store.raws[session * rawCount + at];
      if (raw === undefined) {
        values[session * attributes.length + i] = whenAbsent;
        continue;
      }
      const attribute = read(raw);
      values[session * attributes.length + i] = attribute.value;
      if (attribute.discard !== undefined && !isOther) discards.push({ guid, name: attribute.discard, kvp: key.kvp, raw });
      if (!attribute.isReadable) {
        present[session * words + word] = present[session * words + word]! & ~bit;
        absent[session * words + word] = absent[session * words + word]! | bit;
      } else if (known !== undefined && !known.has(attribute.value!)) {
        countUnknownCode(unknownCodes, `${key.kvp}=${attribute.value}`, 1);
      }
    }
  }
  return {
    count,
    guid: store.guids,
    verdict,
    needsReread,
    startTs,
    endTs,
    measures: store.measures.subarray(0, count * store.measureCount),
    attributes: values,
    present,
    absent,
    discards,
    unknownCodes,
    ...(attachedOnly && { attachedOnly }),
  };
}

/** The sessions of which only own keys came. */
function findAttachedOnly({ present, absent, count, words }: SessionStore): Uint8Array {
  const found = new Uint8Array(count);
  const has = (at: number): boolean => (present[at]! | absent[at]!) !== 0;
  for (let session = 0, at = 0; session < count; session++, at += words)
    if (!has(at) && !has(at + 1) && (has(at + 2) || has(at + 3))) found[session] = 1;
  return found;
}

/** How the values of each key are masked, by its position in the map. */
export const maskedBySlot = (map: KvpMap, masker: Masker): ((raw: string) => string)[] =>
  map.keys.map((key) => {
    const isPlain = toPlainTest(key, masker);
    return (raw) => (isPlain(raw) ? raw : masker.maskValue(key, raw));
  });

/** Which values of a key nothing is looked for in. */
function toPlainTest(key: MappedKey, { wholeKeys }: Masker): (raw: string) => boolean {
  const isTime = (raw: string): boolean => parseInstant(raw.trim()) !== undefined;
  // A time has many digits, none of which is stored; a number of the site's own may still be that of a card.
  if (key.type === 'own-time' && !wholeKeys.has(key.kvp)) return isTime;
  if (isText(key) || isAttachedKey(key)) return () => false;
  if (key.type === 'start' || key.type === 'end') return isTime;
  if (key.type === 'measure') return (raw) => isMeasure(raw.trim());
  return (raw) => readAttribute(key, raw, undefined).isReadable;
}
