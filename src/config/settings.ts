import type { ScheduleSetting } from './schedule-config.js';
import { LOG_LEVELS } from '../model/log.js';

/** A setting: option `--name`, environment variable, or key `name` of the configuration file. */
export interface Setting {
  readonly name:
    | 'idb-url'
    | 'mart-url'
    | 'owner-url'
    | 'idb-password-file'
    | 'mart-password-file'
    | 'owner-password-file'
    | 'mart-schema'
    | 'idb-schema'
    | 'idb-table'
    | 'earliest-start'
    | 'attached-data'
    | 'sensitive-data'
    | 'hash-key-file'
    | 'calendars'
    | 'distributed'
    | 'reports'
    | 'smtp-url'
    | 'smtp-password-file'
    | 'mail-from'
    | 'days-to-keep-gim-facts'
    | 'short-abandon-seconds'
    | 'service-level-seconds'
    | 'days-to-keep-discards-and-job-history'
    | 'home'
    | 'pg-bin'
    | 'log-format'
    | 'log-level'
    | ScheduleSetting
    | 'metrics-port'
    | 'metrics-host';
  /** The commands that take it as an option; undefined: all that read a configuration. */
  readonly commands?: readonly ('schedule' | 'migrate' | 'report')[];
  /** The option that sets it to `true`, if that is not `--name value`. */
  readonly flag?: string | undefined;
  /** How --help shows the value. */
  readonly argument: string;
  readonly description: string;
  /** The only allowed values; undefined: not a fixed list. */
  readonly choices?: readonly string[];
  /** The default value. */
  readonly default?: string;
  /** If there is no default value: what happens instead, in words. */
  readonly unset?: string;
}

const SCHEDULE = { commands: ['schedule'] } as const;
const MIGRATE = { commands: ['migrate'] } as const;
const FLAG = { argument: '<flag>', choices: ['true', 'false'] } as const;

