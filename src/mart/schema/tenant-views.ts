import { createHash } from 'node:crypto';
import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { postgresCode } from '../../db/postgres-errors.js';
import { quoteIdentifier, quoteLiteral } from '../../db/quote.js';
import { toOwnNames } from '../../model/attached-key.js';
import { selectPersonalKeys } from '../attached-keys.sql.js';
import { readCalendars } from '../calendar/calendars.js';
import { readChatSchema } from './chat-schema.js';
import { upsertSchemaInfo } from './generated-schema.js';
import { readMartMap, readProperty } from './mart-map.js';
import { readMartDefinition } from './mart-definition.js';
import { loadChatViews, loadGeneratedSchema } from './migration-source.js';
import type { ColumnMeaning } from './table-definition.js';
import { selectPercentileFunctions, selectRelations, selectSchemas, selectTenantViews } from './tenant-views.sql.js';

/** The schemas in which a role sees some tenants alone. deploy/roles-tenant.sql creates them; without them there are no such views. */
interface TenantSchemas {
  /** Views over the rows of the role's tenants, which nobody but their owner may use. */
  readonly rows: string;
  /** The same behind security barriers: for roles. */
  readonly tenant: string;
  /** The same without what may identify a person. */
  readonly impersonal: string;
}

/** Property of CTL_SCHEMA_INFO: a hash of the views. */
const TENANT_VIEWS = 'tenant-views-hash';

/** A view cannot be replaced in place, because its columns are others. */
const OTHER_COLUMNS = '42P16';

interface TenantView {
  readonly schema: string;
  readonly name: string;
}

interface Relation {
  /** Schema and name, quoted. */
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  /** Null: it is a table. */
  readonly definition: string | null;
  readonly comment: string | null;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment: string | null }[];
  /** Ids of the relations that a view reads. */
  readonly reads: readonly string[];
}

/** The tenant schemas of the mart in the connection's schema; undefined: it has none. */
async function readTenantSchemas(mart: Connection): Promise<TenantSchemas | undefined> {
  const chat = await readChatSchema(mart);
  // Those of a schema that only might be this mart's may be another mart's.
  if (chat === undefined) return undefined;
  const schemas = { rows: `${chat}_tenant_rows`, tenant: `${chat}_tenant`, impersonal: `${chat}_impersonal` };
  const found = await queryRows<{ exists: boolean }>(mart, selectSchemas(Object.values(schemas)));
  return found.every(({ exists }) => exists) ? schemas : undefined;
}

/**
 * Makes the views for tenants, or brings them up to date with the tables and views that they show. Returns whether anything changed. Runs in
 * the caller's transaction, under the writer lock. Views of somebody else's over them stay, unless columns cannot.
 */
export async function applyTenantViews(mart: Connection, martSchema: string): Promise<boolean> {
  const schemas = await readTenantSchemas(mart);
  const chat = await readChatSchema(mart);
  if (schemas === undefined || chat === undefined) return false;
  const setPath = (...names: string[]) => execute(mart, { text: `set local search_path to ${names.map(quoteIdentifier).join(', ')}` });
  await setPath(martSchema, chat);
  const relations = await readOwnRelations(mart, martSchema, chat);
  await setPath(martSchema);
  const functions = await queryRow<PercentileFunctions>(mart, selectPercentileFunctions);
  const { statements, views } = toStatements(relations, { schemas, martSchema, chat, personal: await readPersonalColumns(mart) });
  for (const schema of [schemas.tenant, schemas.impersonal]) statements.push(...toFunctions(functions, schema, martSchema));
  const text = statements.join(';\n');
  const hash = createHash('sha256').update(text).digest('hex');
  const held = await queryRows<TenantView>(mart, selectTenantViews(schemas));
  const isAmong = (some: readonly TenantView[]) => (view: TenantView) =>
    some.some(({ schema, name }) => schema === view.schema && name === view.name);
  if ((await readProperty(mart, TENANT_VIEWS)) === hash && views.every(isAmong(held))) return false;
  const stale = held.filter((view) => !isAmong(views)(view));
  if (stale.length > 0) await execute(mart, { text: toDrop(stale) });
  // Definitions name what they read without a schema: here they find the rows of the role's tenants, and nothing else.
  await setPath(schemas.rows);
  await execute(mart, { text: 'savepoint in_place' });
  await execute(mart, { text }).catch(async (error: unknown) => {
    if (postgresCode(error) !== OTHER_COLUMNS) throw error;
    await execute(mart, { text: `rollback to savepoint in_place; ${toDrop(held.filter(isAmong(views)))}` });
    await execute(mart, { text });
  });
  await setPath(martSchema);
  await execute(mart, upsertSchemaInfo(TENANT_VIEWS, hash));
  return true;
}

