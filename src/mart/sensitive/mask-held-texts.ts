import { execute, queryRows, type Connection } from '../../db/connection.js';
import { DISCARD } from '../../model/discard.js';
import { attachedKeys, fedFactKeys, isAttachedKey } from '../../model/attached-key.js';
import { isText, type KvpMap, type MappedKey } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';
import { executeAll } from '../written-rows.js';
import {
  clearOwnValues,
  copyFedValues,
  insertSetAside,
  MEDIA_TYPES,
  selectFailures,
  selectHeldDiscards,
  selectIgnoredKeys,
  selectInteractions,
  selectTexts,
  SESSION_DIM,
  toBadCallids,
  updateFailure,
  updateHeldDiscards,
  updateIgnoredKeysOf,
  updateTexts,
  type TableOfTexts,
} from './held-texts.sql.js';
import { maskColumnText, type KeyOfColumn } from './mask-column-text.js';
import { maskMembers } from './mask-members.js';

/** How many texts of a mart were replaced. */
export interface MaskedTexts {
  /** Of facts and of their own keys, of which numbers, flags and times were set aside. */
  readonly texts: number;
  /** Members of dimensions. */
  readonly members: number;
  readonly discards: number;
  /** Interactions whose id had something sensitive in it, and is none any more. */
  readonly callids: number;
}

interface Work {
  readonly mart: Connection;
  readonly masker: Masker;
  readonly map: KvpMap;
  readonly auditKey: number;
  readonly nowTs: number;
}

/** Rows read and written at a time. */
const PAGE = 20_000;

/** The longest CALLID. */
const GUID_LENGTH = 50;

/**
 * Masks the texts that a mart holds, wherever they are, as they would have been masked on the way in; so rows that the IDB has purged are masked as well. Call it in a
 * transaction, under the writer lock. What changed is queued for the aggregation.
 */
export async function maskHeldTexts(work: Work): Promise<MaskedTexts> {
  const callids = await takeOutCallids(work);
  const { map } = work;
  let texts = 0;
  for (const key of map.keys.filter(isText)) {
    if (isAttachedKey(key)) texts += await maskColumn(work, 'chat_session_attached_data', key.column, key);
    if (key.table === 'CHAT_SESSION_FACT') texts += await maskColumn(work, 'chat_session_fact', key.column, key);
  }
  for (const key of attachedKeys(map).filter((own) => !isText(own))) texts += await setAsideOwn(work, key);
  for (const key of fedFactKeys(map)) await execute(work.mart, copyFedValues(key, work.auditKey));
  const members =
    (await maskMembers(work, SESSION_DIM, textKeysOf(map, 'CHAT_SESSION_DIM'))) +
    (await maskMembers(work, MEDIA_TYPES, textKeysOf(map, 'MEDIA_TYPE')));
  const discards = await maskDiscards(work);
  await maskNotes(work);
  return { texts, members, discards, callids };
}

const textKeysOf = (map: KvpMap, table: MappedKey['table']): MappedKey[] => map.keys.filter((key) => key.table === table && isText(key));

/** Sets aside values of an own key that is a number, a flag or a time, as they would have been on the way in. */
async function setAsideOwn({ mart, masker, auditKey, nowTs }: Work, key: MappedKey): Promise<number> {
  const column = key.column.toLowerCase();
  // Times are held otherwise than they came, so that nothing can be found in them.
  if (key.type === 'own-time' && !masker.wholeKeys.has(key.kvp)) return 0;
  let cleared = 0;
  for (let after = ''; ;) {
    const rows = await queryRows<{ guid: string; text: string | null }>(
      mart,
      selectTexts('chat_session_attached_data', column, after, PAGE),
    );
    const found = rows.flatMap(({ guid, text }) => {
      const masked = text === null ? text : masker.maskValue(key, text);
      return masked === null || masked === text ? [] : [{ guid, masked }];
    });
    if (found.length > 0) {
      const guids = found.map(({ guid }) => guid);
      const written = { table: 'chat_session_attached_data', verb: 'updated', wanted: found.length } as const;
      cleared += await executeAll(mart, clearOwnValues(column, guids, auditKey), written);
      await execute(
        mart,
        insertSetAside('BAD_ATTACHED_DATA', key.kvp, { guids, raws: found.map(({ masked }) => masked), auditKey, nowTs }),
      );
    }
    if (rows.length < PAGE) return cleared;
    after = rows.at(-1)!.guid;
  }
}

