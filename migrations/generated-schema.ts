import { tableLevels } from '../src/mart/aggregates/levels.js';
import { toServiceLevels } from '../src/mart/aggregates/measures.js';
import { enqueueAllFacts } from '../src/mart/aggregates/changed-intervals.sql.js';
import { relationships } from '../src/mart/schema/relationships.js';
import type { GeneratedSchema } from '../src/mart/schema/generated-schema.js';
import { attachedKeys, withoutAttachedKeys } from '../src/model/attached-key.js';
import type { KvpMap, MappedKey } from '../src/model/mapped-key.js';
import { readKvpMap } from '../src/spec/kvp-map.js';
import { auditLog, extractHistory, stepHistory, tenant } from './admin-views.js';
import { chatSessionDim, dateTime } from './dimensions.js';
import { chatDurations } from './chat-durations.js';
import { chatSessionFact } from './chat-session-fact.js';
import { chatStatsTable, chatStatsViews } from './chat-stats.js';
import { jobHistory, jobStatus, runHistory } from './job-views.js';
import { sessionView } from './session-view.js';
import { martStatus } from './mart-status.js';

/**
 * The repeatable part of the schema: all views, the relationships of tables, and what follows from the KVP map, the calendar and the levels
 * of the aggregates. Applied after the numbered migrations whenever it differs from what the mart has, so that a new key needs a line in the
 * map and no migration.
 */
export const generatedSchema = (whole: KvpMap = readKvpMap()): GeneratedSchema => toSchema(withoutAttachedKeys(whole), attachedKeys(whole));

const toSchema = (map: KvpMap, own: readonly MappedKey[]): GeneratedSchema => ({
  serviceLevelSeconds: toServiceLevels(map),
  newestKeyNumber: Math.max(...map.keys.map((key) => key.number)),
  tables: [dateTime(), chatSessionDim(map), chatSessionFact(map), ...tableLevels().map((level) => chatStatsTable(map, level))],
  aggregates: { tables: tableLevels().map(({ table }) => table), enqueueAll: enqueueAllFacts().text },
  views: [
    tenant,
    auditLog,
    extractHistory,
    stepHistory,
    jobHistory,
    jobStatus,
    runHistory,
    sessionView(map, own),
    ...chatStatsViews(map),
    chatDurations(map),
    martStatus(),
  ],
  relationships: relationships(),
});

export { calendarSchema } from './chat-stats.js';
export { chatViews } from './chat/chat-views.js';
