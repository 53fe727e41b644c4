import type { Config } from '../config/config.js';

/** The location of a mart. The URL holds a password: never print it. */
export interface MartTarget {
  readonly martUrl: string;
  readonly martSchema: string;
}

/** Where an IDB is, or the IDBs of an HA pair, if one is configured. The URLs hold passwords: never to be printed. */
export interface IdbTarget {
  readonly idbUrl: string | undefined;
  /** The other IDBs of a pair: each ICON writes one of them. */
  readonly otherIdbUrls?: readonly string[] | undefined;
  readonly idbSchema: string;
  readonly idbTable?: string | undefined;
}

/** Where a source is, and the mart that it is loaded into. */
export interface SourceTarget extends MartTarget, IdbTarget {
  readonly idbUrl: string;
  /** Sessions that start before it are discarded; undefined: 2000-01-01. */
  readonly earliestStart?: Date | undefined;
}

/** Where the databases of a configuration are. */
export const toSourceTarget = (
  { idbUrl, otherIdbUrls, martUrl }: Pick<SourceTarget, 'idbUrl' | 'otherIdbUrls' | 'martUrl'>,
  { martSchema, idbSchema, idbTable, earliestStart }: Config,
): SourceTarget => ({ idbUrl, otherIdbUrls, martUrl, martSchema, idbSchema, idbTable, earliestStart });
