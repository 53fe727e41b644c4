import type { KvpMap } from '../model/mapped-key.js';

/** Cache entries for the values of one key. Two values with the same hash evict each other. */
const PLACES = 64;

interface Recurring {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A small cache of frequent texts, such as languages and codes. It finds a text by its bytes, so that no string is created again. */
export class RecurringTexts {
  private readonly places = new Array<Recurring | undefined>(PLACES);

  /** The text of bytes `[start, end)`, or undefined if it is not cached. */
  find(piece: Uint8Array, start: number, end: number): string | undefined {
    const held = this.places[placeOf(piece, start, end)];
    if (held?.bytes.length !== end - start) return undefined;
    for (let i = 0; i < held.bytes.length; i++) if (piece[start + i] !== held.bytes[i]) return undefined;
    return held.text;
  }

  keep(piece: Uint8Array, start: number, end: number, text: string): void {
    this.places[placeOf(piece, start, end)] = { bytes: piece.slice(start, end), text };
  }
}

const placeOf = (piece: Uint8Array, start: number, end: number): number =>
  start === end ? 0 : (piece[start]! + piece[end - 1]! * 7 + (end - start) * 31) % PLACES;

/** Finds the slot (position in the map) of a user-data key by its bytes, without making a string. */
export interface KeySlots {
  /** Slot by `hash & mask`, -1 where empty; collisions go to the next place. */
  readonly table: Int16Array;
  readonly mask: number;
  /** Bytes of all keys, concatenated; key `slot` is `[offsets[slot], offsets[slot + 1])`. */
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

const hashStep = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

export function buildKeySlots(map: KvpMap): KeySlots {
  const names = map.keys.map((key) => Buffer.from(key.kvp, 'utf8'));
  let size = 256;
  while (size < names.length * 8) size *= 2;
  const table = new Int16Array(size).fill(-1);
  const offsets = new Int32Array(names.length + 1);
  names.forEach((name, slot) => {
    offsets[slot + 1] = offsets[slot]! + name.length;
    let place = name.reduce(hashStep, 0) & (size - 1);
    while (table[place] !== -1) place = (place + 1) & (size - 1);
    table[place] = slot;
  });
  return { table, mask: size - 1, bytes: Buffer.concat(names), offsets };
}

/** The slot of the key at `[start, end)` of `piece`, or -1 when the map has no such key. */
export function findSlot(slots: KeySlots, piece: Uint8Array, start: number, end: number): number {
  const { table, mask } = slots;
  let hash = 0;
  for (let i = start; i < end; i++) hash = hashStep(hash, piece[i]!);
  for (let place = hash & mask; ; place = (place + 1) & mask) {
    const slot = table[place]!;
    if (slot === -1 || isKey(slots, slot, piece, start, end)) return slot;
  }
}

/** Whether the bytes `[start, end)` of `piece` are the key of a slot. */
export function isKey({ bytes, offsets }: KeySlots, slot: number, piece: Uint8Array, start: number, end: number): boolean {
  const from = offsets[slot]!;
  if (offsets[slot + 1]! - from !== end - start) return false;
  // Compare from the end: many keys share a prefix.
  for (let i = end - 1, j = from + end - 1 - start; i >= start; i--, j--) if (piece[i] !== bytes[j]) return false;
  return true;
}
