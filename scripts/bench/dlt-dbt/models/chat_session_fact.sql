{{ config(
  materialized='incremental',
  unique_key='media_server_ixn_guid',
  indexes=[{'columns': ['media_server_ixn_guid'], 'unique': true}, {'columns': ['start_date_time_key']}],
) }}

select
  callid as media_server_ixn_guid,
  start_ts - start_ts % 900 as start_date_time_key,
  end_ts - end_ts % 900 as end_date_time_key,
  start_ts,
  end_ts,
  media_type_key,
  chat_session_dim_key,
  {%- for key in var('keys') if key.table == 'CHAT_SESSION_FACT' and key.type not in ('start', 'end') %}
  {{ key.column | lower }},
  {%- endfor %}
  newest_id
from {{ ref('session') }}
{%- if is_incremental() %}
where newest_id > (select max(newest_id) from {{ this }})
{%- endif %}
