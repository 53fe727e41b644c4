import { MAPPED_KEYS, attachedKvps, type ExpectedKey } from './kvps.js';
import type { Row } from '../support/mart-groups.js';
import type { Truth } from './truth.js';

/** End key of a session that has not ended. */
const OPEN_END_KEY = 2147482800;
/** Code of the discard: no end, and not known to be async. */
const NO_END = 5;

/** The facts of sessions by interaction; what happens after `until` (epoch seconds) is unknown. */
export function expectedFacts(truths: readonly Truth[], until = Infinity): Map<string, Row> {
  const facts = truths.map((truth) => expectedFact(truth, until)).filter((fact) => fact !== undefined);
  return new Map(facts.map((fact) => [String(fact['media_server_ixn_guid']), fact]));
}

/** The row of CHAT_SESSION_FACT plus the values of its members; undefined for an open session that cannot be shown as such. */
export function expectedFact(truth: Truth, until = Infinity): Row | undefined {
  const kvps = knownKvps(truth, until);
  const closed = kvps.has('ChatServerSessionClosedAt');
  if (!closed && kvps.get('csg_ChatAsyncMode') !== '1') return undefined;
  const columns: Record<string, unknown> = {};
  let present = 0;
  for (const key of MAPPED_KEYS) {
    const text = kvps.get(key.kvp);
    columns[key.column] = text === undefined ? key.absent : toColumnValue(key, text);
    if (text !== undefined) present += 2 ** (key.number - 1);
  }
  return {
    ...columns,
    media_server_ixn_guid: truth.interactionId,
    start_date_time_key: startOfQuarterHour(Number(columns['start_ts'])),
    end_date_time_key: closed ? startOfQuarterHour(Number(columns['end_ts'])) : OPEN_END_KEY,
    active_flag: closed ? 0 : 1,
    kvp_present: present,
    // No Chat Server key fills these.
    thread_id: null,
    parking_queue_count: null,
    parking_queue_duration: null,
    producer_batch_id: null,
  };
}

/**
 * The rows of STG_TRANSFORM_DISCARDS about sessions without a fact, ordered by guid: those of which something is known by then, but
 * neither their end nor that they are async and so may still be open.
 */
export const expectedDiscards = (withoutFact: readonly Truth[], until = Infinity): Row[] =>
  withoutFact
    .filter((truth) => knownKvps(truth, until).size > 0)
    .map((truth) => ({ guid: truth.interactionId, code: NO_END, keyname: 'ChatServerSessionClosedAt', raw_value: null }))
    .sort((a, b) => (a.guid < b.guid ? -1 : 1));

/** What Chat Server has attached most recently by then: numbers only grow, so a key that has arrived once is always attached again. */
function knownKvps(truth: Truth, until: number): Map<string, string> {
  if (truth.events.at(-1)!.at <= until) return attachedKvps(truth);
  const update = truth.events.findLast(({ kind, at }) => kind === 'update' && at <= until);
  return update === undefined ? new Map<string, string>() : attachedKvps(truth, update);
}

function toColumnValue({ kind }: ExpectedKey, text: string): number | string {
  switch (kind) {
    case 'time':
      return Date.parse(text) / 1000;
    case 'text':
      return text.normalize('NFC').trim();
    case 'media type':
    case 'code':
      return text.toUpperCase();
    default:
      return Number(text);
  }
}

const startOfQuarterHour = (ts: number): number => Math.floor(ts / 900) * 900;
