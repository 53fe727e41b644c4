import { readCalendarYears, fillCalendar } from '../mart/calendar/calendar.js';
import { execute, queryRow, type Connection } from '../db/connection.js';
import { toServiceLevels } from '../mart/aggregates/measures.js';
import { enqueueAllFacts } from '../mart/aggregates/changed-intervals.sql.js';
import { distributeWithProgress, finishDistribution, requireCluster } from '../mart/schema/distribution.js';
import { applyGeneratedSchema, upsertSchemaInfo } from '../mart/schema/generated-schema.js';
import { applyChatSchema } from '../mart/schema/chat-schema.js';
import { applyTenantViews } from '../mart/schema/tenant-views.js';
import { toMigrationError } from '../mart/schema/migration-error.js';
import { POSTGRES_CODE, postgresCode } from '../db/postgres-errors.js';
import { readMartMap } from '../mart/schema/mart-map.js';
import { loadGeneratedSchema } from '../mart/schema/migration-source.js';
import { applyMigrations } from '../mart/schema/migrations.js';
import { withTransaction } from '../db/transaction.js';
import { takeWriterLock } from '../mart/locks.js';
import { applyAttachedKeys } from '../mart/attached-keys.js';
import { readShortAbandonSeconds, SHORT_ABANDON_SECONDS, type MartProperties } from '../mart/mart-properties.js';
import { drawAuditKey, writeAuditRow } from '../mart/audit.js';
import { applyCalendars, type CalendarChange } from '../mart/calendar/apply-calendars.js';
import { withMartSession } from '../mart/mart-session.js';
import { applySensitiveRules } from '../mart/sensitive/sensitive-rules.js';
import { executeAll, executeCounted } from '../mart/written-rows.js';
import type { Calendar } from '../model/calendar.js';
import { monotonicMs, toEpochSeconds } from '../model/clock.js';
import type { AttachedKey } from '../model/attached-key.js';
import type { Log } from '../model/log.js';
import { toPrintableUrl } from '../model/database-url.js';
import { ConfigError } from '../model/errors.js';
import { readKvpMap } from '../spec/kvp-map.js';
import { packageVersion } from '../spec/package-file.js';
import { recordJobEnd, recordJobStart, type JobExecution } from './job-history.sql.js';
import { startJob, type JobSettings, type StartedJob } from './job.js';
import type { MartTarget } from './target.js';
import { selectPendingIntervals } from '../mart/status.sql.js';
import { counted, verb } from '../model/text.js';

/** The result of a migration, and the state of the mart. */
export interface MigrateSummary {
  /** Names of what was applied now; empty if the mart was up to date. */
  readonly applied: string[];
  /** Version of the mart's schema. */
  readonly version: string;
  /** First and last year of DATE_TIME. */
  readonly calendarYears: [number, number];
}

