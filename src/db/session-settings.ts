import { quoteIdentifier } from './quote.js';
import { SESSION_LIMITS, toLimitSettings, toReaderSettings, type SessionLimits } from './session-limits.js';

/** What a session is for, as far as its settings depend on it. */
export interface SessionPurpose {
  /** The only schema that unqualified names are looked up in; else those of its role. */
  readonly schema?: string | undefined;
  readonly statementTimeoutMs?: number | undefined;
  /** It reads for a person: what is set for the role or database holds, such as statement_timeout. */
  readonly keepsRoleLimits?: boolean | undefined;
  /** It shows what its role may see, without the rows that a policy hides. To all others those are an error: what they see is taken for all there is. */
  readonly showsOwnRows?: boolean | undefined;
  /** None of its transactions may write. */
  readonly readsOnly?: boolean | undefined;
}

/**
 * What the statements of this program rely on. Each can be set otherwise for a role, a database or a server, and would then change what a
 * statement means, or keep it from ending. A version that has no such setting passes it over.
 */
export const PINNED_SETTINGS: Readonly<Record<string, string>> = {
  // A serializable transaction is refused on a standby, and a deferrable one waits for those of others.
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
  // A GIN index of somebody else's would give a sample of the rows.
  gin_fuzzy_search_limit: '0',
  // The views of the mart are read.
  restrict_nonsystem_relation_kind: '',
  // Tables to stage in must take updates; those of the mart as well.
  default_table_access_method: 'heap',
  // An error that is expected, such as a limit that is reached, must not end the session.
  exit_on_error: 'off',
  // At a lower level the server sends more about its work than rows.
  client_min_messages: 'warning',
  // Of statements over fifty columns, compiling takes longer than running them.
  jit: 'off',
  // The server notices within minutes that a client's machine is gone, not within hours: its locks are free then.
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
};

/**
 * Where names are looked up: in PostgreSQL's own schema first, even if a path names it last. Until that is set, what is called is named in
 * full.
 */
const toSearchPath = (schema: string | undefined): string =>
  schema !== undefined
    ? `set search_path to ${quoteIdentifier(schema)}`
    : `select pg_catalog.set_config('search_path', coalesce(pg_catalog.string_agg(pg_catalog.quote_ident(name), ', '), ''), false)
       from pg_catalog.unnest(pg_catalog.array_remove(pg_catalog.current_schemas(false), 'pg_catalog')) as path (name)`;

/** For the transaction at hand: what comes before the settings, and they themselves, must work under any isolation that is set. */
export const READ_COMMITTED = 'set transaction isolation level read committed';

/** Statements, sent as one text, that make a session what this program relies on. */
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

/** A commit that was told is on the server's own disk; whether a standby has it as well is the administrator's choice. */
const RAISE_DURABILITY = `select set_config('synchronous_commit', 'local', false) where current_setting('synchronous_commit') = 'off'`;

const toTimeLimits = (limits: SessionLimits, { statementTimeoutMs, keepsRoleLimits = false }: SessionPurpose): string =>
  [
    ...(keepsRoleLimits && statementTimeoutMs === undefined ? [] : [`set statement_timeout to ${statementTimeoutMs ?? 0}`]),
    keepsRoleLimits ? toReaderSettings(limits) : toLimitSettings(limits),
  ].join('; ');
