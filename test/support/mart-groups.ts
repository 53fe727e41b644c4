/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** The levels of the aggregates. */
export const LEVELS = ['subhr', 'hour', 'day', 'week', 'month', 'qrtr', 'year'] as const;

export type Level = (typeof LEVELS)[number];

/** The columns that, with DATE_TIME_KEY, identify a group of an aggregate. */
export const GROUP = [
  'tenant_key',
  'media_name_code',
  'media_origin',
  'language_name',
  'ended_by',
  'ended_reason',
  'ended_agent',
  'async_mode',
] as const;

/** A group as text: its key among the rows of a level. */
export const toGroup = (row: Row): string => JSON.stringify([row['date_time_key'], ...GROUP.map((column) => row[column])]);
