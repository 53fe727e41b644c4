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

/** The comment of such a schema. It keeps an empty one for a mart; deploy/roles-mart.sql writes it too. */
const toMark = (martSchema: string): string =>
  `Views for people and BI tools over the Info Mart in schema ${martSchema}, made by chatmart migrate.`;

/** Names of the views for people, as a regular expression; deploy/ has the same. */
export const CHAT_VIEW_NAMES = '^(sessions|concurrency|discards|freshness|stats_.+)$';

/**
 * The name of the mart's schema for people; undefined: it has none. It is the recorded one, if its views read this mart: a copy of a mart has
 * the record of the original, too.
 */
export async function readChatSchema(mart: Connection): Promise<string | undefined> {
  const recorded = await readProperty(mart, CHAT_SCHEMA);
  if (recorded === undefined) return undefined;
  const { reads } = await queryRow<{ reads: boolean }>(mart, selectReads(recorded));
  return reads ? recorded : undefined;
}

/**
 * Creates the schema for people with its views, or brings it up to date; the mart's own jobs do without it. Returns what was
 * done, if anything. Runs in the caller's transaction, under the writer lock. Errors: SQLSTATE 42501 for a role that may not create it.
 */
export async function applyChatSchema(mart: Connection, martSchema: string): Promise<{ name: string; isNew: boolean } | undefined> {
  const own = await readChatSchema(mart);
  const { name, exists } =
    own === undefined
      ? await queryRow<{ name: string; exists: boolean }>(mart, selectFreeSchema(martSchema, toMark(martSchema)))
      : { name: own, exists: true };
  const views = await loadChatViews(await readMartMap(mart), await readCalendars(mart));
  const hash = createHash('sha256')
    .update(JSON.stringify([name, views]))
    .digest('hex');
  const missing = await queryRows(mart, selectMissingViews(name, views));
  if (missing.length === 0 && (await readProperty(mart, CHAT_VIEWS)) === hash) return undefined;
  const schema = quoteIdentifier(name);
  if (!exists) await execute(mart, { text: `create schema ${schema}` });
  for (const view of views) await applyView(mart, view, name);
  await execute(mart, { text: `comment on schema ${schema} is ${quoteLiteral(toMark(martSchema))}` });
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

/** One row: whether views for people in a schema read the mart of the connection. In steps, so that no plan can go wrong. */
const selectReads = (name: string): Statement => ({
  text: `with rule as materialized (
  select pg_rewrite.oid
  from pg_namespace
  join pg_class on pg_class.relnamespace = pg_namespace.oid
  join pg_rewrite on pg_rewrite.ev_class = pg_class.oid
  where pg_namespace.nspname = $1
    and pg_class.relname ~ '${CHAT_VIEW_NAMES}'
), dependency as materialized (
  select distinct pg_depend.refobjid
  from rule
  join pg_depend on pg_depend.objid = rule.oid
  where pg_depend.classid = 'pg_rewrite'::regclass
    and pg_depend.refclassid = 'pg_class'::regclass
)
select exists (
    select
    from dependency
    join pg_class on pg_class.oid = dependency.refobjid
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where pg_namespace.nspname = current_schema()
  ) as reads`,
  values: [name],
});

/**
 * One row: the schema that a mart without one gets. It is `chat`, unless somebody else has that, or `chat_<mart>`, which roles-mart.sql
 * may have made.
 */
const selectFreeSchema = (martSchema: string, mark: string): Statement => ({
  text: `with candidate as materialized (
  select
    named.name,
    named.rank,
    pg_namespace.oid is not null as exists,
    pg_namespace.oid is null
      or (
        not exists (select from pg_class where relnamespace = pg_namespace.oid)
        and has_schema_privilege(pg_namespace.oid, 'create')
        and coalesce(obj_description(pg_namespace.oid, 'pg_namespace'), $2) = $2
      ) as is_free
  from (values ('chat_' || $1::text, 2), ('chat', 1)) as named (name, rank)
  left join pg_namespace on pg_namespace.nspname = named.name
)
select name, exists
from candidate
order by
  rank = 2 and exists and is_free desc,
  rank = 1 and is_free desc,
  rank desc
limit 1`,
  values: [martSchema, mark],
});
