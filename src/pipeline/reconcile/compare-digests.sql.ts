import type { Statement } from '../../db/connection.js';
import { factsKeptFrom } from '../../mart/retention.js';
import { INTERVAL_SECONDS, OPEN_END_KEY } from '../../model/date-time-key.js';
import { DISCARD } from '../../model/discard.js';
import { FUTURE_START_SECONDS } from '../../model/row-time.js';
import type { KvpMap, MappedKey } from '../../model/mapped-key.js';
import { heldRows, joinAttached } from '../../load/attached-data.sql.js';
import { digestParts, type DigestPart, mappedKeys, toComparableText, toHeldText, toValueHash } from './value-digest.sql.js';
import { attachedKeys } from '../../model/attached-key.js';
import { isErased } from '../../mart/erased.sql.js';
import { bitLiteral, heldValue } from '../../load/staging.sql.js';

/** Digests by source hour, of which an interaction may have several; and digests of all rows of some interactions. */
export type DigestTable = 'stg_hour_digest' | 'stg_exact_digest';

const digestTable = (name: DigestTable): string => `
    create temporary table if not exists ${name} (
      guid text not null,
      hour_ts integer not null,
      keys bigint not null,
      absent bigint not null,
      hash numeric not null,
      own_keys bigint not null default 0,
      own_absent bigint not null default 0,
      own_hash numeric not null default 0
    );`;

const HOUR_SECONDS = 3_600;

/** The tables of a comparison live as long as the session. */
export const createComparison: Statement = {
  text: `${digestTable('stg_hour_digest')}${digestTable('stg_exact_digest')}
    create temporary table if not exists stg_compared (
      guid text primary key,
      hour_ts integer not null,
      verdict text not null,
      has_fact boolean not null,
      open_discards integer not null
    )`,
};

export const emptyComparison: Statement = {
  text: `truncate pg_temp.stg_hour_digest, pg_temp.stg_exact_digest, pg_temp.stg_compared`,
};

export const copyIntoDigests = (table: DigestTable, map: KvpMap): string =>
  `copy pg_temp.${table} (guid, hour_ts, ${digestParts(map)
    .flatMap(({ prefix }) => [`${prefix}keys`, `${prefix}absent`, `${prefix}hash`])
    .join(', ')}) from stdin`;

export const analyzeDigests = (table: DigestTable): Statement => ({ text: `analyze pg_temp.${table} (guid)` });

/** Deletes interactions that the loader does not take: they arrive without an id. */
export const deleteLeftOut: Statement = { text: `delete from pg_temp.stg_hour_digest where guid = ''` };

const GUIDS_OF_OWN_KEYS = 'select guid from pg_temp.stg_hour_digest group by guid having bit_or(keys) = 0';

/** Deletes interactions of which only own keys have come and that are no session: calls and e-mails carry them too. */
export const deleteWithoutSession: Statement = {
  text: `
    delete from pg_temp.stg_hour_digest
    where guid in (${GUIDS_OF_OWN_KEYS})
      and guid not in (select media_server_ixn_guid from chat_session_fact where media_server_ixn_guid in (${GUIDS_OF_OWN_KEYS}))`,
};

/** Judges the digests; an interaction counts in the hour of its newest row. */
export const insertCompared = (map: KvpMap): Statement => ({
  text: `insert into pg_temp.stg_compared (guid, hour_ts, verdict, has_fact, open_discards)${selectJudged(map, 'stg_hour_digest')}`,
});

/** Interactions that the digests by hour do not prove right. */
export const selectDoubtful: Statement = { text: `select guid from pg_temp.stg_compared where verdict <> 'right' order by guid` };

/** Judges them by the digests of all their rows. Returns those without any rows, which are not compared. */
export const updateCompared = (map: KvpMap): Statement => ({
  text: `
    with exact as (${selectJudged(map, 'stg_exact_digest')}
    ),
    updated as (
      update pg_temp.stg_compared
      set verdict = exact.verdict
      from exact
      where stg_compared.guid = exact.guid
    )
    delete from pg_temp.stg_compared
    where verdict <> 'right' and guid not in (select guid from pg_temp.stg_exact_digest)
    returning guid`,
});

/**
 * True for rows stored before the facts that are kept: a session begins at most a day after its rows are stored. Digests of all rows have
 * no hour, so there only rereading tells.
 */
