import { INFO_MART_RULES, type Calendar } from '../../../src/model/calendar.js';
import fc from 'fast-check';

export const START = 'ChatServerSessionStartedAt';
export const END = 'ChatServerSessionClosedAt';
export const ASYNC = 'csg_ChatAsyncMode';

/** A calendar that histories add. */
export const CALENDAR: Calendar = { name: 'kathmandu', timezone: 'Asia/Kathmandu', ...INFO_MART_RULES };

/** A key of the site's own, of which the mart may learn in the middle of a history. */
export const OWN = { key: 'Queue', column: 'QUEUE', kind: 'attribute' } as const;

/** A CALLID that names no interaction. */
export const EMPTY_CALLID = '';

/** The interactions of a history; few, so that most commands meet rows of earlier ones. */
export const CALLIDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

/** Epoch seconds of the times that are written; undefined if unreadable. */
export const TIMES: ReadonlyMap<string, number | undefined> = new Map([
  ['2026-03-01T10:07:00Z', 1772359620],
  ['1772359620', 1772359620],
  ['1772359620000', 1772359620],
  ['2026-03-01T10:06:30Z', 1772359590],
  ['2026-03-01 10:17:30', 1772360250],
  ['2026-03-01T09:50:00Z', 1772358600],
  ['2026-03-01T11:17:00+01:00', 1772360220],
  ['2025-12-31T23:59:59Z', 1767225599],
  ['2026-03-07T12:00:00Z', 1772884800],
  ['1999-01-01', 915148800],
  ['soon', undefined],
  ['[phone]', undefined],
]);

/** What the mart must hold of sensitive texts: it masks them on the way in. */
export const MASKED: ReadonlyMap<string, string> = new Map([
  ['ask jo@example.com', 'ask [email]'],
  ['ask al@example.com', 'ask [email]'],
  ['4111 1111 1111 1111', '[card]'],
  ['+49 151 12345678', '[phone]'],
]);

/** Values that may arrive for a key, valid and odd. Null: the key is deleted. */
const VALUES: Readonly<Record<string, readonly [right: readonly string[], odd: readonly (string | null)[]]>> = {
  [START]: [
    ['2026-03-01T10:07:00Z', '1772359620', '1772359620000', '2026-03-01T09:50:00Z', '2025-12-31T23:59:59Z'],
    ['2026-03-01 10:17:30', '2026-03-07T12:00:00Z', '1999-01-01', 'soon', '+49 151 12345678', '', null],
  ],
  [END]: [
    ['2026-03-01T11:17:00+01:00', '2026-03-07T12:00:00Z', '2026-03-01 10:17:30'],
    ['2026-03-01T10:07:00Z', '2026-03-01T10:06:30Z', '2026-03-01T09:50:00Z', 'soon', '', null],
  ],
  [ASYNC]: [
    ['0', '1'],
    ['2', '', null],
  ],
  csg_TenantId: [
    ['1', '101'],
    ['Bank', '4111 1111 1111 1111', '', null],
  ],
  csg_MediaType: [
    ['chat', 'CHAT', 'smssession'],
    ['', null],
  ],
  csg_ChatSessionID: [
    ['s', 's'.repeat(255), 'ask jo@example.com', 'ask al@example.com'],
    ['s'.repeat(300), ' s ', '', null],
  ],
  csg_SessionEndedAgent: [
    ['ABSENT', 'PRESENT', 'VISITED'],
    ['present', 'ask jo@example.com', '', null],
  ],
  csg_PartiesAsAgentCount: [
    ['0', '1'],
    ['one', ' 1', '4111 1111 1111 1111', '', null],
  ],
  csg_SessionTotalTime: [
    ['600', '605'],
    ['2147483647', '2147483648', '', null],
  ],
  [OWN.key]: [
    ['Sales', '4111 1111 1111 1111'],
    [' Sales ', '', null],
  ],
};

