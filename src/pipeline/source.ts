import type { Connection } from '../db/connection.js';
import { withIdb, type Source } from '../extract/connect-idb.js';
import { requireIds } from '../extract/extract-chunk.js';
import { findIdbTable } from '../extract/idb-table.js';
import type { Job, JobSettings } from '../jobs/job.js';
import type { IdbTarget, SourceTarget } from '../jobs/target.js';
import type { LoadOptions } from '../load/load-chunk.js';
import { loadDivided } from '../load/load-divided.js';
import { prepareStaging } from '../load/stage-batch.js';
import { readAttachedKeys } from '../mart/attached-keys.js';
import { ensureCalendarYears } from '../mart/calendar/calendar.js';
import { readFactsKeptFrom } from '../mart/retention.js';
import { openMasking, type Masking } from '../mart/sensitive/sensitive-rules.js';
import { readServerTime } from '../mart/server-clock.js';
import { SOURCE_NAME, toSourceName } from '../mart/source-identity.js';
import { readSourceState } from '../mart/source-state.js';
import type { SourceState } from '../mart/source-window.js';
import { withAttachedKeys } from '../model/attached-key.js';
import { monotonicMs, toEpochSeconds } from '../model/clock.js';
import { ConfigError } from '../model/errors.js';
import { readKvpMap } from '../spec/kvp-map.js';
import { packageVersion } from '../spec/package-file.js';
import type { ReadChunk, ReadContext } from './read-chunk.js';
import { readInteractions } from './read-interactions.js';
import { addChunk, type WindowTotals } from './totals.js';

/**
 * The sources of a mart: `idb`, and the others of a pair, `idb2`, `idb3`, … in the order of the configuration. Empty: no IDB is configured.
 */
export const toSources = (
  { idbUrl, otherIdbUrls = [], idbSchema, idbTable }: IdbTarget,
  { stop, tuning }: Pick<JobSettings, 'stop' | 'tuning'> = {},
): Source[] =>
  (idbUrl === undefined ? [] : [idbUrl, ...otherIdbUrls]).map((url, index) => ({
    name: toSourceName(index),
    url,
    idbSchema,
    idbTable,
    limits: tuning?.limits,
    endedBy: stop?.atOnce,
  }));

/** The resources for reading a source and loading the mart; opened and closed by the job. */
export interface SourceLoading extends ReadContext {
  readonly job: Job;
  readonly load: LoadOptions;
  readonly source: Source;
  /** False: sessions may have been loaded from another IDB before. */
  readonly isOnlySource: boolean;
  /** Of the source when the job began. */
  readonly state: SourceState;
  readonly totals: WindowTotals;
  /** Called before anything that takes long, or that writes, is done; undefined: nobody wants to know. */
  readonly beginHistory?: (() => Promise<void>) | undefined;
}

/** Of which source, and where it counts. */
export interface LoadingOptions {
  readonly target: SourceTarget;
  readonly totals: WindowTotals;
  /** Default: the first one. */
  readonly sourceName?: string;
  /** Of the session on the source. */
  readonly applicationName: string;
}

/** Opens a source for the duration of `work`, which loads from it. Errors: those of `openMasking` and `findIdbTable`. */
export async function withLoading<T>(job: Job, options: LoadingOptions, work: (loading: SourceLoading) => Promise<T>): Promise<T> {
  const { target, sourceName = SOURCE_NAME, applicationName } = options;
  const masking = await openMasking(job.mart, job.properties);
  const sources = toSources(target, job);
  const source = sources.find(({ name }) => name === sourceName)!;
  return withIdb(source, { applicationName, masker: masking.masker }, async (idb) =>
    work(await prepareLoading(job, idb, { ...options, masking, sources, source })),
  );
}

interface OpenSource extends LoadingOptions {
  readonly masking: Masking;
  readonly sources: readonly Source[];
  readonly source: Source;
}

/** Finds the source's table and prepares the two sessions for loading from it; then all that the job needs has answered, and it has begun. */
async function prepareLoading(
  job: Job,
  idb: Connection,
  { target, totals, masking: { masker, requireSameRules }, sources, source }: OpenSource,
): Promise<SourceLoading> {
  const { mart, clock, now, tuning } = job;
  await refuseBorderAhead(mart, now);
  const table = await findIdbTable(idb, target.idbSchema, target.idbTable);
  await requireIds(idb, table);
  const map = { ...withAttachedKeys(readKvpMap(), await readAttachedKeys(mart)), hiddenKeys: masker?.wholeKeys };
  const { earliestStart } = target;
  const { mostRows, stagesAll } = tuning;
  const read: ReadContext = { idb, table, map, earliestStartTs: earliestStart && toEpochSeconds(earliestStart), mostRows, masker, clock };
  const state = await readSourceState(mart, source.name, `${table.schema}.${table.name}`);
  job.begin();
  return {
    ...read,
    job,
    source,
    isOnlySource: sources.length === 1,
    state,
    totals,
    load: {
      map,
      martSchema: target.martSchema,
      stagesAll,
      requireSameRules,
      reread: (guids, inputs) => readInteractions(sources, read, guids, inputs),
      extendCalendar: (connection, firstTs, lastTs) => ensureCalendarYears(connection, { firstTs, lastTs }),
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

/** How a chunk is recorded for the source. */
export interface ChunkPlace {
  /** State to be stored with the chunk: the watermark moves in its transaction. Null: it stays. */
  readonly state: SourceState | null;
  /** Largest id up to which the source is loaded then; 0: the chunk is no range of ids. */
  readonly highWaterMark: number;
  readonly ceiling: bigint | null;
  /** See `Chunk`. Default: no. */
  readonly isIncrement?: boolean;
}

/** Loads a chunk that was read, in one transaction, and adds it to the totals. Returns the state with its new revision. */
export async function loadRead(loading: SourceLoading, chunk: ReadChunk, place: ChunkPlace): Promise<SourceState | null> {
  const start = monotonicMs();
  const { mart, id, now } = loading.job;
  await prepareStaging(mart, loading.load.map);
  const loaded = await loadDivided(
    mart,
    {
      batch: chunk.batch,
      state: place.state,
      isIncrement: place.isIncrement === true,
      history: {
        jobId: id,
        jobVersion: packageVersion(),
        tableName: loading.table.name,
        dataSourceKey: loading.state.dataSourceKey,
        rowCount: chunk.rows,
        maxTs: chunk.maxTs,
        startedAt: chunk.startedAt,
        extractedAt: chunk.extractedAt,
        now,
        highWaterMark: place.highWaterMark,
        ceiling: place.ceiling?.toString() ?? null,
      },
    },
    loading.load,
  );
  addChunk(loading.totals, chunk, loaded, monotonicMs() - start);
  return loaded.state;
}
