/**
 * How long a session waits for what never comes. How long a statement may work has no limit: no number is right for an IDB of any size,
 * a wait for the writer lock takes as long as the work of its holder, and what ran into a limit would run into it again when it is retried.
 */
export interface SessionLimits {
  /** Until a server has let a session in. */
  readonly connectMs: number;
  /** Nothing has come or gone for so long while a statement is under way: then the server is asked what the session does. */
  readonly silenceMs: number;
  /** After so long without an answer it is told for what the session waits. */
  readonly waitToldMs: number;
  /** An open transaction of a client that sends nothing more: after that the server ends the session, and its locks are free. */
  readonly idleInTransactionMs: number;
  /** How often a server at work looks whether the client is still there; else it finishes a statement, with all its locks, for nobody. */
  readonly clientCheckMs: number;
}

export const SESSION_LIMITS: SessionLimits = {
  connectMs: 10_000,
  silenceMs: 30_000,
  waitToldMs: 10_000,
  // While a chunk's transaction holds the writer lock, its interactions are read again from the IDB: no sound one takes that long.
  idleInTransactionMs: 3_600_000,
  // A run that begins right after another one was killed is refused until then.
  clientCheckMs: 2_000,
};

/** Statements that give a job's session its limits on the server; whatever is set for its role or database would end it in the middle of work. */
export const toLimitSettings = ({ idleInTransactionMs, clientCheckMs }: SessionLimits): string => `
  set lock_timeout to 0; set idle_in_transaction_session_timeout to ${idleInTransactionMs};
  select set_config(name, value, false)
  from (values
    -- From PostgreSQL 14, 14 and 17 on; only Linux tells a server that sends nothing that its client has gone in all of them.
    ('client_connection_check_interval', '${clientCheckMs}'),
    ('idle_session_timeout', '0'),
    ('transaction_timeout', '0')) as settings (name, value)
  where current_setting(name, true) is not null
    and (name <> 'client_connection_check_interval' or version() like '%linux%')`;

/** Statements for a session that reads for a person: what the administrator has set for the role or database holds, and ours where nothing is. */
export const toReaderSettings = ({ idleInTransactionMs, clientCheckMs }: SessionLimits): string => `
  select set_config(name, value, false)
  from (values
    ('client_connection_check_interval', '${clientCheckMs}'),
    ('idle_in_transaction_session_timeout', '${idleInTransactionMs}')) as settings (name, value)
  where current_setting(name, true) = '0'
    and (name <> 'client_connection_check_interval' or version() like '%linux%')`;
