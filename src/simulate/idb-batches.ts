import { createPendingQueue } from './pending-queue.js';
import { createRandom } from './random.js';
import { toSessionKvps, type SessionStatistics } from './session-kvps.js';
import { simulateSessions, type SimulatedSession, type SimulationOptions } from './simulate-sessions.js';
import { TIME_FORMS, type TimeForm } from './time-form.js';
import { toEnd } from './timeline.js';

/** ICON's codes in CHANGETYPE. */
export const CHANGE_TYPE = { added: 1, changed: 2, deleted: 3 } as const;

/** One row of the IDB: a key, its value (null: it was deleted) and what happened to it. */
export type IdbRow = readonly [key: string, value: string | null, changeType: number];

/** What ICON stores at one moment about one interaction. */
export interface IdbBatch {
  readonly interactionId: string;
  readonly moment: 'created' | 'closed';
  /** When the interaction was created or the session was closed, epoch seconds. */
  readonly at: number;
  /** When ICON stored it, epoch milliseconds; never before the batch that went ahead. */
  readonly addedMs: number;
  readonly rows: readonly IdbRow[];
}

/** Which sessions, and how Chat Server writes about them. */
export interface IdbOptions extends SimulationOptions {
  readonly statistics: SessionStatistics;
  /** The form of the two time stamps; `mixed`: each session has one of all forms that occur. */
  readonly timeForm?: TimeForm | 'mixed' | undefined;
  /** Epoch seconds: nothing later is written. Sessions that close later are still open, so that ICON knows of their beginning only. */
  readonly until?: number | undefined;
}

/**
 * What ICON writes about the simulated sessions, in the order in which it happens: a few rows when an interaction is created, and all its
 * statistics when its session is closed. Only open sessions are held in memory.
 */
export function* toIdbBatches(options: IdbOptions): Generator<IdbBatch, void, undefined> {
  const closings = createPendingQueue<SimulatedSession>();
  const random = createRandom(options.seed, -1);
  let lastAddedMs = 0;
  const store = ({ timeline }: SimulatedSession, moment: IdbBatch['moment'], at: number, rows: readonly IdbRow[]): IdbBatch => {
    // ICON needs up to two seconds, and takes one event after the other.
    lastAddedMs = Math.max(lastAddedMs, at * 1000 + random.integer(0, 2000));
    return { interactionId: timeline.interactionId, moment, at, addedMs: lastAddedMs, rows };
  };
  const storeClosings = function* (until: number): Generator<IdbBatch, void, undefined> {
    for (let next = closings.popUntil(until); next !== undefined; next = closings.popUntil(until))
      yield store(next.what, 'closed', next.at, toClosingRows(next.what, options, random.integer(0, TIME_FORMS.length - 1)));
  };

  const until = options.until ?? Infinity;
  let order = 0;
  for (const session of simulateSessions(options)) {
    const { start } = session.timeline;
    if (start > until) break;
    yield* storeClosings(start);
    yield store(session, 'created', start, toCreationRows(session));
    closings.push({ at: toEnd(session.timeline), order: order++, what: session });
  }
  yield* storeClosings(until);
}

/** The user data that the customer's side sends along; ICON was told to store it, but no column wants it. */
function toCreationRows({ timeline, customerName, contactId, subject }: SimulatedSession): IdbRow[] {
  const rows: IdbRow[] = [
    ['IdContact', contactId, CHANGE_TYPE.added],
    ['CustomerName', customerName, CHANGE_TYPE.added],
    ['Subject', subject, CHANGE_TYPE.added],
    ['ReservedForAgent', '1', CHANGE_TYPE.added],
  ];
  if (timeline.languageName !== undefined) rows.push(['GCTI_LanguageName', timeline.languageName, CHANGE_TYPE.added]);
  if (timeline.mediaOrigin !== undefined) rows.push(['MediaOrigin', timeline.mediaOrigin, CHANGE_TYPE.added]);
  return rows;
}

/** Chat Server's statistics, among what agent desktop and workflow write at the same time. */
function toClosingRows(session: SimulatedSession, options: IdbOptions, anyForm: number): IdbRow[] {
  const timeForm = options.timeForm === 'mixed' ? TIME_FORMS[anyForm]! : (options.timeForm ?? 'iso');
  const kvps = toSessionKvps(session.timeline, { statistics: options.statistics, timeForm });
  return [
    ['Subject', session.subject, CHANGE_TYPE.changed],
    ...kvps.map(([key, value]): IdbRow => [key, value, CHANGE_TYPE.added]),
    ['ReservedForAgent', null, CHANGE_TYPE.deleted],
  ];
}
