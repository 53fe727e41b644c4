import { presenceWords } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';

const grown = <T extends Int32Array | Uint32Array | Uint8Array>(old: T, length: number): T => {
  const larger = new (old.constructor as new (length: number) => T)(length);
  larger.set(old);
  return larger;
};

/**
 * The values of many sessions: one array for each kind of value, no object per row. If a key arrives more than once, the last value wins,
 * and the store remembers whether the values differed.
 */
export class SessionStore {
  readonly guids: string[] = [];
  /** Row-major: session x measure. */
  measures: Int32Array;
  /** Row-major: session x key other than a measure; the raw text. */
  readonly raws: (string | undefined)[];
  /** `words` per session: the keys that have a value. */
  present: Uint32Array;
  /** `words` per session: the keys that got a row and have no value. */
  absent: Uint32Array;
  /** 1 if the order of the rows matters, or a row was a deletion. */
  ambiguous: Uint8Array;
  /** When ICON stored the row of the start, in epoch seconds; 0 if unknown. */
  startAddedTs: Int32Array;
  /** Rows of mapped keys from the newest source. */
  rows: Uint32Array;
  /** Total characters of the texts kept. */
  keptCharacters = 0;
  /** Raw text of unreadable values, by `session * slots + slot`. */
  readonly unreadable = new Map<number, string>();
  /** Values with invalid bytes, by `session * slots + slot`. */
  readonly badText = new Set<number>();

  /** Words per session of `present` and `absent`. */
  readonly words: number;
  readonly slotCount: number;
  readonly measureCount: number;
  readonly rawCount: number;
  /** Position of a slot among the measures, or -1. */
  readonly measureOf: Int16Array;
  /** Position of a slot among the other keys, or -1. */
  readonly rawOf: Int16Array;
  private readonly startSlot: number;
  private readonly word: Uint8Array;
  private readonly bit: Uint32Array;
  private readonly indexOf = new Map<string, number>();
  private capacity = 1024;
  /** Row-major: session x slot; number of rows of each key. Only set if the IDBs of an HA pair are compared. */
  private rowCounts: Uint32Array | undefined;
  private aside: Pick<SessionStore, 'present' | 'absent' | 'unreadable' | 'badText'> | undefined;

  constructor(map: KvpMap, options: { readonly countsRows?: boolean } = {}) {
    this.words = presenceWords(map);
    this.slotCount = map.keys.length;
    this.startSlot = map.keys.findIndex((key) => key.type === 'start');
    if (options.countsRows === true) this.rowCounts = new Uint32Array(this.capacity * this.slotCount);
    this.measureOf = new Int16Array(this.slotCount).fill(-1);
    this.rawOf = new Int16Array(this.slotCount).fill(-1);
    this.word = Uint8Array.from(map.keys, (key) => (key.number - 1) >>> 5);
    this.bit = Uint32Array.from(map.keys, (key) => (1 << ((key.number - 1) & 31)) >>> 0);
    let measureCount = 0;
    let rawCount = 0;
    map.keys.forEach((key, slot) => {
      if (key.type === 'measure') this.measureOf[slot] = measureCount++;
      else this.rawOf[slot] = rawCount++;
    });
    this.measureCount = measureCount;
    this.rawCount = rawCount;
    this.measures = new Int32Array(this.capacity * measureCount);
    this.raws = new Array<string | undefined>(this.capacity * rawCount);
    this.present = new Uint32Array(this.capacity * this.words);
    this.absent = new Uint32Array(this.capacity * this.words);
    this.ambiguous = new Uint8Array(this.capacity);
    this.startAddedTs = new Int32Array(this.capacity);
    this.rows = new Uint32Array(this.capacity);
  }

  get count(): number {
    return this.guids.length;
  }

  /** The index of an interaction; adds it if it is new. */
  indexOfSession(guid: string): number {
    const known = this.indexOf.get(guid);
    if (known !== undefined) return known;
    const session = this.guids.push(guid) - 1;
    this.indexOf.set(guid, session);
    if (session === this.capacity) this.grow();
    return session;
  }

  putMeasure(session: number, slot: number, value: number): void {
    const at = session * this.measureCount + this.measureOf[slot]!;
    const word = session * this.words + this.word[slot]!;
    const bit = this.bit[slot]!;
    if (((this.present[word]! | this.absent[word]!) & bit) === 0) {
      // A key usually arrives once.
      this.measures[at] = value;
      this.present[word]! |= bit;
      return;
    }
    const differs = this.wasAbsent(session, slot) || (this.wasPresent(session, slot) && this.measures[at] !== value);
    this.measures[at] = value;
    this.mark(session, slot, true, differs);
  }

  putRaw(session: number, slot: number, text: string): void {
    const at = session * this.rawCount + this.rawOf[slot]!;
    const differs = this.wasAbsent(session, slot) || (this.wasPresent(session, slot) && this.raws[at] !== text);
    this.raws[at] = text;
    this.keptCharacters += text.length;
    this.mark(session, slot, true, differs);
  }

  /** Records an empty row: the key has no value. */
  putEmpty(session: number, slot: number): void {
    const differs = this.wasPresent(session, slot) || this.unreadable.has(session * this.slotCount + slot);
    this.clear(session, slot);
    this.mark(session, slot, false, differs);
  }

  /** Records a deletion: the key no longer has a value. Without ids it is unknown which row is newer. */
  putDeleted(session: number, slot: number): void {
    this.clear(session, slot);
    this.mark(session, slot, false, true);
  }

