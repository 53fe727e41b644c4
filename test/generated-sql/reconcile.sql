  copy (
    select
      case when coalesce(length(callid), 0) between 1 and 50 then callid else '' end,
      1772409600,
      keys,
      absent,
      hash
    from (
      select
        callid,
      bit_or(bit) as keys,
      coalesce(bit_or(bit) filter (where (coalesce(changetype, 0) = 3 or coalesce(value, '') = '')), 0) as absent,
      coalesce(sum(hashtextextended((case form
    when 0 then value
    when 1 then btrim(value)
    when 2 then upper(btrim(value) collate "C")
    when 4 then case when btrim(value) collate "C" ~ '^[+-]?[0-9]{1,15}$' then ((btrim(value) collate "C")::bigint)::text else value end
    when 5 then case
      when lower(btrim(value) collate "C") in ('1', 'true', 'yes') then '1'
      when lower(btrim(value) collate "C") in ('0', 'false', 'no') then '0'
      else value
    end
    else case
      when value collate "C" like '____-__-__T__:__:__Z' then value
      when btrim(value) collate "C" ~ '^[0-9]{1,10}$' then to_char(to_timestamp((btrim(value) collate "C")::bigint) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(value) collate "C" ~ '^[0-9]{11,13}$' then to_char(to_timestamp((btrim(value) collate "C")::bigint / 1000) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(value) collate "C" ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})? ?(Z|[+-]00(:?00)?)?$'
        then left(btrim(value) collate "C", 10) || 'T' || substr(btrim(value) collate "C", 12, 8) || 'Z'
      else value
    end
  end) collate "C", number) >> 8) filter (where not (coalesce(changetype, 0) = 3 or coalesce(value, '') = '')), 0) as hash
      from "public"."g_userdata_history"
      join (values ('ChatServerSessionStartedAt', 1::bigint, 1::bigint, 3), ('ChatServerSessionClosedAt', 2::bigint, 2::bigint, 3), ('csg_TenantId', 4::bigint, 3::bigint, 0), ('csg_MediaType', 8::bigint, 4::bigint, 2), ('csg_SessionTotalTime', 16::bigint, 5::bigint, 0), ('csg_SessionUntilFirstAgentTime', 32::bigint, 6::bigint, 0), ('csg_SessionUntilFirstReplyTime', 64::bigint, 7::bigint, 0), ('csg_PartiesAsAgentCount', 128::bigint, 8::bigint, 0), ('csg_MessagesFromAgentsCount', 256::bigint, 9::bigint, 0), ('cse_AgentReplyTotalCount', 4096::bigint, 13::bigint, 0), ('cse_AgentReplyMaxTime', 16384::bigint, 15::bigint, 0), ('cse_SessionHandleTotalTime', 33554432::bigint, 26::bigint, 0), ('csg_SessionEndedBy', 17179869184::bigint, 35::bigint, 2), ('csg_ChatAsyncMode', 68719476736::bigint, 37::bigint, 0), ('csg_SessionEndedAgent', 137438953472::bigint, 38::bigint, 2), ('csg_ChatSessionID', 274877906944::bigint, 39::bigint, 1), ('csg_PartiesAsBotCount', 70368744177664::bigint, 47::bigint, 0), ('csg_MessagesFromBotsCount', 140737488355328::bigint, 48::bigint, 0), ('csg_SessionUntilFirstBotTime', 562949953421312::bigint, 50::bigint, 0)) as mapped (keyname, bit, number, form) using (keyname)
      where added_ts >= 1772409600
        and added_ts < 1772413200
      group by callid
    ) as digest
  ) to stdout;

  copy (
    select
      callid,
      0,
      bit_or(bit) as keys,
      coalesce(bit_or(bit) filter (where (coalesce(changetype, 0) = 3 or coalesce(value, '') = '')), 0) as absent,
      coalesce(sum(hashtextextended((case form
    when 0 then value
    when 1 then btrim(value)
    when 2 then upper(btrim(value) collate "C")
    when 4 then case when btrim(value) collate "C" ~ '^[+-]?[0-9]{1,15}$' then ((btrim(value) collate "C")::bigint)::text else value end
    when 5 then case
      when lower(btrim(value) collate "C") in ('1', 'true', 'yes') then '1'
      when lower(btrim(value) collate "C") in ('0', 'false', 'no') then '0'
      else value
    end
    else case
      when value collate "C" like '____-__-__T__:__:__Z' then value
      when btrim(value) collate "C" ~ '^[0-9]{1,10}$' then to_char(to_timestamp((btrim(value) collate "C")::bigint) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(value) collate "C" ~ '^[0-9]{11,13}$' then to_char(to_timestamp((btrim(value) collate "C")::bigint / 1000) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(value) collate "C" ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})? ?(Z|[+-]00(:?00)?)?$'
        then left(btrim(value) collate "C", 10) || 'T' || substr(btrim(value) collate "C", 12, 8) || 'Z'
      else value
    end
  end) collate "C", number) >> 8) filter (where not (coalesce(changetype, 0) = 3 or coalesce(value, '') = '')), 0) as hash
    from (
      select distinct on (callid, keyname)
        callid,
        keyname,
        value,
        changetype
      from "public"."g_userdata_history"
      where callid = any (array['0001KaFQ3U8X0001']::text[])
      order by callid, keyname, case when added_ts between 946684800 and 2147483647 then added_ts end desc nulls last, case when age(xmin) < 0 then 2147483647 else age(xmin) end, id desc
    ) as newest
    join (values ('ChatServerSessionStartedAt', 1::bigint, 1::bigint, 3), ('ChatServerSessionClosedAt', 2::bigint, 2::bigint, 3), ('csg_TenantId', 4::bigint, 3::bigint, 0), ('csg_MediaType', 8::bigint, 4::bigint, 2), ('csg_SessionTotalTime', 16::bigint, 5::bigint, 0), ('csg_SessionUntilFirstAgentTime', 32::bigint, 6::bigint, 0), ('csg_SessionUntilFirstReplyTime', 64::bigint, 7::bigint, 0), ('csg_PartiesAsAgentCount', 128::bigint, 8::bigint, 0), ('csg_MessagesFromAgentsCount', 256::bigint, 9::bigint, 0), ('cse_AgentReplyTotalCount', 4096::bigint, 13::bigint, 0), ('cse_AgentReplyMaxTime', 16384::bigint, 15::bigint, 0), ('cse_SessionHandleTotalTime', 33554432::bigint, 26::bigint, 0), ('csg_SessionEndedBy', 17179869184::bigint, 35::bigint, 2), ('csg_ChatAsyncMode', 68719476736::bigint, 37::bigint, 0), ('csg_SessionEndedAgent', 137438953472::bigint, 38::bigint, 2), ('csg_ChatSessionID', 274877906944::bigint, 39::bigint, 1), ('csg_PartiesAsBotCount', 70368744177664::bigint, 47::bigint, 0), ('csg_MessagesFromBotsCount', 140737488355328::bigint, 48::bigint, 0), ('csg_SessionUntilFirstBotTime', 562949953421312::bigint, 50::bigint, 0)) as mapped (keyname, bit, number, form) using (keyname)
    group by callid
  ) to stdout;

