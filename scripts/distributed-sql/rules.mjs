// What Citus 13.2 refuses of queries. Each rule: `says` is its message, `why` the reason, `instead` how to write it; `breaks` finds it in one
// scope.
import { CHANGE_RULES } from './change-rules.mjs';
import { DISTRIBUTION_KEY } from './distribution.mjs';
import {
  correlated,
  equalities,
  isCitus,
  isCorrelated,
  isKey,
  isOfOneShard,
  isSelect,
  isSpread,
  isSpreadItem,
  names,
  needsMerge,
  referredItems,
} from './placement.mjs';
import { allScopes } from './scopes.mjs';

const isSetOperation = ({ node }) => node.op !== undefined && node.op !== 'SETOP_NONE';
/** The SELECT of an INSERT into a table that Citus knows: it plans reference tables in it as if they were distributed. */
const isSourceOfCitus = (scope) => scope.place === 'insert' && isCitus(scope.parent?.target);

const QUERY_RULES = [
  {
    name: 'correlated-subquery-over-recurring-rows',
    says: 'correlated subqueries are not supported when the FROM clause contains a reference table, function, VALUES ..; direct joins between distributed and local tables',
    why: 'Each worker would have to compare the same outer rows with its own shards.',
    instead: 'Use IN or NOT IN with an uncorrelated subquery, or read the distributed rows first, in a WITH .. AS MATERIALIZED.',
    breaks: (scope) =>
      isSelect(scope) &&
      scope.items.length > 0 &&
      !isSpread(scope) &&
      !isSetOperation(scope) &&
      correlated(scope).some((link) => names(link.scope, 'distributed', ...(isSourceOfCitus(scope) ? ['reference'] : []))),
  },
  {
    name: 'correlated-subquery-on-a-local-table',
    says: 'direct joins between distributed and local tables are not supported',
    why: 'The rows of a local table are not where the subquery would run.',
    instead: 'Use IN or NOT IN with an uncorrelated subquery, a left join, or read the local rows first, in a WITH .. AS MATERIALIZED.',
    breaks: (scope) =>
      isSelect(scope) &&
      isSpread(scope) &&
      [...correlated(scope), ...scope.items.filter((item) => item.isLateral && item.scope !== undefined)].some(
        ({ scope: inner }) =>
          inner.items.some(({ kind }) => kind === 'local') && referredItems(inner).some((item) => scope.items.includes(item)),
      ),
  },
  {
    name: 'subquery-without-from',
    says: 'correlated subqueries are not supported when the FROM clause contains a subquery without FROM',
    why: 'The workers cannot run a subquery inside expressions that stand beside their rows.',
    instead: 'Cross join what the inner subquery reads before, or write the expression out.',
    breaks: (scope) =>
      isSpread(scope) &&
      scope.items.some(
        ({ isLateral, scope: inner }) =>
          isLateral && inner?.kind === 'select' && inner.items.length === 0 && inner.links.length > 0 && isCorrelated(inner),
      ),
  },
  {
    name: 'outer-join-to-a-whole-table',
    says: 'nothing: it reads all rows of the distributed table and brings them to the coordinator',
    why: 'Rows that are not spread are kept by the join, so no worker can tell which of them it lacks.',
    instead: 'Join (select .. where media_server_ixn_guid in (..)), as heldRows() writes it.',
    breaks: (scope) => !isSpread(scope) && scope.items.some((item) => item.isOuter && item.kind === 'distributed'),
  },
  {
    name: 'lateral-subquery-over-recurring-rows',
    says: 'cannot push down this subquery: .. is currently unsupported when a lateral subquery references a column from ..; cannot perform a lateral outer join',
    why: 'LIMIT, DISTINCT, windows and sums over several shards are put together on the coordinator, which has no outer row then.',
    instead: 'Group the distributed rows once, by what the lateral subquery compares, and join the groups.',
    breaks: (scope) =>
      scope.items.some(
        (item) =>
          item.isLateral &&
          item.scope !== undefined &&
          allScopes(item.scope).some(
            (inner) =>
              isSpread(inner) &&
              (item.isOuter || needsMerge(inner)) &&
              referredItems(inner).some((other) => scope.items.includes(other) && !isSpreadItem(other)),
          ),
      ),
  },
  {
    name: 'subquery-beside-aggregate',
    says: 'cannot push down subquery on the target list',
    why: 'The coordinator puts the aggregates of the shards together, and cannot run a subquery while it does.',
    instead: 'Make the aggregate a subquery as well, or select from both in FROM.',
    breaks: (scope) =>
      isSelect(scope) &&
      isSpread(scope) &&
      !isOfOneShard(scope) &&
      (scope.hasAggregates || scope.windows !== undefined || scope.node.groupClause !== undefined) &&
      needsMerge(scope) &&
      scope.links.some((link) => link.place === 'target' && !link.inAggregate),
  },
  {
    name: 'set-operation-in-correlated-subquery',
    says: 'cannot push down this subquery: Reference tables are not supported with union operator; Intersect and Except are currently unsupported',
    why: 'A correlated subquery must run on the workers as it is, and rows that each of them has would come several times.',
    instead: 'Write one subquery for each side, connected by OR or AND.',
    breaks: (scope) => isSetOperation(scope) && scope.place === 'link' && isSpread(scope) && isCorrelated(scope) && needsMerge(scope),
  },
  {
    name: 'grouping-sets',
    says: 'could not run distributed query with GROUPING SETS, CUBE, or ROLLUP',
    why: 'The coordinator cannot put such groups of several shards together.',
    instead: 'UNION ALL of one SELECT a grouping, or group in a materialized WITH and roll that up.',
    breaks: (scope) =>
      isSpread(scope) && !isOfOneShard(scope) && (scope.node.groupClause ?? []).some((each) => each.GroupingSet !== undefined),
  },
  {
    name: 'row-lock-over-shards',
    says: 'could not run distributed query with FOR UPDATE/SHARE commands',
    why: 'Row locks exist on one worker only.',
    instead: 'Lock one key, or take an advisory lock on the coordinator.',
    breaks: (scope) => scope.node.lockingClause !== undefined && isSpread(scope) && !isOfOneShard(scope),
  },
  {
    name: 'recursive-with',
    says: 'recursive CTEs are only supported when they contain a filter on the distribution column',
    why: 'Each step would have to visit all shards.',
    instead: 'Read the distributed rows in a statement of their own.',
    breaks: (scope) =>
      scope.node.withClause?.recursive === true &&
      [...scope.ctes.values()].some(isRecursive) &&
      names(scope, 'distributed') &&
      !allScopes(scope).some(isOfOneShard),
  },
  {
    name: 'join-on-another-column',
    says: 'complex joins are only supported when all distributed tables are co-located and joined on their distribution columns; requires repartitioning; Cartesian products',
    why: 'Rows that belong together are on one worker only if they have the same key.',
    instead: `Join on ${DISTRIBUTION_KEY}, or make one side a materialized WITH.`,
    breaks: (scope) =>
      isSelect(scope) &&
      !isOfOneShard(scope) &&
      (joinsElsewhere(scope) || correlated(scope).some((link) => comparesElsewhere(scope, link.scope))),
  },
  {
    name: 'subquery-in-limit',
    says: 'subquery in LIMIT is not supported in multi-shard queries',
    why: 'The workers need the number.',
    instead: 'Pass it as a parameter.',
    breaks: (scope) => isSpread(scope) && !isOfOneShard(scope) && scope.links.some((link) => link.place === 'limit'),
  },
  {
    name: 'correlated-having',
    says: 'Subqueries in HAVING cannot refer to outer query',
    why: 'The groups are complete only on the coordinator.',
    instead: 'Group in a subquery, and compare outside.',
    breaks: (scope) => isSpread(scope) && correlated(scope).some((link) => link.place === 'having'),
  },
];

