import type { Row } from '../support/mart-groups.js';
import { hasKey, toCounted } from '../support/summed-levels.js';
import { countOpenSessions } from './open-sessions.js';
import { countSession, outcomeOf } from './session-counts.js';

/** A session as the questions of docs/questions.md see it. */
interface Asked {
  readonly fact: Row;
  readonly start: Date;
  readonly outcome: string;
  readonly counts: Record<string, number>;
}

/** Answers to the questions of docs/questions.md, by number, from the facts that a mart should have. Numbers and texts as SQL returns them. */
export function expectedAnswers(facts: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const all = facts.map((fact): Asked => {
    const counted = toCounted(fact);
    return { fact, start: new Date(number(fact, 'start_ts') * 1000), outcome: outcomeOf(counted), counts: countSession(counted).sums };
  });
  const march = all.filter(({ start }) => start >= new Date('2026-03-01') && start < new Date('2026-04-01'));
  return new Map(Object.entries(ANSWERS).map(([question, answer]) => [Number(question), answer(march, all)]));
}

const number = (fact: Row, column: string): number => Number(fact[column]);

/** The value of a column; undefined where its key did not come. */
const given = ({ fact }: Asked, column: string): number | undefined => (hasKey(fact, column) ? number(fact, column) : undefined);

/** A wait that ended. */
function waited(session: Asked, column: string, awaited: string): number | undefined {
  const value = given(session, column);
  return value !== undefined && (value > 0 || number(session.fact, awaited) > 0) ? value : undefined;
}
const untilAgent = (session: Asked): number | undefined => waited(session, 'until_first_agent_duration', 'agents_count');
const untilReply = (session: Asked): number | undefined => waited(session, 'until_first_reply_duration', 'msg_from_agents_count');
const untilBot = (session: Asked): number | undefined => waited(session, 'until_first_bot_duration', 'bots_count');

const dayOf = ({ start }: Asked): string => start.toISOString().slice(0, 10);
const hourOf = ({ start }: Asked): number => start.getUTCHours();
const label = (fact: Row, column: string): unknown => (fact[column] === 'NO_VALUE' ? null : fact[column]);
const MEDIA: Readonly<Record<string, string>> = { CHAT: 'Chat', SMSSESSION: 'SMS Session', FACEBOOKSESSION: 'Facebook Session' };
const mediaOf = ({ fact }: Asked): unknown => {
  const code = String(fact['media_name_code']);
  return code === 'NO_VALUE' ? null : (MEDIA[code] ?? code);
};
const tenantOf = ({ fact }: Asked): unknown => (fact['tenant_key'] === -2 ? null : `Tenant ${String(fact['tenant_key'])}`);
const id = ({ fact }: Asked): string => String(fact['media_server_ixn_guid']);
const isOpen = ({ fact }: Asked): boolean => number(fact, 'active_flag') === 1;
const isKnown = ({ outcome }: Asked): boolean => outcome !== 'unknown';

/** Whether a session counts for a measure. */
const is = (session: Asked, measure: string): boolean => session.counts[measure]! > 0;
const sumOf = (sessions: readonly Asked[], measure: string): number => sessions.reduce((sum, { counts }) => sum + counts[measure]!, 0);
const totalOf = (sessions: readonly Asked[], column: string): number => sessions.reduce((sum, { fact }) => sum + number(fact, column), 0);

