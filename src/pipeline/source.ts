import type { Connection } from '../db/connection.js';
import type { SessionLimits } from '../db/session-limits.js';
import type { TwinSource } from '../extract/connect-idb.js';
import { requireIds } from '../extract/extract-chunk.js';
import { findIdbTable } from '../extract/idb-table.js';
import type { JobOrigin } from '../jobs/job-history.sql.js';
import type { StopRequest } from '../jobs/stop.js';
import type { LoadOptions } from '../load/load-chunk.js';
import { loadDivided } from '../load/load-divided.js';
import { prepareStaging } from '../load/stage-batch.js';
import { ensureCalendarYears } from '../mart/calendar/calendar.js';
import { readFactsKeptFrom } from '../mart/retention.js';
import { readServerTime } from '../mart/server-clock.js';
import { SOURCE_NAME, toSourceName } from '../mart/source-identity.js';
import { readSourceState } from '../mart/source-state.js';
import type { SourceState } from '../mart/source-window.js';
import { monotonicMs, toEpochSeconds, type Clock } from '../model/clock.js';
import { ConfigError } from '../model/errors.js';
import { readKvpMap } from '../spec/kvp-map.js';
import { packageVersion } from '../spec/package-file.js';
import type { ReadChunk, ReadContext } from './read-chunk.js';
import { readInteractions } from './read-interactions.js';
import { addChunk, type WindowTotals } from './totals.js';

/** Where a source is, and where its sessions go. The URLs hold passwords: never to be printed. */
export interface SourceOptions {
  readonly idbUrl: string;
  /** The other IDBs of an HA set: each ICON writes one of them. */
  readonly twinUrls?: readonly string[] | undefined;
  readonly martUrl: string;
  readonly martSchema: string;
  readonly idbSchema: string;
  readonly idbTable?: string | undefined;
  /** Sessions that start before it are discarded; undefined: 2000-01-01. */
  readonly earliestStart?: Date | undefined;
  /** Of one interaction; undefined: `MOST_ROWS`. */
  readonly mostRows?: number | undefined;
  /** Of all sessions, on both sides. */
  readonly limits?: Partial<SessionLimits> | undefined;
  /** Take the slower way for every session: see `LoadOptions`. */
  readonly stagesAll?: boolean | undefined;
  /** Asked between two chunks. */
  readonly stop?: StopRequest | undefined;
  /** For the job history. */
  readonly origin?: JobOrigin | undefined;
}

/** The sources of a mart: `idb`, and its twins `idb2`, `idb3`, … in the order of the configuration. Empty: no IDB is configured. */
export const toTwinSources = ({
  idbUrl,
  twinUrls = [],
  idbSchema,
  idbTable,
  limits,
  stop,
}: Pick<SourceOptions, 'twinUrls' | 'idbSchema' | 'idbTable' | 'limits' | 'stop'> & {
  readonly idbUrl: string | undefined;
}): TwinSource[] =>
  (idbUrl === undefined ? [] : [idbUrl, ...twinUrls]).map((url, index) => ({
    name: toSourceName(index),
    url,
    idbSchema,
    idbTable,
    limits,
    endedBy: stop?.atOnce,
  }));

/** What a job needs to read from a source and to load into the mart; opened and closed by the job. */
export interface SourceLoading extends ReadContext {
  readonly mart: Connection;
  readonly load: LoadOptions;
  readonly source: TwinSource;
  /** Of the source when the job began. */
  readonly state: SourceState;
  readonly jobId: string;
  readonly jobVersion: string;
  /** One instant for all that the job decides. */
  readonly now: Date;
  readonly totals: WindowTotals;
  readonly stop: StopRequest | undefined;
  readonly origin: JobOrigin | undefined;
  /** Called before anything that takes long, or that writes, is done; undefined: nobody wants to know. */
  readonly begin?: (() => Promise<void>) | undefined;
}

