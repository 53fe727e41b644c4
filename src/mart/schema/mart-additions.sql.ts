import type { Statement } from '../../db/connection.js';

const ours = `ours as (
  select
    oid,
    relname::text as name,
    relkind,
    relpersistence,
    relam,
    relowner,
    relrowsecurity,
    relforcerowsecurity,
    relreplident
  from pg_class
  where relnamespace = (select oid from pg_namespace where nspname = current_schema())
    and relname = any ($1::text[])
)`;

/** One row per relation of the mart: what PostgreSQL has under its name; `kind` is null if nothing. */
export const selectMartRelations = (names: readonly string[]): Statement => ({
  text: `with ${ours}
select
  wanted.name,
  relkind as kind,
  relpersistence = 'u' as is_unlogged,
  (select amname::text from pg_am where pg_am.oid = relam) as access_method,
  exists (select from pg_index where indrelid = ours.oid and indisprimary) as has_key,
  array(select inhrelid::regclass::text from pg_inherits where inhparent = ours.oid order by 1) as children,
  array(
    select nspname::text
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where relname = wanted.name and relkind = any ('{r,p,v}') and nspname <> current_schema() and nspname !~ '^pg_'
    order by 1
  ) as elsewhere,
  array(
    select json_build_object(
      'name', attname,
      'type', format_type(atttypid, atttypmod),
      'isNotNull', attnotnull,
      'isIdentity', attidentity <> '',
      'isGenerated', attgenerated <> '',
      'hasValue', atthasdef or attidentity <> '',
      'isOurs', coalesce(col_description(ours.oid, attnum) ~ '(Genesys column|Extension of chatmart)', false)
    )
    from pg_attribute
    where attrelid = ours.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as columns,
  array(
    select json_build_object('name', relname, 'isUnique', indisunique, 'isValid', indisvalid)
    from pg_index
    join pg_class on pg_class.oid = indexrelid
    where indrelid = ours.oid
      and not indisprimary
      and not exists (select from pg_constraint where conindid = indexrelid and contype in ('u', 'x'))
    order by relname
  ) as indexes
from unnest($1::text[]) as wanted (name)
left join ours on ours.name = wanted.name
order by wanted.name`,
  values: [names],
});

/** Triggers, rules and constraints that may reject, change or drop rows of some tables of the mart, one per row. */
export const selectMartCode = (names: readonly string[]): Statement => ({
  text: `with ${ours}
select
  'trigger' as kind,
  ours.name as table,
  tgname::text as name,
  json_build_object(
    'isBefore', tgtype & 2 <> 0,
    'isRow', tgtype & 1 <> 0,
    'events', array_remove(array[
      case when tgtype & 4 <> 0 then 'insert' end,
      case when tgtype & 16 <> 0 then 'update' end,
      case when tgtype & 8 <> 0 then 'delete' end,
      case when tgtype & 32 <> 0 then 'truncate' end
    ], null),
    'isEnabled', tgenabled in ('O', 'A'),
    'function', tgfoid::regproc::text
  ) as detail
from pg_trigger
join ours on ours.oid = tgrelid
where not tgisinternal
union all
select
  'rule',
  ours.name,
  rulename::text,
  json_build_object(
    'isInstead', is_instead,
    'events', array[case ev_type when '2' then 'update' when '3' then 'insert' when '4' then 'delete' else 'select' end],
    'isEnabled', ev_enabled in ('O', 'A')
  )
from pg_rewrite
join ours on ours.oid = ev_class
where rulename <> '_RETURN'
union all
select
  'constraint',
  ours.name,
  conname::text,
  json_build_object(
    'definition', pg_get_constraintdef(pg_constraint.oid),
    'isOurs', contype = 'f'
      and conname ~ '^fk_'
      and confrelid in (select oid from ours)
      and current_setting('server_version_num')::integer >= 180000
  )
from pg_constraint
join ours on ours.oid = conrelid
where contype in ('c', 'u', 'x', 'f')
  -- Only from PostgreSQL 18 on there is such a column; a constraint that is not enforced refuses nothing.
  and to_jsonb(pg_constraint) ->> 'conenforced' is distinct from 'false'
union all
select
  'reference',
  ours.name,
  conname::text,
  json_build_object('from', conrelid::regclass::text, 'definition', pg_get_constraintdef(pg_constraint.oid))
from pg_constraint
join ours on ours.oid = confrelid
where contype = 'f'
  and conrelid not in (select oid from ours)
  and to_jsonb(pg_constraint) ->> 'conenforced' is distinct from 'false'
union all
select
  'event-trigger',
  null,
  evtname::text,
  json_build_object('events', array[evtevent], 'isEnabled', evtenabled in ('O', 'A'), 'function', evtfoid::regproc::text)
from pg_event_trigger
-- An extension's own, such as that of Citus, looks after the extension.
where not exists (
  select
  from pg_depend
  where classid = 'pg_event_trigger'::regclass and objid = pg_event_trigger.oid and deptype = 'e'
)
order by 1, 2, 3`,
  values: [names],
});

