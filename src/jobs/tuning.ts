import type { SessionLimits } from '../db/session-limits.js';
import type { Connection } from '../db/connection.js';

/** Set only by tests, which cannot wait for half a minute or ten million rows. Anything left out has its default. */
export interface Tuning {
  /** For all sessions of a job, on both sides. */
  readonly limits?: Partial<SessionLimits> | undefined;
  /** How long to wait before each further attempt; default: `RETRY_DELAYS_MS`. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Take the slower path for every session: see `LoadOptions`. */
  readonly stagesAll?: boolean | undefined;
  /** How far below the mark ids are searched; default: `ID_SLACK`. */
  readonly idSlack?: number | undefined;
  /** Most rows of one interaction; default: `MOST_ROWS`. */
  readonly mostRows?: number | undefined;
  /** How often the progress of a load or a purge is reported. */
  readonly progressEveryMs?: number | undefined;
  /** How long a backfill's plan counts rows before it falls back to PostgreSQL's estimate. */
  readonly countMs?: number | undefined;
  /** Rows deleted per transaction; a load waits for at most one transaction. */
  readonly rowsATransaction?: number | undefined;
  /** How long a schema change, or a simulation, waits for a table. */
  readonly lockTimeoutMs?: number | undefined;
  /** From which age on the doctor lists transactions; default: `OLD_TRANSACTION_MS`. */
  readonly oldTransactionMs?: number | undefined;
  /** The clock of the mart's server; default: the server is asked. */
  readonly readServerTime?: ((mart: Connection) => Promise<Date>) | undefined;
}