insert into pg_temp.stg_compared (guid, hour_ts, verdict, has_fact, open_discards)
    with keeping as materialized (
      select coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0) as kept_from
    ),
    digest as (
      -- A key that came twice adds both values to the sum, which then fits no value.
      select
        guid,
        max(hour_ts) as hour_ts,
        bit_or(keys) as keys,
        bit_or(absent) as absent,
        sum(hash) as hash
      from pg_temp.stg_hour_digest
      group by guid
    ),
    on_record as (
      -- A value that was set aside is compared with what was set aside, not with what the mart holds instead.
      select
        digest.guid,
        count(*) as open_discards,
        bool_or(code = 1) as waits_for_start,
        bool_or(code = 5) as waits_for_end,
        bool_or(code in (16, 18)) as is_refused,
        coalesce(bit_or(bit), 0) as keys,
        coalesce(sum(hashtextextended((case form
    when 0 then raw_value
    when 1 then btrim(raw_value)
    when 2 then upper(btrim(raw_value) collate "C")
    when 4 then case when btrim(raw_value) collate "C" ~ '^[+-]?[0-9]{1,15}$' then ((btrim(raw_value) collate "C")::bigint)::text else raw_value end
    when 5 then case
      when lower(btrim(raw_value) collate "C") in ('1', 'true', 'yes') then '1'
      when lower(btrim(raw_value) collate "C") in ('0', 'false', 'no') then '0'
      else raw_value
    end
    else case
      when raw_value collate "C" like '____-__-__T__:__:__Z' then raw_value
      when btrim(raw_value) collate "C" ~ '^[0-9]{1,10}$' then to_char(to_timestamp((btrim(raw_value) collate "C")::bigint) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(raw_value) collate "C" ~ '^[0-9]{11,13}$' then to_char(to_timestamp((btrim(raw_value) collate "C")::bigint / 1000) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(raw_value) collate "C" ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})? ?(Z|[+-]00(:?00)?)?$'
        then left(btrim(raw_value) collate "C", 10) || 'T' || substr(btrim(raw_value) collate "C", 12, 8) || 'Z'
      else raw_value
    end
  end) collate "C", number) >> 8), 0) as hash
      from digest
      join stg_transform_discards on stg_transform_discards.guid = digest.guid and resolved_ts is null
      left join (values ('ChatServerSessionStartedAt', 1::bigint, 1::bigint, 3), ('ChatServerSessionClosedAt', 2::bigint, 2::bigint, 3), ('csg_TenantId', 4::bigint, 3::bigint, 0), ('csg_MediaType', 8::bigint, 4::bigint, 2), ('csg_SessionTotalTime', 16::bigint, 5::bigint, 0), ('csg_SessionUntilFirstAgentTime', 32::bigint, 6::bigint, 0), ('csg_SessionUntilFirstReplyTime', 64::bigint, 7::bigint, 0), ('csg_PartiesAsAgentCount', 128::bigint, 8::bigint, 0), ('csg_MessagesFromAgentsCount', 256::bigint, 9::bigint, 0), ('cse_AgentReplyTotalCount', 4096::bigint, 13::bigint, 0), ('cse_AgentReplyMaxTime', 16384::bigint, 15::bigint, 0), ('cse_SessionHandleTotalTime', 33554432::bigint, 26::bigint, 0), ('csg_SessionEndedBy', 17179869184::bigint, 35::bigint, 2), ('csg_ChatAsyncMode', 68719476736::bigint, 37::bigint, 0), ('csg_SessionEndedAgent', 137438953472::bigint, 38::bigint, 2), ('csg_ChatSessionID', 274877906944::bigint, 39::bigint, 1), ('csg_PartiesAsBotCount', 70368744177664::bigint, 47::bigint, 0), ('csg_MessagesFromBotsCount', 140737488355328::bigint, 48::bigint, 0), ('csg_SessionUntilFirstBotTime', 562949953421312::bigint, 50::bigint, 0)) as mapped (keyname, bit, number, form)
        on mapped.keyname = stg_transform_discards.keyname
        and digest.keys & mapped.bit <> 0
        and raw_value is not null
        and code <> 17
      group by digest.guid
    )
    select
      digest.guid,
      digest.hour_ts,
      case
        -- It would be refused, or set aside, again; chatmart discards retry tries once more.
        when is_refused then 'right'
        when chat_session_fact.media_server_ixn_guid is null then
          case
            when on_record.guid is null and digest.hour_ts + 90000 <= (select kept_from from keeping) then 'right'
            when on_record.guid is null and exists (
      select from (select distinct salt from chatmart_erased) as salts
      join chatmart_erased on chatmart_erased.guid_hash = sha256(salts.salt || convert_to(digest.guid, 'UTF8'))
    ) then 'right'
            when on_record.guid is null then 'missing'
            when waits_for_start and digest.keys & (1::bigint) = 0 then 'right'
            when waits_for_end and digest.keys & (2::bigint | 68719476736::bigint) = 0 then 'right'
            else 'different'
          end
        when
          chat_session_fact.start_date_time_key = chat_session_fact.start_ts - chat_session_fact.start_ts % 900
          and chat_session_fact.end_date_time_key = case when end_ts = 0 then 2147482800 else chat_session_fact.end_ts - chat_session_fact.end_ts % 900 end
          and chat_session_fact.active_flag = (end_ts = 0)::integer
          and digest.keys & ~digest.absent & ~(chat_session_fact.kvp_present | coalesce(on_record.keys, 0)) = 0
          and digest.absent & (chat_session_fact.kvp_present | coalesce(on_record.keys, 0)) = 0
          and digest.hash - coalesce(on_record.hash, 0) = 0::bigint
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 1::bigint <> 0 then hashtextextended((to_char(to_timestamp(chat_session_fact.start_ts) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) collate "C", 1) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 2::bigint <> 0 then hashtextextended((to_char(to_timestamp(chat_session_fact.end_ts) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) collate "C", 2) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 4::bigint <> 0 then hashtextextended((chat_session_fact.tenant_key::text) collate "C", 3) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 8::bigint <> 0 then hashtextextended((media_type.media_name_code::text) collate "C", 4) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 16::bigint <> 0 then hashtextextended((chat_session_fact.session_duration::text) collate "C", 5) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 32::bigint <> 0 then hashtextextended((chat_session_fact.until_first_agent_duration::text) collate "C", 6) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 64::bigint <> 0 then hashtextextended((chat_session_fact.until_first_reply_duration::text) collate "C", 7) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 128::bigint <> 0 then hashtextextended((chat_session_fact.agents_count::text) collate "C", 8) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 256::bigint <> 0 then hashtextextended((chat_session_fact.msg_from_agents_count::text) collate "C", 9) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 4096::bigint <> 0 then hashtextextended((chat_session_fact.agent_reply_count::text) collate "C", 13) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 16384::bigint <> 0 then hashtextextended((chat_session_fact.agent_reply_max_duration::text) collate "C", 15) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 33554432::bigint <> 0 then hashtextextended((chat_session_fact.handle_duration::text) collate "C", 26) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 17179869184::bigint <> 0 then hashtextextended((chat_session_dim.ended_by::text) collate "C", 35) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 68719476736::bigint <> 0 then hashtextextended((chat_session_dim.async_mode::text) collate "C", 37) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 137438953472::bigint <> 0 then hashtextextended((chat_session_dim.ended_agent::text) collate "C", 38) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 274877906944::bigint <> 0 then hashtextextended((chat_session_fact.chat_session_id::text) collate "C", 39) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 70368744177664::bigint <> 0 then hashtextextended((chat_session_fact.bots_count::text) collate "C", 47) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 140737488355328::bigint <> 0 then hashtextextended((chat_session_fact.msg_from_bots_count::text) collate "C", 48) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 562949953421312::bigint <> 0 then hashtextextended((chat_session_fact.until_first_bot_duration::text) collate "C", 50) >> 8 else 0 end
          then 'right'
        else 'different'
      end as verdict,
      chat_session_fact.media_server_ixn_guid is not null as has_fact,
      coalesce(on_record.open_discards, 0) as open_discards
    from digest
    left join (select * from chat_session_fact where media_server_ixn_guid in (select guid from pg_temp.stg_hour_digest)) as chat_session_fact on chat_session_fact.media_server_ixn_guid = digest.guid
    left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
    left join media_type on media_type.media_type_key = chat_session_fact.media_type_key
    left join on_record on on_record.guid = digest.guid;

    with exact as (
    with keeping as materialized (
      select coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0) as kept_from
    ),
    digest as (
      -- A key that came twice adds both values to the sum, which then fits no value.
      select
        guid,
        max(hour_ts) as hour_ts,
        bit_or(keys) as keys,
        bit_or(absent) as absent,
        sum(hash) as hash
      from pg_temp.stg_exact_digest
      group by guid
    ),
    on_record as (
      -- A value that was set aside is compared with what was set aside, not with what the mart holds instead.
      select
        digest.guid,
        count(*) as open_discards,
        bool_or(code = 1) as waits_for_start,
        bool_or(code = 5) as waits_for_end,
        bool_or(code in (16, 18)) as is_refused,
        coalesce(bit_or(bit), 0) as keys,
        coalesce(sum(hashtextextended((case form
    when 0 then raw_value
    when 1 then btrim(raw_value)
    when 2 then upper(btrim(raw_value) collate "C")
    when 4 then case when btrim(raw_value) collate "C" ~ '^[+-]?[0-9]{1,15}$' then ((btrim(raw_value) collate "C")::bigint)::text else raw_value end
    when 5 then case
      when lower(btrim(raw_value) collate "C") in ('1', 'true', 'yes') then '1'
      when lower(btrim(raw_value) collate "C") in ('0', 'false', 'no') then '0'
      else raw_value
    end
    else case
      when raw_value collate "C" like '____-__-__T__:__:__Z' then raw_value
      when btrim(raw_value) collate "C" ~ '^[0-9]{1,10}$' then to_char(to_timestamp((btrim(raw_value) collate "C")::bigint) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(raw_value) collate "C" ~ '^[0-9]{11,13}$' then to_char(to_timestamp((btrim(raw_value) collate "C")::bigint / 1000) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      when btrim(raw_value) collate "C" ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})? ?(Z|[+-]00(:?00)?)?$'
        then left(btrim(raw_value) collate "C", 10) || 'T' || substr(btrim(raw_value) collate "C", 12, 8) || 'Z'
      else raw_value
    end
  end) collate "C", number) >> 8), 0) as hash
      from digest
      join stg_transform_discards on stg_transform_discards.guid = digest.guid and resolved_ts is null
      left join (values ('ChatServerSessionStartedAt', 1::bigint, 1::bigint, 3), ('ChatServerSessionClosedAt', 2::bigint, 2::bigint, 3), ('csg_TenantId', 4::bigint, 3::bigint, 0), ('csg_MediaType', 8::bigint, 4::bigint, 2), ('csg_SessionTotalTime', 16::bigint, 5::bigint, 0), ('csg_SessionUntilFirstAgentTime', 32::bigint, 6::bigint, 0), ('csg_SessionUntilFirstReplyTime', 64::bigint, 7::bigint, 0), ('csg_PartiesAsAgentCount', 128::bigint, 8::bigint, 0), ('csg_MessagesFromAgentsCount', 256::bigint, 9::bigint, 0), ('cse_AgentReplyTotalCount', 4096::bigint, 13::bigint, 0), ('cse_AgentReplyMaxTime', 16384::bigint, 15::bigint, 0), ('cse_SessionHandleTotalTime', 33554432::bigint, 26::bigint, 0), ('csg_SessionEndedBy', 17179869184::bigint, 35::bigint, 2), ('csg_ChatAsyncMode', 68719476736::bigint, 37::bigint, 0), ('csg_SessionEndedAgent', 137438953472::bigint, 38::bigint, 2), ('csg_ChatSessionID', 274877906944::bigint, 39::bigint, 1), ('csg_PartiesAsBotCount', 70368744177664::bigint, 47::bigint, 0), ('csg_MessagesFromBotsCount', 140737488355328::bigint, 48::bigint, 0), ('csg_SessionUntilFirstBotTime', 562949953421312::bigint, 50::bigint, 0)) as mapped (keyname, bit, number, form)
        on mapped.keyname = stg_transform_discards.keyname
        and digest.keys & mapped.bit <> 0
        and raw_value is not null
        and code <> 17
      group by digest.guid
    )
    select
      digest.guid,
      digest.hour_ts,
      case
        -- It would be refused, or set aside, again; chatmart discards retry tries once more.
        when is_refused then 'right'
        when chat_session_fact.media_server_ixn_guid is null then
          case
            when on_record.guid is null and exists (
      select from (select distinct salt from chatmart_erased) as salts
      join chatmart_erased on chatmart_erased.guid_hash = sha256(salts.salt || convert_to(digest.guid, 'UTF8'))
    ) then 'right'
            when on_record.guid is null then 'missing'
            when waits_for_start and digest.keys & (1::bigint) = 0 then 'right'
            when waits_for_end and digest.keys & (2::bigint | 68719476736::bigint) = 0 then 'right'
            else 'different'
          end
        when
          chat_session_fact.start_date_time_key = chat_session_fact.start_ts - chat_session_fact.start_ts % 900
          and chat_session_fact.end_date_time_key = case when end_ts = 0 then 2147482800 else chat_session_fact.end_ts - chat_session_fact.end_ts % 900 end
          and chat_session_fact.active_flag = (end_ts = 0)::integer
          and digest.keys & ~digest.absent & ~(chat_session_fact.kvp_present | coalesce(on_record.keys, 0)) = 0
          and digest.absent & (chat_session_fact.kvp_present | coalesce(on_record.keys, 0)) = 0
          and digest.hash - coalesce(on_record.hash, 0) = 0::bigint
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 1::bigint <> 0 then hashtextextended((to_char(to_timestamp(chat_session_fact.start_ts) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) collate "C", 1) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 2::bigint <> 0 then hashtextextended((to_char(to_timestamp(chat_session_fact.end_ts) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) collate "C", 2) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 4::bigint <> 0 then hashtextextended((chat_session_fact.tenant_key::text) collate "C", 3) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 8::bigint <> 0 then hashtextextended((media_type.media_name_code::text) collate "C", 4) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 16::bigint <> 0 then hashtextextended((chat_session_fact.session_duration::text) collate "C", 5) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 32::bigint <> 0 then hashtextextended((chat_session_fact.until_first_agent_duration::text) collate "C", 6) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 64::bigint <> 0 then hashtextextended((chat_session_fact.until_first_reply_duration::text) collate "C", 7) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 128::bigint <> 0 then hashtextextended((chat_session_fact.agents_count::text) collate "C", 8) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 256::bigint <> 0 then hashtextextended((chat_session_fact.msg_from_agents_count::text) collate "C", 9) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 4096::bigint <> 0 then hashtextextended((chat_session_fact.agent_reply_count::text) collate "C", 13) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 16384::bigint <> 0 then hashtextextended((chat_session_fact.agent_reply_max_duration::text) collate "C", 15) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 33554432::bigint <> 0 then hashtextextended((chat_session_fact.handle_duration::text) collate "C", 26) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 17179869184::bigint <> 0 then hashtextextended((chat_session_dim.ended_by::text) collate "C", 35) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 68719476736::bigint <> 0 then hashtextextended((chat_session_dim.async_mode::text) collate "C", 37) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 137438953472::bigint <> 0 then hashtextextended((chat_session_dim.ended_agent::text) collate "C", 38) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 274877906944::bigint <> 0 then hashtextextended((chat_session_fact.chat_session_id::text) collate "C", 39) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 70368744177664::bigint <> 0 then hashtextextended((chat_session_fact.bots_count::text) collate "C", 47) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 140737488355328::bigint <> 0 then hashtextextended((chat_session_fact.msg_from_bots_count::text) collate "C", 48) >> 8 else 0 end
            + case when digest.keys & ~digest.absent & ~coalesce(on_record.keys, 0) & 562949953421312::bigint <> 0 then hashtextextended((chat_session_fact.until_first_bot_duration::text) collate "C", 50) >> 8 else 0 end
          then 'right'
        else 'different'
      end as verdict,
      chat_session_fact.media_server_ixn_guid is not null as has_fact,
      coalesce(on_record.open_discards, 0) as open_discards
    from digest
    left join (select * from chat_session_fact where media_server_ixn_guid in (select guid from pg_temp.stg_exact_digest)) as chat_session_fact on chat_session_fact.media_server_ixn_guid = digest.guid
    left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
    left join media_type on media_type.media_type_key = chat_session_fact.media_type_key
    left join on_record on on_record.guid = digest.guid
    ),
    updated as (
      update pg_temp.stg_compared
      set verdict = exact.verdict
      from exact
      where stg_compared.guid = exact.guid
    )
    delete from pg_temp.stg_compared
    where verdict <> 'right' and guid not in (select guid from pg_temp.stg_exact_digest)
    returning guid;
