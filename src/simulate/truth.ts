import type { SessionStatistics } from './observe/session-kvps.js';
import type { Party, SessionEvent, Timeline } from './play/timeline.js';

/** A session's timeline as a line of JSON without its line end; the shape is specs/schema/truth.schema.json. */
export function toTruthLine(timeline: Timeline, statistics: SessionStatistics): string {
  const ids = new Map<Party, string>();
  const events = timeline.events.map((event) => toTruthEvent(event, ids));
  return JSON.stringify({
    interactionId: timeline.interactionId,
    chatSessionId: timeline.chatSessionId,
    tenantId: timeline.tenantId,
    mediaType: timeline.mediaType,
    mediaOrigin: timeline.mediaOrigin,
    languageName: timeline.languageName,
    asyncMode: timeline.asyncMode,
    botGateway: timeline.botGateway,
    statistics,
    inactivity: timeline.inactivity,
    start: timeline.start,
    parties: [...ids].map(([{ role }, id]) => ({ id, role })),
    events,
  });
}

/** Time and kind first, and the party by its id: p1 is the first one to appear. */
function toTruthEvent(event: SessionEvent, ids: Map<Party, string>): object {
  const { at, kind, ...rest } = event;
  if (!('party' in rest)) return { at, kind, ...rest };
  const { party, ...more } = rest;
  const id = ids.get(party) ?? `p${ids.size + 1}`;
  ids.set(party, id);
  return { at, kind, party: id, ...more };
}
