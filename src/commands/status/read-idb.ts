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
import { toUsableTimes, type RowsWithoutTime } from '../../model/row-time.js';
import { toSourceName } from '../../mart/source-identity.js';
import { askBriefly } from '../../extract/source-times.js';
import { findCeilingHolder, type CeilingHolder, type SeenSnapshot } from '../../extract/ceiling-holder.js';
import type { IdbTarget } from '../../jobs/target.js';
import { findWaitingRows, type WaitingRows } from '../../pipeline/waiting-rows.js';

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
  /** Who keeps the mart from being complete; null: nobody, or it could not be asked. */
  readonly ceilingHolder: CeilingHolder | null;
  /** Rows that are not loaded because of it; null: there are none, or it could not be asked. */
  readonly waiting: WaitingRows | null;
  /** Rows whose ADDED_TS tells no time; null: there are none, or it could not be asked. */
  readonly withoutTime: RowsWithoutTime | null;
  /** Why its ids do not tell which rows are new, a clause each; none: they are relied on. */
  readonly idDoubts: readonly string[];
  /** How long looking through all rows took a run last; null: none has had to. */
  readonly lookSeconds: number | null;
  /** What has come to it, or become of it, since the last run, so that the next one reads more than what is new; null: nothing. */
  readonly notRead: string | null;
}

/** What it answers. */
type Answers = Omit<IdbStatus, 'name' | 'problem' | 'code' | 'mustChange'>;

const NO_ANSWERS: Answers = { ceilingHolder: null, waiting: null, withoutTime: null, idDoubts: [], lookSeconds: null, notRead: null };

/** What the mart knows of an IDB. */
export interface KnownIdb {
  /** Those that the runs so far have kept. */
  readonly snapshots: readonly SeenSnapshot[];
  /** Undefined: it was never read. */
  readonly state: SourceState | undefined;
}

/** Who wants to know the status waits no longer than this for an IDB that does not answer. */
const TIMEOUT_MS = 5_000;

/**
 * Asks each IDB of the set, if one is configured; that one is out of reach or lacks its table is part of the answer. `known` is what the mart
 * knows of them, by the name of the source.
 */
export function readIdbStatus(options: IdbTarget, known: ReadonlyMap<string, KnownIdb>, now: Date): Promise<IdbStatus[]> {
  const urls = options.idbUrl === undefined ? [] : [options.idbUrl, ...(options.otherIdbUrls ?? [])];
  return Promise.all(
    urls.map(async (url, index) => {
      const name = toSourceName(index);
      try {
        return { name, problem: null, code: null, mustChange: false, ...(await askIdb(url, options, known.get(name), now)) };
      } catch (error) {
        const told = error instanceof ChatmartError ? error : toOperatorError(error);
        if (told === undefined) throw error;
        return { name, problem: told.message, code: told.code, mustChange: told instanceof ConfigError, ...NO_ANSWERS };
      }
    }),
  );
}

/** Counting rows takes no longer than this; what takes longer is told of the newest rows alone. */
const COUNT_MS = 2_000;

function askIdb(url: string, { idbSchema, idbTable }: IdbTarget, known: KnownIdb | undefined, now: Date): Promise<Answers> {
  const connection = {
    url,
    applicationName: 'chatmart status',
    connectTimeoutMs: TIMEOUT_MS,
    statementTimeoutMs: TIMEOUT_MS,
    readsOnly: true,
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
      // Whoever rows wait for is worth a word, however young.
      ceilingHolder: waiting?.holder ?? ceilingHolder,
      waiting,
      withoutTime: found === null || found.rows === 0 ? null : found,
    };
  });
}

/** Whether ids tell which rows are new, and whether there are others that no run has read. */
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