const STORED_BEFORE_KEPT = `
            when on_record.guid is null and digest.hour_ts + ${HOUR_SECONDS + FUTURE_START_SECONDS} <= (select kept_from from keeping) then 'right'`;

/**
 * `right`: rereading would change nothing, or a discard says why the rows are not loaded, or they must not be. `missing`: the mart knows
 * nothing of the interaction. `different`: the digest differs, or cannot be compared.
 */
function selectJudged(map: KvpMap, table: DigestTable): string {
  const parts = digestParts(map);
  const own = parts.some(({ prefix }) => prefix !== '');
  return `
    with keeping as materialized (
      select ${factsKeptFrom} as kept_from
    ),
    digest as (
      -- A key that came twice adds both values to the sum, which then fits no value.
      select
        guid,
        max(hour_ts) as hour_ts,
        ${parts
          .map(
            ({ prefix }) =>
              `bit_or(${prefix}keys) as ${prefix}keys,\n        bit_or(${prefix}absent) as ${prefix}absent,\n        sum(${prefix}hash) as ${prefix}hash`,
          )
          .join(',\n        ')}
      from pg_temp.${table}
      group by guid
    ),
    on_record as (
      -- A value that was set aside is compared with what was set aside, not with what the mart holds instead.
      select
        digest.guid,
        count(*) as open_discards,
        bool_or(code = ${DISCARD.NO_START.code}) as waits_for_start,
        bool_or(code = ${DISCARD.NO_END.code}) as waits_for_end,
        bool_or(code in (${DISCARD.DATABASE_ERROR.code}, ${DISCARD.TOO_MANY_ROWS.code})) as is_refused,
        ${parts
          .map(({ prefix, isMeant }) => {
            const filter = isMeant === undefined ? '' : ` filter (where ${isMeant})`;
            const hash = toValueHash(toComparableText(map, 'form', 'raw_value'), 'number');
            return `coalesce(bit_or(bit)${filter}, 0) as ${prefix}keys,\n        coalesce(sum(${hash})${filter}, 0) as ${prefix}hash`;
          })
          .join(',\n        ')}
      from digest
      join stg_transform_discards on stg_transform_discards.guid = digest.guid and resolved_ts is null
      left join ${mappedKeys(map)}
        on mapped.keyname = stg_transform_discards.keyname
        and ${own ? 'case when is_own then digest.own_keys else digest.keys end' : 'digest.keys'} & mapped.bit <> 0
        and raw_value is not null
        and code <> ${DISCARD.TWINS_DISAGREE.code}
      group by digest.guid
    )
    select
      digest.guid,
      digest.hour_ts,
      case
        -- It would be refused, or set aside, again; chatmart discards retry tries once more.
        when is_refused then 'right'
        when chat_session_fact.media_server_ixn_guid is null then
          case${table === 'stg_hour_digest' ? STORED_BEFORE_KEPT : ''}
            when on_record.guid is null and ${isErased('digest.guid')} then 'right'
            when on_record.guid is null then 'missing'
            when waits_for_start and digest.keys & ${bitsOf(map, (key) => key.type === 'start')} = 0 then 'right'
            when waits_for_end and digest.keys & ${bitsOf(map, (key) => key.type === 'end' || key.column === 'ASYNC_MODE')} = 0 then 'right'
            else 'different'
          end
        when
          chat_session_fact.start_date_time_key = ${toKey('start_ts')}
          and chat_session_fact.end_date_time_key = case when end_ts = 0 then ${OPEN_END_KEY} else ${toKey('end_ts')} end
          and chat_session_fact.active_flag = (end_ts = 0)::integer
          and ${parts.map((part) => isSame(map, part)).join('\n          and ')}
          then 'right'
        else 'different'
      end as verdict,
      chat_session_fact.media_server_ixn_guid is not null as has_fact,
      coalesce(on_record.open_discards, 0) as open_discards
    from digest
    left join ${heldRows('chat_session_fact', `select guid from pg_temp.${table}`)} on chat_session_fact.media_server_ixn_guid = digest.guid
    left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
    left join media_type on media_type.media_type_key = chat_session_fact.media_type_key${joinAttached(map, `select guid from pg_temp.${table}`)}
    left join on_record on on_record.guid = digest.guid`;
}

