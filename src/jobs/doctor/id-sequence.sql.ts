import type { Statement } from '../../db/connection.js';
import type { IdbTable } from '../../extract/idb-table.js';

/** The sequences that the column ID of a table, or the default of it, draws from. */
export const selectIdSequences = ({ quotedName, columns }: Pick<IdbTable, 'quotedName' | 'columns'>): Statement => ({
  text: `select distinct
  format('%I.%I', pg_namespace.nspname, pg_class.relname) as name,
  pg_sequence.seqcache as cache
from pg_attribute
left join pg_attrdef on pg_attrdef.adrelid = pg_attribute.attrelid and pg_attrdef.adnum = pg_attribute.attnum
join pg_depend
  -- A sequence belongs to the column, or the column's default depends on it.
  on (pg_depend.classid = 'pg_class'::regclass
    and pg_depend.refclassid = 'pg_class'::regclass
    and pg_depend.refobjid = pg_attribute.attrelid
    and pg_depend.refobjsubid = pg_attribute.attnum)
  or (pg_depend.classid = 'pg_attrdef'::regclass
    and pg_depend.objid = pg_attrdef.oid
    and pg_depend.refclassid = 'pg_class'::regclass)
join pg_sequence
  on pg_sequence.seqrelid = case when pg_depend.classid = 'pg_class'::regclass then pg_depend.objid else pg_depend.refobjid end
join pg_class on pg_class.oid = pg_sequence.seqrelid
join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where pg_attribute.attrelid = $1::regclass
  and pg_attribute.attname = $2
order by 1`,
  values: [quotedName, columns.id.name],
});
