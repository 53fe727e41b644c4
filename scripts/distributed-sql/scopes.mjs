// Turns a parsed statement into scopes: a query with what its FROM names (`items`), its subqueries elsewhere (`links`) and its WITH.
import { kindOfTable } from './distribution.mjs';

const MODIFYING = { InsertStmt: 'insert', UpdateStmt: 'update', DeleteStmt: 'delete', MergeStmt: 'merge' };

/** Calls `visit` for each node below a value, with the name of its type; `visit` returns false to stay outside. */
export function walk(value, visit) {
  if (Array.isArray(value)) for (const each of value) walk(each, visit);
  else if (value !== null && typeof value === 'object')
    for (const [name, child] of Object.entries(value)) {
      if (child === null || typeof child !== 'object') continue;
      if (!/^[A-Z]/.test(name) || visit(name, child) !== false) walk(child, visit);
    }
}

export const textOf = (node) => node?.String?.sval;
export const nameOf = (call) => textOf(call.funcname.at(-1));

/** A query of any kind. `inlines`: what PostgreSQL may do with a WITH that is used once; Citus tries both. */
export function toScope(statement, { catalogue, inlines }, parent, place) {
  const [type, node] = Object.entries(statement)[0];
  const context = { catalogue, inlines };
  const scope = { kind: MODIFYING[type] ?? 'select', node, parent, place, items: [], links: [], ctes: new Map(), refs: [], context };
  for (const { CommonTableExpr: cte } of node.withClause?.ctes ?? []) {
    const made = { name: cte.ctename, isMaterialized: cte.ctematerialized === 'CTEMaterializeAlways', uses: 0 };
    // A recursive one names itself.
    if (node.withClause.recursive) scope.ctes.set(made.name, made);
    made.scope = toScope(cte.ctequery, context, { ...scope, items: [], isWith: true }, 'with');
    scope.ctes.set(made.name, made);
  }
  if (scope.kind === 'select') readSelect(scope);
  else readModification(scope);
  return scope;
}

function readSelect(scope) {
  const { node } = scope;
  if (node.op !== undefined && node.op !== 'SETOP_NONE') {
    for (const side of [node.larg, node.rarg])
      scope.items.push({ kind: 'query', scope: toScope({ SelectStmt: side }, scope.context, scope, 'set'), alias: undefined });
  } else for (const item of node.fromClause ?? []) readFrom(scope, item, {});
  if (node.valuesLists !== undefined) readExpressions(scope, node.valuesLists, 'values');
  readExpressions(scope, node.targetList, 'target');
  readExpressions(scope, [node.whereClause], 'where');
  readExpressions(scope, [node.groupClause, node.sortClause, node.distinctClause, node.windowClause], 'group');
  readExpressions(scope, [node.havingClause], 'having');
  readExpressions(scope, [node.limitCount, node.limitOffset], 'limit');
}

function readModification(scope) {
  const { node, kind } = scope;
  scope.target = toItem(scope, node.relation, {});
  if (kind !== 'insert') scope.items.push({ ...scope.target, isTarget: true });
  for (const item of node.fromClause ?? node.usingClause ?? []) readFrom(scope, item, {});
  if (node.sourceRelation !== undefined) readFrom(scope, node.sourceRelation, {});
  // The SELECT of an INSERT, VALUES too.
  if (kind === 'insert' && node.selectStmt !== undefined)
    scope.source = toScope(node.selectStmt, scope.context, { ...scope, items: [], isWith: true }, 'insert');
  readExpressions(scope, kind === 'insert' ? [] : [node.targetList, node.mergeWhenClauses], 'target');
  readExpressions(scope, [node.whereClause, node.joinCondition], 'where');
  readExpressions(scope, [node.onConflictClause], 'conflict');
  readExpressions(scope, [node.returningClause, node.returningList], 'returning');
}

/** `isOuter`: the other side of an outer join keeps its rows without it. */
function readFrom(scope, entry, { isOuter = false }) {
  const [type, node] = Object.entries(entry)[0];
  if (type === 'JoinExpr') {
    const { jointype } = node;
    readFrom(scope, node.larg, { isOuter: isOuter || jointype === 'JOIN_RIGHT' || jointype === 'JOIN_FULL' });
    readFrom(scope, node.rarg, { isOuter: isOuter || jointype === 'JOIN_LEFT' || jointype === 'JOIN_FULL' });
    (scope.using ??= []).push(...(node.usingClause ?? []).map(textOf));
    readExpressions(scope, [node.quals], 'where');
  } else if (type === 'RangeSubselect') {
    const alias = node.alias?.aliasname;
    const values = node.subquery.SelectStmt?.valuesLists !== undefined;
    const inner = toScope(node.subquery, scope.context, scope, 'from');
    scope.items.push({ kind: values ? 'values' : 'query', scope: inner, alias, isLateral: node.lateral === true, isOuter });
    inner.columnNames = node.alias?.colnames?.map(textOf);
  } else if (type === 'RangeVar') scope.items.push(toItem(scope, node, { isOuter }));
  else {
    scope.items.push({ kind: 'function', alias: node.alias?.aliasname, isLateral: true, isOuter });
    readExpressions(scope, [node.functions], 'from');
  }
}

