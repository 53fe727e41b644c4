import { ConfigError } from '../model/errors.js';
import { drawArrivals, type LoadProfile } from './arrivals.js';
import { CHANNELS, TENANTS } from './market.js';
import { playSession } from './play/session.js';
import {
  createParty,
  join,
  leave,
  pass,
  route,
  say,
  update,
  type TimelineDraft,
  createDraft,
  UPDATE_TRIGGERS,
  type UpdateTrigger,
} from './play/timeline-draft.js';
import type { Timeline } from './play/timeline.js';
import { createRandom, type Random } from './random.js';

/**
 * The guide's "realistic simple scenario" for one Chat Server at its limit: ten sessions a second with five messages each within a minute
 * and a half make 50 messages a second and up to 1,000 sessions at once.
 */
export function playSimpleSession(draft: TimelineDraft): void {
  const { random } = draft;
  const [customer, agent] = [createParty('CLIENT'), createParty('AGENT')];
  join(draft, customer);
  pass(draft, random.integer(2, 8));
  say(draft, customer);
  route(draft);
  pass(draft, random.integer(4, 16));
  join(draft, agent);
  update(draft, 'agents');
  pass(draft, random.integer(2, 10));
  say(draft, agent);
  pass(draft, random.integer(10, 30));
  say(draft, customer);
  pass(draft, random.integer(10, 30));
  say(draft, agent);
  pass(draft, random.integer(10, 20));
  if (random.chance(0.75)) say(draft, customer);
  pass(draft, random.integer(2, 12));
  if (random.chance(0.5)) {
    leave(draft, customer, 'QUIT');
    pass(draft, random.integer(0, 4));
  }
  leave(draft, agent, 'FORCE');
}

const LARGEST_NUMBER = 100_000_000;
const EARLIEST = Date.UTC(2000, 0) / 1000;
/** The end of a session that lasts for weeks must still fit in 32 bits. */
const LATEST = Date.UTC(2037, 0) / 1000;

/** Throws a `ConfigError` with all problems of the options. */
export function checkSimulation({ sessions, from, to, seed }: SimulationOptions): void {
  const problems = [
    ...wholeNumberProblem('sessions', sessions, 1, LARGEST_NUMBER),
    ...wholeNumberProblem('seed', seed, 0, LARGEST_SEED),
    ...(from < to ? [] : [`the time from ${toText(from)} to ${toText(to)} holds no second`]),
    ...(from < EARLIEST || to > LATEST ? [`the time from ${toText(from)} to ${toText(to)} is not within 2000 to 2036`] : []),
  ];
  if (problems.length > 0) throw new ConfigError('bad-simulation', problems.join('; '), { state: 'nothing-written' });
}

const wholeNumberProblem = (name: string, number: number, min: number, max: number): string[] =>
  Number.isInteger(number) && number >= min && number <= max
    ? []
    : [`${name} is ${number}, and must be a whole number from ${min} to ${max}`];

const toText = (epochSeconds: number): string => (Number.isFinite(epochSeconds) ? new Date(epochSeconds * 1000).toISOString() : 'no time');

const PREFIX_SPACE = 36 ** 5;
/** Coprime to 36 ** 5, so each seed has its own prefix. */
const PREFIX_STEP = 25_214_903;

/** Larger seeds would share their ids with smaller ones. */
export const LARGEST_SEED = PREFIX_SPACE - 1;

/** Returns a function that makes unique ids in the form of Interaction Server and Chat Server: 16 characters such as AAHMA1000000YST3. */
export function createIdSource(seed: number, kind: 'interaction' | 'chat-session'): (number: number) => string {
  const prefix = toBase36((seed * PREFIX_STEP) % PREFIX_SPACE, 5) + (kind === 'interaction' ? '1' : '2');
  return (number) => prefix + toBase36(number, 10);
}

const toBase36 = (number: number, length: number): string => number.toString(36).toUpperCase().padStart(length, '0');

/** How many sessions, when and which. */
export interface SimulationOptions {
  readonly sessions: number;
  /** Sessions start in [from, to), epoch seconds. */
  readonly from: number;
  readonly to: number;
  /** A non-negative integer; the same seed gives the same sessions, another one also gives other ids. */
  readonly seed: number;
  /** How sessions arrive, and with `sizing` also that they are short and simple; default: ordinary. */
  readonly profile?: LoadProfile | undefined;
  /** Whether Chat Server attaches intermediate updates to async sessions; default: no. */
  readonly updates?: boolean | undefined;
}

/** A session, and the data that its customer supplied. */
export interface SimulatedSession {
  readonly timeline: Timeline;
  readonly customerName: string;
  readonly contactId: string;
  readonly subject: string;
}

/** The sessions in order of their start, generated lazily. */
export function* simulateSessions(options: SimulationOptions): Generator<SimulatedSession, void, undefined> {
  const arrivals = drawArrivals(createRandom(options.seed, 0), options.sessions, options.from, options.to, options.profile);
  const toInteractionId = createIdSource(options.seed, 'interaction');
  const toChatSessionId = createIdSource(options.seed, 'chat-session');
  const play = options.profile === 'sizing' ? playSimpleSession : playSession;
  let number = 0;
  for (const start of arrivals) {
    number++;
    // Ids have gaps: other interactions use numbers too.
    const id = number * 7 + (start % 7);
    const ids = { interactionId: toInteractionId(id), chatSessionId: toChatSessionId(id) };
    // Chat Servers take turns, each with its own configuration.
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