async function maskColumn(work: Work, table: TableOfTexts, column: string, key: KeyOfColumn): Promise<number> {
  const { mart, auditKey } = work;
  const name = column.toLowerCase();
  let masked = 0;
  for (let after = ''; ;) {
    const rows = await queryRows<{ guid: string; text: string | null }>(mart, selectTexts(table, name, after, PAGE));
    const changed = rows.flatMap(({ guid, text }) => {
      const other = text === null ? text : maskColumnText(work.masker, key, text);
      return other === null || other === text ? [] : [{ guid, text: other }];
    });
    if (changed.length > 0) {
      const texts = { guids: changed.map(({ guid }) => guid), texts: changed.map(({ text }) => text), auditKey };
      masked += await executeAll(mart, updateTexts(table, name, texts), { table, verb: 'updated', wanted: changed.length });
    }
    if (rows.length < PAGE) return masked;
    after = rows.at(-1)!.guid;
  }
}

/** Interactions whose CALLID the loader no longer takes as one. */
async function takeOutCallids({ mart, masker, auditKey, nowTs }: Work): Promise<number> {
  let count = 0;
  for (let after = ''; ;) {
    const rows = await queryRows<{ guid: string }>(mart, selectInteractions(after, PAGE));
    const bad = rows.map(({ guid }) => guid).filter((guid) => !masker.isId(guid) && masker.maskText(guid) !== guid);
    if (bad.length > 0)
      for (const statement of toBadCallids(
        bad,
        bad.map((guid) => toShortId(masker.maskText(guid))),
        { auditKey, nowTs },
      ))
        await execute(mart, statement);
    count += bad.length;
    if (rows.length < PAGE) return count;
    after = rows.at(-1)!.guid;
  }
}

const toShortId = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= GUID_LENGTH ? text : `${characters.slice(0, GUID_LENGTH - 1).join('')}…`;
};

interface HeldDiscard {
  readonly discard_id: number;
  readonly guid: string;
  readonly code: number;
  readonly keyname: string | null;
  readonly raw_value: string | null;
}

/** The times of these can be read, and are stored as such: nothing in them is sensitive. */
const WITH_TIMES: readonly number[] = [
  DISCARD.START_TOO_EARLY.code,
  DISCARD.START_IN_FUTURE.code,
  DISCARD.END_BEFORE_START.code,
  DISCARD.CLOCK_SKEW.code,
];

async function maskDiscards({ mart, masker, map }: Work): Promise<number> {
  const keys = new Map(map.keys.map((key) => [key.kvp, key]));
  const toMaskedRaw = ({ code, keyname, raw_value: raw }: HeldDiscard): string | null => {
    if (raw === null || WITH_TIMES.includes(code)) return raw;
    if (keyname === null) return masker.maskText(raw);
    return masker.maskValue(keys.get(keyname) ?? { kvp: keyname, type: 'own-text' }, raw);
  };
  let masked = 0;
  for (let after = 0; ;) {
    const rows = await queryRows<HeldDiscard>(mart, selectHeldDiscards(after, PAGE));
    const changed = rows
      .map((row) => ({
        ...row,
        // It was cut from the raw text.
        guid: row.code === DISCARD.BAD_CALLID.code ? toShortId(masker.maskText(row.raw_value ?? row.guid)) : row.guid,
        raw_value: toMaskedRaw(row),
      }))
      .filter((row, at) => row.guid !== rows[at]!.guid || row.raw_value !== rows[at]!.raw_value);
    if (changed.length > 0)
      masked += await executeAll(mart, updateHeldDiscards(changed), {
        table: 'stg_transform_discards',
        verb: 'updated',
        wanted: changed.length,
      });
    if (rows.length < PAGE) return masked;
    after = rows.at(-1)!.discard_id;
  }
}

/** What is noted of an IDB's texts besides: the names of ignored keys, and what servers said when jobs failed. */
async function maskNotes({ mart, masker }: Work): Promise<void> {
  const ignored = await queryRows<{ source_name: string; ignored_keys: { rows: number; keys: { name: string; rows: number }[] } }>(
    mart,
    selectIgnoredKeys,
  );
  for (const { source_name: source, ignored_keys: noted } of ignored) {
    const keys = noted.keys.map(({ name, rows }) => ({ name: masker.maskText(name), rows }));
    if (keys.some(({ name }, at) => name !== noted.keys[at]!.name)) await execute(mart, updateIgnoredKeysOf(source, { ...noted, keys }));
  }
  for (const { job_id: id, job_name: name, message } of await queryRows<{ job_id: string; job_name: string; message: string }>(
    mart,
    selectFailures,
  )) {
    const masked = masker.maskText(message);
    if (masked !== message) await execute(mart, updateFailure(id, name, Array.from(masked).slice(0, 1024).join('')));
  }
}
