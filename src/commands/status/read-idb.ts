import { queryRow, withConnection, type Connection } from '../../db/connection.js';
import { toOperatorError } from '../../db/operator-error.js';
import { withTransaction } from '../../db/transaction.js';
import { readIdSigns } from '../../extract/id-signs.js';
import { selectLargestId } from '../../extract/id-signs.sql.js';
import { findIdbTable, type IdbTable } from '../../extract/idb-table.js';
import { countWithoutTime, sampleWithoutTime } from '../../extract/row-times.js';
import { compareSource, describeAdded } from '../../extract/source-identity.js';
import { ChatmartError, ConfigError } from '../../model/errors.js';
import { ID_SLACK, type SourceState } from '../../mart/source-window.js';
import { judgeSigns, UNKNOWN_ID_ORDER } from '../../mart/id-order.js';
import type { Masker } from '../../model/sensitive-data.js';
import { toUsableTimes, type RowsWithoutTime } from '../../model/row-time.js';
import { toSourceName } from '../../mart/source-identity.js';
import { askBriefly } from '../../extract/source-times.js';
import { findCeilingHolder, type CeilingHolder, type SeenSnapshot } from '../../extract/ceiling-holder.js';
import type { IdbTarget } from '../../jobs/target.js';
import { findWaitingRows, type WaitingRows } from '../../pipeline/waiting-rows.js';

/** What an IDB itself reports at the moment. */
export interface IdbStatus {
  /** Name of the source. */
  readonly name: string;
  /** Why it cannot be read, in one sentence; null: it can. */
  readonly problem: string | null;
  /** The code of that problem. */
  readonly code: string | null;
  /** An operator must change something before it can be read; false: the problem may pass by itself. */
  readonly mustChange: boolean;
  /** The transaction that keeps the mart from being complete; null: none, or it could not be read. */
  readonly ceilingHolder: CeilingHolder | null;
  /** Rows not loaded because of that transaction; null: none, or it could not be read. */
  readonly waiting: WaitingRows | null;
  /** Rows without a usable ADDED_TS; null: none, or it could not be read. */
  readonly withoutTime: RowsWithoutTime | null;
  /** Why its ids do not show which rows are new, one clause each; empty: ids are relied on. */
  readonly idDoubts: readonly string[];
  /** How long a run last took to look through all rows; null: no run has had to. */
  readonly lookSeconds: number | null;
  /** Why the next run reads more than new rows: what was added or changed since the last run; null: nothing. */
  readonly notRead: string | null;
}

/** What an IDB in reach reports. */
type Answers = Omit<IdbStatus, 'name' | 'problem' | 'code' | 'mustChange'>;

const NO_ANSWERS: Answers = { ceilingHolder: null, waiting: null, withoutTime: null, idDoubts: [], lookSeconds: null, notRead: null };

/** What the mart knows of an IDB. */
export interface KnownIdb {
  /** The snapshots kept by the runs so far. */
  readonly snapshots: readonly SeenSnapshot[];
  /** Undefined: it was never read. */
  readonly state: SourceState | undefined;
}

/** The status waits no longer than this for an IDB that does not answer. */
const TIMEOUT_MS = 5_000;

/**
 * Reads the status of each configured IDB; an IDB that is out of reach or lacks its table is part of the answer. `known`: what the mart
 * knows of them, by source name.
 */
export function readIdbStatus(
  options: IdbTarget,
  known: ReadonlyMap<string, KnownIdb>,
  { now, masker }: { readonly now: Date; readonly masker: Masker | undefined },
): Promise<IdbStatus[]> {
  const urls = options.idbUrl === undefined ? [] : [options.idbUrl, ...(options.otherIdbUrls ?? [])];
  return Promise.all(
    urls.map(async (url, index) => {
      const name = toSourceName(index);
      try {
        return { name, problem: null, code: null, mustChange: false, ...(await askIdb(url, options, known.get(name), { now, masker })) };
      } catch (error) {
        const told = error instanceof ChatmartError ? error : toOperatorError(error);
        if (told === undefined) throw error;
        return { name, problem: told.message, code: told.code, mustChange: told instanceof ConfigError, ...NO_ANSWERS };
      }
    }),
  );
}

/** Counting all rows may take this long; after that, only the newest rows are counted. */
const COUNT_MS = 2_000;

function askIdb(
  url: string,
  { idbSchema, idbTable }: IdbTarget,
  known: KnownIdb | undefined,
  { now, masker }: { readonly now: Date; readonly masker: Masker | undefined },
): Promise<Answers> {
  const connection = {
    url,
    applicationName: 'chatmart status',
    connectTimeoutMs: TIMEOUT_MS,
    statementTimeoutMs: TIMEOUT_MS,
    idb: { masker },
  };
  return withConnection(connection, async (idb) => {
    const { table, ceilingHolder, ...answers } = await withTransaction(
      idb,
      async () => {
        const table = await findIdbTable(idb, idbSchema, idbTable);
        const ceilingHolder = table.hasCeiling ? await findCeilingHolder(idb, known?.snapshots ?? []) : null;
        return { table, ceilingHolder, ...(await askAboutRows(idb, table, known?.state, now)) };
      },
      'read committed read only',
    );
    const usable = toUsableTimes(now);
    const found =
      (await askBriefly(idb, () => countWithoutTime(idb, table, usable), COUNT_MS)) ??
      (await askBriefly(idb, () => sampleWithoutTime(idb, table, usable), COUNT_MS));
    const waiting = await findWaitingRows(idb, table, known?.state);
    return {
      ...answers,
      // Name the holder that rows wait for, however recent.
      ceilingHolder: waiting?.holder ?? ceilingHolder,
      waiting,
      withoutTime: found === null || found.rows === 0 ? null : found,
    };
  });
}

/** Whether ids show which rows are new, and whether there are others that no run has read. */
async function askAboutRows(
  idb: Connection,
  table: IdbTable,
  state: SourceState | undefined,
  now: Date,
): Promise<Pick<Answers, 'idDoubts' | 'lookSeconds' | 'notRead'>> {
  const order = state?.idOrder ?? UNKNOWN_ID_ORDER;
  const { max_id: maxId } = await queryRow<{ max_id: number }>(idb, selectLargestId(table.rows));
  const doubts = table.hasCeiling ? judgeSigns(order, await readIdSigns(idb, table), { maxId, slack: ID_SLACK, now }) : [];
  const { changed, tables } = state === undefined ? NOTHING_KNOWN : await compareSource(idb, table, state);
  const grown = await describeAdded(idb, tables.added);
  return {
    idDoubts: doubts.map(({ text }) => text),
    lookSeconds: order.seconds,
    notRead:
      changed === null ? grown && `${grown}; the next run reads them` : `it is another source: ${changed}; the next run reads all of it`,
  };
}

const NOTHING_KNOWN = { changed: null, tables: { added: [] } } as const;
