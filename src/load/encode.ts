import { isAttachedKey, presenceWords } from '../model/attached-key.js';
import { OPEN_END_KEY, toDateTimeKey } from '../model/date-time-key.js';
import { DISCARD, type Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import { attributeKeys, measureKeys, type SessionBatch } from '../model/session-batch.js';
import { CopyRowWriter } from './copy-row-writer.js';
import type { FactKeys } from './members.js';

/** Sessions of a batch, given by position, as COPY text for the staging table; columns in the order of `stagedColumns`. */
export function encodeSessions(map: KvpMap, batch: SessionBatch, sessions: Iterable<number>, isComplete: boolean): Buffer[] {
  const attributeCount = attributeKeys(map).length;
  const measureCount = measureKeys(map).length;
  const writer = new CopyRowWriter();
  const complete = isComplete ? 't' : 'f';
  const words = presenceWords(map);
  for (const session of sessions) {
    const startTs = batch.startTs[session]!;
    const endTs = batch.endTs[session]!;
    writer.text(batch.guid[session]!).number(batch.verdict[session]!).number(batch.needsReread[session]!).text(complete);
    writer.number(startTs).number(endTs);
    writer.number(toDateTimeKey(startTs)).number(endTs === 0 ? OPEN_END_KEY : toDateTimeKey(endTs));
    for (let word = 0; word < words; word += 2) {
      writeMask(writer, batch.present, session * words + word);
      writeMask(writer, batch.absent, session * words + word);
    }
    for (let i = session * attributeCount; i < (session + 1) * attributeCount; i++) writer.text(batch.attributes[i]!);
    for (let i = session * measureCount; i < (session + 1) * measureCount; i++) writer.number(batch.measures[i]!);
    writer.endRow();
  }
  return writer.finish();
}

/** Writes two 32-bit words, the first of them at a position, as one bigint. */
export function writeMask(writer: CopyRowWriter, words: Uint32Array, at: number): void {
  const low = words[at]!;
  const high = words[at + 1]!;
  if (high < 1 << 21) writer.number(high * 4_294_967_296 + low);
  else writer.text(String((BigInt(high) << 32n) | BigInt(low)));
}

/** Discards as COPY text for their staging table. */
export function encodeDiscards(discards: Iterable<Discard>): Buffer[] {
  const writer = new CopyRowWriter();
  for (const { guid, name, kvp, raw } of discards) {
    const { code, reason } = DISCARD[name];
    writer.text(guid).number(code).text(reason).text(kvp).text(raw).endRow();
  }
  return writer.finish();
}

/**
 * Returns a function that writes a session of a batch, given by position, as the mapped columns of its fact, in the order of `factColumns`.
 * It does not end the row, so that audit keys can follow.
 */
export function createFactWriter(map: KvpMap, batch: SessionBatch, writer: CopyRowWriter): (session: number, keys: FactKeys) => void {
  const attributes = attributeKeys(map);
  const factAttributes = attributes.flatMap((key, at) => (key.table === 'CHAT_SESSION_FACT' ? [at] : []));
  const measureCount = measureKeys(map).length;
  const words = presenceWords(map);
  return (session, { mediaType, sessionDim }) => {
    const startTs = batch.startTs[session]!;
    const endTs = batch.endTs[session]!;
    writer.text(batch.guid[session]!).number(toDateTimeKey(startTs));
    writer
      .number(endTs === 0 ? OPEN_END_KEY : toDateTimeKey(endTs))
      .number(startTs)
      .number(endTs);
    writer.number(mediaType).number(sessionDim).number(batch.verdict[session]!);
    writeMask(writer, batch.present, session * words);
    for (const at of factAttributes) writer.text(batch.attributes[session * attributes.length + at]!);
    for (let i = session * measureCount; i < (session + 1) * measureCount; i++) writer.number(batch.measures[i]!);
  };
}

/** Returns a function that writes a session's own values, in column order. */
export function createAttachedWriter(map: KvpMap, batch: SessionBatch, writer: CopyRowWriter): (session: number) => void {
  const attributes = attributeKeys(map);
  const own = attributes.flatMap((key, at) => (isAttachedKey(key) ? [at] : []));
  return (session) => {
    for (const at of own) writer.text(batch.attributes[session * attributes.length + at]!);
  };
}
