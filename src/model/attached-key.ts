import type { KvpMap, MappedKey, MappedKeyType } from './mapped-key.js';

/** What the values of an own key are. */
export const ATTACHED_KINDS = ['attribute', 'measure', 'flag', 'time'] as const;
export type AttachedKind = (typeof ATTACHED_KINDS)[number];

/** A user-data key of the site's own, and the column of CHAT_SESSION_ATTACHED_DATA that it fills. */
export interface AttachedKey {
  readonly key: string;
  /** Upper case. */
  readonly column: string;
  readonly kind: AttachedKind;
  /** Whether its values may identify a person; undefined: attributes may. */
  readonly personal?: boolean | undefined;
}

/** Columns of CHAT_SESSION_FACT that no key of Chat Server feeds, and the kind of an own key that may: it fills them as well. */
export const FED_FACT_COLUMNS: Readonly<Record<string, AttachedKind>> = {
  THREAD_ID: 'attribute',
  PARKING_QUEUE_COUNT: 'measure',
  PARKING_QUEUE_DURATION: 'measure',
};

/** The bits of a chunk's second mask: those of the first are the KVP map's. */
export const MOST_ATTACHED_KEYS = 63;
const FIRST_NUMBER = 65;

const TYPE_OF_KIND: Readonly<Record<AttachedKind, MappedKeyType>> = {
  attribute: 'own-text',
  measure: 'own-number',
  flag: 'own-flag',
  time: 'own-time',
};

/** Longest text of an attribute, in code points. */
export const ATTRIBUTE_LENGTH = 1024;

/** The KVP map with the own keys of a mart behind its keys. Without any it is the map itself. */
export const withAttachedKeys = (map: KvpMap, own: readonly AttachedKey[]): KvpMap =>
  own.length === 0 ? map : { ...map, keys: [...map.keys, ...own.map(toMappedKey)] };

const toMappedKey = ({ key, column, kind }: AttachedKey, at: number): MappedKey => ({
  number: FIRST_NUMBER + at,
  kvp: key,
  table: 'CHAT_SESSION_ATTACHED_DATA',
  column,
  type: TYPE_OF_KIND[kind],
  unit: kind,
  maxLength: ATTRIBUTE_LENGTH,
  default: null,
  origin: 'extension',
  attached: 'optional',
  since: null,
  description: 'User data of the site.',
});

export const isAttachedKey = ({ table }: MappedKey): boolean => table === 'CHAT_SESSION_ATTACHED_DATA';

/** The own keys of a map, in column order. */
export const attachedKeys = (map: KvpMap): MappedKey[] => map.keys.filter(isAttachedKey);

/** Those of them that fill a column of the fact too. */
export const fedFactKeys = (map: KvpMap): MappedKey[] => attachedKeys(map).filter(({ column }) => column in FED_FACT_COLUMNS);

/** The map of Genesys's keys alone: they decide what a session is. */
export const withoutAttachedKeys = (map: KvpMap): KvpMap => ({ ...map, keys: map.keys.filter((key) => !isAttachedKey(key)) });

/** 32-bit words of a session's mask of keys: two for the KVP map, and two more for own keys. */
export const presenceWords = (map: KvpMap): number => (map.keys.some(isAttachedKey) ? 4 : 2);

const PREFIX = 'attached_';

/** The name of an own key's column beside columns of those names: its own, or one that begins with `attached_`. */
export function toShownName(column: string, taken: ReadonlySet<string>): string {
  let name = column.toLowerCase();
  while (taken.has(name)) name = `${PREFIX}${name}`;
  return name;
}

/** Names that `toShownName` may have made the name from, itself first. */
export function toOwnNames(shown: string): string[] {
  return shown.startsWith(PREFIX) ? [shown, ...toOwnNames(shown.slice(PREFIX.length))] : [shown];
}
