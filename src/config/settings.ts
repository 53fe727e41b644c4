/** One thing that can be set: as option `--name`, as environment variable, or as key `name` of the configuration file. */
export interface Setting {
  readonly name:
    | 'idb-url'
    | 'mart-url'
    | 'idb-password-file'
    | 'mart-password-file'
    | 'mart-schema'
    | 'idb-schema'
    | 'idb-table'
    | 'earliest-start'
    | 'days-to-keep-gim-facts'
    | 'days-to-keep-discards-and-job-history'
    | 'home'
    | 'pg-bin'
    | 'log-format'
    | 'log-level'
    | 'cron'
    | 'etl-start-time'
    | 'etl-end-time'
    | 'etl-frequency'
    | 'run-aggregates'
    | 'aggregate-schedule'
    | 'run-maintain'
    | 'maintain-start-time'
    | 'timezone'
    | 'metrics-port'
    | 'metrics-host';
  /** The one command that takes it as an option; undefined: all that read a configuration. */
  readonly command?: 'schedule';
  /** How --help shows the value. */
  readonly argument: string;
  readonly description: string;
}

const SCHEDULE = { command: 'schedule' } as const;

/** Everything that can be set, in the order of --help: the single source of options, variables and file keys. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'idb-url',
    argument: '<url>',
    description: 'PostgreSQL URL of the Interaction Database (IDB); with no URL at all: the embedded server',
  },
  { name: 'mart-url', argument: '<url>', description: 'PostgreSQL URL of the Info Mart; with no URL at all: the embedded server' },
  {
    name: 'idb-password-file',
    argument: '<file>',
    description: 'file with the password of the IDB, or a line for each of its twins (default: idb-password of systemd, else PGPASSFILE)',
  },
  {
    name: 'mart-password-file',
    argument: '<file>',
    description: 'file with the password of the Info Mart (default: mart-password of systemd, else PGPASSFILE)',
  },
  { name: 'mart-schema', argument: '<name>', description: 'schema of the Info Mart (default: infomart)' },
  { name: 'idb-schema', argument: '<name>', description: 'schema of the IDB (default: public)' },
  {
    name: 'idb-table',
    argument: '<name>',
    description: 'table of user-data rows (default: g_userdata_history, else g_user_data_history)',
  },
  { name: 'earliest-start', argument: '<time>', description: 'a session that starts before it is discarded (default: 2000-01-01)' },
  {
    name: 'days-to-keep-gim-facts',
    argument: '<days>',
    description: 'chatmart maintain deletes facts of sessions that began earlier, by whole months (default: it deletes none)',
  },
  {
    name: 'days-to-keep-discards-and-job-history',
    argument: '<days>',
    description: 'chatmart maintain deletes resolved discards and history of jobs that are older (default: 600)',
  },
  { name: 'home', argument: '<folder>', description: 'folder of the embedded server (default: .chatmart beside the config file or here)' },
  { name: 'pg-bin', argument: '<folder>', description: 'folder with postgres and initdb for the embedded server (default: packaged)' },
  {
    name: 'log-format',
    argument: '<format>',
    description: 'lines about the work: text, json, or auto: json for schedule where no terminal reads them, else text (default: auto)',
  },
  { name: 'log-level', argument: '<level>', description: 'which of them: error, warning, info or debug (default: info)' },
  { ...SCHEDULE, name: 'cron', argument: '<expression>', description: 'when cycles begin, in UTC, instead of the next three' },
  { ...SCHEDULE, name: 'etl-start-time', argument: '<HH:mm>', description: 'cycles begin from then on (default: 00:00)' },
  {
    ...SCHEDULE,
    name: 'etl-end-time',
    argument: '<HH:mm>',
    description: 'and before then; before the start time: of the next day; the same: all day (default: 24:00)',
  },
  {
    ...SCHEDULE,
    name: 'etl-frequency',
    argument: '<minutes>',
    description: 'minutes from the beginning of a cycle to the next (default: 5)',
  },
  { ...SCHEDULE, name: 'run-aggregates', argument: '<flag>', description: 'false: nothing is aggregated (default: true)' },
  {
    ...SCHEDULE,
    name: 'aggregate-schedule',
    argument: '<schedule>',
    description: 'minute and hour at which to aggregate, such as "0 1" (default: in each cycle)',
  },
  { ...SCHEDULE, name: 'run-maintain', argument: '<flag>', description: 'false: no daily upkeep (default: true)' },
  { ...SCHEDULE, name: 'maintain-start-time', argument: '<HH:mm>', description: 'when the daily upkeep begins (default: 03:00)' },
  { ...SCHEDULE, name: 'timezone', argument: '<zone>', description: 'IANA name of the zone of these times of the day (default: UTC)' },
  {
    ...SCHEDULE,
    name: 'metrics-port',
    argument: '<port>',
    description: 'serve /metrics, /health and /ready there; 0: on any free port (default: not at all)',
  },
  { ...SCHEDULE, name: 'metrics-host', argument: '<host>', description: 'address to serve them at (default: 127.0.0.1)' },
];

/** The configuration file that is read from the working folder when no other is named. */
export const CONFIG_FILE_NAME = 'chatmart.config.json';

/** `idb-url` -> `CHATMART_IDB_URL`. */
export const toEnvironmentName = (name: string): string => `CHATMART_${name.toUpperCase().replaceAll('-', '_')}`;

/** `idb-url` -> `idbUrl`, the name under which commander hands out an option. */
export const toOptionKey = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
