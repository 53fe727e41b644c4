import { execute, queryRows, type Connection } from '../../db/connection.js';
import type { MappedKey } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';
import { executeAll, executeCounted } from '../written-rows.js';
import { enqueueMembers, moveFacts, selectMembers, updateMembers, type Dimension } from './held-texts.sql.js';
import { maskColumnText } from './mask-column-text.js';

/**
 * Masks the members of a dimension. Facts of members that have become the same get one of them; the others stay, with their numbers behind a text, for the sums of
 * facts that are purged.
 */
export async function maskMembers(
  { mart, masker, auditKey }: { readonly mart: Connection; readonly masker: Masker; readonly auditKey: number },
  dimension: Dimension,
  keys: readonly MappedKey[],
): Promise<number> {
  const columns = keys.map(({ column }) => column.toLowerCase());
  const others = dimension.table === 'chat_session_dim' ? ['async_mode'] : ['media_name'];
  const members = await queryRows<Record<string, string | number>>(mart, selectMembers(dimension, [...columns, ...others]));
  const textsOf = (member: Record<string, string | number>): string[] => columns.map((column) => String(member[column]));
  const identityOf = (texts: readonly string[], member: Record<string, string | number>): string =>
    JSON.stringify([...texts, dimension.table === 'chat_session_dim' ? member['async_mode'] : null]);
  const masked = members.map((member) => ({
    member,
    number: Number(member[dimension.key]),
    texts: keys.map((key, at) => maskColumnText(masker, key, textsOf(member)[at]!)),
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

/** Rows written at a time. */
const PAGE = 20_000;

const withNumber = (text: string, number: number, maxLength: number): string => {
  const end = ` ${number}`;
  return `${Array.from(text)
    .slice(0, maxLength - end.length)
    .join('')}${end}`;
};
