import { createRandom, type Random } from '../random.js';
import { toSessionKvps, toUpdateKvps, type AttachOptions, type Kvp } from './session-kvps.js';
import type { SimulatedSession } from '../simulate-sessions.js';
import { toEnd, type Party } from '../play/timeline.js';

/** ICON's codes in CHANGETYPE. */
export const CHANGE_TYPE = { added: 1, changed: 2, deleted: 3 } as const;

/** One row of the IDB: a key, its value (null if deleted) and its change type. */
export type IdbRow = readonly [key: string, value: string | null, changeType: number];

/**
 * Why user data changed: the interaction was created; workflow or desktop wrote their own data; Chat Server attached an intermediate
 * update, the first of two portions of its statistics, or all (the rest) of them; the agent marked the interaction as done.
 */
export type MomentKind = 'created' | 'assigned' | 'updated' | 'closing' | 'closed' | 'wrapped-up';

/** One change of an interaction's user data, stored by ICON in one transaction. */
export interface Moment {
  readonly kind: MomentKind;
  readonly at: number;
  /** Call once, in order of the moments: a key that has occurred before is changed, not added. */
  readonly toRows: () => readonly IdbRow[];
}

/** Shares: closings that ICON stores in two portions, interactions marked as done by an agent, closings that are corrected. */
const SHARE = { closedInTwo: 0.25, wrappedUp: 0.6, corrected: 0.02 } as const;

/** How Chat Server writes about a session. */
export interface MomentOptions extends AttachOptions {
  /** Whether some regular sessions have statistics that are changed or deleted right after they were attached. */
  readonly corrections?: boolean | undefined;
}

/** All moments of a session, in order. */
export function toMoments(session: SimulatedSession, options: MomentOptions, random: Random): Moment[] {
  const { timeline } = session;
  const attach = timeline.events.some((event) => event.kind === 'update') ? attachChanges() : addAll;
  const moments: Moment[] = [{ kind: 'created', at: timeline.start, toRows: () => toCreationRows(session) }];
  let assigned: Party | undefined;
  for (const [index, event] of timeline.events.entries()) {
    if (event.kind === 'update')
      moments.push({ kind: 'updated', at: event.at, toRows: () => attach(toUpdateKvps(timeline, index + 1, options)) });
    else if (event.kind === 'join' && event.party.role === 'AGENT' && event.visibility === 'ALL' && event.party !== assigned) {
      const rows = toAssignmentRows(session, assigned === undefined, random.integer(1000, 9999));
      assigned = event.party;
      moments.push({ kind: 'assigned', at: event.at, toRows: () => rows });
    }
  }

  const end = toEnd(timeline);
  const closing = once((): readonly IdbRow[] => [
    ...attach(toSessionKvps(timeline, options)),
    ['ReservedForAgent', null, CHANGE_TYPE.deleted],
  ]);
  if (options.corrections === true && !timeline.asyncMode && random.chance(SHARE.corrected)) {
    const chance = createRandom(random.integer(0, 2 ** 31), 0);
    const corrected = once(() => toCorrectedClosing(closing(), chance));
    moments.push({ kind: 'closing', at: end, toRows: () => corrected().first });
    moments.push({ kind: 'closed', at: end, toRows: () => corrected().then });
  } else if (random.chance(SHARE.closedInTwo)) {
    const split = random.next();
    const first = (): number => Math.ceil(split * (closing().length - 1));
    moments.push({ kind: 'closing', at: end, toRows: () => closing().slice(0, first()) });
    moments.push({ kind: 'closed', at: end, toRows: () => closing().slice(first()) });
  } else moments.push({ kind: 'closed', at: end, toRows: closing });
  if (assigned !== undefined && random.chance(SHARE.wrappedUp)) moments.push(toWrapUp(end, random));
  return moments;
}

/** Optional keys that may be attached by mistake and then deleted, with the mistaken value. */
const BY_MISTAKE: readonly Kvp[] = [
  ['csg_LanguageName', 'English'],
  ['csg_MediaOrigin', 'Web chat'],
  ['cse_ActiveIdleTotalCount', '1'],
];

