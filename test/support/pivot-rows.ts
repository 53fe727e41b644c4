import { attributeKeys, measureKeys, type SessionBatch } from '../../src/model/session-batch.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { SessionPivot, type PivotOptions } from '../../src/transform/session-pivot.js';

export const map = readKvpMap();
export type Row = readonly [callid: string | null, keyname: string, value: string | null, addedTs?: number];

const LENGTH_BYTES = 4;

function toField(bytes: Buffer | null): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(bytes === null ? -1 : bytes.length);
  return bytes === null ? length : Buffer.concat([length, bytes]);
}

function toInteger(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A row in COPY's binary format; texts are bytes in the IDB's encoding. */
export const toRow = (callid: Buffer | null, key: string, value: Buffer | null, addedTs?: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 4]),
    toField(callid),
    toField(Buffer.from(key)),
    toField(value),
    toField(addedTs === undefined ? null : toInteger(addedTs)),
  ]);

const toNullable = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));

export const toBytes = ([callid, key, value, addedTs]: Row): Buffer => toRow(toNullable(callid), key, toNullable(value), addedTs);

/** Pushes consecutive rows as one piece, as they arrive on a socket. */
export function push(pivot: SessionPivot, rows: readonly Buffer[]): void {
  const piece = Buffer.concat(rows);
  let start = 0;
  for (const { length } of rows) pivot.push(piece, start, (start += length));
}

/** A pivot that has read some rows. */
export function pivotWith(rows: readonly Row[], options?: PivotOptions): SessionPivot {
  const pivot = new SessionPivot(map, options);
  push(pivot, rows.map(toBytes));
  return pivot;
}

export const pivotOf = (rows: readonly Row[], options?: PivotOptions): SessionBatch => pivotWith(rows, options).finish();

/** What a batch holds of the session at an index, key by key. */
export function valuesOf(batch: SessionBatch, session = 0): Record<string, unknown> {
  const values: Record<string, unknown> = { start: batch.startTs[session], end: batch.endTs[session], verdict: batch.verdict[session] };
  const [measures, attributes] = [measureKeys(map), attributeKeys(map)];
  measures.forEach((key, i) => (values[key.kvp] = batch.measures[session * measures.length + i]));
  attributes.forEach((key, i) => (values[key.kvp] = batch.attributes[session * attributes.length + i]));
  return values;
}

/** The keys whose bits are set for a session, in the order of the map. */
export const keysWithBit = (bits: Uint32Array, session = 0): string[] =>
  map.keys.filter(({ number }) => ((bits[session * 2 + (number > 32 ? 1 : 0)]! >>> ((number - 1) % 32)) & 1) === 1).map(({ kvp }) => kvp);

export const closed = (guid = 'G1'): Row[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];
