import type { Discard } from '../model/discard.js';
import { pickInteractions, type SessionBatch } from '../model/session-batch.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { Masker } from '../model/sensitive-data.js';
import { createTextDecode, decodeDiscardedText, type TextDecode } from './decode-text.js';
import { buildKeySlots, findSlot, isKey, RecurringTexts, type KeySlots } from './byte-lookup.js';
import { mergePair } from './merge-pair.js';
import { SessionStore } from './session-store.js';
import { isMeasure, maskedBySlot, MAX_MEASURE, toSessionBatch } from './to-session-batch.js';

const MAX_DIGITS = 10;
/** Longer texts are decoded in one call, which is then faster. */
const MAX_PLAIN = 64;
const MAX_CALLID_LENGTH = 50;
/**
 * An interaction with more rows is not loaded. A chat has about fifty rows, an async session that lasts for years a few thousand. All of
 * them would be reread under the writer lock whenever another row arrives.
 */
export const MOST_ROWS = 100_000;

export interface PivotOptions {
  /** Encoding of the rows, by PostgreSQL's name. */
  readonly encoding?: string;
  readonly earliestStartTs?: number | undefined;
  /** The rows of each interaction arrive oldest first; otherwise in any order. */
  readonly isOrdered?: boolean;
  /** Count the rows of each key, for `mergePair`. */
  readonly countsRows?: boolean;
  /** Default: `MOST_ROWS`. */
  readonly mostRows?: number | undefined;
  /** Masks each text before anything else is done with it; undefined: nothing is sensitive. */
  readonly masker?: Masker | undefined;
}

/**
 * Turns KVP rows into sessions in one pass over their bytes. Rows are in COPY's binary format: `callid, keyname, value (NULL: deleted),
 * added_ts (integer, on the start's row; otherwise NULL)`.
 */
export class SessionPivot {
  /** Rows seen, and how many of them have a key that is not in the map. */
  rows = 0;
  ignoredRows = 0;
  /** Bytes seen. */
  bytes = 0;

  private readonly map: KvpMap;
  private readonly options: PivotOptions;
  private readonly store: SessionStore;
  private readonly slots: KeySlots;
  private decode: TextDecode;
  private readonly maskAt: readonly ((raw: string) => string)[] | undefined;
  private readonly startSlot: number;
  private readonly mostRows: number;
  private readonly disagreements: Discard[] = [];
  private readonly tooLongElsewhere = new Set<string>();
  private readonly badCallids = new Set<string | null>();
  /** The slot of the last row, and for each slot the one that followed it last time. */
  private lastSlot = 0;
  private readonly nextSlot: Int16Array;
  /** By slot, for keys with recurring values. */
  private recurring: readonly (RecurringTexts | undefined)[];
  /** CALLID of the previous row (the first `callidLength` bytes of the buffer) and its session: -1 not looked up, -2 invalid. */
  private callid = Buffer.alloc(MAX_PLAIN);
  private callidLength = 0;
  private session = -1;

  constructor(map: KvpMap, options: PivotOptions = {}) {
    this.map = map;
    this.options = options;
    this.store = new SessionStore(map, options);
    this.slots = buildKeySlots(map);
    this.startSlot = map.keys.findIndex((key) => key.type === 'start');
    this.nextSlot = new Int16Array(map.keys.length).fill(-1);
    this.mostRows = options.mostRows ?? MOST_ROWS;
    this.decode = createTextDecode(options.encoding ?? 'UTF8');
    this.recurring = toRecurring(map);
    this.maskAt = options.masker && maskedBySlot(map, options.masker);
  }

  /** The rows that follow are values of discards. */
  readDiscards(): void {
    this.decode = decodeDiscardedText;
    this.recurring = toRecurring(this.map);
  }

  /** The rows that follow come from a newer source, in its encoding. Keys without a new row keep their values. */
  readOver(encoding: string): void {
    this.decode = createTextDecode(encoding);
    this.recurring = toRecurring(this.map);
    this.store.setAside();
  }

  /** Same as `readOver`, for rows that other pivots have read, one for each IDB of an HA pair. Those must have counted rows. */
  takeOver(pair: readonly SessionPivot[]): void {
    this.store.setAside();
    for (const idb of pair) {
      for (const guid of idb.tooLong) this.tooLongElsewhere.add(guid);
      this.rows += idb.rows;
      this.ignoredRows += idb.ignoredRows;
    }
    this.disagreements.push(
      ...mergePair(
        this.map,
        this.store,
        pair.map(({ store }) => store),
      ),
    );
  }