/** Job_InitializeGIM: creates or upgrades the mart and fills its calendar to a year ahead. Safe to repeat, to kill and to run twice at once. */
export async function migrateMart(target: MartTarget, settings: JobSettings): Promise<MigrateSummary> {
  const { martUrl: url, martSchema: schema } = target;
  const job = startJob('migrate', target, settings);
  const { now, log, properties, tuning } = job;
  return withMartSession({ url, applicationName: 'chatmart migrate', schema, limits: tuning.limits }, async (guard) => {
    await requireUtf8(guard, url);
    const { serviceLevelSeconds, attachedData, distributed } = properties;
    if (distributed === true) await requireCluster(guard);
    const { applied, version, addedServiceLevels } = await applyMigrations(guard, {
      ...{ url, schema, log, serviceLevelSeconds },
      lockTimeoutMs: tuning.lockTimeoutMs,
      distribute: distributed === true ? () => distributeWithProgress(guard, log) : undefined,
    });
    if (distributed === true) await finishDistribution(guard, log);
    if (serviceLevelSeconds !== undefined) applied.push(...(await tellServiceLevels(guard, log, serviceLevelSeconds, addedServiceLevels)));
    if (attachedData !== undefined && (await changeAttachedKeys(guard, job, attachedData, version))) applied.push('attached-data');
    if (await changeSensitiveData(guard, job)) applied.push('sensitive-data');
    const { intervals, changed } = await withTransaction(guard, async () => {
      await takeWriterLock(guard, schema);
      return {
        changed: await writeProperties(guard, properties),
        intervals: await fillCalendar(guard, toEpochSeconds(now)),
      };
    });
    applied.push(...changed);
    if (properties.calendars !== undefined) applied.push(...(await changeCalendars(guard, job, properties.calendars)));
    applied.push(...(await applyViewsForPeople(guard, job, applied)));
    applied.push(...(await changeTenantViews(guard, job)));
    const calendarYears = await readCalendarYears(guard);
    if (intervals > 0) log(`calendar: ${calendarYears.join(' to ')}`);
    if (applied.length > 0) await tellWhatWaits(guard, log);
    // Without changes nothing is recorded: a deployment may call this at every start.
    if (applied.length > 0 || intervals > 0) await recordJob(guard, job, { intervals, applied });
    return { applied, version, calendarYears };
  });
}

/** Writes what differs, and marks all facts for aggregation then. Returns what changed. Runs in the caller's transaction, under the writer lock. */
async function writeProperties(mart: Connection, { shortAbandonSeconds }: MartProperties): Promise<string[]> {
  if (shortAbandonSeconds === undefined) return [];
  const property = SHORT_ABANDON_SECONDS;
  if ((await readShortAbandonSeconds(mart)) === String(shortAbandonSeconds)) return [];
  const written = { table: 'ctl_schema_info', verb: 'updated', wanted: 1 } as const;
  await executeAll(mart, upsertSchemaInfo(property, String(shortAbandonSeconds)), written);
  await executeCounted(mart, enqueueAllFacts(), { table: 'chatmart_pending_agg', verb: 'inserted' });
  return [`${property} ${shortAbandonSeconds}`];
}

/** Says which numbers of seconds are new, and which the mart keeps though the setting does not name them. Returns what was applied. */
async function tellServiceLevels(mart: Connection, log: Log, wanted: readonly number[], added: readonly number[]): Promise<string[]> {
  const held = toServiceLevels(await readMartMap(mart));
  const kept = held.filter((seconds) => !wanted.includes(seconds));
  if (kept.length > 0)
    log(
      `service-level-seconds does not name ${kept.join(', ')}; the mart keeps these columns and goes on counting them, and reports show them`,
    );
  return added.length === 0 ? [] : [`service-level-seconds ${added.join(', ')}`];
}

/** Copies the setting attached-data into the mart, and says what it costs. Returns whether anything changed. */
async function changeAttachedKeys(
  guard: Connection,
  { target, now, log, tuning }: StartedJob,
  wanted: readonly AttachedKey[],
  version: string,
): Promise<boolean> {
  const { filled, stopped, marked } = await withTransaction(guard, async () => {
    await takeWriterLock(guard, target.martSchema, 'schema');
    await guard.query(`set local lock_timeout to ${tuning.lockTimeoutMs ?? 30_000}`);
    const change = await applyAttachedKeys(guard, readKvpMap(), wanted, toEpochSeconds(now));
    // The view of sessions has their columns.
    if (change.filled.length > 0) await applyGeneratedSchema(guard, await loadGeneratedSchema(await readMartMap(guard)), version);
    return change;
  });
  for (const { key, column } of filled)
    log(
      `own key ${key} fills CHAT_SESSION_ATTACHED_DATA.${column} from the next run on; no row was rewritten. ` +
        'Rows that were read before are read again only by chatmart backfill, as far as the IDB has them',
    );
  for (const { key, column } of stopped) log(`own key ${key} is no longer loaded; CHAT_SESSION_ATTACHED_DATA.${column} keeps what it has`);
  return filled.length + stopped.length + marked > 0;
}

