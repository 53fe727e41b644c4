{{ config(materialized='incremental', unique_key='callid', pre_hook="analyze {{ source('raw', 'g_userdata_history') }}") }}
{%- set rows = source('raw', 'g_userdata_history') %}
{%- set dim_columns = var('keys') | selectattr('table', 'equalto', 'CHAT_SESSION_DIM') | map(attribute='column') | join(', ') | lower %}

with pivoted as (
  select
    {%- for key in var('keys') %}
    {%- set value = "max(value) filter (where keyname = '" ~ key.kvp ~ "')" %}
    {%- if key.type in ('start', 'end') %}
    extract(epoch from ({{ value }})::timestamptz)::integer as {{ key.type }}_ts,
    {%- elif key.type in ('measure', 'flag', 'tenant') %}
    coalesce(({{ value }})::integer, {{ key.default }}) as {{ key.column | lower }},
    {%- elif key.type in ('code', 'media-type') %}
    coalesce(upper({{ value }}), 'NO_VALUE') as {{ key.column | lower }},
    {%- elif key.default is none %}
    {{ value }} as {{ key.column | lower }},
    {%- else %}
    coalesce({{ value }}, '{{ key.default }}') as {{ key.column | lower }},
    {%- endif %}
    {%- endfor %}
    callid,
    max(id) as newest_id
  from {{ rows }}
  {%- if is_incremental() %}
  where callid in (select callid from {{ rows }} where id > (select max(newest_id) from {{ this }}))
  {%- endif %}
  group by callid
)

select *, md5(concat_ws('|', {{ dim_columns }})) as chat_session_dim_key, md5(media_name_code) as media_type_key
from pivoted
where start_ts is not null and end_ts is not null
