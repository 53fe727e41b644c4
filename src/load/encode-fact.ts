import { OPEN_END_KEY, toDateTimeKey } from '../model/date-time-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { attributeKeys, measureKeys, type SessionBatch } from '../model/session-batch.js';
import type { CopyRowWriter } from './copy-row-writer.js';
import { writeMask } from './encode-batch.js';
import type { FactKeys } from './member-keys.js';

/**
 * Returns what writes a session of a batch, by its place in it, as the mapped columns of its fact, in the order of `factColumns`. The row
 * is not ended: audit keys may follow.
 */
export function createFactWriter(map: KvpMap, batch: SessionBatch, writer: CopyRowWriter): (session: number, keys: FactKeys) => void {
  const attributes = attributeKeys(map);
  const factAttributes = attributes.flatMap((key, at) => (key.table === 'CHAT_SESSION_FACT' ? [at] : []));
  const measureCount = measureKeys(map).length;
  return (session, { mediaType, sessionDim }) => {
    const startTs = batch.startTs[session]!;
    const endTs = batch.endTs[session]!;
    writer.text(batch.guid[session]!).number(toDateTimeKey(startTs));
    writer
      .number(endTs === 0 ? OPEN_END_KEY : toDateTimeKey(endTs))
      .number(startTs)
      .number(endTs);
    writer.number(mediaType).number(sessionDim).number(batch.verdict[session]!);
    writeMask(writer, batch.present, session);
    for (const at of factAttributes) writer.text(batch.attributes[session * attributes.length + at]!);
    for (let i = session * measureCount; i < (session + 1) * measureCount; i++) writer.number(batch.measures[i]!);
  };
}