  /**
   * Takes the next row, bytes `[start, end)` of a piece, in COPY's binary format: the number of fields, then the length (-1: NULL) and the
   * bytes of each. Keeps no reference to the piece.
   */
  readonly push = (piece: Buffer, start: number, end: number): void => {
    this.rows++;
    this.bytes += end - start;
    const callidStart = start + 6;
    const callidEnd = callidStart + Math.max(readLength(piece, start + 2), 0);
    const keyStart = callidEnd + 4;
    const keyEnd = keyStart + Math.max(readLength(piece, callidEnd), 0);
    const slot = this.slotAt(piece, keyStart, keyEnd);
    if (slot === -1) {
      this.ignoredRows++;
      return;
    }
    if (!this.isSameCallid(piece, callidStart, callidEnd)) this.setCallid(piece, callidStart, callidEnd);
    if (this.session === -1) this.session = this.sessionOf(readLength(piece, start + 2) < 0);
    if (this.session === -2) return;
    const valueStart = keyEnd + 4;
    const valueLength = readLength(piece, keyEnd);
    if (++this.store.rows[this.session]! > this.mostRows) return;
    this.store.countRow(this.session, slot);
    if (valueLength < 0) this.store.putDeleted(this.session, slot);
    else this.putValue(slot, piece, valueStart, valueStart + valueLength);
    if (slot === this.startSlot) this.putStartAdded(piece, valueStart + Math.max(valueLength, 0));
  };

  /** Interactions with more rows than the limit. */
  get tooLong(): string[] {
    const { guids, rows } = this.store;
    return guids.filter((guid, session) => rows[session]! > this.mostRows || this.tooLongElsewhere.has(guid));
  }

  /** Number of sessions so far. */
  get sessions(): number {
    return this.store.count;
  }

  /** Approximate memory use of the texts kept, in bytes. */
  get keptBytes(): number {
    return this.store.keptCharacters * 2;
  }

  /** When ICON stored the newest start, in epoch seconds; undefined if no start arrived. */
  get newestAddedTs(): number | undefined {
    const newest = this.store.startAddedTs.reduce((most, ts) => Math.max(most, ts), 0);
    return newest === 0 ? undefined : newest;
  }

  /** Values from before `readOver` whose keys had no row after it; set by `finish`. */
  keptValues = 0;

  /** The sessions of all rows pushed. Interactions that are too long are left out if the input is ordered, else marked for
   * a reread; so are those of which only own keys came. */
  finish(): SessionBatch {
    const discards: Discard[] = [...this.badCallids].map((callid) => ({
      guid: toShortCallid(callid ?? ''),
      name: 'BAD_CALLID',
      kvp: null,
      raw: callid,
    }));
    this.keptValues = this.store.takeBack();
    const tooLong = new Set(this.tooLong);
    const batch = toSessionBatch(this.map, this.store, [...discards, ...this.disagreements], this.options);
    const { attachedOnly } = batch;
    if (tooLong.size === 0 && (attachedOnly === undefined || this.options.isOrdered !== true)) return batch;
    if (this.options.isOrdered === true) {
      // All of its rows are here: without a key of Chat Server it is no chat.
      const others = new Set(attachedOnly && batch.guid.filter((_, session) => attachedOnly[session] === 1));
      return pickInteractions(this.map, batch, (guid) => !tooLong.has(guid) && !others.has(guid));
    }
    batch.guid.forEach((guid, session) => {
      if (tooLong.has(guid)) batch.needsReread[session] = 1;
    });
    return batch;
  }

  /** The slot of the key in bytes `[start, end)`. Chat Server attaches its keys in a fixed order, so the next one is guessed first. */
  private slotAt(piece: Buffer, start: number, end: number): number {
    const guess = this.nextSlot[this.lastSlot]!;
    if (guess !== -1 && isKey(this.slots, guess, piece, start, end)) return (this.lastSlot = guess);
    const slot = findSlot(this.slots, piece, start, end);
    if (slot === -1) return -1;
    this.nextSlot[this.lastSlot] = slot;
    return (this.lastSlot = slot);
  }

  private putValue(slot: number, piece: Buffer, start: number, end: number): void {
    if (this.store.measureOf[slot]! < 0) this.putOther(slot, piece, start, end);
    else {
      let at = start;
      let value = 0;
      for (let digit = 0; at < end && (digit = piece[at]! - 0x30) >= 0 && digit <= 9; at++) value = value * 10 + digit;
      if (at === end && end > start && end - start <= MAX_DIGITS && value <= MAX_MEASURE) this.store.putMeasure(this.session, slot, value);
      else this.putOther(slot, piece, start, end);
    }
  }

