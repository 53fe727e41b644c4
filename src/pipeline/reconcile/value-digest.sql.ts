import { quoteLiteral } from '../../db/quote.js';
import { attachedKeys, isAttachedKey } from '../../model/attached-key.js';
import { isText, toPresenceBit, type KvpMap, type MappedKey } from '../../model/mapped-key.js';

/**
 * How the IDB and the mart write the value of a key, so that equal texts mean that loading would change nothing. It need not cover all
 * forms: if two texts of one value differ here, rereading the interaction resolves it. Different values must never have the same text.
 */
const FORM = { plain: 0, text: 1, code: 2, time: 3, number: 4, flag: 5, hidden: 6 } as const;

const FORM_OF_TYPE: Readonly<Record<MappedKey['type'], keyof typeof FORM>> = {
  start: 'time',
  end: 'time',
  measure: 'plain',
  flag: 'plain',
  tenant: 'plain',
  text: 'text',
  code: 'code',
  'media-type': 'code',
  'own-text': 'text',
  'own-number': 'number',
  'own-flag': 'flag',
  'own-time': 'time',
};

/** Of a value that the mart masks as a whole, only whether it came is compared. */
const formOf = ({ hiddenKeys }: KvpMap, key: MappedKey): keyof typeof FORM =>
  hiddenKeys?.has(key.kvp) === true && (isText(key) || isAttachedKey(key)) ? 'hidden' : FORM_OF_TYPE[key.type];

/** The mapped keys as a row source `mapped (keyname, bit, number, form)`, with `is_own` for a map with own keys. */
export function mappedKeys(map: KvpMap): string {
  const hasOwn = attachedKeys(map).length > 0;
  const rows = map.keys.map(
    (key) =>
      `(${quoteLiteral(key.kvp)}, ${toPresenceBit(key)}::bigint, ${key.number}::bigint, ${FORM[formOf(map, key)]}` +
      `${hasOwn ? `, ${isAttachedKey(key)}` : ''})`,
  );
  return `(values ${rows.join(', ')}) as mapped (keyname, bit, number, form${hasOwn ? ', is_own' : ''})`;
}

/** A part of a digest: Chat Server's keys, or a mart's own keys, whose bits are those of a second mask. */
export interface DigestPart {
  /** Before the names of its columns: `keys`, `absent` and `hash`. */
  readonly prefix: '' | 'own_';
  readonly keys: readonly MappedKey[];
  /** SQL for whether a row of `mapped` belongs to it; undefined: all do. */
  readonly isMeant: string | undefined;
}

/** The parts of the digests of a map. */
export const digestParts = (map: KvpMap): DigestPart[] => {
  const own = attachedKeys(map);
  if (own.length === 0) return [{ prefix: '', keys: map.keys, isMeant: undefined }];
  return [
    { prefix: '', keys: map.keys.filter((key) => !isAttachedKey(key)), isMeant: 'not is_own' },
    { prefix: 'own_', keys: own, isMeant: 'is_own' },
  ];
};

/** Epoch seconds as Chat Server writes a time. */
const toTimeText = (seconds: string): string => `to_char(to_timestamp(${seconds}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** The mart's value of a key as comparable text. */
export function toHeldText(map: KvpMap, key: MappedKey, column: string): string {
  const form = formOf(map, key);
  return form === 'hidden' ? `''` : form === 'time' ? toTimeText(column) : `${column}::text`;
}

/**
 * A raw value as comparable text; `form` is the column of `mapped`. No value makes it fail: casts are checked first. Only ASCII letters are
 * upper-cased and only spaces are trimmed, so that no locale matters.
 */
export function toComparableText({ hiddenKeys }: Pick<KvpMap, 'hiddenKeys'>, form: string, value: string): string {
  const time = `btrim(${value}) collate "C"`;
  return `case ${form}
    when ${FORM.plain} then ${value}
    when ${FORM.text} then btrim(${value})
    when ${FORM.code} then upper(btrim(${value}) collate "C")
    when ${FORM.number} then case when ${time} ~ '^[+-]?[0-9]{1,15}$' then ((${time})::bigint)::text else ${value} end
    when ${FORM.flag} then case
      when lower(${time}) in ('1', 'true', 'yes') then '1'
      when lower(${time}) in ('0', 'false', 'no') then '0'
      else ${value}
    end${(hiddenKeys?.size ?? 0) === 0 ? '' : `\n    when ${FORM.hidden} then ''`}
    else case
      when ${value} collate "C" like '____-__-__T__:__:__Z' then ${value}
      when ${time} ~ '^[0-9]{1,10}$' then ${toTimeText(`(${time})::bigint`)}
      when ${time} ~ '^[0-9]{11,13}$' then ${toTimeText(`(${time})::bigint / 1000`)}
      when ${time} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})? ?(Z|[+-]00(:?00)?)?$'
        then left(${time}, 10) || 'T' || substr(${time}, 12, 8) || 'Z'
      else ${value}
    end
  end`;
}

/**
 * The hash of a key's comparable text: 56 bits, so that a bigint holds the sum over all keys. The key's number is the seed, so that swapped
 * values of two keys are found. PostgreSQL keeps this function stable across releases, because hash partitions depend on it.
 */
export const toValueHash = (text: string, number: string): string => `hashtextextended((${text}) collate "C", ${number}) >> 8`;
