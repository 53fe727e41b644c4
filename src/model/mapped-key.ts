/** How the raw text of a user-data key becomes a column value. */
export type MappedKeyType =
  | 'start' // the session's start: START_TS and START_DATE_TIME_KEY
  | 'end' // the session's end: END_TS and END_DATE_TIME_KEY
  | 'measure' // whole number from 0 to 2147483647
  | 'text' // NFC, outer blanks trimmed, case kept
  | 'code' // as text, upper case
  | 'flag' // 0 or 1
  | 'tenant' // whole number: DBID of a tenant
  | 'media-type' // text, looked up upper case in MEDIA_TYPE
  | 'own-text' // as text; this and the following ones: a key of the site's own, NULL where it has no usable value
  | 'own-number' // whole number of at most 15 digits
  | 'own-flag' // 0 or 1; true, false, yes and no too
  | 'own-time'; // as start, epoch seconds

/** A row of the KVP map: a user-data key of Chat Server and the column that it fills. Read from `specs/chat-session.json`. */
export interface MappedKey {
  /** Permanent, 1 to 63: bit `number - 1` of KVP_PRESENT. From 65 on: an own key of the mart, whose mask is a second one. */
  readonly number: number;
  /** The key's name as Chat Server attaches it; case matters. */
  readonly kvp: string;
  readonly table: 'CHAT_SESSION_FACT' | 'CHAT_SESSION_DIM' | 'MEDIA_TYPE' | 'CHAT_SESSION_ATTACHED_DATA';
  /** Upper case, as Genesys writes it. */
  readonly column: string;
  readonly type: MappedKeyType;
  /** For measures: how aggregates combine the values. */
  readonly aggregate?: 'sum' | 'max' | undefined;
  readonly unit: string;
  /** Longest text in code points, for text, code and media-type. */
  readonly maxLength?: number | undefined;
  /** What the column holds when the key is absent. */
  readonly default: number | string | null;
  /** Known codes; others are loaded as they are and counted. */
  readonly values?: readonly string[] | undefined;
  /** `genesys`: Genesys's own mapping; `extension`: ours; `assumed`: Genesys maps the key, but the column's name is not public. */
  readonly origin: 'genesys' | 'extension' | 'assumed';
  readonly attached: 'always' | 'statistics' | 'optional' | 'fired' | 'bots';
  /** First release of Chat Server that attaches it. */
  readonly since: string | null;
  readonly description: string;
}

/** The KVP map: the single source of truth for every mapped column. That of a mart has what the mart keeps of its settings as well. */
export interface KvpMap {
  readonly name: string;
  readonly version: number;
  /** In the column order of CHAT_SESSION_FACT: Genesys's first, then extensions. */
  readonly keys: readonly MappedKey[];
  /** Within how many seconds sessions are counted as answered, ascending; undefined: 20 and 60. */
  readonly serviceLevelSeconds?: readonly number[] | undefined;
  /**
   * The facts are spread over the nodes of a cluster (Citus), which knows neither lateral look-ups of them with other groups than by
   * interaction nor fences (`offset 0`) around them: it would bring all facts to one node.
   */
  readonly isSpread?: boolean | undefined;
  /** Keys whose values are masked or hashed as a whole: what the IDB has of them cannot be compared with the mart in SQL. */
  readonly hiddenKeys?: ReadonlySet<string> | undefined;
}

/** Whether the column of a key holds texts. */
export const isText = ({ type }: Pick<MappedKey, 'type'>): boolean =>
  type === 'text' || type === 'code' || type === 'media-type' || type === 'own-text';

/** The bit of KVP_PRESENT, or of the second mask, that says that the key was received. */
export const toPresenceBit = (key: Pick<MappedKey, 'number'>): bigint => 1n << BigInt((key.number - 1) % 64);

/** KEYNAME of the session's start. */
export const startKeyName = (map: KvpMap): string => map.keys.find((key) => key.type === 'start')!.kvp;