const round = (value: number, digits: number): number => Math.round((value + Number.EPSILON) * 10 ** digits) / 10 ** digits;
const ratio = (part: number, whole: number, digits = 4): number | null => (whole === 0 ? null : round(part / whole, digits));
const some = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);
const mean = (values: readonly (number | undefined)[], digits: number): number | null => {
  const found = some(values);
  return ratio(
    found.reduce((sum, value) => sum + value, 0),
    found.length,
    digits,
  );
};
function percentile(values: readonly (number | undefined)[], fraction: number): number | null {
  const sorted = some(values).sort((one, other) => one - other);
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

/** Rows of groups. Nulls come last, and numbers before texts in no case: the columns that order are of one type. */
function groups(
  sessions: readonly Asked[],
  keysOf: (session: Asked) => Row,
  rowOf: (members: readonly Asked[]) => Row,
  order: readonly string[],
): Row[] {
  const found = new Map<string, { keys: Row; members: Asked[] }>();
  for (const session of sessions) {
    const keys = keysOf(session);
    const name = JSON.stringify(Object.values(keys));
    const group = found.get(name) ?? { keys, members: [] };
    group.members.push(session);
    found.set(name, group);
  }
  return sorted(
    [...found.values()].map(({ keys, members }) => ({ ...keys, ...rowOf(members) })),
    order,
  );
}

/** `-sessions`: largest first. */
const sorted = (rows: readonly Row[], order: readonly string[]): Row[] =>
  [...rows].sort((one, other) => {
    for (const column of order) {
      const name = column.replace('-', '');
      const difference = compare(one[name], other[name]) * (column.startsWith('-') ? -1 : 1);
      if (difference !== 0) return difference;
    }
    return 0;
  });

function compare(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one! < other! ? -1 : 1;
}

const count = (members: readonly Asked[]): Row => ({ sessions: members.length });
const shareOf = (whole: readonly Asked[]) => (members: readonly Asked[]) => ({
  ...count(members),
  share: ratio(members.length, whole.length),
});

/** Weeks from Sunday, cut at 1 January: of March 2026, those that begin in it. */
function weekOf({ start }: Asked): { period: string; begin: number } {
  const begin = Date.UTC(2026, 2, 1) + Math.floor((start.getTime() - Date.UTC(2026, 2, 1)) / (7 * 86_400_000)) * 7 * 86_400_000;
  // 1 January 2026 was a Thursday, so that week 2 began on 4 January.
  const week = 2 + (begin - Date.UTC(2026, 0, 4)) / (7 * 86_400_000);
  return { period: `2026-W${String(week).padStart(2, '0')}`, begin };
}

const WAITS = ['up to 10 s', 'up to 30 s', 'up to 1 min', 'up to 5 min', 'longer'];
const waitClass = (seconds: number): number => [11, 31, 61, 301].filter((border) => seconds >= border).length;

type Answer = (march: readonly Asked[], all: readonly Asked[]) => readonly Row[];

const ANSWERS: Readonly<Record<number, Answer>> = {
  1: (march) => groups(march, (each) => ({ day: dayOf(each) }), count, ['day']),
  2: (_, all) =>
    groups(
      all.filter(({ start }) => start.getUTCFullYear() === 2026),
      (each) => ({ media_type: mediaOf(each), period: each.start.toISOString().slice(0, 7) }),
      count,
      ['media_type', 'period'],
    ),
  3: (march) =>
    groups(
      march,
      (each) => ({ weekday: each.start.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }), hour: hourOf(each) }),
      count,
      ['-sessions', 'weekday', 'hour'],
    ).slice(0, 10),
  4: (march) => groups(march, (each) => ({ period: quarterHour(each) }), count, ['-sessions', 'period']).slice(0, 10),
  5: (march) => groups(march, ({ fact }) => ({ media_origin: label(fact, 'media_origin') }), shareOf(march), ['-sessions', 'media_origin']),
  6: (march) => groups(march, ({ fact }) => ({ language: label(fact, 'language_name') }), count, ['-sessions', 'language']),
  7: (march) =>
    groups(
      march,
      (each) => ({ tenant: tenantOf(each) }),
      (members) => ({ ...count(members), answered: sumOf(members, 'sessions_answered') }),
      ['tenant'],
    ),
  8: (_, all) => mostOpen(all),
  9: (march) => groups(march, ({ outcome }) => ({ outcome }), shareOf(march), ['-sessions', 'outcome']),
  10: (march) =>
    groups(march, ({ fact }) => ({ ended_by: label(fact, 'ended_by'), ended_reason: label(fact, 'ended_reason') }), count, [
      ...['-sessions', 'ended_by', 'ended_reason'],
    ]),
  11: (march) =>
    groups(
      march,
      (each) => ({ day: dayOf(each) }),
      (members) => {
        const [offered, abandoned] = [sumOf(members, 'sessions_offered'), sumOf(members, 'sessions_abandoned_alone')];
        return { offered, abandoned, rate: ratio(abandoned, offered) };
      },
      ['day'],
    ),
  12: (march) =>
    groups(
      march,
      (each) => ({ hour: hourOf(each) }),
      (members) => ({ offered: sumOf(members, 'sessions_offered'), abandoned: sumOf(members, 'sessions_abandoned_alone') }),
      ['hour'],
    ),
  13: (march) => {
    const waits = some(march.filter((each) => is(each, 'sessions_abandoned_alone')).map((each) => given(each, 'session_duration')));
    return [{ sessions: waits.length, mean: mean(waits, 0), median: percentile(waits, 0.5), longest: Math.max(...waits) }];
  },
  14: (march) =>
    groups(
      march,
      (each) => ({ day: dayOf(each) }),
      (members) => {
        const offered = sumOf(members, 'sessions_offered');
        return {
          within_20: ratio(sumOf(members, 'answered_within_20_seconds'), offered),
          within_60: ratio(sumOf(members, 'answered_within_60_seconds'), offered),
        };
      },
      ['day'],
    ),
  15: (march) =>
    groups(
      march,
      (each) => ({ period: weekOf(each).period }),
      (members) => ({ unknown: members.filter((each) => !isKnown(each)).length, sessions: members.length }),
      ['period'],
    ),
  16: (march) => {
    const waits = march.map(untilAgent);
    return [{ mean: mean(waits, 1), median: percentile(waits, 0.5), of_nine_in_ten: percentile(waits, 0.9) }];
  },
  17: (march) =>
    groups(
      march,
      (each) => ({ hour: hourOf(each) }),
      (members) => ({ seconds: mean(members.map(untilReply), 1) }),
      ['hour'],
    ),
  18: (march) =>
    sorted(
      march.flatMap((each) => (untilAgent(each) === undefined ? [] : [{ interaction_id: id(each), seconds: untilAgent(each) }])),
      ['-seconds', 'interaction_id'],
    ).slice(0, 10),
  19: (march) => {
    const classes = some(march.map(untilAgent)).map(waitClass);
    return WAITS.flatMap((wait, at) => {
      const sessions = classes.filter((each) => each === at).length;
      return sessions === 0 ? [] : [{ wait, sessions }];
    });
  },
  20: (march) => {
    const weeks = groups(
      march,
      (each) => ({ period: weekOf(each).period }),
      (members) => ({ seconds: ratio(sumOf(members, 'answered_until_first_agent_duration'), sumOf(members, 'sessions_answered'), 1) }),
      ['period'],
    );
    return weeks.map((week, at) => ({ ...week, week_before: at === 0 ? null : weeks[at - 1]!['seconds'] }));
  },
  21: (march) => {
    const of = (column: string): number | null =>
      mean(
        march.map((each) => given(each, column)),
        2,
      );
    return [
      { from_customers: of('msg_from_customers_count'), from_agents: of('msg_from_agents_count'), from_bots: of('msg_from_bots_count') },
    ];
  },
  22: (march) => [{ seconds: ratio(totalOf(march, 'agent_reply_duration'), totalOf(march, 'agent_reply_count'), 1) }],
  23: (march) =>
    groups(
      march,
      (each) => ({ day: dayOf(each) }),
      (members) => ({ seconds: Math.max(...members.map(({ fact }) => number(fact, 'agent_reply_max_duration'))) }),
      ['day'],
    ),
  24: (march) =>
    groups(
      march.filter((each) => is(each, 'sessions_answered') && !isOpen(each)),
      ({ fact }) => ({ media_origin: label(fact, 'media_origin') }),
      (members) => ({
        seconds: mean(
          members.map((each) => given(each, 'handle_duration')),
          1,
        ),
      }),
      ['media_origin'],
    ),
  25: (march) =>
    groups(
      march.filter((each) => (given(each, 'agents_count') ?? 0) > 1),
      ({ fact }) => ({ agents: number(fact, 'agents_count') }),
      count,
      ['agents'],
    ),
  26: (march) =>
    sorted(
      march.filter(({ outcome }) => outcome === 'agent-never-wrote').map((each) => ({ interaction_id: id(each), started_at: each.start })),
      ['interaction_id'],
    ),
  27: (march) => [
    {
      agents: ratio(totalOf(march, 'msg_from_agents_size'), totalOf(march, 'msg_from_agents_count'), 1),
      customers: ratio(totalOf(march, 'msg_from_customers_size'), totalOf(march, 'msg_from_customers_count'), 1),
    },
  ],
  28: (march) => [
    {
      coached: march.filter((each) => (given(each, 'coaches_count') ?? 0) > 0).length,
      watched: march.filter((each) => (given(each, 'monitors_count') ?? 0) > 0).length,
    },
  ],
  29: (march) =>
    groups(
      march.filter((each) => is(each, 'sessions_with_bot')),
      ({ outcome }) => ({ outcome }),
      count,
      ['-sessions', 'outcome'],
    ),
  30: (march) => {
    const times = march
      .filter((each) => is(each, 'sessions_handed_over'))
      .map((each) => (untilAgent(each) ?? NaN) - (untilBot(each) ?? NaN))
      .filter((seconds) => seconds >= 0);
    return [{ sessions: times.length, seconds: mean(times, 1) }];
  },
  31: (_, all) =>
    groups(all.filter(isOpen), ({ start }) => ({ days: Math.floor((Date.UTC(2026, 3, 1) - start.getTime()) / 86_400_000) }), count, [
      'days',
    ]),
  32: (march) => {
    const ended = march.filter(
      (each) => given(each, 'async_mode') === 1 && !isOpen(each) && given(each, 'async_dormant_duration') !== undefined,
    );
    const lasted = some(ended.map((each) => given(each, 'session_duration'))).reduce((sum, each) => sum + each, 0);
    return [{ share: ratio(totalOf(ended, 'async_dormant_duration'), lasted) }];
  },
  33: (march) =>
    sorted(
      march
        .filter((each) => !isOpen(each) && number(each.fact, 'end_ts') - number(each.fact, 'start_ts') > 86_400)
        .map((each) => ({
          interaction_id: id(each),
          longer_than_two: number(each.fact, 'end_ts') - number(each.fact, 'start_ts') > 2 * 86_400,
        })),
      ['interaction_id'],
    ),
  36: (_, all) => [{ sessions: all.length, changed: all.length }],
};

