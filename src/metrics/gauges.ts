import type { Source } from '../extract/connect-idb.js';
import { readCertificates, type Certificate } from '../db/certificates.js';
import { withConnection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import type { Log } from '../model/log.js';
import { findIdbTable } from '../extract/idb-table.js';
import type { SourceState } from '../mart/source-window.js';
import { findOldestTransactionAge } from '../extract/ceiling-holder.js';
import { GAUGE_TIMEOUT_MS, readMartGauges, toGaugeSamples, toSeconds, type MartGauges } from './mart-gauges.js';
import type { Sample } from './metric.js';

import { findWaitingRows, toSeenSnapshots, type WaitingRows } from '../pipeline/waiting-rows.js';

/** The state of the databases, for the metrics. */
export interface Gauges {
  /** Undefined: it has never answered. */
  readonly mart: MartGauges | undefined;
  /** By the names of the configured sources. */
  readonly idbs: ReadonlyMap<string, IdbGauges>;
}

export interface IdbGauges {
  /** Undefined: it did not answer the last query. */
  readonly oldestTransactionSeconds: number | undefined;
  /** Null: none waits. Undefined: unknown. */
  readonly waiting: WaitingRows | null | undefined;
  /** As of its last answer. */
  readonly certificates: readonly Certificate[];
}

export interface GaugeOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly sources: readonly Source[];
  /** The jobs whose last success is wanted; default: all. */
  readonly jobs?: readonly string[];
  readonly now: Date;
  readonly log: Log;
}

/** Queries all databases. For one that does not answer, keeps what is still valid of `before`. */
export async function readGauges({ martUrl, martSchema, sources, jobs, now, log }: GaugeOptions, before?: Gauges): Promise<Gauges> {
  const orUndefined = (error: unknown): undefined => {
    log(`metrics: ${error instanceof Error ? error.message : String(error)}`, { level: 'debug' });
    return undefined;
  };
  const mart = (await readMartGauges(martUrl, martSchema, now, jobs).catch(orUndefined)) ?? before?.mart;
  const idbs = await Promise.all(
    sources.map(async (source): Promise<[string, IdbGauges]> => {
      const { name } = source;
      const found = await readIdbGauges(source, mart?.sources.get(name)?.state, orUndefined).catch(orUndefined);
      const known = { certificates: before?.idbs.get(name)?.certificates ?? [] };
      return [name, found ?? { oldestTransactionSeconds: undefined, waiting: undefined, ...known }];
    }),
  );
  return { mart, idbs: new Map(idbs) };
}

/** `state` is the source's state in the mart. */
function readIdbGauges(
  { url, idbSchema, idbTable }: Source,
  state: SourceState | undefined,
  orUndefined: (error: unknown) => undefined,
): Promise<IdbGauges> {
  const limits = { connectTimeoutMs: GAUGE_TIMEOUT_MS, statementTimeoutMs: GAUGE_TIMEOUT_MS };
  return withConnection({ url, applicationName: 'chatmart metrics', ...limits }, async (idb) => {
    const oldestTransactionSeconds = await withTransaction(
      idb,
      () => findOldestTransactionAge(idb, toSeenSnapshots(state)),
      'read committed read only',
    );
    const waiting = await findIdbTable(idb, idbSchema, idbTable)
      .then((table) => findWaitingRows(idb, table, state))
      .catch(orUndefined);
    return { oldestTransactionSeconds, waiting, certificates: readCertificates(idb) };
  });
}

/** The samples of the gauges; lags are relative to `now`. */
export function toSamples({ mart, idbs }: Gauges, now: Date): Sample[] {
  return [
    ...(mart === undefined ? [] : [...toGaugeSamples(mart, [...idbs.keys()], now), ...toCertificateSamples('mart', mart.certificates)]),
    ...[...idbs].flatMap(([name, { oldestTransactionSeconds: seconds, waiting, certificates }]): Sample[] => [
      ...(seconds === undefined ? [] : [{ name: 'idb_oldest_transaction_age_seconds' as const, labels: [name], value: seconds }]),
      ...(waiting === undefined ? [] : toWaitingSamples(name, waiting)),
      ...toCertificateSamples(name, certificates),
    ]),
  ];
}

function toWaitingSamples(source: string, waiting: WaitingRows | null): Sample[] {
  const { rows = 0, since = null } = waiting ?? {};
  const samples: Sample[] = [
    { name: 'source_waiting_rows', labels: [source], value: rows },
    { name: 'source_waiting_since_timestamp_seconds', labels: [source], value: toSeconds(since === null ? null : new Date(since)) },
  ];
  if (waiting === null) return samples;
  const { kind, database, user, application, gid } = waiting.holder;
  const labels = [source, kind, database ?? '', user ?? '', application ?? gid ?? '', waiting.until];
  return [...samples, { name: 'source_waiting_for', labels, value: 1 }];
}

const toCertificateSamples = (place: string, certificates: readonly Certificate[]): Sample[] =>
  certificates.map(({ kind, validUntil }) => ({
    name: 'certificate_not_after_timestamp_seconds',
    labels: [place, kind],
    value: toSeconds(validUntil),
  }));