/** Finds the source's table and prepares the two sessions for loading from it. Errors: those of `findIdbTable`. */
export async function prepareLoading(
  idb: Connection,
  mart: Connection,
  options: SourceOptions & { readonly clock: Clock; readonly now: Date; readonly jobId: string; readonly totals: WindowTotals },
  sourceName: string = SOURCE_NAME,
): Promise<SourceLoading> {
  const { clock, now, jobId, totals, martSchema } = options;
  await refuseBorderAhead(mart, now);
  const table = await findIdbTable(idb, options.idbSchema, options.idbTable);
  await requireIds(idb, table);
  const twins = toTwinSources(options);
  const source = twins.find(({ name }) => name === sourceName)!;
  const map = readKvpMap();
  const { earliestStart, mostRows } = options;
  const read: ReadContext = { idb, table, map, earliestStartTs: earliestStart && toEpochSeconds(earliestStart), mostRows, clock };
  return {
    ...read,
    mart,
    source,
    state: await readSourceState(mart, source.name, `${table.schema}.${table.name}`),
    jobId,
    jobVersion: packageVersion(),
    now,
    totals,
    stop: options.stop,
    origin: options.origin,
    load: {
      map,
      martSchema,
      stagesAll: options.stagesAll,
      reread: (guids, inputs) => readInteractions(twins, read, guids, inputs),
      extendCalendar: (connection, fromTs, toTs) => ensureCalendarYears(connection, { fromTs, toTs }),
    },
  };
}

/**
 * Throws ConfigError where facts are kept from an instant on that has not come by any clock: every session would be left out as too old, and
 * counted as read.
 */
async function refuseBorderAhead(mart: Connection, now: Date): Promise<void> {
  const keptFrom = await readFactsKeptFrom(mart);
  if (keptFrom === null || keptFrom <= now) return;
  const serverTime = await readServerTime(mart);
  if (keptFrom <= serverTime) return;
  throw new ConfigError(
    'facts-kept-from-ahead',
    `The mart keeps facts from ${keptFrom.toISOString()} on, which is in the future; no session could be loaded`,
    {
      state: 'nothing-read',
      next:
        'A clock was ahead when chatmart maintain moved that border. As the owner of the mart, run: ' +
        `update ctl_schema_info set value = '${serverTime.toISOString().slice(0, 7)}-01T00:00:00.000Z' where property = 'facts-kept-from'; ` +
        'or use an earlier instant. Then chatmart backfill --from that instant reads what was deleted again, as far as the IDB still has it.',
    },
  );
}

/** How a chunk counts in the history of the source. */
export interface ChunkPlace {
  /** State to be stored with the chunk: the watermark moves in its transaction. Null: it stays. */
  readonly state: SourceState | null;
  /** Largest id up to which the source is loaded then; 0: the chunk is no range of ids. */
  readonly highWaterMark: number;
  readonly ceiling: bigint | null;
}

/** Loads a chunk that was read, in one transaction, and adds it to the totals. Returns the state with its new revision. */
export async function loadRead(loading: SourceLoading, chunk: ReadChunk, place: ChunkPlace): Promise<SourceState | null> {
  const start = monotonicMs();
  await prepareStaging(loading.mart, loading.load.map);
  const loaded = await loadDivided(
    loading.mart,
    {
      batch: chunk.batch,
      state: place.state,
      history: {
        jobId: loading.jobId,
        jobVersion: loading.jobVersion,
        tableName: loading.table.name,
        dataSourceKey: loading.state.dataSourceKey,
        rowCount: chunk.rows,
        maxTs: chunk.maxTs,
        startedAt: chunk.startedAt,
        extractedAt: chunk.extractedAt,
        now: loading.now,
        highWaterMark: place.highWaterMark,
        ceiling: place.ceiling?.toString() ?? null,
      },
    },
    loading.load,
  );
  addChunk(loading.totals, chunk, loaded, monotonicMs() - start);
  return loaded.state;
}
