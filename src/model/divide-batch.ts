import type { KvpMap } from './mapped-key.js';
import { attributeKeys, measureKeys, type SessionBatch } from './session-batch.js';

/** The interactions that a batch holds sessions or discards of. */
export const interactionsOf = (batch: SessionBatch): string[] => [...new Set([...batch.guid, ...batch.discards.map(({ guid }) => guid)])];

/** Divides a batch of at least two interactions into two halves, by interaction. */
export function divideBatch(map: KvpMap, batch: SessionBatch): [SessionBatch, SessionBatch] {
  const interactions = interactionsOf(batch);
  const first = new Set(interactions.slice(0, Math.ceil(interactions.length / 2)));
  return [pickInteractions(map, batch, (guid) => first.has(guid)), pickInteractions(map, batch, (guid) => !first.has(guid))];
}

/** The part of a batch that is of some interactions. */
export function pickInteractions(map: KvpMap, batch: SessionBatch, isWanted: (guid: string) => boolean): SessionBatch {
  const sessions = batch.guid.flatMap((guid, session) => (isWanted(guid) ? [session] : []));
  const values = <T>(array: ArrayLike<T>, width: number): T[] =>
    sessions.flatMap((session) => Array.from({ length: width }, (_, i) => array[session * width + i]!));
  return {
    count: sessions.length,
    guid: values(batch.guid, 1),
    verdict: Uint8Array.from(values(batch.verdict, 1)),
    needsReread: Uint8Array.from(values(batch.needsReread, 1)),
    startTs: Int32Array.from(values(batch.startTs, 1)),
    endTs: Int32Array.from(values(batch.endTs, 1)),
    measures: Int32Array.from(values(batch.measures, measureKeys(map).length)),
    attributes: values(batch.attributes, attributeKeys(map).length),
    present: Uint32Array.from(values(batch.present, 2)),
    absent: Uint32Array.from(values(batch.absent, 2)),
    discards: batch.discards.filter(({ guid }) => isWanted(guid)),
    unknownCodes: batch.unknownCodes,
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
