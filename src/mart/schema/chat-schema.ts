import { createHash } from 'node:crypto';
import { execute, queryRow, queryRows, type Connection, type Statement } from '../../db/connection.js';
import { quoteIdentifier, quoteLiteral } from '../../db/quote.js';
import { readCalendars } from '../calendar/calendars.js';
import { applyView, upsertSchemaInfo } from './generated-schema.js';
import { readMartMap, readProperty } from './mart-map.js';
import { loadChatViews } from './migration-source.js';
import type { ViewDefinition } from './table-definition.js';

/** Properties of CTL_SCHEMA_INFO: the name of the schema for people, and a hash of its views. */
const CHAT_SCHEMA = 'chat-schema';
const CHAT_VIEWS = 'chat-views-hash';

/** How the comment of such a schema begins. */
const MARK = 'Views for people and BI tools over the Info Mart';

/** The name of the mart's schema for people; undefined: it has none. */
export const readChatSchema = (mart: Connection): Promise<string | undefined> => readProperty(mart, CHAT_SCHEMA);

/**
 * Creates the schema for people with its views, or brings it up to date; the mart's own jobs do without it. Returns what was
 * done, if anything. Runs in the caller's transaction, under the writer lock. Errors: SQLSTATE 42501 for a role that may not create it.
 */
export async function applyChatSchema(mart: Connection, martSchema: string): Promise<{ name: string; isNew: boolean } | undefined> {
  const { name, exists } = await queryRow<{ name: string; exists: boolean }>(mart, selectChatSchema(martSchema));
  const views = await loadChatViews(await readMartMap(mart), await readCalendars(mart));
  const hash = createHash('sha256')
    .update(JSON.stringify([name, views]))
    .digest('hex');
  const missing = await queryRows(mart, selectMissingViews(name, views));
  if (missing.length === 0 && (await readProperty(mart, CHAT_VIEWS)) === hash) return undefined;
  const schema = quoteIdentifier(name);
  if (!exists) await execute(mart, { text: `create schema ${schema}` });
  for (const view of views) await applyView(mart, view, name);
  await execute(mart, {
    text: `comment on schema ${schema} is ${quoteLiteral(`${MARK} in schema ${martSchema}, made by chatmart migrate.`)}`,
  });
  await execute(mart, upsertSchemaInfo(CHAT_SCHEMA, name));
  await execute(mart, upsertSchemaInfo(CHAT_VIEWS, hash));
  return { name, isNew: missing.length === views.length };
}

/** Drops some views. Errors: SQLSTATE 2BP01 if something of somebody else's depends on one. */
export async function dropChatViews(mart: Connection, views: readonly string[]): Promise<void> {
  const name = await readChatSchema(mart);
  if (name === undefined) return;
  await execute(mart, { text: `drop view if exists ${views.map((view) => `${quoteIdentifier(name)}.${view}`).join(', ')}` });
}

const selectMissingViews = (name: string, views: readonly ViewDefinition[]): Statement => ({
  text: "select from unnest($2::text[]) as view (name) where to_regclass(quote_ident($1) || '.' || quote_ident(view.name)) is null",
  values: [name, views.map((view) => view.name)],
});

/**
 * One row: a schema that has views of chatmart's over this mart; else `chat`, unless somebody else uses it; else one that is named after the
 * mart. A restored mart may find the views of the mart it is a copy of, so what depends on what decides, not what is recorded.
 */
const selectChatSchema = (martSchema: string): Statement => ({
  text: `with candidate as materialized (
  select
    named.name,
    named.rank,
    pg_namespace.oid,
    exists (select from pg_class where relnamespace = pg_namespace.oid) as is_used,
    obj_description(pg_namespace.oid, 'pg_namespace') like '${MARK}%' as is_marked
  from (values ('chat_' || $1::text, 2), ('chat', 1)) as named (name, rank)
  left join pg_namespace on pg_namespace.nspname = named.name
), rule as materialized (
  select pg_rewrite.oid, candidate.oid as schema
  from candidate
  join pg_class on pg_class.relnamespace = candidate.oid
  join pg_rewrite on pg_rewrite.ev_class = pg_class.oid
  where candidate.is_marked
), dependency as materialized (
  select distinct rule.schema, pg_depend.refobjid
  from rule
  join pg_depend on pg_depend.objid = rule.oid
  where pg_depend.classid = 'pg_rewrite'::regclass
    and pg_depend.refclassid = 'pg_class'::regclass
), ours as materialized (
  select distinct dependency.schema
  from dependency
  join pg_class on pg_class.oid = dependency.refobjid
  join pg_namespace on pg_namespace.oid = pg_class.relnamespace
  where pg_namespace.nspname = $1
)
select
  candidate.name,
  candidate.oid is not null as exists
from candidate
left join ours on ours.schema = candidate.oid
order by
  ours.schema is not null desc,
  candidate.oid is not null and candidate.rank = 2 and not candidate.is_used desc,
  candidate.rank = 1 and not candidate.is_used desc,
  candidate.rank desc
limit 1`,
  values: [martSchema],
});