/** Row-level security of some tables of the mart, and who is subject to it. */
export const selectMartPolicies = (names: readonly string[]): Statement => ({
  text: `with ${ours}
select
  ours.name as table,
  current_user::text as role,
  pg_has_role(relowner, 'usage') as is_owner,
  -- Views read with the rights of their owner, who is bound where it is forced.
  row_security_active(ours.oid) or (relforcerowsecurity and not owner.rolsuper and not owner.rolbypassrls) as hides,
  relforcerowsecurity as is_forced,
  array(select polname::text from pg_policy where polrelid = ours.oid order by 1) as policies
from ours
join pg_roles as owner on owner.oid = relowner
where relrowsecurity
order by 1`,
  values: [names],
});

/** Publications of some tables of the mart that publish updates or deletions without a replica identity, or omit columns. */
export const selectMartPublications = (names: readonly string[]): Statement => ({
  text: `with ${ours},
named as (
  select
    ours.oid,
    ours.name,
    relreplident as identity,
    array(
      select attname::text
      from pg_index
      join pg_attribute on attrelid = indrelid and attnum = any (indkey::smallint[])
      where indrelid = ours.oid
        and case relreplident when 'd' then indisprimary when 'i' then indisreplident else false end
    ) as key
  from ours
  where relkind in ('r', 'p')
)
select
  named.name as table,
  pg_publication.pubname::text as publication,
  key = '{}' as has_no_key,
  coalesce(published.of ->> 'rowfilter', '') as condition
from named
join pg_publication_tables on schemaname = current_schema() and tablename = named.name
join pg_publication on pg_publication.pubname = pg_publication_tables.pubname
-- From PostgreSQL 15 on a publication may leave out columns and rows.
cross join lateral (select to_jsonb(pg_publication_tables) as of) as published
where (pubupdate or pubdelete)
  and identity <> 'f'
  and (
    key = '{}'
    or (published.of ? 'attnames' and not published.of -> 'attnames' @> to_jsonb(key))
    or exists (
      select
      from pg_attribute
      where attrelid = named.oid
        and attnum > 0
        and attname <> all (key)
        and published.of ->> 'rowfilter' ~ ('\\m' || attname || '\\M')
    )
  )
order by 1, 2`,
  values: [names],
});

/** Whether any table of the mart's schema may have a rule or an inheriting table: statements then silently write or read elsewhere. */
export const selectSilentAdditions: Statement = {
  text: `select exists (
  select
  from pg_class
  where relnamespace = (select oid from pg_namespace where nspname = current_schema())
    and relkind = 'r'
    and (
      exists (select from pg_rewrite where ev_class = pg_class.oid and is_instead)
      or exists (select from pg_inherits where inhparent = pg_class.oid)
    )
) as found`,
};
