import type { Statement } from '../../../db/connection.js';

/** So many are shown. */
export const MOST_EXAMPLES = 3;

/** The first breaches of a check, each beside the number of all. */
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

/** A rule that the data of a mart keep: a query that must return no rows. */
export interface DataCheck {
  /** Stable, kebab-case. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly rule: string;
  /** What the query looks at: it takes so much longer the more of it there is. */
  readonly reads: string;
  /** One row a breach, with a column `breach`: which row it is, and what is wrong with it. */
  readonly breaches: Statement;
}

/** What a check found. */
export interface DataCheckResult extends Omit<DataCheck, 'breaches'> {
  /** Interactions of the IDB that were asked for, and those of them that the mart knows; null: the mart alone is asked, or it could not be asked. */
  readonly compared: { readonly idb: number; readonly mart: number } | null;
  readonly breaches: number;
  /** Some of them. */
  readonly examples: readonly string[];
  /** Why it could not be asked, or not of all; null: it was. */
  readonly skipped: string | null;
  readonly seconds: number;
}

/** Whether a check has found anything. */
export const isBroken = ({ breaches }: DataCheckResult): boolean => breaches > 0;