/** Copies the setting sensitive-data into the mart, masks what the mart has, and says what that was. Returns whether anything changed. */
async function changeSensitiveData(guard: Connection, { id, target, properties, now, log }: StartedJob): Promise<boolean> {
  const start = monotonicMs();
  return withTransaction(guard, async () => {
    await takeWriterLock(guard, target.martSchema);
    const applied = await applySensitiveRules(guard, properties);
    if (applied === undefined) return false;
    const { masker, isKeyOther } = applied;
    if (masker === undefined) {
      log('sensitive-data names nothing any more: texts are stored as they come from the next run on; what is masked stays masked');
      return true;
    }
    const auditKey = await drawAuditKey(guard);
    const { maskHeldTexts } = await import('../mart/sensitive/mask-held-texts.js');
    const masked = await maskHeldTexts({ mart: guard, masker, map: await readMartMap(guard), auditKey, nowTs: toEpochSeconds(now) });
    await writeAuditRow(guard, auditKey, { jobId: id, at: now, rowCount: masked.texts, minStartKey: 0, maxStartKey: 0 });
    const { texts, members, discards, callids } = masked;
    log(
      `sensitive-data: ${counted(texts, 'text')} of sessions, ${counted(members, 'member')} of dimensions and ${counted(discards, 'discard')} were masked in ` +
        `${((monotonicMs() - start) / 1000).toFixed(1)} s` +
        (callids === 0 ? '' : `; ${counted(callids, 'interaction')} with an id that is none became BAD_CALLID`) +
        '. Old versions of these rows are on disk until VACUUM FULL, and in backups',
    );
    if (isKeyOther)
      log(
        'the key of hashes is another one: hashes of the mart stay those of the old key until chatmart backfill has read their rows again',
        {
          level: 'warning',
          code: 'hash-key-changed',
        },
      );
    return true;
  });
}

/** Makes the calendars of the mart those of the setting, and says what that cost. Returns what changed. */
async function changeCalendars(guard: Connection, job: StartedJob, wanted: readonly Calendar[]): Promise<string[]> {
  const { target, now, log, tuning } = job;
  const start = monotonicMs();
  const changes = await withTransaction(guard, async () => {
    await takeWriterLock(guard, target.martSchema, 'schema');
    await guard.query(`set local lock_timeout to ${tuning.lockTimeoutMs ?? 30_000}`);
    let auditKey: number | undefined;
    const drawKey = async (): Promise<number> => (auditKey ??= await drawAuditKey(guard));
    const done = await applyCalendars(guard, { map: await readMartMap(guard), wanted, drawKey, nowTs: toEpochSeconds(now) });
    const days = done.reduce((sum, change) => sum + change.days, 0);
    if (auditKey !== undefined)
      await writeAuditRow(guard, auditKey, { jobId: job.id, at: now, rowCount: days, minStartKey: 0, maxStartKey: 0 });
    return done;
  });
  for (const change of changes) log(`${toSentence(change)}; facts were not touched`);
  if (changes.length > 0) log(`calendars: done in ${((monotonicMs() - start) / 1000).toFixed(1)} s`);
  return changes.map(({ calendar, what }) => `calendar ${calendar.name} ${what}`);
}

function toSentence({ calendar: { name, timezone }, what, intervals, days, factsFrom }: CalendarChange): string {
  if (what === 'removed') return `calendar ${name} was removed, with DATE_TIME_${name.toUpperCase()} and its aggregates`;
  const since =
    factsFrom === 0 ? '' : `; it knows the sessions from ${new Date(factsFrom * 1000).toISOString()} on, because older facts are purged`;
  return `calendar ${name} (${timezone}) was ${what}: ${counted(intervals, 'interval')} and ${counted(days, 'row')} of days${since}`;
}

/**
 * Makes the schema for people, or brings it up to date after what was `applied`. Where the role may not, the mart goes without. Returns what
 * changed beyond what follows from that.
 */
