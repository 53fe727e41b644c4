import { isAttachedKey, presenceWords } from '../model/attached-key.js';
import { OPEN_END_KEY, toDateTimeKey } from '../model/date-time-key.js';
import { DISCARD, type Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import { attributeKeys, measureKeys, type SessionBatch } from '../model/session-batch.js';
import { CopyRowWriter } from './copy-row-writer.js';
import type { FactKeys } from './members.js';
import { stagedColumns, stagedType, type ColumnType } from './staging.sql.js';

/** Sessions of a batch, given by position, in COPY's binary format for the staging table; columns in the order of `stagedColumns`. */
export function encodeSessions(map: KvpMap, batch: SessionBatch, sessions: Iterable<number>, isComplete: boolean): Buffer[] {
  const attributes = attributeKeys(map);
  const measureCount = measureKeys(map).length;
  const columns = stagedColumns(map).length;
  const writer = new CopyRowWriter();
  const words = presenceWords(map);
  for (const session of sessions) {
    const startTs = batch.startTs[session]!;
    const endTs = batch.endTs[session]!;
    writer.row(columns).text(batch.guid[session]!);
    writer.smallint(batch.verdict[session]!).smallint(batch.needsReread[session]!).boolean(isComplete);
    writer.integer(startTs).integer(endTs);
    writer.integer(toDateTimeKey(startTs)).integer(endTs === 0 ? OPEN_END_KEY : toDateTimeKey(endTs));
    for (let at = session * words; at < (session + 1) * words; at += 2) {
      writer.words(batch.present[at]!, batch.present[at + 1]!);
      writer.words(batch.absent[at]!, batch.absent[at + 1]!);
    }
    for (let i = 0; i < attributes.length; i++)
      writeAttribute(writer, stagedType(attributes[i]!), batch.attributes[session * attributes.length + i]!);
    for (let i = session * measureCount; i < (session + 1) * measureCount; i++) writer.integer(batch.measures[i]!);
  }
  return writer.finish();
}

/** Writes the cleaned text of an attribute as a value of its column. */
function writeAttribute(writer: CopyRowWriter, type: ColumnType, value: string | null): void {
  if (value === null || type === 'text') writer.text(value);
  else writer[type](Number(value));
}

/** Discards in COPY's binary format for their staging table. */
export function encodeDiscards(discards: Iterable<Discard>): Buffer[] {
  const writer = new CopyRowWriter();
  for (const { guid, name, kvp, raw } of discards) {
    const { code, reason } = DISCARD[name];
    writer.row(5).text(guid).integer(code).text(reason).text(kvp).text(raw);
  }
  return writer.finish();
}

/**
 * Returns a function that writes a session of a batch, given by position, as the mapped columns of its fact, in the order of `factColumns`.
 * The row is begun before, so that others can follow.
 */
export function createFactWriter(map: KvpMap, batch: SessionBatch, writer: CopyRowWriter): (session: number, keys: FactKeys) => void {
  const attributes = attributeKeys(map);
  const factAttributes = attributes.flatMap((key, at) => (key.table === 'CHAT_SESSION_FACT' ? [{ at, type: stagedType(key) }] : []));
  const measureCount = measureKeys(map).length;
  const words = presenceWords(map);
  return (session, { mediaType, sessionDim }) => {
    const startTs = batch.startTs[session]!;
    const endTs = batch.endTs[session]!;
    writer.text(batch.guid[session]!).integer(toDateTimeKey(startTs));
    writer
      .integer(endTs === 0 ? OPEN_END_KEY : toDateTimeKey(endTs))
      .integer(startTs)
      .integer(endTs);
    writer.integer(mediaType).integer(sessionDim).smallint(batch.verdict[session]!);
    writer.words(batch.present[session * words]!, batch.present[session * words + 1]!);
    for (const { at, type } of factAttributes) writeAttribute(writer, type, batch.attributes[session * attributes.length + at]!);
    for (let i = session * measureCount; i < (session + 1) * measureCount; i++) writer.integer(batch.measures[i]!);
  };
}

/** Returns a function that writes a session's own values, in column order. */
export function createAttachedWriter(map: KvpMap, batch: SessionBatch, writer: CopyRowWriter): (session: number) => void {
  const attributes = attributeKeys(map);
  const own = attributes.flatMap((key, at) => (isAttachedKey(key) ? [{ at, type: stagedType(key) }] : []));
  return (session) => {
    for (const { at, type } of own) writeAttribute(writer, type, batch.attributes[session * attributes.length + at]!);
  };
}
