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
