import { findIdbTable } from '../../extract/idb-table.js';
import { requireMigrated } from '../../mart/schema/mart-access.js';
import type { MartProperties } from '../../mart/mart-properties.js';
import { openDisplayMasker } from '../../mart/sensitive/sensitive-rules.js';
import type { Masker } from '../../model/sensitive-data.js';
import { findSourceState } from '../../mart/source-state.js';
import type { SourceState } from '../../mart/source-window.js';
import { systemClock, type Clock } from '../../model/clock.js';
import { ConfigError, UnavailableError } from '../../model/errors.js';
import { counted } from '../../model/text.js';
import type { IdbTarget, MartTarget } from '../../jobs/target.js';
import { toSources } from '../../pipeline/source.js';
import { readAdataSpec, type AdataSpec } from '../../spec/adata-spec.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { packageVersion } from '../../spec/package-file.js';
import { runCheck, runChecks, MART, withSubject } from './run-checks.js';
import { type Check, type IdbSubject, type MartSubject, type CheckSubject, ok, type Finding, type Space } from './finding.js';
import { checkCluster } from './cluster.js';
import { checkAttachedKeys, checkRecentKeys } from './idb-keys.js';
import { checkIdSequence, checkIndexes, checkRowTimes, checkRows } from './idb-table.js';
import { checkAdditions, checkCalendar, checkProperties, checkSources, checkTimes } from './mart.js';
import { checkIdbLimits, checkIdbRights, checkLogins, checkMartRights } from './rights.js';
import { checkClock, checkDisk, checkVersion, checkWaits } from './server.js';
import { checkIdbSettings, checkMartSettings } from './settings.js';
import { checkCertificates, checkTls } from './tls.js';
import { checkIdbTransactions, checkTransactions } from './transactions.js';
import { statfs } from 'node:fs/promises';

/** Checks of every server. */
const SERVER_CHECKS: readonly Check<CheckSubject>[] = [
  { name: 'version', look: checkVersion },
  { name: 'tls', look: checkTls },
  { name: 'certificates', look: checkCertificates },
  { name: 'clock', look: checkClock },
  { name: 'disk', look: checkDisk },
  { name: 'waits', look: checkWaits },
];

/** Checks of the mart's database, whether or not it holds a mart. */
export const MART_SERVER_CHECKS: readonly Check<CheckSubject>[] = [
  ...SERVER_CHECKS,
  { name: 'settings', look: checkMartSettings },
  { name: 'transactions', look: checkTransactions },
];

/** Checks of a mart that has this program's version. */
export const MART_CHECKS: readonly Check<MartSubject>[] = [
  { name: 'additions', look: checkAdditions },
  { name: 'rights', look: checkMartRights },
  { name: 'logins', look: checkLogins },
  { name: 'properties', look: checkProperties },
  { name: 'calendar', look: checkCalendar },
  { name: 'times', look: checkTimes },
  { name: 'sources', look: checkSources },
  { name: 'cluster', look: checkCluster },
];

/** Checks of an IDB before its table is looked up. */
export const IDB_SERVER_CHECKS: readonly Check<CheckSubject>[] = [...SERVER_CHECKS, { name: 'settings', look: checkIdbSettings }];

/** Checks of an IDB. */
export const IDB_CHECKS: readonly Check<IdbSubject>[] = [
  { name: 'rights', look: checkIdbRights },
  { name: 'limits', look: checkIdbLimits },
  { name: 'indexes', look: checkIndexes },
  { name: 'sequence', look: checkIdSequence },
  { name: 'rows', look: checkRows },
  { name: 'row-times', look: checkRowTimes },
  { name: 'recent-keys', look: checkRecentKeys },
  { name: 'attached-keys', look: checkAttachedKeys },
  { name: 'transactions', look: checkIdbTransactions },
];

/** The report of `chatmart doctor`; its shape is specs/schema/doctor.schema.json. */
export interface DoctorReport {
  readonly at: string;
  readonly version: string;
  readonly node: string;
  /** The findings of the mart first, then those of each IDB in the order of the configuration. */
  readonly findings: readonly Finding[];
}

/** Without an IDB only the mart is checked. */
export interface DoctorOptions extends MartTarget, IdbTarget {
  /** ICON's attached-data specification, to be compared with the keys that arrive. */
  readonly adataSpecFile?: string | undefined;
  /** The databases belong to the embedded server, which nobody else logs in to. */
  readonly embedded?: boolean | undefined;
  readonly clock?: Clock;
  /** What the configuration says of the mart; undefined: nothing. */
  readonly properties?: MartProperties | undefined;
  readonly readSpace?: CheckSubject['readSpace'];
}

