import type { Statement } from '../../db/connection.js';

/** One row for each of some schemas: whether it exists. */
export const selectSchemas = (names: readonly string[]): Statement => ({
  text: `select name, to_regnamespace(quote_ident(name)) is not null as exists from unnest($1::text[]) as wanted (name)`,
  values: [names],
});

/** The views for tenants: all that the schema of the rows has, which is chatmart's alone, and those of these names in the schemas for roles. */
export const selectTenantViews = ({
  rows,
  tenant,
  impersonal,
}: {
  readonly rows: string;
  readonly tenant: string;
  readonly impersonal: string;
}): Statement => ({
  text: `with relation as (
  select nspname::text as schema, relname::text as name
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where nspname in ($1, $2, $3) and relkind = 'v'
)
select schema, name
from relation
where name in (select name from relation where schema = $1)
order by 1, 2`,
  values: [rows, tenant, impersonal],
});

/**
 * Some tables and views, each after those that it reads. Definitions name relations of the schemas of the search path without a schema,
 * unless another of that name stands before them in the path.
 */
export const selectRelations = (relations: readonly (readonly [schema: string, name: string])[]): Statement => ({
  text: `with relation as (
  select
    pg_class.oid,
    nspname::text as schema,
    relname::text as name,
    relkind = 'v' as is_view
  from unnest($1::text[], $2::text[]) as wanted (schema, name)
  join pg_namespace on nspname = wanted.schema
  join pg_class on relnamespace = pg_namespace.oid and relname = wanted.name
  where relkind in ('r', 'v')
)
select
  quote_ident(schema) || '.' || quote_ident(name) as id,
  schema,
  name,
  case when is_view then rtrim(pg_get_viewdef(oid), ';') end as definition,
  obj_description(oid, 'pg_class') as comment,
  array(
    select json_build_object('name', attname, 'type', format_type(atttypid, atttypmod), 'comment', col_description(attrelid, attnum))
    from pg_attribute
    where attrelid = relation.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as columns,
  array(
    select distinct read.relnamespace::regnamespace::text || '.' || quote_ident(read.relname)
    from pg_rewrite
    join pg_depend on pg_depend.objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
    join pg_class as read on read.oid = refobjid
    where ev_class = relation.oid and refobjid <> relation.oid
    order by 1
  ) as reads
from relation
order by is_view, oid`,
  values: [relations.map(([schema]) => schema), relations.map(([, name]) => name)],
});

/** One row: what makes the functions for percentiles, which analysts call without a schema. */
export const selectPercentileFunctions: Statement = {
  text: `select
  pg_get_functiondef('chat_percentile(bigint[], double precision)'::regprocedure) as percentile,
  agginitval as initial
from pg_aggregate
where aggfnoid = 'chat_histogram(integer, bigint)'::regprocedure`,
};
