import type { Statement } from '../db/connection.js';
import { countWritten } from '../mart/written-rows.js';

/** Puts interactions on the list of those that a source out of reach could not speak for. For `executeCounted`, as the next one. */
export const insertRevisits = (guids: readonly string[], sourceNames: readonly string[], auditKey: number): Statement => ({
  text: countWritten(
    `
      select guid, source_name
      from unnest($1::text[]) as guids (guid)
      cross join unnest($2::text[]) as sources (source_name)
      except
      select guid, source_name
      from chatmart_revisit`,
    `
      insert into chatmart_revisit (guid, source_name, audit_key)
      select guid, source_name, $3::numeric
      from wanted`,
  ),
  values: [guids, sourceNames, auditKey],
});

/** Takes interactions off the list: these sources have spoken. */
export const deleteRevisits = (guids: readonly string[], sourceNames: readonly string[]): Statement => ({
  text: countWritten(
    `
      select guid, source_name
      from chatmart_revisit
      where guid = any ($1::text[])
        and source_name = any ($2::text[])`,
    `
      delete from chatmart_revisit
      using wanted
      where chatmart_revisit.guid = wanted.guid
        and chatmart_revisit.source_name = wanted.source_name`,
  ),
  values: [guids, sourceNames],
});

/** Interactions on the list of some sources, those after a guid. */
export const selectRevisits = (sourceNames: readonly string[], afterGuid: string, limit: number): Statement => ({
  text: `
    select distinct guid
    from chatmart_revisit
    where source_name = any ($1::text[])
      and guid > $2
    order by guid
    limit $3`,
  values: [sourceNames, afterGuid, limit],
});
