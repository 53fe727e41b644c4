import { withConnection } from '../db/connection.js';
import { toOperatorError } from '../db/operator-error.js';
import { withTransaction } from '../db/transaction.js';
import { findIdbTable } from '../extract/idb-table.js';
import { countWithoutTime, sampleWithoutTime } from '../extract/row-times.js';
import { ChatmartError, ConfigError } from '../model/errors.js';
import { toUsableTimes, type RowsWithoutTime } from '../model/row-time.js';
import { toSourceName } from '../model/source-name.js';
import { askBriefly } from './ask-briefly.js';
import { findCeilingHolder, type CeilingHolder, type SeenSnapshot } from './ceiling-holder.js';

/** What an IDB itself says at the moment. */
export interface IdbStatus {
  /** Name of the source. */
  readonly name: string;
  /** Why it cannot be read, in a sentence; null: it can. */
  readonly problem: string | null;
  /** The code of that problem. */
  readonly code: string | null;
  /** Somebody has to change something before it can be read; false: it may pass by itself. */
  readonly mustChange: boolean;
  /** Who keeps the mart from being complete for five minutes or longer; null: nobody, or it could not be asked. */
  readonly ceilingHolder: CeilingHolder | null;
  /** Rows whose ADDED_TS tells no time; null: there are none, or it could not be asked. */
  readonly withoutTime: RowsWithoutTime | null;
}

export interface IdbOptions {
  /** Undefined: no IDB is configured. */
  readonly idbUrl: string | undefined;
  /** The other IDBs of an HA set. */
  readonly twinUrls?: readonly string[] | undefined;
  readonly idbSchema: string;
  readonly idbTable?: string | undefined;
}

/** Who wants to know the status waits no longer than this for an IDB that does not answer. */
const TIMEOUT_MS = 5_000;

/**
 * Asks each IDB of the set, if one is configured; that one is out of reach or lacks its table is part of the answer. `snapshots` are those that the runs so far
 * have kept, by the name of the source.
 */
export function readIdbStatus(
  options: IdbOptions,
  snapshots: ReadonlyMap<string, readonly SeenSnapshot[]>,
  now: Date,
): Promise<IdbStatus[]> {
  const urls = options.idbUrl === undefined ? [] : [options.idbUrl, ...(options.twinUrls ?? [])];
  return Promise.all(
    urls.map(async (url, index) => {
      const name = toSourceName(index);
      try {
        return { name, problem: null, code: null, mustChange: false, ...(await askIdb(url, options, snapshots.get(name) ?? [], now)) };
      } catch (error) {
        const known = error instanceof ChatmartError ? error : toOperatorError(error);
        if (known === undefined) throw error;
        return {
          name,
          problem: known.message,
          code: known.code,
          mustChange: known instanceof ConfigError,
          ceilingHolder: null,
          withoutTime: null,
        };
      }
    }),
  );
}

/** Counting rows takes no longer than this; what takes longer is told of the newest rows alone. */
const COUNT_MS = 2_000;

function askIdb(
  url: string,
  { idbSchema, idbTable }: IdbOptions,
  snapshots: readonly SeenSnapshot[],
  now: Date,
): Promise<Pick<IdbStatus, 'ceilingHolder' | 'withoutTime'>> {
  const connection = {
    url,
    applicationName: 'chatmart status',
    connectTimeoutMs: TIMEOUT_MS,
    statementTimeoutMs: TIMEOUT_MS,
    readsOnly: true,
  };
  return withConnection(connection, async (idb) => {
    const { table, ceilingHolder } = await withTransaction(
      idb,
      async () => {
        const table = await findIdbTable(idb, idbSchema, idbTable);
        return { table, ceilingHolder: table.hasCeiling ? await findCeilingHolder(idb, snapshots) : null };
      },
      'read committed read only',
    );
    const usable = toUsableTimes(now);
    const found =
      (await askBriefly(idb, () => countWithoutTime(idb, table, usable), COUNT_MS)) ??
      (await askBriefly(idb, () => sampleWithoutTime(idb, table, usable), COUNT_MS));
    return { ceilingHolder, withoutTime: found === null || found.rows === 0 ? null : found };
  });
}
