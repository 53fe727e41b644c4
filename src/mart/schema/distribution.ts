import { openBeside } from '../../db/open-session.js';
import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { dateTimeRelation } from '../../model/calendar.js';
import { ConfigError } from '../../model/errors.js';
import type { Log } from '../../model/log.js';
import { counted } from '../../model/text.js';
import { toLabel } from './mart-addition.js';
import { readCalendars } from '../calendar/calendars.js';
import {
  createDistributedTable,
  createReferenceTable,
  selectCitusVersion,
  selectCopiedRows,
  selectIsCoordinator,
  selectNodes,
  selectShards,
  selectTableKinds,
  truncateLocalData,
} from './distribution.sql.js';

/** The column by whose hash rows are spread. */
export const DISTRIBUTION_COLUMN = 'media_server_ixn_guid';

/** Spread over the nodes by the interaction; the rows of one interaction lie on one node. The first table comes first. */
export const DISTRIBUTED_TABLES = ['chat_session_fact', 'chat_session_attached_data'] as const;

/** What is joined with them: whole on each node. Every other table of the mart stays on the coordinator. Calendars add theirs. */
export const REFERENCE_TABLES = [
  'date_time',
  'media_type',
  'gidb_gc_tenant',
  'chat_session_dim',
  'ctl_audit_log',
  'stg_transform_discards',
  'chatmart_erased',
] as const;

/** Sessions that know that their mart is distributed; that it is not may change beside them. */
const distributed = new WeakSet<Connection>();

/** Whether the facts of the mart in the connection's schema are spread over a Citus cluster. */
export async function isDistributed(mart: Connection): Promise<boolean> {
  if (distributed.has(mart)) return true;
  const { version } = await queryRow<{ version: string | null }>(mart, selectCitusVersion);
  const [fact] = version === null ? [] : await readTableKinds(mart, [DISTRIBUTED_TABLES[0]]);
  if (fact?.kind === 'distributed') distributed.add(mart);
  return fact?.kind === 'distributed';
}

interface TableKind {
  readonly name: string;
  readonly kind: 'distributed' | 'reference' | 'local' | null;
  /** Bytes of rows from before the table was distributed. */
  readonly left_over: number;
}

const readTableKinds = (mart: Connection, names: readonly string[]): Promise<TableKind[]> =>
  queryRows<TableKind>(mart, selectTableKinds(names));

/** Distributes the tables that a distributed mart has got since, and `further` ones to be joined. Runs in the caller's transaction. */
export async function keepDistribution(mart: Connection, further: readonly string[] = []): Promise<void> {
  if (await isDistributed(mart)) await distributeTables(mart, () => undefined, further);
}

/** How a mart is spread. */
export interface Distribution {
  readonly shards: number;
  readonly nodes: number;
}

/** Where the facts of a distributed mart lie. */
export const readDistribution = (mart: Connection): Promise<Distribution> =>
  queryRow<Distribution>(mart, selectShards(DISTRIBUTED_TABLES[0]));

/** Spreads the tables that are not spread yet, reference tables first. */
export async function distributeTables(
  mart: Connection,
  tell: (table: string, kind: 'distributed' | 'reference') => void,
  further: readonly string[] = [],
): Promise<void> {
  const joined = [...new Set([...(await referenceTables(mart)), ...further])];
  const local = (await readTableKinds(mart, joined)).filter(({ kind }) => kind === 'local');
  for (const { name } of local) {
    tell(name, 'reference');
    await execute(mart, createReferenceTable(name));
  }
  const facts = (await readTableKinds(mart, DISTRIBUTED_TABLES)).filter(({ kind }) => kind === 'local');
  for (const { name } of facts) {
    tell(name, 'distributed');
    const [first] = DISTRIBUTED_TABLES;
    await execute(mart, createDistributedTable(name, DISTRIBUTION_COLUMN, name === first ? undefined : first));
  }
}

/** Frees the disk of rows that the coordinator keeps from before; they are invisible. Repeatable. Not in a transaction with the above. */
export async function freeLocalData(mart: Connection): Promise<void> {
  for (const { name } of (await readTableKinds(mart, await spreadTables(mart))).filter(({ left_over: bytes }) => bytes > 0))
    await execute(mart, truncateLocalData(name));
}

/** A node of the cluster. */
export interface Node {
  readonly host: string;
  readonly port: number;
  readonly is_coordinator: boolean;
  readonly is_active: boolean;
  readonly holds_shards: boolean;
}

/** The nodes of the cluster, the coordinator first if it is one of them. */
export const readNodes = (mart: Connection): Promise<Node[]> => queryRows<Node>(mart, selectNodes);

/** The tables of a distributed mart that are not spread. */
export const readUnspreadTables = async (mart: Connection): Promise<string[]> =>
  (await readTableKinds(mart, await spreadTables(mart))).filter(({ kind }) => kind === 'local').map(({ name }) => name);

/** All tables that are to be spread, reference tables first. */
const spreadTables = async (mart: Connection): Promise<string[]> => [...(await referenceTables(mart)), ...DISTRIBUTED_TABLES];

const referenceTables = async (mart: Connection): Promise<string[]> => [
  ...REFERENCE_TABLES,
  ...(await readCalendars(mart)).map((calendar) => dateTimeRelation(calendar)),
];

/** Errors: `ConfigError` if the database is not on the coordinator of a cluster that can hold a mart. */
export async function requireCluster(mart: Connection): Promise<void> {
  const { version } = await queryRow<{ version: string | null }>(mart, selectCitusVersion);
  if (version === null)
    throw refuse('no-citus', 'The database of the mart does not have the extension citus', {
      next: 'As a superuser, run this in the same database of every node: create extension citus; docs/scale.md has the steps.',
    });
  const [place] = await queryRows<{ here: boolean }>(mart, selectIsCoordinator);
  if (place?.here === false)
    throw refuse('not-coordinator', 'The URL of the mart leads to a worker of the cluster', {
      next: "Name the coordinator's host in the URLs of the mart.",
    });
  const nodes = await readNodes(mart);
  const away = nodes.filter(({ is_active: isActive }) => !isActive);
  if (away.length > 0)
    throw refuse('node-inactive', `${away.map(toName).join(', ')} ${away.length === 1 ? 'is' : 'are'} not an active node of the cluster`, {
      next: 'As a superuser, call citus_activate_node or citus_remove_node on the coordinator.',
    });
  if (nodes.length > 0 && !nodes.some(({ is_coordinator: isCoordinator }) => isCoordinator))
    throw refuse('coordinator-unknown', 'The cluster does not know its coordinator, so reference tables would not be on it', {
      next: "As a superuser on the coordinator: select citus_set_coordinator_host('<its host name as the workers know it>', <port>);",
    });
}

const toName = ({ host, port }: Pick<Node, 'host' | 'port'>): string => `${host}:${port}`;

const refuse = (code: string, problem: string, { next }: { readonly next: string }): ConfigError =>
  new ConfigError(code, problem, { state: 'nothing-changed', next, again: 'then' });

const PROGRESS_MS = 5_000;

/** Spreads the tables of a mart over the nodes of its cluster, and says which one is at work, and every five seconds how far it is. */
export async function distributeWithProgress(guard: Connection, log: Log): Promise<void> {
  let current = '';
  let beside: Connection | undefined;
  const tellCopied = async (): Promise<void> => {
    beside ??= await openBeside(guard);
    const { copied } = await queryRow<{ copied: number }>(beside, selectCopiedRows);
    if (copied > 0) log(`${toLabel(current)}: ${counted(copied, 'row')} copied`);
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
