import { MAPPED_KEYS, type ExpectedKey } from '../oracle/kvps.js';
import type { Row } from './mart-content.js';

/** One row of the IDB: CALLID, key, value. */
export interface KeyValueRow {
  readonly callid: string;
  readonly keyname: string;
  readonly value: string | null;
}

const keyOf = new Map(MAPPED_KEYS.map((key) => [key.kvp, key]));

/** The facts of well-formed rows by CALLID, computed with plain maps: every column of CHAT_SESSION_FACT plus the values of its members. */
export function sumSessions(rows: readonly KeyValueRow[]): Map<string, Row> {
  const sessions = new Map<string, Map<ExpectedKey, string>>();
  for (const { callid, keyname, value } of rows) {
    const key = keyOf.get(keyname);
    if (key === undefined || value === null) continue;
    const session = sessions.get(callid) ?? new Map<ExpectedKey, string>();
    sessions.set(callid, session.set(key, value));
  }
  return new Map([...sessions].map(([callid, values]) => [callid, toFact(callid, values)]));
}

function toFact(callid: string, values: ReadonlyMap<ExpectedKey, string>): Row {
  const mapped = MAPPED_KEYS.map((key): [string, unknown] => {
    const value = values.get(key);
    return [key.column, value === undefined ? key.absent : toColumnValue(key, value)];
  });
  const fact: Record<string, unknown> = Object.fromEntries(mapped);
  const quarter = (ts: unknown): number => Math.floor(Number(ts) / 900) * 900;
  return {
    ...fact,
    media_server_ixn_guid: callid,
    start_date_time_key: quarter(fact['start_ts']),
    end_date_time_key: quarter(fact['end_ts']),
    active_flag: 0,
    kvp_present: [...values.keys()].reduce((sum, key) => sum + 2 ** (key.number - 1), 0),
    // No Chat Server key fills these.
    thread_id: null,
    parking_queue_count: null,
    parking_queue_duration: null,
    producer_batch_id: null,
  };
}

function toColumnValue({ kind }: ExpectedKey, value: string): number | string {
  switch (kind) {
    case 'time':
      return toSeconds(value);
    case 'text':
      return value;
    case 'media type':
    case 'code':
      return value.toUpperCase();
    default:
      return Number(value);
  }
}

/** Epoch seconds of ISO 8601 with Z or without a zone, of epoch seconds, or of milliseconds. */
function toSeconds(text: string): number {
  if (/^\d{10}$/.test(text)) return Number(text);
  if (/^\d{13}$/.test(text)) return Number(text) / 1000;
  return Date.parse(text.endsWith('Z') ? text : `${text}Z`) / 1000;
}
