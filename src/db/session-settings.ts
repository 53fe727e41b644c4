import { quoteIdentifier } from './quote.js';
import { SESSION_LIMITS, toLimitSettings, toReaderSettings, type SessionLimits } from './session-limits.js';

/** The purpose of a session, where its settings depend on it. */
export interface SessionPurpose {
  /** The only schema for unqualified names; otherwise the role's search path. */
  readonly schema?: string | undefined;
  readonly statementTimeoutMs?: number | undefined;
  /** It reads for a person, so role and database settings such as statement_timeout apply. */
  readonly keepsRoleLimits?: boolean | undefined;
  /** It shows only rows that its role may see. In all other sessions hidden rows are an error, because results count as complete. */
  readonly showsOwnRows?: boolean | undefined;
  /** All its transactions are read-only. */
  readonly readsOnly?: boolean | undefined;
}

/**
 * Settings that the statements of this program rely on. A role, database or server may set them otherwise, which would change what a
 * statement means or keep it from ending. Versions that lack a setting skip it.
 */
export const PINNED_SETTINGS: Readonly<Record<string, string>> = {
  // A standby rejects serializable transactions; a deferrable one waits for others.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // How values are written and read.
  client_encoding: 'UTF8',
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  quote_all_identifiers: 'off',
  // What expressions mean.
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  // Otherwise a GIN index that someone added could return a sample of the rows.
  gin_fuzzy_search_limit: '0',
  // The mart's views must be readable.
  restrict_nonsystem_relation_kind: '',
  // Staging tables must support updates, like the mart's.
  default_table_access_method: 'heap',
  // An expected error, such as reaching a limit, must not end the session.
  exit_on_error: 'off',
  // At a lower level, the server sends progress messages besides rows.
  client_min_messages: 'warning',
  // For statements over fifty columns, compilation takes longer than execution.
  jit: 'off',
  // The server detects a client machine that is gone within minutes instead of hours, and releases its locks.
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
};

/**
 * The search path: PostgreSQL's own schema first, even if a path names it last. Until it is set, functions are called by qualified name.
 */
const toSearchPath = (schema: string | undefined): string =>
  schema !== undefined
    ? `set search_path to ${quoteIdentifier(schema)}`
    : `select pg_catalog.set_config('search_path', coalesce(pg_catalog.string_agg(pg_catalog.quote_ident(name), ', '), ''), false)
       from pg_catalog.unnest(pg_catalog.array_remove(pg_catalog.current_schemas(false), 'pg_catalog')) as path (name)`;

/** For the present transaction: the settings, and the check before them, must work under any configured isolation. */
export const READ_COMMITTED = 'set transaction isolation level read committed';

/** Statements, sent as one text, that give a session the settings this program relies on. */
export const toSessionSettings = (
  limits: SessionLimits = SESSION_LIMITS,
  { schema, showsOwnRows = false, readsOnly = false, ...waiting }: SessionPurpose = {},
): string => `
  ${READ_COMMITTED}; ${toSearchPath(schema)};
  select set_config(name, value, false)
  from (values ${Object.entries(PINNED_SETTINGS)
    .map(([name, value]) => `('${name}', '${value}')`)
    .join(', ')}) as settings (name, value)
  where current_setting(name, true) is not null;
  ${showsOwnRows ? '' : 'set row_security to off;'} ${readsOnly ? 'set default_transaction_read_only to on;' : ''} ${RAISE_DURABILITY};
  ${toTimeLimits(limits, waiting)}`;

/** A reported commit is on the server's own disk; whether a standby also has it is the administrator's choice. */
const RAISE_DURABILITY = `select set_config('synchronous_commit', 'local', false) where current_setting('synchronous_commit') = 'off'`;

const toTimeLimits = (limits: SessionLimits, { statementTimeoutMs, keepsRoleLimits = false }: SessionPurpose): string =>
  [
    ...(keepsRoleLimits && statementTimeoutMs === undefined ? [] : [`set statement_timeout to ${statementTimeoutMs ?? 0}`]),
    keepsRoleLimits ? toReaderSettings(limits) : toLimitSettings(limits),
  ].join('; ');
