// What Citus 13.2 refuses of statements that change rows. As rules.mjs.
import { DISTRIBUTION_KEY } from './distribution.mjs';
import { calls, correlated, isCitus, isKey, isSelect, isSpreadItem, names, some } from './placement.mjs';
import { nameOf, textOf } from './scopes.mjs';

const VOLATILE = /^(random|clock_timestamp|timeofday|gen_random_uuid|nextval|setval|pg_sleep|txid_current|pg_current_xact_id)$/;
const STABLE_OF_COLUMNS = /^(to_char|to_date|concat|concat_ws|format|array_to_string|to_jsonb?|row_to_json|jsonb?_build_(object|array))$/;
const MUTABLE = new RegExp(`${VOLATILE.source}|^(now|current_setting|statement_timestamp|transaction_timestamp|pg_backend_pid)$`);

const isChange = (scope) => scope.kind === 'update' || scope.kind === 'delete';
const changesCitus = (scope) => isChange(scope) && isCitus(scope.target);
const joined = (scope) => scope.items.filter((item) => item.isTarget !== true);
const setValues = (scope) => (scope.node.targetList ?? []).map(({ ResTarget }) => ResTarget);
const hasNot = (scope) => some(scope.node.whereClause, 'BoolExpr', ({ boolop }) => boolop === 'NOT_EXPR');
/** Whether Citus reads a subquery before the statement that it is in. */
const readsBefore = (scope) => names(scope, 'cte', 'distributed');
const takesColumn = (call) => STABLE_OF_COLUMNS.test(nameOf(call)) && some(call.args, 'ColumnRef', () => true);

export const CHANGE_RULES = [
  {
    name: 'ctid-in-change',
    says: 'Recursively planned distributed modifications with ctid on where clause are not supported',
    why: 'Each shard has the same ctids.',
    instead: `Name rows by ${DISTRIBUTION_KEY}.`,
    breaks: (scope) =>
      isChange(scope) &&
      scope.links.some(
        ({ scope: inner }) => scope.target.kind === 'distributed' || (scope.target.kind === 'reference' && readsBefore(inner)),
      ) &&
      scope.refs.some(({ node, place }) => place === 'where' && textOf(node.fields.at(-1)) === 'ctid'),
  },
  {
    name: 'merge',
    says: 'Reference table as target is not allowed in MERGE command; source must be Citus table(s); MERGE INTO an distributed table from Postgres table is not yet supported',
    why: 'MERGE runs on the workers, between shards.',
    instead: 'INSERT .. ON CONFLICT, UPDATE .. FROM, DELETE .. USING.',
    breaks: (scope) =>
      scope.kind === 'merge' &&
      (scope.target.kind === 'reference' || (scope.target.kind === 'distributed' && !joined(scope).some(isSpreadItem))),
  },
  {
    name: 'volatile-in-change',
    says: 'functions used in UPDATE queries on distributed tables must not be VOLATILE; functions used in the WHERE/ON/WHEN clause ..',
    why: 'Each copy would get another value.',
    instead: 'Pass the value as a parameter.',
    breaks: (scope) => changesCitus(scope) && calls([scope.node.targetList, scope.node.whereClause], VOLATILE),
  },
  {
    name: 'stable-function-of-a-column',
    says: 'STABLE functions used in UPDATE queries cannot be called with column references',
    why: "The coordinator computes such functions once, and the workers' settings may differ.",
    instead: 'Use an immutable one (||, extract, at time zone), or compute it before.',
    breaks: (scope) => changesCitus(scope) && some([scope.node.targetList, scope.node.whereClause], 'FuncCall', takesColumn),
  },
  {
    name: 'time-in-case',
    says: 'non-IMMUTABLE functions are not allowed in CASE or COALESCE statements',
    why: 'The coordinator computes them before it knows which branch counts.',
    instead: 'Pass the value as a parameter.',
    breaks: (scope) =>
      changesCitus(scope) &&
      ['CaseExpr', 'CoalesceExpr'].some((type) =>
        some([scope.node.targetList, scope.node.whereClause], type, (node) => calls(node, MUTABLE)),
      ),
  },
  {
    name: 'time-in-returning',
    says: 'non-IMMUTABLE functions are not allowed in the RETURNING clause',
    why: 'Each worker would have another value.',
    instead: 'Pass the value as a parameter.',
    breaks: (scope) => !isSelect(scope) && isCitus(scope.target) && calls([scope.node.returningClause, scope.node.returningList], MUTABLE),
  },
  {
    name: 'time-in-on-conflict',
    says: 'functions used in the DO UPDATE SET clause of INSERTs on distributed tables must be marked IMMUTABLE; .. in the WHERE clause of the ON CONFLICT clause ..',
    why: 'Each copy would get another value.',
    instead: 'Use EXCLUDED.column or a parameter.',
    breaks: (scope) => scope.kind === 'insert' && isCitus(scope.target) && calls(scope.node.onConflictClause, MUTABLE),
  },
  {
    name: 'changed-key',
    says: 'modifying the partition value of rows is not allowed',
    why: 'The row would have to move to another shard.',
    instead: 'Delete the row and insert another one.',
    breaks: (scope) =>
      scope.kind === 'update' &&
      scope.target.kind === 'distributed' &&
      setValues(scope).some(({ name, val }) => name === DISTRIBUTION_KEY && isKey(scope, val) === undefined),
  },
  {
    name: 'subquery-in-values',
    says: 'subqueries are not supported within INSERT queries',
    why: 'VALUES are routed to shards before anything is read.',
    instead: 'INSERT .. SELECT.',
    breaks: (scope) =>
      scope.kind === 'insert' && isCitus(scope.target) && (scope.source?.links ?? []).some((link) => link.place === 'values'),
  },
  {
    name: 'change-by-correlated-subquery',
    says: 'relation .. is not distributed',
    why: 'The changed table and the one in the subquery are not on the same nodes.',
    instead: 'USING or FROM for one that must exist, NOT IN with an uncorrelated subquery for one that must not.',
    breaks: (scope) =>
      isChange(scope) &&
      correlated(scope).some((link) =>
        isCitus(scope.target) ? names(link.scope, 'local') : names(link.scope, 'distributed', 'reference'),
      ),
  },
  {
    name: 'change-of-reference-table',
    says: 'only reference tables may be queried when targeting a reference table with multi shard UPDATE/DELETE queries; relation .. is not distributed',
    why: 'Each node changes its own copy, and must find the same rows.',
    instead: 'IN with an uncorrelated subquery, or pass the keys as a parameter.',
    breaks: (scope) =>
      isChange(scope) &&
      scope.target.kind === 'reference' &&
      (joined(scope).some((item) => item.kind === 'local' || isSpreadItem(item)) ||
        correlated(scope).some((link) => names(link.scope, 'distributed')) ||
        [...scope.ctes.values()].some((cte) => names(cte.scope, 'local')) ||
        scope.links.some((link) => names(link.scope, 'local') && (link.type !== 'ANY_SUBLINK' || hasNot(scope)))),
  },
  {
    name: 'with-that-changes-a-local-table',
    says: 'relation .. is not distributed',
    why: 'Beside reference tables alone, Citus sends the whole statement to one node.',
    instead: 'Two statements: first change and return, then read.',
    breaks: (scope) =>
      [...scope.ctes.values()].some(({ scope: inner }) => isChange(inner) && inner.target.kind === 'local') &&
      names(scope, 'reference') &&
      !names(scope, 'distributed'),
  },
];
