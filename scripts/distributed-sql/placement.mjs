// Where the rows of a query are on Citus: on all workers, or the same for each of them ("recurring").
import { DISTRIBUTION_KEY } from './distribution.mjs';
import { allScopes, nameOf, outputOf, resolve, scopeOf, textOf, walk } from './scopes.mjs';

/** Whether a statement reads or changes such tables anywhere; an INSERT's target is neither. */
export const names = (scope, ...kinds) => allScopes(scope).some((each) => each.items.some(({ kind }) => kinds.includes(kind)));

/** Whether its FROM leads to a distributed table, directly or through subqueries that run on the workers. */
export function isSpread({ items }) {
  // If the rows that an outer join keeps are not spread, Citus reads the other side before.
  const kept = items.filter((item) => !item.isOuter);
  return (kept.length > 0 ? kept : items).some(isSpreadItem);
}

export function isSpreadItem(item) {
  if (item.kind === 'distributed') return true;
  if (item.kind === 'cte') return isInlined(item.cte) && isSpread(item.cte.scope) && !needsMerge(item.cte.scope);
  return item.scope !== undefined && isSpread(item.scope) && !needsMerge(item.scope);
}

const isInlined = ({ scope, isMaterialized, uses }) => !isMaterialized && uses === 1 && scope?.kind === 'select' && scope.context.inlines;

/** Why a query cannot run on each worker alone; undefined: it can. */
export function needsMerge(scope) {
  const { node } = scope;
  if (node.op !== undefined && node.op !== 'SETOP_NONE')
    return node.op !== 'SETOP_UNION' || scope.items.some((item) => !isSpreadItem(item));
  if (node.limitCount !== undefined || node.limitOffset !== undefined) return true;
  if (node.groupClause !== undefined) return !node.groupClause.some((each) => isKey(scope, toGrouped(scope, each)));
  if (scope.hasAggregates || node.havingClause !== undefined) return true;
  const distinct = node.distinctClause?.filter((each) => Object.keys(each).length > 0);
  if (distinct !== undefined) {
    const by = distinct.length > 0 ? distinct : node.targetList.map(({ ResTarget }) => ResTarget.val);
    if (!by.some((each) => isKey(scope, each))) return true;
  }
  return (scope.windows ?? []).some((window) => !(window.partitionClause ?? []).some((each) => isKey(scope, each)));
}

/** `group by 1`, or by the name of an output column, means its expression. */
function toGrouped(scope, expression) {
  const { node } = scope;
  const position = expression.A_Const?.ival?.ival;
  if (position !== undefined) return node.targetList?.[position - 1]?.ResTarget.val;
  const fields = expression.ColumnRef?.fields;
  if (fields?.length !== 1 || resolve({ ...scope, parent: undefined }, { fields }) !== undefined) return expression;
  return outputOf(scope, textOf(fields[0]))?.value ?? expression;
}

/** The distributed item whose key an expression is; undefined: it is something else. */
export function isKey(scope, expression) {
  const reference = expression?.ColumnRef;
  const found = reference === undefined ? undefined : resolve(scope, reference);
  if (found === undefined) return undefined;
  if (found.item.kind === 'distributed') return found.column === DISTRIBUTION_KEY ? found.item : undefined;
  const inner = scopeOf(found.item);
  const output = inner === undefined ? undefined : outputOf(inner, found.column);
  return output !== undefined && isKey(output.scope ?? inner, output.value) !== undefined ? found.item : undefined;
}

/** Equalities that hold for each row: `a = b` in WHERE and ON, not below OR. */
export function equalities(scope) {
  const { node } = scope;
  const found = [];
  const read = (value) => {
    const { A_Expr: comparison, BoolExpr: connected } = value ?? {};
    if (connected?.boolop === 'AND_EXPR') connected.args.forEach(read);
    if (comparison?.kind === 'AEXPR_OP' && textOf(comparison.name[0]) === '=') found.push([comparison.lexpr, comparison.rexpr]);
  };
  const readJoin = ({ JoinExpr: join } = {}) => {
    if (join === undefined) return;
    readJoin(join.larg);
    readJoin(join.rarg);
    read(join.quals);
  };
  read(node.whereClause);
  for (const item of node.fromClause ?? node.usingClause ?? []) readJoin(item);
  return found;
}

/** A value that is known before the statement runs. */
const isValue = (expression) => {
  if (expression?.TypeCast !== undefined) return isValue(expression.TypeCast.arg);
  return expression?.ParamRef !== undefined || expression?.A_Const !== undefined;
};

/** Whether one shard has all that it reads: there, nearly everything is allowed. */
export const isOfOneShard = (scope) =>
  equalities(scope).some(([left, right]) => (isKey(scope, left) && isValue(right)) || (isKey(scope, right) && isValue(left)));

/** The items around a subquery that it refers to. */
export function referredItems(inner) {
  return (inner.referred ??= findReferred(inner));
}

function findReferred(inner) {
  const own = new Set(allScopes(inner));
  return allScopes(inner)
    .flatMap((each) => each.refs.map(({ node }) => (node.fields.at(-1).A_Star === undefined ? resolve(each, node) : undefined)))
    .filter((found) => found !== undefined && !own.has(found.scope))
    .map(({ item }) => item);
}

export const isCorrelated = (inner) => referredItems(inner).length > 0;

/** Whether an expression calls a function of these names. */
export function calls(value, functions) {
  let found = false;
  walk(value, (type, node) => {
    if (type === 'FuncCall') found ||= functions.test(nameOf(node));
    if (type === 'SQLValueFunction') found ||= functions.test('now') && /CURRENT_(TIME|DATE)|LOCALTIME/.test(node.op);
  });
  return found;
}

export const isCitus = (item) => item?.kind === 'distributed' || item?.kind === 'reference';
export const isSelect = (scope) => scope.kind === 'select';

/** The subqueries that refer to the rows of this scope. */
export const correlated = (scope) => scope.links.filter((link) => referredItems(link.scope).some((item) => scope.items.includes(item)));

/** Whether a node of a type passes a test. */
export function some(value, wanted, test) {
  let found = false;
  walk(value, (type, node) => {
    if (type === wanted) found ||= test(node);
  });
  return found;
}
