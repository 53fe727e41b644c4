select distinct media_type_key, media_name_code
from {{ ref('session') }}
