import { queryRow, queryRows } from '../../db/connection.js';
import { isDistributed, readNodes, readUnspreadTables } from '../../mart/schema/distribution.js';
import { selectCitusOfWorkers, selectShardsOfNodes } from '../../mart/schema/distribution.sql.js';
import { toLabel } from '../../mart/schema/mart-addition.js';
import { counted } from '../../model/text.js';
import { ok, problem, warning, type CheckResult, type MartSubject } from './finding.js';

interface WorkerVersion {
  readonly place: string;
  readonly is_up: boolean;
  /** The version of the extension, empty without it; the error if the node is away. */
  readonly said: string;
}

/** Is the cluster of a distributed mart whole: every node up, with the same Citus, and with its share of the shards? */
export async function checkCluster({ connection }: Pick<MartSubject, 'connection'>): Promise<CheckResult[]> {
  if (!(await isDistributed(connection))) return [];
  const workers = await queryRows<WorkerVersion>(connection, selectCitusOfWorkers);
  const findings = workers.flatMap(toFinding);
  const { version } = await queryRow<{ version: string }>(connection, { text: `select citus_version() as version` });
  const versions = new Set(workers.filter(({ is_up: isUp, said }) => isUp && said !== '').map(({ said }) => said));
  if (versions.size > 1)
    findings.push(
      problem(
        `the workers have different versions of Citus: ${workers.map(({ place, said }) => `${place} ${said}`).join(', ')}`,
        'Bring all nodes to one version: install its packages, then run alter extension citus update on each.',
      ),
    );
  const inactive = (await readNodes(connection)).filter(({ is_active: isActive }) => !isActive);
  for (const { host, port } of inactive)
    findings.push(
      problem(`node ${host}:${port} is not active`, `As a superuser on the coordinator: select citus_activate_node('${host}', ${port});`),
    );
  const unspread = await readUnspreadTables(connection);
  if (unspread.length > 0)
    findings.push(
      problem(
        `${unspread.map(toLabel).join(', ')} should be on the nodes and ${unspread.length === 1 ? 'is' : 'are'} not`,
        'Run: chatmart migrate',
      ),
    );
  const shards = await queryRows<{ place: string; shards: number }>(connection, selectShardsOfNodes);
  const counts = shards.map((node) => node.shards);
  const balance = shards.map((node) => `${node.place} ${node.shards}`).join(', ');
  if (Math.max(...counts) - Math.min(...counts) > 1)
    findings.push(
      warning(
        `the shards of the facts are not spread evenly: ${balance}`,
        'As a superuser on the coordinator: select citus_rebalance_start();',
      ),
    );
  return findings.length > 0
    ? findings
    : [ok(`${version.split(' on ')[0]!}; ${counted(workers.length, 'worker')} up; shards of the facts: ${balance}`)];
}

function toFinding({ place, is_up: isUp, said }: WorkerVersion): CheckResult[] {
  if (!isUp)
    return [
      problem(
        `node ${place} does not answer: ${said}`,
        'Start PostgreSQL on it, or let it through. Until then, jobs that need its sessions fail and try again; nothing is lost.',
      ),
    ];
  return said === ''
    ? [
        problem(
          `node ${place} lacks the extension citus in this database`,
          'As a superuser in the same database of that node: create extension citus;',
        ),
      ]
    : [];
}
