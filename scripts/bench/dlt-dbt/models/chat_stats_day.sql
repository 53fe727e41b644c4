select
  start_date_time_key - start_date_time_key % 86400 as date_time_key,
  tenant_key,
  media_type_key,
  chat_session_dim_key,
  {%- for key in var('keys') if key.type == 'measure' %}
  {{ key.aggregate }}({{ key.column | lower }})::bigint as {{ key.column | lower }},
  {%- endfor %}
  count(*) as sessions
from {{ ref('chat_session_fact') }}
group by 1, 2, 3, 4
