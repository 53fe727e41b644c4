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
    | 'home'
    | 'pg-bin';
  /** How --help shows the value. */
  readonly argument: string;
  readonly description: string;
}

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
  { name: 'home', argument: '<folder>', description: 'folder of the embedded server (default: .chatmart beside the config file or here)' },
  { name: 'pg-bin', argument: '<folder>', description: 'folder with postgres and initdb for the embedded server (default: packaged)' },
];

/** The configuration file that is read from the working folder when no other is named. */
export const CONFIG_FILE_NAME = 'chatmart.config.json';

/** `idb-url` -> `CHATMART_IDB_URL`. */
export const toEnvironmentName = (name: string): string => `CHATMART_${name.toUpperCase().replaceAll('-', '_')}`;

/** `idb-url` -> `idbUrl`, the name under which commander hands out an option. */
export const toOptionKey = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