function toItem(scope, range, { isOuter }) {
  const { relname: name } = range;
  const alias = range.alias?.aliasname ?? name;
  const cte = range.schemaname === undefined ? findCte(scope, name) : undefined;
  if (cte !== undefined) {
    cte.uses += 1;
    return { kind: 'cte', alias, cte, isOuter };
  }
  const { views, columns } = scope.context.catalogue;
  const isTemporary = range.schemaname === 'pg_temp';
  const isSystem = /^(pg_catalog|information_schema)$/.test(range.schemaname ?? '') || name.startsWith('pg_');
  const view = isTemporary || isSystem ? undefined : views.get(name);
  if (view !== undefined)
    return { kind: 'query', alias, view: name, scope: toScope({ SelectStmt: view }, scope.context, undefined, 'view'), isOuter };
  return {
    kind: isTemporary || isSystem ? 'local' : kindOfTable(name),
    alias,
    name,
    columns: isSystem ? undefined : columns.get(name),
    isOuter,
  };
}

function findCte(scope, name) {
  for (let each = scope; each !== undefined; each = each.parent) if (each.ctes.has(name)) return each.ctes.get(name);
  return undefined;
}

/** Collects column references and subqueries; `inAggregate`: below an aggregate. */
function readExpressions(scope, value, place, inAggregate = false) {
  walk(value, (type, node) => {
    if (type === 'ColumnRef') scope.refs.push({ node, place });
    if (type === 'SubLink') {
      scope.links.push({ place, inAggregate, type: node.subLinkType, scope: toScope(node.subselect, scope.context, scope, 'link') });
      readExpressions(scope, [node.testexpr], place, inAggregate);
      return false;
    }
    if (type === 'FuncCall' && isAggregate(node) && !inAggregate) {
      scope.hasAggregates ||= place === 'target' || place === 'having' || place === 'group';
      readExpressions(scope, [node.args, node.agg_filter, node.agg_order], place, true);
      return false;
    }
    if (type === 'FuncCall' && node.over !== undefined) (scope.windows ??= []).push(node.over);
    return undefined;
  });
}

const AGGREGATES =
  /^(count|sum|min|max|avg|every|mode|(array|string|json|jsonb)_agg|jsonb?_object_agg|bool_(and|or)|bit_(and|or|xor)|percentile_\w+|stddev\w*|var\w+|corr)$/;

const isAggregate = (call) => call.over === undefined && (call.agg_star === true || AGGREGATES.test(nameOf(call)));

/** All scopes of a statement, views included. */
export function allScopes(scope) {
  return (scope.all ??= findScopes(scope));
}

function findScopes(scope) {
  const inner = [...[...scope.ctes.values()].map((cte) => cte.scope), ...scope.items.map((item) => item.scope), scope.source];
  return [scope, ...[...inner, ...scope.links.map((link) => link.scope)].filter((each) => each !== undefined).flatMap(allScopes)];
}

/** The item that a column belongs to, in this scope or around it; undefined if nobody knows. */
export function resolve(scope, { fields }) {
  const names = fields.map(textOf);
  let inner;
  for (let each = scope; each !== undefined; each = each.parent) {
    // What is in FROM does not see itself.
    const isMeant = (item) => (names.length > 1 ? item.alias === names.at(-2) : hasColumn(item, names[0]));
    const found = each.isWith ? undefined : each.items.find((item) => (inner === undefined || item.scope !== inner) && isMeant(item));
    if (found !== undefined) return { item: found, scope: each, column: names.at(-1) };
    inner = each;
  }
  return undefined;
}

function hasColumn(item, name) {
  if (item.columns !== undefined) return item.columns.has(name);
  const inner = scopeOf(item);
  return inner !== undefined && outputOf(inner, name) !== undefined;
}

/** The query behind an item, if it is one that Citus sees as such. */
export const scopeOf = (item) => (item.kind === 'cte' ? item.cte.scope : item.scope);

/** The expression behind an output column of a query, with the scope in which to read it. */
export function outputOf(scope, name) {
  const { node, columnNames } = scope;
  if (node.larg !== undefined) return outputOf(scope.items[0].scope, name);
  const targets = node.targetList ?? node.returningClause?.exprs ?? node.returningList ?? [];
  const at = columnNames?.indexOf(name) ?? -1;
  for (const [index, { ResTarget: target }] of targets.entries()) {
    const fields = target.val?.ColumnRef?.fields;
    if (fields?.at(-1).A_Star !== undefined) {
      const found = scope.items.find((item) => (fields.length === 1 || item.alias === textOf(fields[0])) && hasColumn(item, name));
      if (found !== undefined)
        return { scope, value: { ColumnRef: { fields: [{ String: { sval: found.alias } }, { String: { sval: name } }] } } };
    } else if (at === index || (at === -1 && (target.name ?? textOf(fields?.at(-1))) === name)) return { scope, value: target.val };
  }
  return undefined;
}
