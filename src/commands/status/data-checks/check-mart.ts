import { queryRows, type Connection } from '../../../db/connection.js';
import { monotonicMs } from '../../../model/clock.js';
import type { KvpMap } from '../../../model/mapped-key.js';
import type { DataCheck, DataCheckResult } from './data-check.js';
import { dataChecks } from './data-checks.js';
import { selectBreaches } from './data-check.sql.js';

/** Runs all checks that a mart alone can answer; inside a transaction of one snapshot, or loads between them would look like breaches. */
export async function checkMart(mart: Connection, map: KvpMap): Promise<DataCheckResult[]> {
  const results: DataCheckResult[] = [];
  for (const check of dataChecks(map)) results.push(await runCheck(mart, check));
  return results;
}

async function runCheck(mart: Connection, { breaches, ...check }: DataCheck): Promise<DataCheckResult> {
  const start = monotonicMs();
  const rows = await queryRows<{ breaches: number; breach: string }>(mart, selectBreaches(breaches));
  return {
    ...check,
    compared: null,
    breaches: rows[0]?.breaches ?? 0,
    examples: rows.map(({ breach }) => breach),
    skipped: null,
    seconds: (monotonicMs() - start) / 1000,
  };
}