/** Whether the views for tenants are there. */
export async function hasTenantViews(mart: Connection): Promise<boolean> {
  const schemas = await readTenantSchemas(mart);
  const held = schemas === undefined ? [] : await queryRows<TenantView>(mart, selectTenantViews(schemas));
  return schemas !== undefined && Object.values(schemas).every((schema: string) => held.some((view) => view.schema === schema));
}

/** SQL that drops the views for tenants, or those of some names, so that what they read can be changed; `applyTenantViews` makes them again. */
export async function toDropTenantViews(mart: Connection, names?: readonly string[]): Promise<string> {
  const schemas = await readTenantSchemas(mart);
  if (schemas === undefined) return '';
  const held = await queryRows<TenantView>(mart, selectTenantViews(schemas));
  return toDrop(names === undefined ? held : held.filter(({ name }) => names.includes(name)));
}

const toDrop = (views: readonly TenantView[]): string =>
  views.length === 0
    ? ''
    : `drop view ${views.map(({ schema, name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`).join(', ')}`;

/** The tables and views of the mart, and the views for people. What else is in these schemas is the site's, and no tenant's. */
async function readOwnRelations(mart: Connection, martSchema: string, chat: string): Promise<Relation[]> {
  const [map, calendars] = [await readMartMap(mart), await readCalendars(mart)];
  const { tables, views } = await readMartDefinition(map, calendars);
  const people = await loadChatViews(map, calendars);
  return queryRows<Relation>(
    mart,
    selectRelations([
      ...[...tables.keys(), ...views.keys()].map((name) => [martSchema, name] as const),
      ...people.map(({ name }) => [chat, name] as const),
    ]),
  );
}

/** Names of the columns that may identify a person: they are hidden in every relation that has them. */
async function readPersonalColumns(mart: Connection): Promise<ReadonlySet<string>> {
  const map = await readMartMap(mart);
  const { tables, views } = await loadGeneratedSchema(map);
  const marked = [...tables, ...views, ...(await loadChatViews(map, []))]
    .flatMap(({ columns }): readonly ColumnMeaning[] => columns)
    .filter(({ personal }) => personal === true);
  const own = await queryRows<{ name: string }>(mart, selectPersonalKeys);
  return new Set([...marked.map(({ name }) => name), ...own.map(({ name }) => name)]);
}

interface Naming {
  readonly schemas: TenantSchemas;
  readonly martSchema: string;
  readonly chat: string;
  readonly personal: ReadonlySet<string>;
}

/** What rows only say something about: dimensions, and what is looked up by a key of a row. A view over them alone is no tenant's. */
const isLookup = (name: string): boolean => /^(date_time(_.*)?|chat_session_dim|media_type|ctl_audit_log|ctl_schema_info)$/.test(name);
/** The lookups that a tenant may read. */
const isDimension = (name: string): boolean => isLookup(name) && !name.startsWith('ctl_');

/** The tenants of the role that asks. Array, so that it is read once a query. */
const OWN = 'any (array(select tenant_key from own_tenant))';

/** Which rows of a table are a tenant's own; undefined: the table is not for tenants. */
function toOwnRows({ name, columns }: Relation): string | undefined {
  if (name === 'gidb_gc_tenant') return `id = ${OWN}`;
  if (name === 'chat_session_attached_data') return 'media_server_ixn_guid in (select media_server_ixn_guid from chat_session_fact)';
  const isOfSessions = /^(chat_session_fact|agt_chat_stats_.*|chatmart_purged_durations)$/.test(name);
  return isOfSessions && columns.some((column) => column.name === 'tenant_key') ? `tenant_key = ${OWN}` : undefined;
}

/** Members that the sessions of a tenant have; the others tell of other tenants. Changes that are not aggregated yet are read from facts. */
const USED: Readonly<Record<string, string>> = {
  chat_session_dim: 'id < 0 or id in (select chat_session_dim_key from used_member)',
  media_type: 'media_type_key < 0 or media_type_key in (select media_type_key from used_member)',
};

/** The views of the three schemas, and all statements that make them, for a session that finds the schema of the rows alone. */
function toStatements(relations: readonly Relation[], naming: Naming): { statements: string[]; views: readonly TenantView[] } {
  const { schemas, martSchema, chat } = naming;
  const mart = quoteIdentifier(martSchema);
  const statements = [
    `create or replace view own_tenant as
