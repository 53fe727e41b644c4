import { MAPPED_KEYS } from '../../oracle/kvps.js';
import type { Row } from '../mart-content.js';
import { ASYNC, END, MASKED, OWN, START, TIMES } from './sample-rows.js';

/** One row of an interaction, reduced to what matters. Null: the key was deleted. ICON's time is unknown for purged rows. */
export interface KeyRow {
  readonly keyname: string;
  readonly value: string | null;
  readonly addedTs: number | null;
}

/** An open discard. */
export interface OpenDiscard {
  readonly code: number;
  readonly keyname: string | null;
  readonly raw: string | null;
}

/** What the mart must hold of an interaction. */
export interface SessionView {
  readonly fact: Row | null;
  readonly discards: readonly OpenDiscard[];
}

/** The own key in a fact's row, though another table holds it. */
export const OWN_COLUMN = 'own_queue';

const DAY = 86_400;
const YEAR_2000 = Date.UTC(2000, 0) / 1000;
const OPEN_END_KEY = 2_147_482_800;
const LONGEST_TEXT: Readonly<Record<string, number>> = { csg_ChatSessionID: 255 };
const MAPPED = new Map(MAPPED_KEYS.map((key) => [key.kvp, key]));

/** Whether any spec names a key. */
export const isMapped = (keyname: string): boolean => MAPPED.has(keyname);

/** The view that rows, oldest first, give of an interaction; undefined if none of them is about a mapped key. */
export function viewOfRows(callid: string, written: readonly KeyRow[]): SessionView | undefined {
  const rows = written.map((row) => ({ ...row, value: row.value === null ? null : (MASKED.get(row.value) ?? row.value) }));
  const newest = new Map(rows.filter(({ keyname }) => isMapped(keyname)).map((row) => [row.keyname, row]));
  if (newest.size === 0) return undefined;
  const own =
    rows
      .filter(({ keyname }) => keyname === OWN.key)
      .at(-1)
      ?.value?.trim() ?? '';
  // A key whose newest row has no value is absent.
  for (const [keyname, { value }] of newest) if ((value ?? '').trim() === '') newest.delete(keyname);

  const discards: OpenDiscard[] = [];
  const discard = (code: number, keyname: string): void => {
    discards.push({ code, keyname, raw: newest.get(keyname)?.value ?? null });
  };
  const columns: Record<string, unknown> = {};
  let present = 0;
  for (const { kvp, number, kind, column, absent } of MAPPED_KEYS) {
    const raw = newest.get(kvp)?.value ?? null;
    columns[column] = absent;
    if (raw === null) continue;
    const { value, code } = readValue(kind, kvp, raw);
    if (code !== undefined) discard(code, kvp);
    if (value !== undefined) columns[column] = value;
    if (kind === 'tenant' && value === undefined) columns[column] = -1;
    if (value !== undefined) present += 2 ** (number - 1);
  }
  const times = readTimes(newest);
  if (times.code !== undefined) discard(times.code, times.about);
  const { start, end } = times;
  if (start === undefined) return { fact: null, discards };
  const quarter = (ts: number): number => Math.floor(ts / 900) * 900;
  const fact: Row = {
    ...columns,
    media_server_ixn_guid: callid,
    start_ts: start,
    end_ts: end ?? 0,
    start_date_time_key: quarter(start),
    end_date_time_key: end === undefined ? OPEN_END_KEY : quarter(end),
    active_flag: end === undefined ? 1 : 0,
    kvp_present: present,
    thread_id: null,
    parking_queue_count: null,
    parking_queue_duration: null,
    producer_batch_id: null,
    [OWN_COLUMN]: own === '' ? null : own,
  };
  return { fact, discards };
}

/** A column's value, undefined if unreadable, and the discard recorded for it. */
function readValue(kind: string, kvp: string, raw: string): { value?: number | string; code?: number } {
  const text = raw.trim();
  const isWhole = /^\d+$/.test(text) && Number(text) <= 2_147_483_647;
  switch (kind) {
    case 'time':
      return { value: text };
    case 'sum':
    case 'max':
      return isWhole ? { value: Number(text) } : { code: 9 };
    case 'tenant':
      return isWhole ? { value: Number(text) } : { code: 10 };
    case 'flag':
      return text === '0' || text === '1' ? { value: Number(text) } : { code: 11 };
    default: {
      const cased = kind === 'text' ? text : text.toUpperCase();
      const longest = LONGEST_TEXT[kvp] ?? Infinity;
      return cased.length > longest ? { value: cased.slice(0, longest), code: 12 } : { value: cased };
    }
  }
}

interface Times {
  /** Undefined if there is no fact. */
  readonly start?: number;
  /** Undefined if the session is active. */
  readonly end?: number;
  readonly code?: number;
  readonly about: string;
}

function readTimes(newest: ReadonlyMap<string, KeyRow>): Times {
  const [startRow, endRow] = [newest.get(START), newest.get(END)];
  if (startRow === undefined) return { code: 1, about: START };
  const start = toSeconds(startRow.value!);
  if (start === undefined) return { code: 2, about: START };
  if (start < YEAR_2000) return { code: 3, about: START };
  if (startRow.addedTs !== null && start > startRow.addedTs + DAY) return { code: 4, about: START };
  if (endRow === undefined) return newest.get(ASYNC)?.value?.trim() === '1' ? { start, about: END } : { code: 5, about: END };
  const end = toSeconds(endRow.value!);
  if (end === undefined) return { code: 6, about: END };
  if (end < start - 60) return { code: 7, about: END };
  return end < start ? { start, end: start, code: 8, about: END } : { start, end, about: END };
}

/** A time that a history wrote, or the epoch seconds that the mart derived from one. */
const toSeconds = (text: string): number | undefined => (TIMES.has(text) ? TIMES.get(text) : Number(text));

/** What the mart keeps of an interaction after the IDB has purged it, as rows: the keys of its fact and the values of its discards. */
export function rowsOfView({ fact, discards }: SessionView): KeyRow[] {
  const row = (keyname: string, value: string, addedTs: number | null = null): KeyRow => ({ keyname, value, addedTs });
  const bits = Number(fact?.['kvp_present'] ?? 0);
  const held = MAPPED_KEYS.filter(({ number }) => Math.floor(bits / 2 ** (number - 1)) % 2 === 1).map(({ kvp, column }) =>
    row(kvp, String(fact?.[column])),
  );
  // A start too far in the future keeps its original verdict.
  const discarded = discards.flatMap(({ code, keyname, raw }) =>
    keyname === null || raw === null ? [] : [row(keyname, raw, code === 4 ? 1 : null)],
  );
  const own = fact?.[OWN_COLUMN];
  return [...held, ...(typeof own === 'string' ? [row(OWN.key, own)] : []), ...discarded];
}
