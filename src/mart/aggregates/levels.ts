/** The seven levels of the aggregates, finest first, by the endings of Genesys's view names. */
export const CHAT_STATS_LEVELS = ['subhr', 'hour', 'day', 'week', 'month', 'qrtr', 'year'] as const;

export type ChatStatsLevel = (typeof CHAT_STATS_LEVELS)[number];

/**
 * The levels that are tables: the first is built from facts, each other one from the one before. The rest are views. Hours are not a table
 * because they have nearly as many groups as there are sessions.
 */
export const CHAT_STATS_TABLE_LEVELS = ['day', 'month'] as const satisfies readonly ChatStatsLevel[];

export type ChatStatsTableLevel = (typeof CHAT_STATS_TABLE_LEVELS)[number];

export type ChatStatsSource = 'fact' | ChatStatsTableLevel;

/** The source of a level's rows. A week is cut at 1 January and crosses months, so it comes from days. */
export const CHAT_STATS_SOURCE = {
  subhr: 'fact',
  hour: 'fact',
  day: 'fact',
  week: 'day',
  month: 'day',
  qrtr: 'month',
  year: 'month',
} as const satisfies Record<ChatStatsLevel, ChatStatsSource>;

/** Name of the table, or view, that holds a level. */
export const chatStatsRelation = (level: ChatStatsLevel): string => `agt_chat_stats_${level}`;

const startOf = (unit: 'month' | 'quarter' | 'year', keyColumn: string): string =>
  `extract(epoch from date_trunc('${unit}', to_timestamp(${keyColumn}) at time zone 'UTC'))::integer`;

/**
 * SQL for the start, in epoch seconds (UTC), of the period that contains a DATE_TIME_KEY.
 * A week starts on Sunday and is cut at 1 January, as in DATE_TIME.
 */
export function periodStart(level: ChatStatsLevel, keyColumn: string): string {
  switch (level) {
    case 'subhr':
      return keyColumn;
    case 'hour':
      return `${keyColumn} - ${keyColumn} % 3600`;
    case 'day':
      return `${keyColumn} - ${keyColumn} % 86400`;
    case 'week':
      // 1970-01-01 was a Thursday: four days into its week. The inner remainder keeps the sum inside an integer.
      return `greatest(${keyColumn} - (${keyColumn} % 604800 + 345600) % 604800, ${startOf('year', keyColumn)})`;
    case 'month':
      return startOf('month', keyColumn);
    case 'qrtr':
      return startOf('quarter', keyColumn);
    case 'year':
      return startOf('year', keyColumn);
  }
}

/** SQL for the first second after the period of a table's level that starts at a DATE_TIME_KEY. */
export function periodEnd(level: ChatStatsTableLevel, keyColumn: string): string {
  switch (level) {
    case 'day':
      return `${keyColumn}::bigint + 86400`;
    case 'month':
      return `extract(epoch from to_timestamp(${keyColumn}) at time zone 'UTC' + interval '1 month')::bigint`;
  }
}
