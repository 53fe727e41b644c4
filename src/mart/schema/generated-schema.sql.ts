import type { Statement } from '../../db/connection.js';

/** Names of the columns of a table or view in their order; none where it is missing. */
export const selectColumnNames = (relation: string): Statement => ({
  text: `select attname as name
from pg_attribute
where attrelid = to_regclass(quote_ident($1))
  and attnum > 0
  and not attisdropped
order by attnum`,
  values: [relation],
});

/** Writes a property of the schema. */
export const upsertSchemaInfo = (property: string, value: string): Statement => ({
  text: `insert into ctl_schema_info (property, value, updated_ts)
values ($1, $2, extract(epoch from now())::integer)
on conflict (property) do update set
  value = excluded.value,
  updated_ts = excluded.updated_ts
where ctl_schema_info.value is distinct from excluded.value`,
  values: [property, value],
});
