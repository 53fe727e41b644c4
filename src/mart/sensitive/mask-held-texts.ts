import { execute, queryRows, type Connection } from '../../db/connection.js';
import { DISCARD } from '../../model/discard.js';
import { isAttachedKey, FED_FACT_COLUMNS } from '../../model/attached-key.js';
import type { KvpMap, MappedKey } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';
import { executeAll, executeCounted } from '../written-rows.js';
import {
  copyFedTexts,
  enqueueMembers,
  MEDIA_TYPES,
  moveFacts,
  selectFailures,
  selectHeldDiscards,
  selectIgnoredKeys,
  selectInteractions,
  selectMembers,
  selectTexts,
  SESSION_DIM,
  toBadCallids,
  updateFailure,
  updateHeldDiscards,
  updateIgnoredKeysOf,
  updateMembers,
  updateTexts,
  type Dimension,
  type TableOfTexts,
} from './held-texts.sql.js';

/** How many texts of a mart were replaced. */
export interface MaskedTexts {
  /** Of facts and of their own keys. */
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
  for (const column of Object.keys(FED_FACT_COLUMNS).filter((name) => FED_FACT_COLUMNS[name] === 'attribute'))
    if (map.keys.some((key) => key.column === column)) await execute(work.mart, copyFedTexts(column, work.auditKey));
  const members =
    (await maskMembers(work, SESSION_DIM, textKeysOf(map, 'CHAT_SESSION_DIM'))) +
    (await maskMembers(work, MEDIA_TYPES, textKeysOf(map, 'MEDIA_TYPE')));
  const discards = await maskDiscards(work);
  await maskNotes(work);
  return { texts, members, discards, callids };
}

const isText = ({ type }: MappedKey): boolean => type === 'text' || type === 'code' || type === 'media-type' || type === 'own-text';

const textKeysOf = (map: KvpMap, table: MappedKey['table']): MappedKey[] => map.keys.filter((key) => key.table === table && isText(key));

type KeyOfColumn = Pick<MappedKey, 'kvp' | 'type' | 'maxLength'>;

/**
 * A text of a column, masked, and no longer than the column. What fills its column was cut when nothing was masked yet: its last words may be the beginning of
 * something that is sensitive as a whole, so they are left out.
 */
function toMasked({ masker }: Work, key: KeyOfColumn, text: string): string {
  const maxLength = key.maxLength!;
  const toForm = (some: string): string => (key.type === 'code' || key.type === 'media-type' ? some.toUpperCase() : some);
  const cut = (some: string): string => toForm(Array.from(some).slice(0, maxLength).join('').trimEnd());
  const masked = toForm(masker.maskValue(key, text));
  if (masker.wholeKeys.has(key.kvp)) return masked;
  const wasCut = text.length >= maxLength - MOST_TRIMMED && Array.from(text).length >= maxLength - MOST_TRIMMED;
  if (wasCut) return masker.maskCut(key, cut(withoutDoubtfulEnd(masked)), cut);
  return Array.from(masked).length <= maxLength ? masked : masker.maskCut(key, cut(masked), cut);
}

/** Blanks at the end of a text that was cut, at most: they are trimmed. */
const MOST_TRIMMED = 3;

/** Without the last word, and without the numbers before it. */
function withoutDoubtfulEnd(text: string): string {
  let end = text.length;
  while (end > 0 && !/\s/.test(text[end - 1]!)) end--;
  while (end > 0 && /[\p{N}\p{P}\s]/u.test(text[end - 1]!)) end--;
  return end === 0 ? '[value]' : text.slice(0, end);
}

async function maskColumn(work: Work, table: TableOfTexts, column: string, key: KeyOfColumn): Promise<number> {
  const { mart, auditKey } = work;
  const name = column.toLowerCase();
  let masked = 0;
  for (let after = ''; ;) {
    const rows = await queryRows<{ guid: string; text: string | null }>(mart, selectTexts(table, name, after, PAGE));
    const changed = rows.flatMap(({ guid, text }) => {
      const other = text === null ? text : toMasked(work, key, text);
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
        auditKey,
        nowTs,
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

/**
 * Masks the members of a dimension. Facts of members that have become the same get one of them; the others stay, with their numbers behind a text, for the sums of
 * facts that are purged.
 */
async function maskMembers(work: Work, dimension: Dimension, keys: readonly MappedKey[]): Promise<number> {
  const { mart, auditKey } = work;
  const columns = keys.map(({ column }) => column.toLowerCase());
  const others = dimension.table === 'chat_session_dim' ? ['async_mode'] : ['media_name'];
  const members = await queryRows<Record<string, string | number>>(mart, selectMembers(dimension, [...columns, ...others]));
  const textsOf = (member: Record<string, string | number>): string[] => columns.map((column) => String(member[column]));
  const identityOf = (texts: readonly string[], member: Record<string, string | number>): string =>
    JSON.stringify([...texts, dimension.table === 'chat_session_dim' ? member['async_mode'] : null]);
  const masked = members.map((member) => ({
    member,
    number: Number(member[dimension.key]),
    texts: keys.map((key, at) => toMasked(work, key, textsOf(member)[at]!)),
  }));
  const changed = masked.filter(({ member, texts }) => texts.some((text, at) => text !== textsOf(member)[at]));
  const isChanged = new Set(changed);
  const known = new Map(
    masked.filter((one) => !isChanged.has(one)).map(({ member, number, texts }) => [identityOf(texts, member), number]),
  );
  const [from, to]: [number[], number[]] = [[], []];
  const rows: (readonly [number, ...string[]])[] = [];
  for (const { member, number, texts } of changed) {
    const same = known.get(identityOf(texts, member));
    let written = texts;
    if (same === undefined) known.set(identityOf(texts, member), number);
    else {
      from.push(number);
      to.push(same);
      const at = texts.findIndex((text, position) => text !== textsOf(member)[position]);
      written = texts.map((text, position) => (position === at ? withNumber(text, number, keys[at]!.maxLength!) : text));
    }
    // What an operator has called a media type stays; until then its name is its code.
    const name = member['media_name'] === member['media_name_code'] ? written[0]! : String(member['media_name']);
    rows.push([number, ...written, ...(dimension.table === 'media_type' ? [name] : [])]);
  }
  const names = dimension.table === 'media_type' ? [...columns, 'media_name'] : columns;
  for (let at = 0; at < rows.length; at += PAGE) {
    const page = rows.slice(at, at + PAGE);
    await executeAll(mart, updateMembers(dimension, names, page), { table: dimension.table, verb: 'updated', wanted: page.length });
  }
  if (from.length > 0) {
    await execute(mart, enqueueMembers(dimension, from, auditKey));
    await executeCounted(mart, moveFacts(dimension, { from, to, auditKey }), { table: 'chat_session_fact', verb: 'updated' });
  }
  return changed.length;
}

const withNumber = (text: string, number: number, maxLength: number): string => {
  const end = ` ${number}`;
  return `${Array.from(text)
    .slice(0, maxLength - end.length)
    .join('')}${end}`;
};

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
