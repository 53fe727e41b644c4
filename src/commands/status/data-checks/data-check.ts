import type { Statement } from '../../../db/connection.js';

/** Number of breaches shown. */
export const MOST_EXAMPLES = 3;

/** The first breaches of a check, each with the total number. */
export const selectBreaches = ({ text, values }: Statement): Statement => ({
  text: `select
  count(*) over () as breaches,
  breach
from (
${text}
) as found
order by breach
limit ${MOST_EXAMPLES}`,
  ...(values === undefined ? {} : { values }),
});

/** A rule that a mart's data must satisfy: a query that must return no rows. */
export interface DataCheck {
  /** Stable, kebab-case. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly rule: string;
  /** The rows that the query reads, which determine how long it takes. */
  readonly reads: string;
  /** One row per breach; its column `breach` names the row and what is wrong with it. */
  readonly breaches: Statement;
}

/** The result of a check. */
export interface DataCheckResult extends Omit<DataCheck, 'breaches'> {
  /** Interactions of the IDB that were checked, and those the mart knows; null: the check reads only the mart, or could not be run. */
  readonly compared: { readonly idb: number; readonly mart: number } | null;
  readonly breaches: number;
  /** The first breaches. */
  readonly examples: readonly string[];
  /** Why it could not be run, or not on all rows; null: it ran in full. */
  readonly skipped: string | null;
  readonly seconds: number;
}

/** Whether a check found breaches. */
export const isBroken = ({ breaches }: DataCheckResult): boolean => breaches > 0;
