/**
 * Time limits for waits that may never end. There is no limit for a working statement: no number suits every size of IDB, a wait for the
 * writer lock takes as long as its holder's work, and a retry would run into the same limit.
 */
export interface SessionLimits {
  /** Time for a server to accept a session. */
  readonly connectMs: number;
  /** Silence during a statement, without traffic in either direction, after which the server is asked what the session does. */
  readonly silenceMs: number;
  /** Time without an answer after which the log says what the session waits for. */
  readonly waitToldMs: number;
  /** Idle time in a transaction after which the server ends the session and releases its locks. */
  readonly idleInTransactionMs: number;
  /** How often a working server checks that its client is still connected; otherwise it finishes the statement, holding all locks. */
  readonly clientCheckMs: number;
}

export const SESSION_LIMITS: SessionLimits = {
  connectMs: 10_000,
  silenceMs: 30_000,
  waitToldMs: 10_000,
  // A chunk's transaction rereads interactions from the IDB under the writer lock; a healthy one never takes this long.
  idleInTransactionMs: 3_600_000,
  // Until then, a run started right after another one was killed is refused.
  clientCheckMs: 2_000,
};

/** Statements that set the server-side limits of a job's session, in place of role or database settings that would end it mid-work. */
export const toLimitSettings = ({ idleInTransactionMs, clientCheckMs }: SessionLimits): string => `
  set lock_timeout to 0; set idle_in_transaction_session_timeout to ${idleInTransactionMs};
  select set_config(name, value, false)
  from (values
    -- From PostgreSQL 14, 14 and 17. In all of them, only Linux tells a server that sends nothing that its client is gone.
    ('client_connection_check_interval', '${clientCheckMs}'),
    ('idle_session_timeout', '0'),
    ('transaction_timeout', '0')) as settings (name, value)
  where current_setting(name, true) is not null
    and (name <> 'client_connection_check_interval' or version() like '%linux%')`;

/** Settings for a session that reads for a person: the role's or database's limits apply, ours only where none is set. */
export const toReaderSettings = ({ idleInTransactionMs, clientCheckMs }: SessionLimits): string => `
  select set_config(name, value, false)
  from (values
    ('client_connection_check_interval', '${clientCheckMs}'),
    ('idle_in_transaction_session_timeout', '${idleInTransactionMs}')) as settings (name, value)
  where current_setting(name, true) = '0'
    and (name <> 'client_connection_check_interval' or version() like '%linux%')`;
