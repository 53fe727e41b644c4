import { drawArrivals, type LoadProfile } from './arrivals.js';
import { createIdSource } from './interaction-id.js';
import { CHANNELS, TENANTS } from './market.js';
import { playSession } from './play/session.js';
import { playSimpleSession } from './play/simple-session.js';
import { createRandom, type Random } from './random.js';
import { createDraft, UPDATE_TRIGGERS, type TimelineDraft, type UpdateTrigger } from './play/timeline-draft.js';
import type { Timeline } from './play/timeline.js';

/** How many sessions, when, and which ones. */
export interface SimulationOptions {
  readonly sessions: number;
  /** The sessions start in [from, to), epoch seconds. */
  readonly from: number;
  readonly to: number;
  /** A whole number from 0; the same one gives the same sessions, another one has other ids, too. */
  readonly seed: number;
  /** How they arrive, and with `sizing` also that they are short and simple; ordinary if not given. */
  readonly profile?: LoadProfile | undefined;
  /** Whether Chat Server attaches intermediate updates to async sessions; it does not unless told to. */
  readonly updates?: boolean | undefined;
}

/** A session, and what its customer brought along. */
export interface SimulatedSession {
  readonly timeline: Timeline;
  readonly customerName: string;
  readonly contactId: string;
  readonly subject: string;
}

/** The sessions in the order of their start, made one by one as they are asked for. */
export function* simulateSessions(options: SimulationOptions): Generator<SimulatedSession, void, undefined> {
  const arrivals = drawArrivals(createRandom(options.seed, 0), options.sessions, options.from, options.to, options.profile);
  const toInteractionId = createIdSource(options.seed, 'interaction');
  const toChatSessionId = createIdSource(options.seed, 'chat-session');
  const play = options.profile === 'sizing' ? playSimpleSession : playSession;
  let number = 0;
  for (const start of arrivals) {
    number++;
    // Ids have gaps: other interactions take numbers, too.
    const id = number * 7 + (start % 7);
    const ids = { interactionId: toInteractionId(id), chatSessionId: toChatSessionId(id) };
    // Chat Servers take turns, and each is configured in its own way.
    const updates = options.updates === true ? UPDATE_TRIGGERS[number % UPDATE_TRIGGERS.length] : undefined;
    yield simulateSession(createRandom(options.seed, number), start, ids, updates, play);
  }
}

function simulateSession(
  random: Random,
  start: number,
  ids: Pick<Timeline, 'interactionId' | 'chatSessionId'>,
  updates: UpdateTrigger | undefined,
  play: (draft: TimelineDraft) => void,
): SimulatedSession {
  const tenant = random.pickWeighted(TENANTS);
  const channel = random.pickWeighted(CHANNELS);
  const language = random.pickWeighted(tenant.languages);
  const { inactivity, closing, outlivesCustomer, botGateway: bots } = tenant;
  const { asyncMode } = channel;
  const draft = createDraft(
    { random, inactivity, closing, asyncMode, bots, outlivesCustomer, updates: asyncMode ? updates : undefined },
    start,
  );
  play(draft);
  return {
    timeline: {
      ...ids,
      tenantId: tenant.dbid,
      mediaType: channel.mediaType,
      mediaOrigin: random.chance(0.95) ? channel.mediaOrigin : undefined,
      languageName: random.chance(0.9) ? language.name : undefined,
      asyncMode: channel.asyncMode,
      botGateway: tenant.botGateway,
      inactivity: tenant.inactivity,
      start,
      events: draft.events,
    },
    customerName: random.pick(language.customers),
    contactId: random
      .integer(0, 36 ** 8 - 1)
      .toString(36)
      .toUpperCase()
      .padStart(16, '0'),
    subject: random.pick(language.subjects),
  };
}
