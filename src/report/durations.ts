import { queryRows, type Connection, type Statement } from '../db/connection.js';
import { selectDurations } from '../mart/aggregates/durations.sql.js';
import { ConfigError } from '../model/errors.js';
import { readMeasureRegistry } from '../spec/measure-registry.js';
import { divide } from './compute-metrics.js';
import { percentileOf, secondsOf, sizeOf, type Distribution } from './distribution.js';
import { toClockTime } from './formats/printable-value.js';
import { isPeriod, toEndColumn, type ReportAttribute } from './report-attribute.js';
import { toGroups, toNames, toOrder, toSelection, type Rows, type SelectionOptions } from './report.sql.js';
import type { ReportColumn, ReportRow, ReportValue } from './report-table.js';

/** What a report of distributions shows of each duration: counts by range, or percentiles. */
export type DurationsShown = 'ranges' | 'percentiles';

type Found = Readonly<Record<string, ReportValue>>;

/** The upper bounds of the ranges, in seconds, if no others are given: with the open last one 20 ranges, as many as RAA has. */
export const DEFAULT_RANGES: readonly number[] = [
  ...[5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1_800, 3_600, 7_200, 28_800, 86_400],
];

/** Parses the upper bounds of ranges. Throws `ConfigError`. */
export function parseRanges(text: string): number[] {
  const bounds = text.split(',').map((bound) => bound.trim());
  if (bounds.every((bound, index) => /^[1-9]\d{0,8}$/.test(bound) && (index === 0 || Number(bound) > Number(bounds[index - 1]))))
    return bounds.map(Number);
  throw new ConfigError('bad-ranges', `--ranges ${JSON.stringify(text)} is not a list of whole seconds, each above the one before`, {
    state: 'nothing-read',
    next: `Write upper bounds in seconds, such as ${DEFAULT_RANGES.slice(0, 5).join(',')}.`,
  });
}

/** How many sessions of each group are in each bucket of each duration, those whose facts are purged too, in the order of the attributes. */
export function selectGroupedDurations({
  attributes,
  ...selection
}: SelectionOptions & { readonly attributes: readonly ReportAttribute[] }): Statement {
  const own = [...attributes, ...selection.filters.map(({ attribute }) => attribute)].some((attribute) => attribute.own !== undefined);
  const rows: Rows = {
    relation: 'chat_session_fact',
    timeKey: 'chat_session_fact.date_time_key',
    from: `(\n${selectDurations(selection.map, own ? ['media_server_ixn_guid'] : [])}\n) as chat_session_fact`,
    hasOutcome: true,
  };
  const [groups, order] = [toGroups(attributes, rows), toOrder(attributes, rows)];
  const selected = [
    ...toNames(attributes, rows),
    ...attributes.filter(isPeriod).map((attribute) => `${attribute.end} as ${toEndColumn(attribute)}`),
    'chat_session_fact.duration',
    'chat_session_fact.bucket',
    'sum(chat_session_fact.sessions)::bigint as sessions',
  ];
  const { values, calendar, from } = toSelection(
    { ...selection, level: 'session' },
    [...selected, ...groups, ...order].join('\n'),
    [],
    rows,
  );
  return {
    text: `${calendar}select
  ${selected.join(',\n  ')}
${from}
group by ${[...groups, 'chat_session_fact.duration', 'chat_session_fact.bucket'].join(', ')}${order.length === 0 ? '' : `\norder by ${order.join(', ')}`}`,
    values,
  };
}

/** The rows of `selectGroupedDurations`. */
export const readGroupedDurations = (
  connection: Connection,
  options: SelectionOptions & { readonly attributes: readonly ReportAttribute[] },
): Promise<Found[]> => queryRows<Found>(connection, selectGroupedDurations(options));

export interface DurationRowsOptions {
  readonly shown: DurationsShown;
  readonly ranges: readonly number[];
  /** Rows of `selectGroupedDurations`. */
  readonly found: readonly Found[];
  readonly toGroupKey: (row: Found) => string;
  /** The values of a row's attributes. */
  readonly toAttributes: (row: Found) => ReportRow;
}

