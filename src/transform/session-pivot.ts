import type { Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { createTextDecode, decodeDiscardedText, isCopyNull, unescapeCopyText, type TextDecode } from './copy-text.js';
import { buildKeySlots, findSlot, hashStep, type KeySlots } from './key-slots.js';
import { mergeTwins } from './merge-twins.js';
import { SessionStore } from './session-store.js';
import { toSessionBatch } from './to-session-batch.js';

const TAB = 0x09;
const NEWLINE = 0x0a;
const MAX_MEASURE = 2_147_483_647;
const MAX_CALLID_LENGTH = 50;

export interface PivotOptions {
  /** Encoding of the rows, as PostgreSQL calls it. */
  readonly encoding?: string;
  readonly earliestStartTs?: number | undefined;
  /** The rows of an interaction come oldest first; else in any order. */
  readonly isOrdered?: boolean;
  /** Count the rows of each key, so that `mergeTwins` can tell whose word counts. */
  readonly countsRows?: boolean;
}

/**
 * Turns KVP rows into sessions in one pass over their bytes. Rows come as COPY text, in pieces cut anywhere:
 * `callid, keyname, value (NULL: deleted), added_ts (of the start's row; else NULL)`.
 */
export class SessionPivot {
  /** Rows seen, and those of them whose key the map does not name. */
  rows = 0;
  ignoredRows = 0;
  /** Bytes seen. */
  bytes = 0;

  private readonly map: KvpMap;
  private readonly options: PivotOptions;
  private readonly store: SessionStore;
  private readonly slots: KeySlots;
  private decode: TextDecode;
  private readonly startSlot: number;
  private readonly disagreements: Discard[] = [];
  private readonly badCallids = new Set<string | null>();
  private carry: Buffer | undefined;
  /** CALLID of the row before, and its session: -1 not looked up, -2 a bad one. */
  private callid = Buffer.alloc(0);
  private session = -1;

  constructor(map: KvpMap, options: PivotOptions = {}) {
    this.map = map;
    this.options = options;
    this.store = new SessionStore(map, options);
    this.slots = buildKeySlots(map);
    this.startSlot = map.keys.findIndex((key) => key.type === 'start');
    this.decode = createTextDecode(options.encoding ?? 'UTF8');
  }

  /** The pieces that follow are values of discards; only between whole rows. */
  readDiscards(): void {
    this.decode = decodeDiscardedText;
  }

  /** The pieces that follow are of a newer source, in its encoding; only between whole rows. What they do not name stays as it is. */
  readOver(encoding: string): void {
    this.decode = createTextDecode(encoding);
    this.store.setAside();
  }

  /** The same, of rows that others have read, each of an IDB of an HA pair; they must have counted them. */
  takeOver(twins: readonly SessionPivot[]): void {
    this.store.setAside();
    for (const twin of twins) {
      this.rows += twin.rows;
      this.ignoredRows += twin.ignoredRows;
    }
    this.disagreements.push(
      ...mergeTwins(
        this.map,
        this.store,
        twins.map(({ store }) => store),
      ),
    );
  }

  /** Takes the next piece of the rows. */
  push(piece: Buffer): void {
    this.bytes += piece.length;
    let start = 0;
    if (this.carry !== undefined) {
      const newline = piece.indexOf(NEWLINE);
      const rest = piece.subarray(0, newline + 1 || piece.length);
      const joined: Buffer = Buffer.concat([this.carry, rest]);
      this.carry = newline === -1 ? joined : undefined;
      if (newline === -1) return;
      this.scan(joined, 0, joined.length);
      start = newline + 1;
    }
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > start) this.scan(piece, start, end);
    if (Math.max(end, start) < piece.length) this.carry = Buffer.from(piece.subarray(Math.max(end, start)));
  }

  /** Sessions so far. */
  get sessions(): number {
    return this.store.count;
  }

  /** What their texts take, about. */
  get keptBytes(): number {
    return this.store.keptCharacters * 2;
  }

  /** When ICON stored the newest start, epoch seconds; undefined: no start came. */
  get newestAddedTs(): number | undefined {
    const newest = this.store.startAddedTs.reduce((most, ts) => Math.max(most, ts), 0);
    return newest === 0 ? undefined : newest;
  }

  /** Values that came before `readOver` and whose keys never came after it; known after `finish`. */
  keptValues = 0;

  /** The sessions of all rows that were pushed. */
  finish(): SessionBatch {
    if (this.carry !== undefined)
      throw new Error(`The rows end inside a row: ${JSON.stringify(this.carry.toString('latin1').slice(0, 100))}`);
    const discards: Discard[] = [...this.badCallids].map((callid) => ({
      guid: Array.from(callid ?? '')
        .slice(0, MAX_CALLID_LENGTH)
        .join(''),
      name: 'BAD_CALLID',
      kvp: null,
      raw: callid,
    }));
    this.keptValues = this.store.takeBack();
    return toSessionBatch(this.map, this.store, [...discards, ...this.disagreements], this.options.earliestStartTs);
  }

  /** Whole rows only. */
  private scan(piece: Buffer, from: number, to: number): void {
    const { slots, store } = this;
    let at = from;
    while (at < to) {
      this.rows++;
      const callidStart = at;
      const same = this.sameCallid(piece, at);
      if (same) at += this.callid.length;
      else while (piece[at] !== TAB) at++;
      const callidEnd = at;

      const keyStart = ++at;
      let hash = 0;
      for (let byte = piece[at]!; byte !== TAB; byte = piece[++at]!) hash = hashStep(hash, byte);
      const slot = findSlot(slots, hash, piece, keyStart, at);
      const valueStart = ++at;
      if (slot === -1) {
        this.ignoredRows++;
        at = piece.indexOf(NEWLINE, at) + 1;
        continue;
      }
      if (!same) this.setCallid(piece, callidStart, callidEnd);
      if (this.session === -1) this.session = this.sessionOf(this.callid);
      if (this.session === -2) {
        at = piece.indexOf(NEWLINE, at) + 1;
        continue;
      }
      store.countRow(this.session, slot);
      if (store.measureOf[slot]! >= 0) {
        let value = 0;
        let digit = piece[at]! - 0x30;
        while (digit >= 0 && digit <= 9 && at - valueStart < 10) {
          value = value * 10 + digit;
          digit = piece[++at]! - 0x30;
        }
        if (piece[at] === TAB && at > valueStart && value <= MAX_MEASURE) store.putMeasure(this.session, slot, value);
        else {
          while (piece[at] !== TAB) at++;
          this.putOther(slot, piece, valueStart, at);
        }
      } else {
        while (piece[at] !== TAB) at++;
        this.putOther(slot, piece, valueStart, at);
      }
      const addedStart = ++at;
      while (piece[at] !== NEWLINE) at++;
      if (slot === this.startSlot && !isCopyNull(piece, addedStart, at))
        this.putStartAdded(Number(piece.toString('latin1', addedStart, at)));
      at++;
    }
  }

  /**
   * When ICON stored a row of the start. The newest row's time counts; where the order is not known, the earliest: if a start does not lie in
   * the future of that one, it lies in the future of none, and if it does, all rows of the interaction are read in order.
   */
  private putStartAdded(addedTs: number): void {
    const { startAddedTs } = this.store;
    const held = startAddedTs[this.session]!;
    startAddedTs[this.session] = held === 0 || this.options.isOrdered === true ? addedTs : Math.min(held, addedTs);
  }

  private sameCallid(piece: Buffer, at: number): boolean {
    const { callid } = this;
    const { length } = callid;
    if (length === 0 || piece[at + length] !== TAB) return false;
    // From the end: the ids of one server share their beginning.
    for (let i = length - 1; i >= 0; i--) if (piece[at + i] !== callid[i]) return false;
    return true;
  }

  private setCallid(piece: Buffer, start: number, end: number): void {
    this.callid = Buffer.from(piece.subarray(start, end));
    this.session = -1;
  }

  private sessionOf(bytes: Buffer): number {
    const bad = { found: false };
    const callid = isCopyNull(bytes, 0, bytes.length) ? null : this.text(bytes, () => (bad.found = true));
    if (callid !== null && callid.length > 0 && Array.from(callid).length <= MAX_CALLID_LENGTH && !bad.found)
      return this.store.indexOfSession(callid);
    this.badCallids.add(callid);
    return -2;
  }

  /** A value that is no plain number: a text, a NULL, nothing, or something unreadable. */
  private putOther(slot: number, piece: Buffer, start: number, end: number): void {
    const { session, store } = this;
    if (isCopyNull(piece, start, end)) {
      store.putDeleted(session, slot);
      return;
    }
    const bad = { found: false };
    const raw = this.text(piece.subarray(start, end), () => (bad.found = true));
    const value = raw.trim();
    if (value === '') store.putEmpty(session, slot);
    else if (store.measureOf[slot]! < 0) store.putRaw(session, slot, raw);
    else if (/^\d{1,10}$/.test(value) && Number(value) <= MAX_MEASURE) store.putMeasure(session, slot, Number(value));
    else store.putUnreadable(session, slot, raw);
    if (bad.found) store.badText.add(session * store.slotCount + slot);
  }

  private text(bytes: Uint8Array, onBadBytes: () => void = () => undefined): string {
    return this.decode(unescapeCopyText(bytes), onBadBytes);
  }
}