/** Checks the mart and each IDB, whatever the others answer. Changes nothing. Errors: `ConfigError` for an invalid specification. */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const { clock = systemClock, readSpace = readFileSystem } = options;
  const adataSpec = options.adataSpecFile === undefined ? undefined : readAdataSpec(options.adataSpecFile);
  const context: Context = {
    options,
    clock,
    readSpace,
    adataSpec,
    states: new Map(),
    masker: await openDisplayMasker(undefined, options.properties ?? {}),
  };
  const findings = await checkMart(context);
  const sources = toSources(options);
  for (const source of sources) findings.push(...(await checkIdb(context, source)));
  if (sources.length === 0) findings.push(NO_IDB);
  return { at: clock().toISOString(), version: packageVersion(), node: process.versions.node, findings };
}

interface Context extends Pick<CheckSubject, 'clock' | 'readSpace'> {
  readonly options: DoctorOptions;
  readonly adataSpec: AdataSpec | undefined;
  /** What the mart knows of the IDBs, by source name. */
  readonly states: Map<string, SourceState>;
  /** Masks what is shown of the IDBs' texts; set once the mart was asked. */
  masker: Masker | undefined;
}

const NO_IDB: Finding = {
  check: 'configuration',
  place: 'idb',
  severity: 'note',
  found: 'CHATMART_IDB_URL is not set: only the mart was looked at',
  next: null,
  isUnavailable: false,
};

function checkMart(context: Context): Promise<Finding[]> {
  const { options, clock, readSpace, states } = context;
  const { martUrl: url, martSchema: schema, properties = {} } = options;
  const sourceNames = toSources(options).map(({ name }) => name);
  return withSubject(MART, { url, clock }, { schema }, async (connection, findings) => {
    const subject = { connection, url, clock, readSpace, schema, sourceNames, properties };
    findings.push(...(await runChecks(MART, subject, MART_SERVER_CHECKS)));
    const version = await runCheck(MART, 'schema', connection, async () => {
      await requireMigrated(connection);
      return [ok(`schema ${schema} holds a mart of this version`)];
    });
    findings.push(...version);
    if (version.some(({ severity }) => severity !== 'ok')) return;
    findings.push(...(await runChecks(MART, subject, MART_CHECKS.filter(concerns(options)))));
    context.masker = await openDisplayMasker(connection, properties);
    for (const name of sourceNames) {
      const state = await findSourceState(connection, name);
      if (state !== undefined) states.set(name, state);
    }
  });
}

function checkIdb(context: Context, { name, url, idbSchema, idbTable }: ReturnType<typeof toSources>[number]): Promise<Finding[]> {
  const { clock, readSpace, adataSpec, states, masker } = context;
  return withSubject(name, { url, clock }, { idb: { masker } }, async (connection, findings) => {
    const subject = { connection, url, clock, readSpace };
    findings.push(...(await runChecks(name, subject, IDB_SERVER_CHECKS)));
    let table: Awaited<ReturnType<typeof findIdbTable>> | undefined;
    const found = await runCheck(name, 'table', connection, async () => {
      table = await findIdbTable(connection, idbSchema, idbTable);
      return [ok(`${table.schema}.${table.name} is a ${table.kind} of ICON`)];
    });
    findings.push(...found);
    if (table === undefined) return;
    const idb = { ...subject, table, map: readKvpMap(), state: states.get(name), adataSpec, masker };
    findings.push(...(await runChecks(name, idb, IDB_CHECKS.filter(concerns(context.options)))));
  });
}

/** The embedded server has a single role, which may do everything. */
const concerns =
  ({ embedded = false }: DoctorOptions) =>
  ({ name }: { readonly name: string }): boolean =>
    !embedded || (name !== 'rights' && name !== 'logins');

async function readFileSystem(folder: string): Promise<Space | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, allBytes: blocks * bsize };
  } catch {
    // The folder is on a server whose files this account may not see, or inside a container.
    return null;
  }
}

/** Throws the error that sets the exit code if something must be changed or a database is out of reach. */
export function requireHealth({ findings }: Pick<DoctorReport, 'findings'>): void {
  const problems = findings.filter(({ severity }) => severity === 'problem');
  const away = problems.filter(({ isUnavailable }) => isUnavailable);
  const list = (some: readonly Finding[]): string => [...new Set(some.map(({ place, check }) => `${place} ${check}`))].join(', ');
  if (problems.length > away.length)
    throw new ConfigError('doctor-found-problems', `doctor found ${counted(problems.length, 'problem')}: ${list(problems)}`, {
      state: 'nothing-changed',
      next: 'Each finding above says what to do.',
      again: 'then',
    });
  if (away.length > 0)
    throw new UnavailableError('doctor-out-of-reach', `Unreachable: ${[...new Set(away.map(({ place }) => place))].join(', ')}`, {
      state: 'nothing-changed',
      again: 'when the server is back',
    });
}
