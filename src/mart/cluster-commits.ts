import { execute, queryRow, queryRows, type Connection, type Statement } from '../db/connection.js';
import { toNodeAwayError } from '../db/cluster-node.js';
import { beforeCommit, withTransaction } from '../db/transaction.js';
import { monotonicMs } from '../model/clock.js';
import { UnavailableError } from '../model/errors.js';
import { counted } from '../model/text.js';
import { isDistributed } from './schema/distribution.js';
import { setTimeout as sleep } from 'node:timers/promises';

// A cluster commits on one node after the other, and a node that goes away meanwhile commits when it is back. On one server, a commit is
// one moment; what follows restores that for the mart.

/** Held by a writer while it commits, and shared by whoever reads facts and relies on what it reads. */
const commitLockName = (martSchema: string): string => `chatmart commit ${martSchema}`;

/** What a writer changes: rows of facts and what they refer to, rows of aggregates, or the schema. */
export type WriterChanges = 'facts' | 'aggregates' | 'schema';

/**
 * For a writer that holds the writer lock: waits until every earlier commit is whole on every node, so that it sees all facts, and lets no
 * reader begin while it commits; one that changes the schema would then wait for readers that wait for it. Nothing is done on one server.
 * Errors: `UnavailableError`.
 */
export async function guardWriter(mart: Connection, martSchema: string, changes: WriterChanges): Promise<void> {
  if (!(await isDistributed(mart))) return;
  await waitForWholeCommits(mart);
  // Facts and the members that they refer to are then written over one session a node, which sees both.
  if (changes === 'facts') await execute(mart, { text: 'set local citus.max_adaptive_executor_pool_size to 1' });
  if (changes !== 'schema')
    beforeCommit(mart, { text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [commitLockName(martSchema)] });
}

/** Reads in one transaction that sees all of a commit of the mart's writers or nothing of it, also on a cluster. Errors: `UnavailableError`. */
export async function readWhole<T>(mart: Connection, work: () => Promise<T>): Promise<T> {
  const read = (): Promise<T> => withTransaction(mart, work, 'repeatable read read only');
  if (!(await isDistributed(mart))) return read();
  const [{ schema }] = (await queryRows<{ schema: string }>(mart, { text: 'select current_schema()::text as schema' })) as [
    { schema: string },
  ];
  const values = [commitLockName(schema)];
  await execute(mart, { text: 'select pg_advisory_lock_shared(hashtextextended($1, 0))', values });
  try {
    await waitForWholeCommits(mart);
    return await read();
  } finally {
    await execute(mart, { text: 'select pg_advisory_unlock_shared(hashtextextended($1, 0))', values }).catch(() => undefined);
  }
}

/** Citus resolves what is in doubt by itself, once a minute. */
const MOST_MS = 90_000;
const STEP_MS = 250;

interface NodeState {
  readonly place: string;
  readonly is_up: boolean;
  readonly said: string;
}

/** One row for each node: how many transactions it holds that were prepared and neither committed nor rolled back. */
const selectPrepared: Statement = {
  text: `select
  nodename || ':' || nodeport as place,
  success as is_up,
  result as said
from run_command_on_workers($$select count(*) from pg_prepared_xacts where database = current_database() and gid like 'citus%'$$)`,
};

/** Whether the role may ask the cluster not to wait for its minute. PostgreSQL checks the right even where the call is never reached. */
const selectMayResolve: Statement = { text: `select has_function_privilege('recover_prepared_transactions()', 'execute') as may` };
const resolvePrepared: Statement = { text: 'select recover_prepared_transactions()' };

async function waitForWholeCommits(mart: Connection): Promise<void> {
  const deadline = monotonicMs() + MOST_MS;
  for (let isFirst = true; ; isFirst = false) {
    const nodes = await queryRows<NodeState>(mart, selectPrepared);
    const away = nodes.filter(({ is_up: isUp }) => !isUp);
    if (away.length > 0) throw toNodeAwayError(away.map(({ place, said }) => `${place} (${said})`).join(', '), 'nothing-changed');
    const held = nodes.filter(({ said }) => said !== '0');
    if (held.length === 0) return;
    if (monotonicMs() > deadline)
      throw new UnavailableError(
        'commit-in-doubt',
        `Node ${held.map(({ place, said }) => `${place} holds ${counted(Number(said), 'transaction')}`).join(', ')} of which it does not know whether they are committed`,
        {
          state: 'nothing-changed',
          next: 'As a superuser on the coordinator: select recover_prepared_transactions();',
          again: 'then',
        },
      );
    if (!isFirst && (await queryRow<{ may: boolean }>(mart, selectMayResolve)).may) await execute(mart, resolvePrepared);
    await sleep(STEP_MS);
  }
}
