import type { ViewDefinition } from '../../src/mart/schema/table-definition.js';
import { attachedKeys, withoutAttachedKeys } from '../../src/model/attached-key.js';
import type { Calendar } from '../../src/model/calendar.js';
import type { KvpMap } from '../../src/model/mapped-key.js';
import { sessions } from './sessions.js';
import { concurrency, discards, freshness } from './state.js';
import { stats } from './stats.js';

/** The views for people over a mart with this KVP map and these calendars, which stand in a schema of their own. */
export function chatViews(whole: KvpMap, calendars: readonly Calendar[]): ViewDefinition[] {
  const map = withoutAttachedKeys(whole);
  return [
    sessions(map, attachedKeys(whole)),
    ...[undefined, ...calendars].flatMap((calendar) => stats(map, calendar)),
    concurrency(),
    discards(),
    freshness(),
  ];
}
