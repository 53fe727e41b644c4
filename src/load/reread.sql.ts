import { boundedText } from '../db/bounded-text.sql.js';
import type { Statement } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import { countWritten } from '../mart/written-rows.js';
import { DISCARD } from '../model/discard.js';
import type { KvpMap, MappedKey } from '../model/mapped-key.js';
import { isAttachedKey } from '../model/attached-key.js';
import { joinAttached } from './attached-data.sql.js';
import { bitLiteral, heldValue } from './staging.sql.js';

/** When ICON stored a start in the future is not kept; this value makes it be discarded as in the future again. */
const LONG_AGO_TS = 1;

/** The facts of the given interactions, turned back into KVP rows `callid, keyname, value, added_ts`. */
export function copyHeldFacts(map: KvpMap, guids: readonly string[]): string {
  const guid = map.keys.some(isAttachedKey) ? 'chat_session_fact.media_server_ixn_guid' : 'media_server_ixn_guid';
  return `
  copy (
    select ${guid}::text, held.keyname, held.value, null::integer
    from chat_session_fact
    join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
    join media_type on media_type.media_type_key = chat_session_fact.media_type_key${joinAttached(map)}
    cross join lateral (values
      ${map.keys.map((key) => `(${quoteLiteral(key.kvp)}, ${toHeldText(key)})`).join(',\n      ')}
    ) as held (keyname, value)
    where ${guid} = any (${guidArray(guids)}) and held.value is not null
  ) to stdout (format binary)`;
}

/** An own value is NULL where the key has none; of the others, KVP_PRESENT says it. */
const toHeldText = (key: MappedKey): string =>
  isAttachedKey(key) ? `${heldValue(key)}::text` : `case when kvp_present & ${bitLiteral(key)} <> 0 then ${heldValue(key)}::text end`;

/** The open discards of single values of the given interactions, as their KVP rows. */
export const copyHeldDiscards = (guids: readonly string[]): string => `
  copy (
    select guid::text, keyname::text, ${boundedText('raw_value')}, case when code = ${DISCARD.START_IN_FUTURE.code} then ${LONG_AGO_TS} end
    from stg_transform_discards
    where guid = any (${guidArray(guids)}) and resolved_ts is null and keyname is not null and raw_value is not null
      and code <> ${DISCARD.TWINS_DISAGREE.code}
  ) to stdout (format binary)`;

const guidArray = (guids: readonly string[]): string => `array[${guids.map(quoteLiteral).join(', ')}]::text[]`;

/** Records interactions for a revisit, because a source was unreachable. For `executeCounted`, like `deleteRevisits`. */
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

/** Removes interactions from the revisits of sources that have been read. */
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

/** Interactions to revisit for the given sources, those after a guid. */
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