/** SQL for whether the values of a part are those of the mart, or were set aside. */
function isSame(map: KvpMap, { prefix, keys }: DigestPart): string {
  const [came, absent] = [`digest.${prefix}keys`, `digest.${prefix}absent`];
  const aside = `coalesce(on_record.${prefix}keys, 0)`;
  const held =
    prefix === ''
      ? 'chat_session_fact.kvp_present'
      : `(${keys.map((key) => `case when ${heldValue(key)} is null then 0 else ${bitLiteral(key)} end`).join(' | ')})`;
  const values = keys.map(
    (key) =>
      `+ case when ${came} & ~${absent} & ~${aside} & ${bitLiteral(key)} <> 0 ` +
      `then ${toValueHash(toHeldText(map, key, heldValue(key)), `${key.number}`)} else 0 end`,
  );
  return `${came} & ~${absent} & ~(${held} | ${aside}) = 0
          and ${absent} & (${held} | ${aside}) = 0
          and digest.${prefix}hash - coalesce(on_record.${prefix}hash, 0) = 0::bigint
            ${values.join('\n            ')}`;
}

const toKey = (ts: string): string => `chat_session_fact.${ts} - chat_session_fact.${ts} % ${INTERVAL_SECONDS}`;

const bitsOf = (map: KvpMap, isMeant: (key: MappedKey) => boolean): string => `(${map.keys.filter(isMeant).map(bitLiteral).join(' | ')})`;

/** Marks those of the interactions that rereading found too old to be loaded as right. */
export const updateExpired = (guids: readonly string[]): Statement => ({
  text: `
    update pg_temp.stg_compared
    set verdict = 'right'
    where verdict = 'missing' and guid = any ($1)`,
  values: [guids],
});

/** Counts the sessions of the mart that ended in `[fromTs, toTs)`. */
export const countSessionsEnded = (fromTs: number, toTs: number): Statement => ({
  text: `select count(*) as sessions from chat_session_fact where end_ts >= $1::int8 and end_ts < $2::int8`,
  values: [fromTs, toTs],
});

/** The largest audit key so far. */
export const selectNewestAudit: Statement = { text: `select coalesce(max(audit_key), 0)::text as audit_key from ctl_audit_log` };

const GUIDS_NOT_RIGHT = `select guid from pg_temp.stg_compared where verdict <> 'right'`;

/** The result, one row per hour, after everything not `right` was reread; `auditKey`: the largest audit key before that. */
export const selectOutcome = (map: KvpMap, auditKey: string): Statement => {
  const own = attachedKeys(map).length > 0;
  const attached = own ? ', chat_session_attached_data.create_audit_key, chat_session_attached_data.update_audit_key' : '';
  return {
    text: `
    with outcome as (
      select
        stg_compared.hour_ts,
        stg_compared.verdict,
        stg_compared.has_fact,
        stg_compared.open_discards,
        chat_session_fact.media_server_ixn_guid is null and coalesce(on_record.open_discards, 0) = 0 as is_gone,
        coalesce(greatest(chat_session_fact.create_audit_key, chat_session_fact.update_audit_key, on_record.audit_key${attached}) > $1::numeric, false)
          or stg_compared.has_fact <> (chat_session_fact.media_server_ixn_guid is not null)
          or stg_compared.open_discards <> coalesce(on_record.open_discards, 0) as is_written
      from pg_temp.stg_compared
      left join ${heldRows('chat_session_fact', GUIDS_NOT_RIGHT)} on chat_session_fact.media_server_ixn_guid = stg_compared.guid${joinAttached(map, GUIDS_NOT_RIGHT)}
      left join (
        select
          guid,
          count(*) as open_discards,
          max(create_audit_key) as audit_key
        from stg_transform_discards
        where guid in (${GUIDS_NOT_RIGHT})
          and resolved_ts is null
        group by guid
      ) as on_record on on_record.guid = stg_compared.guid
    )
    select
      hour_ts,
      count(*) as interactions,
      count(*) filter (where verdict = 'different' and not is_written) as compared_in_full,
      count(*) filter (where verdict = 'missing') as missing,
      count(*) filter (where verdict = 'different' and is_written) as different,
      count(*) filter (where verdict = 'missing' and is_gone) as unresolved,
      count(*) filter (where has_fact) as facts,
      count(*) filter (where not has_fact and open_discards > 0) as discarded
    from outcome
    group by hour_ts
    order by hour_ts`,
    values: [auditKey],
  };
};