select gidb_gc_tenant.id as tenant_key
from ${mart}.gidb_gc_tenant
join ${mart}.chatmart_role_tenant on chatmart_role_tenant.tenant_key in (0, gidb_gc_tenant.id)
join pg_catalog.pg_roles on pg_roles.rolname::text = chatmart_role_tenant.role_name
where pg_has_role(current_user, pg_roles.oid, 'usage')`,
  ];
  const own = new Set<string>();
  const made = new Set<string>();
  const names = ['own_tenant', 'used_member'];
  const shown: Relation[] = [];
  const make = (relation: Relation, select: string, isOwn: boolean): void => {
    statements.push(`create or replace view ${quoteIdentifier(relation.name)} as\n${select}`);
    made.add(relation.id);
    names.push(relation.name);
    if (isOwn) own.add(relation.id);
    if ((isOwn && !relation.name.startsWith('chatmart_')) || isDimension(relation.name)) shown.push(relation);
  };
  const tables = relations.filter(({ definition }) => definition === null);
  // The side table asks the facts.
  const last = (relation: Relation): number => Number(relation.name === 'chat_session_attached_data');
  for (const table of [...tables].sort((one, other) => last(one) - last(other))) {
    const rows = toOwnRows(table);
    if (rows === undefined && !isLookup(table.name)) continue;
    make(table, `select ${toColumns(table)}\nfrom ${table.id}${rows === undefined ? '' : `\nwhere ${rows}`}`, rows !== undefined);
  }
  let waiting = relations.filter(({ definition }) => definition !== null);
  for (let found = true; found;) {
    const ready = waiting.filter(({ reads }) => reads.some((id) => own.has(id)) && reads.every((id) => made.has(id)));
    for (const view of ready) make(view, view.definition!, true);
    waiting = waiting.filter((view) => !ready.includes(view));
    found = ready.length > 0;
  }
  statements.push(`create or replace view used_member as
select chat_session_dim_key, media_type_key from agt_chat_stats_month
union all
select chat_session_dim_key, media_type_key from chat_session_fact
where start_date_time_key in (select start_date_time_key from ${mart}.chatmart_pending_agg)`);
  const freshness = waiting.find(({ schema, name }) => schema === chat && name === 'freshness');
  if (freshness !== undefined) make(freshness, selectFreshness(freshness, shown), true);
  for (const relation of shown)
    statements.push(...toShown(relation, schemas.tenant, new Set()), ...toShown(relation, schemas.impersonal, naming.personal));
  return {
    statements,
    views: [
      ...names.map((name) => ({ schema: schemas.rows, name })),
      ...[schemas.tenant, schemas.impersonal].flatMap((schema) => shown.map(({ name }) => ({ schema, name }))),
    ],
  };
}

interface PercentileFunctions {
  readonly percentile: string;
  readonly initial: string;
}

/** A role of a tenant may not use the mart's schema, and so not call what is in it. An aggregate calls its steps as its owner. */
function toFunctions({ percentile, initial }: PercentileFunctions, schema: string, martSchema: string): string[] {
  const [own, mart] = [quoteIdentifier(schema), quoteIdentifier(martSchema)];
  return [
    percentile
      .trimEnd()
      .replace(/^CREATE OR REPLACE FUNCTION .*?chat_percentile\(/, () => `create or replace function ${own}.chat_percentile(`),
    `create or replace aggregate ${own}.chat_histogram(bucket integer, sessions bigint) (sfunc = ${mart}.chat_count_bucket, stype = bigint[], initcond = ${quoteLiteral(initial)}, combinefunc = ${mart}.chat_add_counts, parallel = safe)`,
  ];
}

const toColumns = ({ columns }: Relation): string => columns.map(({ name }) => quoteIdentifier(name)).join(', ');

/** Until when the mart is complete is no secret; how much of others waits, fails or goes on is one. */
function selectFreshness(freshness: Relation, shown: readonly Relation[]): string {
  const told = ['object_name', 'complete_until', 'lag_seconds'];
  const columns = freshness.columns.map(({ name, type }) => (told.includes(name) ? name : `null::${type} as ${name}`));
  const names = shown.map(({ name }) => quoteLiteral(name.toUpperCase()));
  return `select ${columns.join(', ')}\nfrom ${freshness.id}\nwhere object_name in (${names.join(', ')})`;
}

/** The view of a relation for roles, with its comments. The barrier keeps conditions of theirs from seeing rows that are not theirs. */
function toShown(relation: Relation, schema: string, hidden: ReadonlySet<string>): string[] {
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(relation.name)}`;
  const columns = relation.columns.map((column) => {
    const quoted = quoteIdentifier(column.name);
    return toOwnNames(column.name).some((each) => hidden.has(each)) ? `null::${column.type} as ${quoted}` : quoted;
  });
  const rows = USED[relation.name];
  const comment = (on: string, text: string | null): string[] => (text === null ? [] : [`comment on ${on} is ${quoteLiteral(text)}`]);
  return [
    `create or replace view ${name} with (security_barrier) as\nselect ${columns.join(', ')}\nfrom ${quoteIdentifier(relation.name)}${rows === undefined ? '' : `\nwhere ${rows}`}`,
    `grant select on ${name} to public`,
    ...comment(`view ${name}`, relation.comment),
    ...relation.columns.flatMap((column) => comment(`column ${name}.${quoteIdentifier(column.name)}`, column.comment)),
  ];
}
