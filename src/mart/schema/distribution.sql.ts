import type { Statement } from '../../db/connection.js';

/** One row: the version of Citus in the database, or null. */
export const selectCitusVersion: Statement = { text: `select max(extversion)::text as version from pg_extension where extname = 'citus'` };

/** The nodes of the cluster; the coordinator is one of them if it is known to the others. */
export const selectNodes: Statement = {
  text: `select
  nodename::text as host,
  nodeport::integer as port,
  groupid = 0 as is_coordinator,
  isactive as is_active,
  shouldhaveshards as holds_shards
from pg_dist_node
where noderole = 'primary'
order by groupid`,
};

/** Whether this session is on the coordinator. */
export const selectIsCoordinator: Statement = { text: 'select groupid = 0 as here from pg_dist_local_group' };

/** How each of some tables is kept: `distributed`, `reference`, `local`, or null if there is no such table; and its bytes that are left over. */
export const selectTableKinds = (tables: readonly string[]): Statement => ({
  text: `select
  wanted.name,
  case
    when pg_class.oid is null then null
    when partmethod = 'h' then 'distributed'
    when partmethod = 'n' and repmodel = 't' then 'reference'
    else 'local'
  end as kind,
  case when logicalrelid is not null then pg_relation_size(pg_class.oid) else 0 end as left_over
from unnest($1::text[]) with ordinality as wanted (name, position)
left join pg_class on pg_class.oid = to_regclass(quote_ident(wanted.name))
left join pg_dist_partition on logicalrelid = pg_class.oid
order by position`,
  values: [tables],
});

export const createReferenceTable = (table: string): Statement => ({ text: 'select create_reference_table($1)', values: [table] });

/** Distributes a table by the hash of a column; `beside`: its shards lie on the nodes of those of this table. */
export const createDistributedTable = (table: string, column: string, beside: string | undefined): Statement => ({
  text: 'select create_distributed_table($1, $2, colocate_with => $3)',
  values: [table, column, beside ?? 'none'],
});

/** Frees the room of the rows that a table had before it was distributed. */
export const truncateLocalData = (table: string): Statement => ({
  text: 'select truncate_local_data_after_distributing_table($1)',
  values: [table],
});

/** The number of shards of a table, and of the nodes that hold them. */
export const selectShards = (table: string): Statement => ({
  text: `select
  count(*)::integer as shards,
  count(distinct groupid)::integer as nodes
from pg_dist_shard
join pg_dist_placement using (shardid)
where logicalrelid = to_regclass($1)`,
  values: [table],
});

/** Rows that COPY has brought to the workers so far. */
export const selectCopiedRows: Statement = {
  text: `select coalesce(sum(case when success then result::bigint end), 0) as copied
from run_command_on_workers($$select coalesce(sum(tuples_processed), 0) from pg_stat_progress_copy where datname = current_database()$$)`,
};

/** One row for each worker: whether it answers, and its version of Citus in this database (empty: none), or the error. */
export const selectCitusOfWorkers: Statement = {
  text: `select
  nodename || ':' || nodeport as place,
  success as is_up,
  coalesce(result, '') as said
from run_command_on_workers($$select coalesce(max(extversion), '') from pg_extension where extname = 'citus'$$)
order by 1`,
};

/** How many shards of the facts each node has that may have some. */
export const selectShardsOfNodes: Statement = {
  text: `select
  nodename || ':' || nodeport as place,
  count(pg_dist_placement.shardid)::integer as shards
from pg_dist_node
left join (
  pg_dist_placement
  join pg_dist_shard on pg_dist_shard.shardid = pg_dist_placement.shardid and logicalrelid = to_regclass('chat_session_fact')
) on pg_dist_placement.groupid = pg_dist_node.groupid
where noderole = 'primary' and shouldhaveshards
group by 1
order by 1`,
};
