import type { Advice } from './errors.js';

/** The level of a line, most severe first. */
export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The fields of a line besides its text, for machines. */
export interface LogFields extends Advice {
  /** Default: info. */
  readonly level?: LogLevel;
  /** Stable, kebab-case, never reworded; each is in docs/messages.md. */
  readonly code?: string;
  /** JOB_ID of the history rows that belong to it. */
  readonly run?: string;
  /** The scheduler's job that writes the line. */
  readonly job?: string;
  /** Figures, by their names. */
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Takes one line about the work; the newline is added. */
export type Log = (line: string, fields?: LogFields) => void;

/** Whether a level is shown at a given minimum level. */
export const isWanted = (level: LogLevel, upTo: LogLevel): boolean => LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(upTo);

/** A log whose lines all have these fields. */
export const withFields =
  (log: Log, common: LogFields): Log =>
  (line, fields) =>
    log(line, { ...fields, ...common });
