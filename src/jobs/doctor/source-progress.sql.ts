import type { Statement } from '../../db/connection.js';

/** One row a source that was ever read. */
export const selectSourceProgress = (): Statement => ({
  text: `select
  source_name,
  complete_until,
  last_run_at
from chatmart_source
order by source_name`,
});