export const RULES = [...QUERY_RULES, ...CHANGE_RULES];

const isRecursive = ({ name, scope }) => allScopes(scope).some((each) => each.items.some((item) => item.cte?.name === name));

/** Two distributed tables in one FROM that no equality of their keys connects. */
function joinsElsewhere(scope) {
  const tables = scope.items.filter((item) => item.kind === 'distributed');
  if (tables.length < 2 || scope.using?.includes(DISTRIBUTION_KEY)) return false;
  const connected = new Set([tables[0]]);
  const pairs = equalities(scope).map((sides) => sides.map((side) => isKey(scope, side)));
  for (let size = 0; size < connected.size;) {
    size = connected.size;
    for (const [left, right] of pairs)
      if (left !== undefined && right !== undefined && (connected.has(left) || connected.has(right))) connected.add(left).add(right);
  }
  return !tables.every((table) => connected.has(table));
}

/** A subquery that compares its distributed rows with distributed ones outside by something else than their keys. */
function comparesElsewhere(outer, inner) {
  if (!isSelect(inner) || isSetOperation(inner) || !inner.items.some((item) => item.kind === 'distributed')) return false;
  if (!referredItems(inner).some((item) => outer.items.includes(item) && isSpreadItem(item))) return false;
  return !equalities(inner).some((sides) => {
    const [left, right] = sides.map((side) => isKey(inner, side));
    return left !== undefined && right !== undefined && inner.items.includes(left) !== inner.items.includes(right);
  });
}