/** A closing that first has two wrong numbers and the keys of BY_MISTAKE that it lacks; the corrections restore the original. */
function toCorrectedClosing(closing: readonly IdbRow[], random: Random): { readonly first: IdbRow[]; readonly then: IdbRow[] } {
  const isNumber = ([key, value]: IdbRow): boolean => key.startsWith('cs') && /^\d+$/.test(value ?? '');
  const numbers = closing.filter((row) => isNumber(row) && /(Time|Count|Size)$/.test(row[0]));
  const wrong = new Set(numbers.length === 0 ? [] : [random.pick(numbers), random.pick(numbers)]);
  const keys = new Set(closing.map(([key]) => key));
  const mistakes = BY_MISTAKE.filter(([key]) => !keys.has(key));
  const attached = closing.filter(([, , change]) => change === CHANGE_TYPE.added);
  return {
    first: [...attached.map((row): IdbRow => (wrong.has(row) ? [row[0], String(Number(row[1]) + 1), row[2]] : row)), ...addAll(mistakes)],
    then: [
      ...[...wrong].map(([key, value]): IdbRow => [key, value, CHANGE_TYPE.changed]),
      ...mistakes.map(([key]): IdbRow => [key, null, CHANGE_TYPE.deleted]),
      ...closing.filter((row) => !attached.includes(row)),
    ],
  };
}

/** User data from the customer's side; ICON is configured to store it, but no column is mapped to it. */
function toCreationRows({ timeline, customerName, contactId, subject }: SimulatedSession): IdbRow[] {
  const rows: IdbRow[] = [
    ['IdContact', contactId, CHANGE_TYPE.added],
    ['CustomerName', customerName, CHANGE_TYPE.added],
    ['Subject', subject, CHANGE_TYPE.added],
    ['ReservedForAgent', '1', CHANGE_TYPE.added],
  ];
  if (timeline.languageName !== undefined) rows.push(['GCTI_LanguageName', timeline.languageName, CHANGE_TYPE.added]);
  if (timeline.mediaOrigin !== undefined) rows.push(['MediaOrigin', timeline.mediaOrigin, CHANGE_TYPE.added]);
  if (timeline.asyncMode) rows.push(['GCTI_Chat_AsyncMode', 'true', CHANGE_TYPE.added]);
  return rows;
}

/** What routing and the agent's desktop write when an agent gets the interaction, and again when it is transferred. */
function toAssignmentRows({ subject }: SimulatedSession, isFirst: boolean, agentNumber: number): IdbRow[] {
  const change = isFirst ? CHANGE_TYPE.added : CHANGE_TYPE.changed;
  const target: IdbRow = ['RTargetAgentSelected', `agent.${agentNumber}`, change];
  return isFirst ? [target, ['Subject', subject, CHANGE_TYPE.changed]] : [target];
}

/** The agent marks the interaction as done, minutes after the chat. */
function toWrapUp(end: number, random: Random): Moment {
  const disposition = random.pick(['resolved', 'follow-up', 'spam']);
  const rows: IdbRow[] = [
    ['DispositionCode', disposition, CHANGE_TYPE.added],
    ['RTargetAgentSelected', null, CHANGE_TYPE.deleted],
  ];
  return { kind: 'wrapped-up', at: end + random.integer(5, 300), toRows: () => rows };
}

const addAll = (kvps: readonly Kvp[]): IdbRow[] => kvps.map(([key, value]) => [key, value, CHANGE_TYPE.added]);

/** ICON stores only changes: new keys as added, others as changed. */
function attachChanges(): (kvps: readonly Kvp[]) => IdbRow[] {
  const attached = new Map<string, string>();
  return (kvps) => {
    const rows: IdbRow[] = [];
    for (const [key, value] of kvps) {
      const before = attached.get(key);
      if (before === value) continue;
      attached.set(key, value);
      rows.push([key, value, before === undefined ? CHANGE_TYPE.added : CHANGE_TYPE.changed]);
    }
    return rows;
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