  /**
   * Stores when ICON stored a row of the start; the field begins at `at`. In ordered input the newest row's time counts, even if unknown;
   * otherwise the earliest: a start that is not in its future is in the future of none, and if it is, the interaction is reread in order.
   */
  private putStartAdded(piece: Buffer, at: number): void {
    const addedTs = readLength(piece, at) < 0 ? 0 : piece.readInt32BE(at + 4);
    const { startAddedTs } = this.store;
    const held = startAddedTs[this.session]!;
    if (this.options.isOrdered === true || held === 0) startAddedTs[this.session] = addedTs;
    else if (addedTs !== 0) startAddedTs[this.session] = Math.min(held, addedTs);
  }

  private isSameCallid(piece: Buffer, start: number, end: number): boolean {
    const { callid, callidLength: length } = this;
    if (length === 0 || end - start !== length) return false;
    // Compare from the end: the ids of one server share a prefix.
    for (let i = length - 1; i >= 0; i--) if (piece[start + i] !== callid[i]) return false;
    return true;
  }

  private setCallid(piece: Buffer, start: number, end: number): void {
    this.callidLength = end - start;
    if (this.callid.length < this.callidLength) this.callid = Buffer.alloc(this.callidLength);
    piece.copy(this.callid, 0, start, end);
    this.session = -1;
  }

  private sessionOf(isNull: boolean): number {
    const { masker } = this.options;
    const isId = (text: string): boolean => masker === undefined || masker.isId(text);
    const plain = isNull ? undefined : plainText(this.callid, 0, this.callidLength);
    if (plain !== undefined && plain.length > 0 && plain.length <= MAX_CALLID_LENGTH && isId(plain))
      return this.store.indexOfSession(plain);
    const bad = { found: false };
    const callid = isNull ? null : this.decode(this.callid.subarray(0, this.callidLength), () => (bad.found = true));
    if (callid !== null && callid.length > 0 && Array.from(callid).length <= MAX_CALLID_LENGTH && !bad.found && isId(callid))
      return this.store.indexOfSession(callid);
    this.badCallids.add(callid === null || masker === undefined ? callid : masker.maskText(callid));
    this.store.keptCharacters += callid?.length ?? 0;
    return -2;
  }

  /** Puts a value that is not a plain number: a text, an empty value or an unreadable one. */
  private putOther(slot: number, piece: Buffer, start: number, end: number): void {
    const { session, store } = this;
    const recurring = this.recurring[slot];
    let raw = recurring?.find(piece, start, end);
    let isBad = false;
    if (raw === undefined) {
      raw = plainText(piece, start, end);
      if (raw === undefined) {
        const bad = { found: false };
        raw = this.decode(piece.subarray(start, end), () => (bad.found = true));
        isBad = bad.found;
      }
      if (this.maskAt !== undefined) raw = this.maskAt[slot]!(raw);
      // Invalid bytes are reported each time, so such a text is not cached.
      if (!isBad) recurring?.keep(piece, start, end, raw);
    }
    const value = raw.trim();
    if (value === '') store.putEmpty(session, slot);
    else if (store.measureOf[slot]! < 0) store.putRaw(session, slot, raw);
    else if (isMeasure(value)) store.putMeasure(session, slot, Number(value));
    else store.putUnreadable(session, slot, raw);
    if (isBad) store.badText.add(session * store.slotCount + slot);
  }
}

/** Shortens a CALLID to the column's length so that it does not equal the id of another interaction with the same beginning. */
function toShortCallid(callid: string): string {
  const characters = Array.from(callid);
  if (characters.length <= MAX_CALLID_LENGTH) return callid;
  return `${characters.slice(0, MAX_CALLID_LENGTH - 1).join('')}…`;
}

/** Bytes `[start, end)` as text if they are few and all ASCII, which is the same in every server encoding. */
function plainText(piece: Buffer, start: number, end: number): string | undefined {
  if (end - start > MAX_PLAIN) return undefined;
  for (let i = start; i < end; i++) if (piece[i]! > 0x7f) return undefined;
  return piece.toString('latin1', start, end);
}

/** Dimension values recur; times and ids do not. */
const toRecurring = (map: KvpMap): (RecurringTexts | undefined)[] =>
  map.keys.map((key) => (key.type === 'measure' || key.table === 'CHAT_SESSION_FACT' ? undefined : new RecurringTexts()));

/** The length of a field; -1 means NULL. */
const readLength = (piece: Buffer, at: number): number =>
  (piece[at]! << 24) | (piece[at + 1]! << 16) | (piece[at + 2]! << 8) | piece[at + 3]!;
