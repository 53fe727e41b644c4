import { selectDurations } from '../src/mart/aggregates/durations.sql.js';
import type { ViewDefinition } from '../src/mart/schema/table-definition.js';
import type { KvpMap } from '../src/model/mapped-key.js';
import { readMeasureRegistry } from '../src/spec/measure-registry.js';

/** AG2_CHAT_DURATIONS_SUBHR: the distributions of durations, for SQL. */
export const chatDurations = (map: KvpMap): ViewDefinition => ({
  name: 'ag2_chat_durations_subhr',
  comment:
    'How long chat sessions took and waited, by 15-minute interval of their start (UTC), as counts of sessions by bucket; those whose facts are purged are there too. Sum up, or read percentiles: chat_percentile(chat_histogram(bucket, sessions), 0.9). Extension of chatmart.',
  columns: [
    {
      name: 'date_time_key',
      meaning: 'Start of the 15-minute interval in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the view of durations.)',
      unit: 'key, epoch seconds',
      origin: 'extension',
    },
    {
      name: 'tenant_key',
      meaning: 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the view of durations.)',
      unit: 'key',
      origin: 'extension',
    },
    {
      name: 'media_type_key',
      meaning: 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the view of durations.)',
      unit: 'key',
      origin: 'extension',
    },
    {
      name: 'chat_session_dim_key',
      meaning: 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the view of durations.)',
      unit: 'key',
      origin: 'extension',
    },
    {
      name: 'outcome',
      meaning: 'Outcome of the sessions; of those whose facts are purged, at that time. (In the view of durations.)',
      origin: 'extension',
    },
    { name: 'has_bot', meaning: 'Whether a bot took part in the sessions. (In the view of durations.)', origin: 'extension' },
    {
      name: 'duration',
      meaning: `Which duration the row counts: ${readMeasureRegistry()
        .durations.map(({ name }) => name)
        .join(', ')}. (In the view of durations.)`,
      origin: 'extension',
    },
    {
      name: 'bucket',
      meaning:
        'Range of seconds: up to 50, each second has its own; from 51 on, more than 50 * 1.04^(BUCKET - 51) and up to 50 * 1.04^(BUCKET - 50) s. (In the view of durations.)',
      unit: 'bucket',
      origin: 'extension',
    },
    {
      name: 'sessions',
      meaning: 'How many sessions these are; several rows may have the same keys and bucket. (In the view of durations.)',
      unit: 'sessions',
      origin: 'extension',
    },
  ],
  from: `(\n${selectDurations(map)}\n) as chat_durations`,
});