/** A key that no spec names. */
const UNKNOWN_KEY = 'Subject';

/** What ICON writes in one row. */
export interface WrittenRow {
  readonly callid: string;
  readonly keyname: string;
  /** Null: the key is deleted. */
  readonly value: string | null;
}

/** A key and its value. */
type KeyValue = readonly [keyname: string, value: string | null];

/** A possible value of a key. */
const valueOf = (keyname: string): fc.Arbitrary<string | null> => {
  const [right, odd] = VALUES[keyname]!;
  // Without its times a session has no fact, and little else can be observed.
  const weight = keyname === START || keyname === END ? 5 : 2;
  return fc.oneof({ weight, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
};

const rightValueOf = (keyname: string): fc.Arbitrary<string> => fc.constantFrom(...VALUES[keyname]![0]);

const pairOf = (keyname: string): fc.Arbitrary<KeyValue> => valueOf(keyname).map((value) => [keyname, value]);

const anyPair: fc.Arbitrary<KeyValue> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...Object.keys(VALUES)).chain(pairOf) },
  { weight: 1, arbitrary: fc.constant<KeyValue>([UNKNOWN_KEY, 'x']) },
);

/** Several rows of one key. */
const sameKey: fc.Arbitrary<KeyValue[]> = fc
  .constantFrom(...Object.keys(VALUES))
  .chain((keyname) => fc.array(pairOf(keyname), { minLength: 2, maxLength: 3 }));

const someKeys: fc.Arbitrary<KeyValue[]> = fc.oneof(fc.tuple(anyPair), fc.array(anyPair, { minLength: 2, maxLength: 4 }));

const wholeSession: fc.Arbitrary<KeyValue[]> = fc
  .tuple(rightValueOf(START), rightValueOf(END), fc.oneof({ weight: 3, arbitrary: someKeys }, { weight: 1, arbitrary: sameKey }))
  .map(([start, end, others]) => [[START, start], [END, end], ...others]);

const asyncSession: fc.Arbitrary<KeyValue[]> = fc
  .tuple(rightValueOf(START), someKeys)
  .map(([start, others]) => [[START, start], [ASYNC, '1'], ...others]);

/** An interaction, occasionally none. */
const callids: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...CALLIDS) },
  { weight: 1, arbitrary: fc.constant(EMPTY_CALLID) },
);

const keyValues: fc.Arbitrary<KeyValue[]> = fc.oneof(
  { weight: 4, arbitrary: wholeSession },
  { weight: 1, arbitrary: asyncSession },
  { weight: 2, arbitrary: sameKey },
  { weight: 6, arbitrary: someKeys },
);

/** What one ICON statement writes: rows of one or several interactions. */
export const writtenRows: fc.Arbitrary<WrittenRow[]> = fc
  .array(
    fc.tuple(callids, keyValues).map(([callid, pairs]) => pairs.map(([keyname, value]): WrittenRow => ({ callid, keyname, value }))),
    { minLength: 1, maxLength: 3 },
  )
  .map((some) => some.flat());

/** New values for existing rows, by key. */
export const newValues: fc.Arbitrary<Readonly<Record<string, string>>> = fc.record(
  Object.fromEntries(Object.keys(VALUES).map((keyname) => [keyname, rightValueOf(keyname)])),
);

/** Rows as a counterexample shows them, by interaction. */
export function tellRows(rows: readonly WrittenRow[]): string {
  const callids = [...new Set(rows.map(({ callid }) => callid))];
  const pair = ({ keyname, value }: WrittenRow): string =>
    value === null
      ? `${keyname} deleted`
      : `${keyname} = ${JSON.stringify(value.length > 40 ? `${value.slice(0, 3)}… (${value.length})` : value)}`;
  return callids
    .map(
      (callid) =>
        `${JSON.stringify(callid)}: ${rows
          .filter((row) => row.callid === callid)
          .map(pair)
          .join(', ')}`,
    )
    .join('; ');
}
