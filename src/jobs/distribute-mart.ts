import { type Connection, queryRow } from '../db/connection.js';
import { openBeside } from '../db/open-session.js';
import { distributeTables, freeLocalData, readDistribution } from '../mart/schema/distribution.js';
import { selectCopiedRows } from '../mart/schema/distribution.sql.js';
import { toLabel } from '../mart/schema/mart-addition.js';
import type { Log } from '../model/log.js';
import { counted, toCountText } from '../model/text.js';

const PROGRESS_MS = 5_000;

/** Spreads the tables of a mart over the nodes of its cluster, and says which one is at work, and every five seconds how far it is. */
export async function distributeWithProgress(guard: Connection, log: Log): Promise<void> {
  let current = '';
  let beside: Connection | undefined;
  const tellCopied = async (): Promise<void> => {
    beside ??= await openBeside(guard);
    const { copied } = await queryRow<{ copied: number }>(beside, selectCopiedRows);
    if (copied > 0) log(`${toLabel(current)}: ${toCountText(copied)} rows copied`);
  };
  const timer = setInterval(() => void tellCopied().catch(() => undefined), PROGRESS_MS);
  try {
    await distributeTables(guard, (table, kind) => {
      current = table;
      log(`${kind === 'reference' ? 'copying to every node' : 'spreading over the nodes'}: ${toLabel(table)}`);
    });
  } finally {
    clearInterval(timer);
    await beside?.end().catch(() => undefined);
  }
}

/** Frees what the coordinator keeps of distributed tables, and says where the sessions lie. */
export async function finishDistribution(guard: Connection, log: Log): Promise<void> {
  await freeLocalData(guard);
  const { shards, nodes } = await readDistribution(guard);
  log(`distributed: sessions are in ${counted(shards, 'shard')} on ${counted(nodes, 'node')}`);
}
