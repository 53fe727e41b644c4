import type { SessionLimits } from '../db/session-limits.js';
import type { Connection } from '../db/connection.js';

/** What nobody sets but tests, which cannot wait for what comes after half a minute or ten million rows. Whatever is left out is as usual. */
export interface Tuning {
  /** Of all sessions of a job, on both sides. */
  readonly limits?: Partial<SessionLimits> | undefined;
  /** How long to wait before each further attempt; default: `RETRY_DELAYS_MS`. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Take the slower way for every session: see `LoadOptions`. */
  readonly stagesAll?: boolean | undefined;
  /** How far below the mark ids are looked at; default: `ID_SLACK`. */
  readonly idSlack?: number | undefined;
  /** Rows of one interaction; default: `MOST_ROWS`. */
  readonly mostRows?: number | undefined;
  /** How often it is told how far a load is. */
  readonly progressEveryMs?: number | undefined;
  /** How long the plan of a backfill counts rows; after that it tells PostgreSQL's expectation. */
  readonly countMs?: number | undefined;
  /** Of a deletion; a load waits for at most one of them. */
  readonly rowsATransaction?: number | undefined;
  /** How long whoever changes a schema waits for a table. */
  readonly lockTimeoutMs?: number | undefined;
  /** What the clock of the mart's server says; default: it is asked. */
  readonly readServerTime?: ((mart: Connection) => Promise<Date>) | undefined;
}
