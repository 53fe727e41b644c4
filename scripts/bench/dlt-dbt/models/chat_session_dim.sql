select distinct
  {%- for key in var('keys') if key.table == 'CHAT_SESSION_DIM' %}
  {{ key.column | lower }},
  {%- endfor %}
  chat_session_dim_key as id
from {{ ref('session') }}
