import type { GeneratedSchema } from '../src/db/generated-schema.js';
import type { KvpMap } from '../src/model/mapped-key.js';
import { readKvpMap } from '../src/spec/kvp-map.js';
import { chatSessionDim } from './chat-session-dim.js';
import { chatSessionFact } from './chat-session-fact.js';
import { chatStatsTables, chatStatsViews } from './chat-stats.js';
import { jobStatusByClock, martStatus } from './mart-status.js';

/**
 * Everything in the mart that follows from the KVP map and the levels of the aggregates. Applied after the numbered migrations whenever it differs from what
 * the mart has, so that a new key needs a line in the map and no migration.
 */
export const generatedSchema = (map: KvpMap = readKvpMap()): GeneratedSchema => ({
  newestKeyNumber: Math.max(...map.keys.map((key) => key.number)),
  tables: [chatSessionDim(map), chatSessionFact(map), ...chatStatsTables(map)],
  views: [...chatStatsViews(map), jobStatusByClock(), martStatus()],
});
