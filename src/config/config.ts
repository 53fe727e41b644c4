import type { AttachedKey } from '../model/attached-key.js';
import type { SensitiveRule } from '../model/sensitive-data.js';
import type { Calendar } from '../model/calendar.js';
import { toPrintableUrl } from '../model/database-url.js';
import type { LogConfig } from './log-config.js';
import type { MailConfig, ReportDelivery } from './report-deliveries.js';
import type { PasswordPlace } from './read-passwords.js';
import type { ScheduleConfig } from './schedule-config.js';
import { createHash } from 'node:crypto';

/** The trusted configuration: every value checked, every path absolute. Made by `loadConfig` only. */
export interface Config {
  /** Folder of the embedded server and of our own state. */
  readonly home: string;
  /** It was set explicitly: an embedded server there was asked for. */
  readonly homeIsSet: boolean;
  /** Folder with `postgres` and `initdb` for the embedded server, instead of the packaged ones. */
  readonly pgBin: string | undefined;
  /** URLs of the IDB, or of those of an HA pair; empty: none is configured. Commands that only read the mart need none. */
  readonly idbUrls: readonly string[];
  /** URL of the Info Mart; undefined: none is configured. */
  readonly martUrl: string | undefined;
  /** URL of the Info Mart for the role that owns it; undefined: `martUrl` is that as well. */
  readonly ownerUrl: string | undefined;
  /** Files from which passwords in these URLs came, by URL; undefined: they came from none. */
  readonly passwordFiles?: ReadonlyMap<string, PasswordPlace> | undefined;
  readonly martSchema: string;
  readonly idbSchema: string;
  /** Undefined: `g_userdata_history`, else `g_user_data_history`, whichever exists. */
  readonly idbTable: string | undefined;
  /** Sessions that start before it are discarded; undefined: 2000-01-01. */
  readonly earliestStart: Date | undefined;
  /** Own user-data keys to load; undefined: those that the mart has. */
  readonly attachedData?: readonly AttachedKey[] | undefined;
  /** What must not be stored as it came; undefined: what the mart has. */
  readonly sensitiveData?: readonly SensitiveRule[] | undefined;
  /** Reads the key of hashes, or throws `ConfigError`; undefined: none is named. Only jobs that load need it. */
  readonly readHashKey?: (() => string) | undefined;
  readonly calendars?: readonly Calendar[] | undefined;
  /** Whether the mart is to be spread over a Citus cluster; undefined: it stays as it is. */
  readonly distributed?: boolean | undefined;
  /** Reports that `schedule` delivers; undefined: none. */
  readonly reports?: readonly ReportDelivery[] | undefined;
  /** Where their mails go; undefined: they cannot be mailed. */
  readonly mail?: MailConfig | undefined;
  readonly log: LogConfig;
  readonly schedule: ScheduleConfig;
  /** Where `schedule` serves its metrics; undefined: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  /** Up to how many seconds a session is short-abandoned; undefined: as the mart has it. */
  readonly shortAbandonSeconds?: number | undefined;
  /** Within how many seconds sessions are counted as answered, ascending; undefined: as the mart has it. */
  readonly serviceLevelSeconds?: readonly number[] | undefined;
  /** Minimum number of days for which facts are kept; undefined: forever. */
  readonly daysToKeepGimFacts?: number | undefined;
  /** Days for which resolved discards and job history are kept; undefined: Info Mart's default. */
  readonly daysToKeepDiscardsAndJobHistory?: number | undefined;
  /** Use the databases that `chatmart demo` created in the embedded server, whatever URLs are set. */
  readonly demo: boolean;
  /** Oddities of the configuration that prevent nothing. */
  readonly warnings: readonly string[];
}

/** 16 hexadecimal digits that change with the settings; passwords do not count. */
export function toConfigHash(config: Config): string {
  const settings = Object.entries(config).sort(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'string' && value.includes('://') ? toPrintableUrl(value) : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