/** The rows of a report of distributions: of each group each duration that it has, and of that each range. */
export function toDurationRows({ shown, ranges, found, toGroupKey, toAttributes }: DurationRowsOptions): ReportRow[] {
  const groups = new Map<string, { attributes: ReportRow; durations: Map<string, Map<number, number>> }>();
  for (const row of found) {
    const key = toGroupKey(row);
    const group = groups.get(key) ?? { attributes: toAttributes(row), durations: new Map<string, Map<number, number>>() };
    groups.set(key, group);
    const name = String(row['duration']);
    const distribution = group.durations.get(name) ?? new Map<number, number>();
    group.durations.set(name, distribution.set(Number(row['bucket']), Number(row['sessions'])));
  }
  return [...groups.values()].flatMap(({ attributes, durations }) =>
    readMeasureRegistry().durations.flatMap(({ name, title }) => {
      const distribution = durations.get(name);
      if (distribution === undefined) return [];
      const rows = shown === 'ranges' ? toRanges(distribution, ranges) : [toPercentiles(distribution)];
      return rows.map((row) => ({ ...attributes, duration: title, ...row }));
    }),
  );
}

function toRanges(distribution: Distribution, bounds: readonly number[]): ReportRow[] {
  const size = sizeOf(distribution);
  const upTo = (bound: number): number =>
    [...distribution].reduce((sum, [bucket, sessions]) => (secondsOf(bucket) <= bound ? sum + sessions : sum), 0);
  const cumulative = [...bounds.map(upTo), size];
  return cumulative.map((within, index) => {
    const [below, bound] = [bounds[index - 1], bounds[index]];
    const sessions = within - (cumulative[index - 1] ?? 0);
    const range =
      bound === undefined
        ? `over ${toClockTime(below!)}`
        : below === undefined
          ? `up to ${toClockTime(bound)}`
          : `${toClockTime(below)} to ${toClockTime(bound)}`;
    return { range, up_to_seconds: bound ?? null, sessions, share: divide(sessions, size), cumulative_share: divide(within, size) };
  });
}

const PERCENTILES = [50, 90, 95, 99] as const;

const toPercentiles = (distribution: Distribution): ReportRow => ({
  sessions: sizeOf(distribution),
  ...Object.fromEntries(PERCENTILES.map((percent) => [`p${percent}`, percentileOf(distribution, percent)])),
});

/** The columns after the attributes. */
export const toDurationColumns = (shown: DurationsShown): ReportColumn[] => [
  { name: 'duration', title: 'Duration', kind: 'attribute' },
  ...(shown === 'ranges'
    ? ([
        { name: 'range', title: 'Range', kind: 'attribute' },
        { name: 'up_to_seconds', title: 'Up to', kind: 'seconds', unit: 'seconds', sentence: 'The upper bound of the range.' },
        { ...SESSIONS, sentence: 'How many sessions have this duration in this range.' },
        {
          ...{ name: 'share', title: 'Share', unit: 'of 1', formula: 'sessions / sessions of all ranges' },
          kind: 'share',
          sentence: 'Which part of the sessions with this duration that is.',
        },
        {
          ...{ name: 'cumulative_share', title: 'Cumulative share', unit: 'of 1' },
          kind: 'share',
          ...{ formula: 'sessions of this range and all below / sessions of all ranges', sentence: 'Which part is not above this range.' },
        },
      ] as const)
    : [
        { ...SESSIONS, sentence: 'How many sessions have this duration.' },
        ...PERCENTILES.map((percent): ReportColumn => ({
          ...{ name: `p${percent}`, title: `${percent} %`, kind: 'average-seconds', unit: 'seconds' },
          ...{ formula: `percentile ${percent} of the duration`, sentence: `${percent} % of the sessions take no longer.` },
        })),
      ]),
];

const SESSIONS: ReportColumn = { name: 'sessions', title: 'Sessions', kind: 'count', unit: 'sessions', formula: 'sessions' };