const quarterHour = ({ start }: Asked): string => {
  const begin = new Date(Math.floor(start.getTime() / 900_000) * 900_000);
  const clock = (date: Date): string => date.toISOString().slice(11, 16);
  return `${begin.toISOString().slice(0, 10)} ${clock(begin)}-${clock(new Date(begin.getTime() + 900_000))}`;
};

function mostOpen(all: readonly Asked[]): Row[] {
  const [from, until] = [Date.UTC(2026, 2, 1) / 1000, Date.UTC(2026, 2, 29) / 1000];
  const rows = [...new Set(all.map(tenantOf))].flatMap((tenant) => {
    const own = all.filter((each) => tenantOf(each) === tenant);
    const stays = own.map((each) => ({
      start: number(each.fact, 'start_ts'),
      end: isOpen(each) ? undefined : number(each.fact, 'end_ts'),
    }));
    const first = Math.min(...stays.filter(({ start, end }) => end === undefined || end > start).map(({ start }) => start));
    const days = countOpenSessions(stays, { from, until }, (key) =>
      key + 900 <= first ? undefined : new Date(key * 1000).toISOString().slice(0, 10),
    );
    return [...days].map(([day, { most }]) => ({ day, tenant, most }));
  });
  return sorted(rows, ['day', 'tenant']);
}