/** All settings, in the order of --help: the single source of options, variables and file keys. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'idb-url',
    argument: '<url>',
    description: 'PostgreSQL URL of the Interaction Database (IDB); for an HA pair, both URLs separated by a space',
    unset: 'required by commands that read the IDB, unless there is an embedded server',
  },
  {
    name: 'mart-url',
    argument: '<url>',
    description: 'PostgreSQL URL of the Info Mart',
    unset: 'required, unless there is an embedded server',
  },
  {
    ...MIGRATE,
    name: 'owner-url',
    argument: '<url>',
    description: 'PostgreSQL URL of the Info Mart for the role that owns it',
    unset: 'mart-url',
  },
  {
    name: 'idb-password-file',
    argument: '<file>',
    description: 'file of mode 600 with the password of the IDB; for an HA pair, one line for each IDB',
    unset: 'systemd credential idb-password, then PGPASSWORD, then PGPASSFILE',
  },
  {
    name: 'mart-password-file',
    argument: '<file>',
    description: 'file of mode 600 with the password of the Info Mart',
    unset: 'systemd credential mart-password, then PGPASSWORD, then PGPASSFILE',
  },
  {
    ...MIGRATE,
    name: 'owner-password-file',
    argument: '<file>',
    description: 'file of mode 600 with the password of the role that owns the Info Mart',
    unset: 'systemd credential owner-password, then PGPASSWORD, then PGPASSFILE',
  },
  { name: 'mart-schema', argument: '<name>', description: 'schema of the Info Mart', default: 'infomart' },
  { name: 'idb-schema', argument: '<name>', description: 'schema of the IDB', default: 'public' },
  {
    name: 'idb-table',
    argument: '<name>',
    description: 'table of user-data rows in the IDB',
    unset: 'g_userdata_history, or g_user_data_history if there is no such table',
  },
  {
    name: 'earliest-start',
    argument: '<time>',
    description: 'discard sessions that start before this date or ISO 8601 time (UTC)',
    default: '2000-01-01',
  },
  {
    ...MIGRATE,
    name: 'short-abandon-seconds',
    argument: '<seconds>',
    description: 'a customer who leaves within this time while nobody is there counts as short-abandoned',
    unset: 'what the mart has, which is 10 at first',
  },
  {
    ...MIGRATE,
    name: 'service-level-seconds',
    argument: '<numbers>',
    description: 'numbers of seconds within which sessions are counted as answered, such as 20,60; the mart keeps those that it has',
    unset: 'what the mart has, which is 20 and 60 at first',
  },
  {
    ...MIGRATE,
    name: 'attached-data',
    argument: '<json>',
    description:
      'own user-data keys to load into CHAT_SESSION_ATTACHED_DATA, as a JSON list of {key, as, kind}; kind is attribute, measure, flag or time; personal: false for an attribute that identifies nobody',
    unset: 'the mart keeps the keys that it has; [] stops filling all of them',
  },
  {
    ...MIGRATE,
    name: 'sensitive-data',
    argument: '<json>',
    description:
      'what is masked or hashed before it is stored, as a JSON list of {find, as, keys} and {name, pattern, as, keys}; find is card, email, phone or value, as is mask or hash',
    unset: 'the mart keeps the rules that it has; [] removes all of them',
  },
  {
    name: 'hash-key-file',
    argument: '<file>',
    description: 'file of mode 600 with the key of the hashes that sensitive-data asks for',
    unset: 'systemd credential hash-key',
  },
  {
    ...MIGRATE,
    name: 'calendars',
    argument: '<json>',
    description:
      'calendars of other time zones that the mart keeps, as a JSON list of {name, timezone, first-day-of-week, min-days-in-first-week, fiscal-year-start}',
    unset: 'the mart keeps the calendars that it has; [] removes all of them',
  },
  {
    ...{ ...MIGRATE, ...FLAG },
    name: 'distributed',
    flag: 'distribute',
    description: 'spread the mart over the nodes of a Citus cluster, and keep it so',
    unset: 'the mart stays as it is',
  },
  {
    name: 'days-to-keep-gim-facts',
    argument: '<days>',
    description: 'purge facts of sessions that started more days ago than this, by whole months',
    unset: 'facts are never purged',
  },
  {
    name: 'days-to-keep-discards-and-job-history',
    argument: '<days>',
    description: 'purge resolved discards and job history that are older than this',
    default: '600',
  },
  {
    name: 'home',
    argument: '<folder>',
    description: 'folder of the embedded server',
    unset: '.chatmart beside the configuration file, or in the working folder',
  },
  {
    name: 'pg-bin',
    argument: '<folder>',
    description: 'folder with postgres and initdb for the embedded server',
    unset: 'the packaged server',
  },
  {
    name: 'log-format',
    argument: '<format>',
    description: 'log format: text, json, or auto (json for schedule without a terminal, otherwise text)',
    choices: ['auto', 'text', 'json'],
    default: 'auto',
  },
  {
    name: 'log-level',
    argument: '<level>',
    description: 'minimum log level: error, warning, info or debug',
    choices: LOG_LEVELS,
    default: 'info',
  },
  {
    ...SCHEDULE,
    name: 'cron',
    argument: '<expression>',
    description: 'when runs start, in UTC: a cron expression of five fields, or of six with seconds first',
    unset: 'built from the next three options',
  },
  { ...SCHEDULE, name: 'etl-start-time', argument: '<HH:mm>', description: 'time of the first run of the day', default: '00:00' },
  {
    ...SCHEDULE,
    name: 'etl-end-time',
    argument: '<HH:mm>',
    description: 'no run starts from this time on; if earlier than the start time, on the next day; if equal to it, runs start all day',
    default: '24:00',
  },
  {
    ...SCHEDULE,
    name: 'etl-frequency',
    argument: '<minutes>',
    description: 'minutes from the start of a run to the start of the next',
    default: '5',
  },
  { ...SCHEDULE, ...FLAG, name: 'run-aggregates', default: 'true', description: 'false: do not aggregate' },
  {
    ...SCHEDULE,
    name: 'aggregate-schedule',
    argument: '<schedule>',
    description: 'minute and hour at which to aggregate, such as "0 1"',
    unset: 'at the end of each run',
  },
  { ...SCHEDULE, ...FLAG, name: 'run-maintain', default: 'true', description: 'false: no daily maintenance' },
  { ...SCHEDULE, name: 'maintain-start-time', argument: '<HH:mm>', description: 'time of the daily maintenance', default: '03:00' },
  {
    commands: ['schedule', 'report'],
    name: 'timezone',
    argument: '<zone>',
    description: "IANA time zone of times of day, and of a report's dates, days and hours",
    default: 'UTC',
  },
  {
    ...SCHEDULE,
    name: 'reports',
    argument: '<json>',
    description:
      'reports to deliver once for each period, as a JSON list of {report, preset, weeks, by, format, at, to, keep, name}; to is a folder or mail addresses',
    unset: 'no report is delivered',
  },
  {
    ...SCHEDULE,
    name: 'smtp-url',
    argument: '<smtp-url>',
    description: 'mail server for reports: smtp://user@host:587 (STARTTLS) or smtps://user@host:465',
    unset: 'no report can be mailed',
  },
  {
    ...SCHEDULE,
    name: 'smtp-password-file',
    argument: '<file>',
    description: 'file of mode 600 with the password of the mail server',
    unset: 'systemd credential smtp-password, or the password in smtp-url',
  },
  {
    ...SCHEDULE,
    name: 'mail-from',
    argument: '<address>',
    description: 'sender of the mails',
    unset: 'no report can be mailed',
  },
  {
    ...SCHEDULE,
    name: 'metrics-port',
    argument: '<port>',
    description: 'serve /metrics, /health and /ready on this port; 0: on any free port',
    unset: 'nothing is served',
  },
  { ...SCHEDULE, name: 'metrics-host', argument: '<host>', description: 'address to serve them on', default: '127.0.0.1' },
];

/** What a value of the configuration file may be beside a text: `400` and `"400"` mean the same. */
export function jsonTypeOf({ argument }: Setting): 'integer' | 'boolean' | 'array' | undefined {
  if (/^<(days|minutes|seconds|port)>$/.test(argument)) return 'integer';
  if (argument === '<json>' || argument === '<numbers>') return 'array';
  return argument === '<flag>' ? 'boolean' : undefined;
}

/** The default, as a value or in words. */
export const defaultText = (setting: Setting): string | undefined => setting.default ?? setting.unset;

/** The configuration file that is read from the working folder when no other is named. */
export const CONFIG_FILE_NAME = 'chatmart.config.json';

/** The name of its option, without the dashes. */
export const toOptionName = ({ name, flag }: Pick<Setting, 'name' | 'flag'>): string => flag ?? name;

/** `idb-url` -> `CHATMART_IDB_URL`. */
export const toEnvironmentName = (name: string): string => `CHATMART_${name.toUpperCase().replaceAll('-', '_')}`;

/** `idb-url` -> `idbUrl`, the name under which commander hands out an option. */
export const toOptionKey = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