async function applyViewsForPeople(
  guard: Connection,
  { target: { martSchema }, log, tuning }: StartedJob,
  applied: readonly string[],
): Promise<string[]> {
  try {
    const changed = await withTransaction(guard, async () => {
      await takeWriterLock(guard, martSchema, 'schema');
      await guard.query(`set local lock_timeout to ${tuning.lockTimeoutMs ?? 30_000}`);
      return applyChatSchema(guard, martSchema);
    });
    if (changed === undefined || (!changed.isNew && applied.length > 0)) return [];
    log(`applied schema ${changed.name}`);
    return [`schema ${changed.name}`];
  } catch (error) {
    if (postgresCode(error) !== POSTGRES_CODE.insufficientPrivilege)
      throw await toMigrationError(guard, error, 'of the views for people', martSchema);
    log(
      `note: the views for people were not made: ${(error as Error).message}. Everything else is up to date. ` +
        'Run deploy/roles-mart.sql again, which gives the owner of the mart a schema for them, and then chatmart migrate',
    );
    return [];
  }
}

/** Brings the views for tenants up to date, if the mart has any. Returns what changed. */
async function changeTenantViews(guard: Connection, { target: { martSchema }, log, tuning }: StartedJob): Promise<string[]> {
  const changed = await withTransaction(guard, async () => {
    await takeWriterLock(guard, martSchema, 'schema');
    await guard.query(`set local lock_timeout to ${tuning.lockTimeoutMs ?? 30_000}`);
    return applyTenantViews(guard, martSchema);
  }).catch(async (error: unknown) => {
    throw await toMigrationError(guard, error, 'of the views for tenants', martSchema);
  });
  if (!changed) return [];
  log('applied views for tenants');
  return ['views for tenants'];
}

/** A new measure is empty until the facts are aggregated again. */
async function tellWhatWaits(mart: Connection, log: Log): Promise<void> {
  const { intervals } = await queryRow<{ intervals: number }>(mart, selectPendingIntervals());
  if (intervals > 0)
    log(
      `${counted(intervals, 'interval')} of 15 minutes ${verb(intervals, 'waits', 'wait')} to be aggregated again by the next chatmart run or chatmart aggregate`,
    );
}

/** Texts come in every language: any other encoding would reject some of them in the middle of a load. */
async function requireUtf8(connection: Connection, martUrl: string): Promise<void> {
  const { encoding } = await queryRow<{ encoding: string }>(connection, { text: `select current_setting('server_encoding') as encoding` });
  if (encoding === 'UTF8') return;
  throw new ConfigError('mart-not-utf8', `The database of ${toPrintableUrl(martUrl)} has encoding ${encoding}; a mart needs UTF8`, {
    state: 'nothing-changed',
    next: "Create another database: create database … encoding 'UTF8' template template0",
  });
}

async function recordJob(
  guard: Connection,
  { id, now: startedAt, clock, origin }: StartedJob,
  { applied, intervals }: { readonly applied: readonly string[]; readonly intervals: number },
): Promise<void> {
  const job: JobExecution = { jobId: id, jobName: 'Job_InitializeGIM', jobVersion: packageVersion(), startedAt, origin };
  const message = [...toShortList(applied), ...(intervals > 0 ? [`${counted(intervals, 'interval')} of DATE_TIME`] : [])].join(', ');
  await execute(guard, recordJobStart(job));
  await execute(
    guard,
    recordJobEnd(job, { status: 'COMPLETED', endedAt: clock(), rowCount: intervals, counts: { out: intervals }, message }),
  );
}

/** Of many numbered migrations, as for a new mart, the last one. */
function toShortList(applied: readonly string[]): string[] {
  const numbered = applied.filter((name) => /^\d{3}_/.test(name));
  if (numbered.length <= MOST_NAMED) return [...applied];
  return [`${counted(numbered.length, 'migration')} up to ${numbered.at(-1)!}`, ...applied.filter((name) => !numbered.includes(name))];
}

const MOST_NAMED = 3;
