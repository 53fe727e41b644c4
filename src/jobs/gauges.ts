import { readCertificates, type Certificate } from '../db/certificates.js';
import { withConnection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import type { Log } from '../model/log.js';
import { findOldestTransactionAge, type SeenSnapshot } from './ceiling-holder.js';
import { GAUGE_TIMEOUT_MS, readMartGauges, toGaugeSamples, toSeconds, type MartGauges } from './mart-gauges.js';
import type { Sample } from './metric.js';
import type { TwinSource } from './read-interactions.js';

/** What the databases say for the metrics. */
export interface Gauges {
  /** Undefined: it has never answered. */
  readonly mart: MartGauges | undefined;
  /** By the names of the sources that are configured. */
  readonly idbs: ReadonlyMap<string, IdbGauges>;
}

export interface IdbGauges {
  /** Undefined: it did not answer when it was last asked. */
  readonly oldestTransactionSeconds: number | undefined;
  /** As they were when it last answered. */
  readonly certificates: readonly Certificate[];
}

export interface GaugeOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly sources: readonly TwinSource[];
  readonly now: Date;
  readonly log: Log;
}

/** Asks all databases. Of one that does not answer, what was known `before` of its state holds, as far as it can. */
export async function readGauges({ martUrl, martSchema, sources, now, log }: GaugeOptions, before?: Gauges): Promise<Gauges> {
  const orUndefined = (error: unknown): undefined => {
    log(`metrics: ${error instanceof Error ? error.message : String(error)}`, { level: 'debug' });
    return undefined;
  };
  const mart = (await readMartGauges(martUrl, martSchema, now).catch(orUndefined)) ?? before?.mart;
  const idbs = await Promise.all(
    sources.map(async ({ name, url }): Promise<[string, IdbGauges]> => {
      const found = await readIdbGauges(url, mart?.sources.get(name)?.snapshots ?? []).catch(orUndefined);
      return [name, found ?? { oldestTransactionSeconds: undefined, certificates: before?.idbs.get(name)?.certificates ?? [] }];
    }),
  );
  return { mart, idbs: new Map(idbs) };
}

/** `snapshots` are those that runs have kept of the IDB. */
function readIdbGauges(url: string, snapshots: readonly SeenSnapshot[]): Promise<IdbGauges> {
  const limits = { connectTimeoutMs: GAUGE_TIMEOUT_MS, statementTimeoutMs: GAUGE_TIMEOUT_MS };
  return withConnection({ url, applicationName: 'chatmart metrics', ...limits }, (idb) =>
    withTransaction(
      idb,
      async () => ({
        oldestTransactionSeconds: await findOldestTransactionAge(idb, snapshots),
        certificates: readCertificates(idb),
      }),
      'read committed read only',
    ),
  );
}

/** Their samples; lags are those of `now`. */
export function toSamples({ mart, idbs }: Gauges, now: Date): Sample[] {
  return [
    ...(mart === undefined ? [] : [...toGaugeSamples(mart, [...idbs.keys()], now), ...toCertificateSamples('mart', mart.certificates)]),
    ...[...idbs].flatMap(([name, { oldestTransactionSeconds: seconds, certificates }]): Sample[] => [
      ...(seconds === undefined ? [] : [{ name: 'idb_oldest_transaction_age_seconds' as const, labels: [name], value: seconds }]),
      ...toCertificateSamples(name, certificates),
    ]),
  ];
}

const toCertificateSamples = (place: string, certificates: readonly Certificate[]): Sample[] =>
  certificates.map(({ kind, validUntil }) => ({
    name: 'certificate_not_after_timestamp_seconds',
    labels: [place, kind],
    value: toSeconds(validUntil),
  }));