  /** Records a value that does not fit the key's column. */
  putUnreadable(session: number, slot: number, raw: string): void {
    const at = session * this.slotCount + slot;
    const differs = this.wasPresent(session, slot) || (this.wasAbsent(session, slot) && this.unreadable.get(at) !== raw);
    this.clear(session, slot);
    this.mark(session, slot, false, differs);
    this.unreadable.set(at, raw);
    this.keptCharacters += raw.length;
  }

  /** Counts a row of a key, if this store counts rows. */
  countRow(session: number, slot: number): void {
    if (this.rowCounts !== undefined) this.rowCounts[session * this.slotCount + slot]!++;
  }

  /** Number of rows counted for a key. */
  rowsOf(session: number, slot: number): number {
    return this.rowCounts?.[session * this.slotCount + slot] ?? 0;
  }

  /** Number of rows counted for all keys of an interaction. */
  rowsOfSession(session: number): number {
    let rows = 0;
    for (let slot = 0; slot < this.slotCount; slot++) rows += this.rowsOf(session, slot);
    return rows;
  }

  /** The index of an interaction; undefined if it has no row. */
  findSession(guid: string): number | undefined {
    return this.indexOf.get(guid);
  }

  /** The value of a key as text; null if it has none. */
  textOf(session: number, slot: number): string | null {
    if (!this.wasPresent(session, slot)) return this.unreadable.get(session * this.slotCount + slot) ?? null;
    const measure = this.measureOf[slot]!;
    if (measure >= 0) return String(this.measures[session * this.measureCount + measure]!);
    return this.raws[session * this.rawCount + this.rawOf[slot]!] ?? null;
  }

  /** Copies the value of a key from another store. */
  copySlot(from: SessionStore, fromSession: number, slot: number, session: number): void {
    const problem = fromSession * this.slotCount + slot;
    const text = from.textOf(fromSession, slot);
    if (!from.wasPresent(fromSession, slot))
      if (text === null) this.putEmpty(session, slot);
      else this.putUnreadable(session, slot, text);
    else if (this.measureOf[slot]! >= 0) this.putMeasure(session, slot, Number(text));
    else this.putRaw(session, slot, text ?? '');
    if (from.badText.has(problem)) this.badText.add(session * this.slotCount + slot);
    // ADDED_TS of one IDB of an HA pair says nothing about the rows of the other.
    if (slot === this.startSlot) this.startAddedTs[session] = from.startAddedTs[fromSession]!;
  }

  /** Starts over on top of the present values: keys put from now on replace them, and `takeBack` restores the rest. */
  setAside(): void {
    const { present, absent, unreadable, badText } = this;
    this.aside = { present, absent, unreadable: new Map(unreadable), badText: new Set(badText) };
    this.present = new Uint32Array(this.capacity * this.words);
    this.absent = new Uint32Array(this.capacity * this.words);
    this.rows.fill(0);
    unreadable.clear();
    badText.clear();
  }

  /** Restores the keys that were set aside and not put again. Returns how many of them have a value. */
  takeBack(): number {
    const { aside } = this;
    if (aside === undefined) return 0;
    this.aside = undefined;
    let kept = 0;
    for (let session = 0; session * this.words < aside.present.length && session < this.count; session++)
      for (let slot = 0; slot < this.slotCount; slot++) {
        const at = session * this.words + this.word[slot]!;
        const bit = this.bit[slot]!;
        if (((this.present[at]! | this.absent[at]!) & bit) !== 0) continue;
        const [from, to] = (aside.present[at]! & bit) !== 0 ? [aside.present, this.present] : [aside.absent, this.absent];
        if ((from[at]! & bit) === 0) continue;
        to[at] = to[at]! | bit;
        if (to === this.present) kept++;
        const problem = session * this.slotCount + slot;
        const raw = aside.unreadable.get(problem);
        if (raw !== undefined) this.unreadable.set(problem, raw);
        if (aside.badText.has(problem)) this.badText.add(problem);
      }
    return kept;
  }

  private wasPresent(session: number, slot: number): boolean {
    return (this.present[session * this.words + this.word[slot]!]! & this.bit[slot]!) !== 0;
  }

  private wasAbsent(session: number, slot: number): boolean {
    return (this.absent[session * this.words + this.word[slot]!]! & this.bit[slot]!) !== 0;
  }

  private mark(session: number, slot: number, hasValue: boolean, differs: boolean): void {
    const at = session * this.words + this.word[slot]!;
    const bit = this.bit[slot]!;
    const set = hasValue ? this.present : this.absent;
    const unset = hasValue ? this.absent : this.present;
    set[at] = set[at]! | bit;
    unset[at] = unset[at]! & ~bit;
    if (differs) {
      this.ambiguous[session] = 1;
      if (hasValue) this.forgetProblems(session, slot);
    }
  }

  private clear(session: number, slot: number): void {
    const measure = this.measureOf[slot]!;
    if (measure >= 0) this.measures[session * this.measureCount + measure] = 0;
    else this.raws[session * this.rawCount + this.rawOf[slot]!] = undefined;
    this.forgetProblems(session, slot);
  }

  private forgetProblems(session: number, slot: number): void {
    const at = session * this.slotCount + slot;
    this.unreadable.delete(at);
    this.badText.delete(at);
  }

  private grow(): void {
    this.capacity *= 2;
    this.measures = grown(this.measures, this.capacity * this.measureCount);
    this.raws.length = this.capacity * this.rawCount;
    this.present = grown(this.present, this.capacity * this.words);
    this.absent = grown(this.absent, this.capacity * this.words);
    this.ambiguous = grown(this.ambiguous, this.capacity);
    this.startAddedTs = grown(this.startAddedTs, this.capacity);
    this.rows = grown(this.rows, this.capacity);
    if (this.rowCounts !== undefined) this.rowCounts = grown(this.rowCounts, this.capacity * this.slotCount);
  }
}
