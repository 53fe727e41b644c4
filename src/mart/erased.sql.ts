import type { Statement } from '../db/connection.js';

/** SQL for the hash that identifies an erased interaction, over its salt and its id. */
export const toGuidHash = (salt: string, guid: string): string => `sha256(${salt} || convert_to(${guid}, 'UTF8'))`;

/** SQL: whether an interaction, given as SQL, was erased. There is one salt, or a few if tombstones of several marts were merged. */
export const isErased = (guid: string): string => `exists (
      select from (select distinct salt from chatmart_erased) as salts
      join chatmart_erased on chatmart_erased.guid_hash = ${toGuidHash('salts.salt', guid)}
    )`;

/** The reasons to keep sessions out of the mart: the border of retention, and whether anything was ever erased. */
export const selectKeeping = (keptFrom: string): Statement => ({
  text: `
    select
      ${keptFrom} as kept_from,
      exists (select from chatmart_erased) as has_erased`,
});

/** The erased ones among some interactions. */
export const selectErased = (guids: readonly string[]): Statement => ({
  text: `
    select candidate.guid
    from (select distinct salt from chatmart_erased) as salts
    cross join unnest($1::text[]) as candidate (guid)
    join chatmart_erased on chatmart_erased.guid_hash = ${toGuidHash('salts.salt', 'candidate.guid')}`,
  values: [guids],
});
