import { queryRows, type Connection, type Statement } from '../../db/connection.js';
import { quoteLiteral } from '../../db/quote.js';
import { toLabel, toQualified, type Addition } from './mart-addition.js';

/** Columns of the mart's tables with the sequences that belong to them, and the first schema of the session. */
const selectOwnedSequences: Statement = {
  text: `select
  current_schema()::text as schema,
  owner.relname::text as table,
  attname::text as column,
  sequence.relname::text as sequence
from pg_depend
join pg_class as sequence on sequence.oid = objid and sequence.relkind = 'S'
join pg_class as owner on owner.oid = refobjid
join pg_attribute on attrelid = refobjid and attnum = refobjsubid
where pg_depend.classid = 'pg_class'::regclass
  and pg_depend.refclassid = 'pg_class'::regclass
  and deptype in ('a', 'i')
  -- A plan may evaluate this in any order, and it is an error for a relation that is not a sequence.
  and case sequence.relkind when 'S' then has_sequence_privilege(sequence.oid, 'select') end
  and owner.relnamespace = (select oid from pg_namespace where nspname = current_schema())
order by 1, 2`,
};

/** The next number of a sequence, and the largest that its column holds. */
const selectProgress = (table: string, column: string, sequence: string): Statement => ({
  text: `select
  (select max(${column}) from ${table}) as newest,
  (select last_value + is_called::int from ${sequence}) as next`,
});

/** Sequences that were set back, or not restored with their tables: they draw numbers that rows already have. */
export async function findSequencesBehind(mart: Connection): Promise<Addition[]> {
  const owned = await queryRows<{ schema: string; table: string; column: string; sequence: string }>(mart, selectOwnedSequences);
  const behind: Addition[] = [];
  for (const { schema, table, column, sequence } of owned) {
    const place = toQualified(schema, table);
    const drawer = toQualified(schema, sequence);
    const [row] = await queryRows<{ newest: number | null; next: number }>(mart, selectProgress(place, column, drawer));
    if (row === undefined || row.newest === null || row.next > row.newest) continue;
    behind.push({
      kind: 'sequence',
      name: sequence,
      table,
      severity: 'problem',
      found: `sequence ${sequence} would draw ${row.next} next, but ${toLabel(table)} already has ${column} up to ${row.newest}`,
      next: `run: select setval(${quoteLiteral(drawer)}, (select max(${column}) from ${place}));`,
    });
  }
  return behind;
}
