import type { LogConfig } from '../config/log-config.js';
import type { Clock } from '../model/clock.js';
import { isWanted, type Log, type LogFields } from '../model/log.js';
import { toHint } from './hint.js';
import { escapeControlsInLines, toJsonText } from '../model/text.js';

export interface LogWriterOptions {
  readonly write: (text: string) => void;
  readonly clock: Clock;
  readonly isTerminal: boolean;
  /** The command that writes the log, if one was named. */
  readonly command: string | undefined;
}

export interface LogWriter {
  readonly log: Log;
  /** From now on. */
  readonly configure: (config: LogConfig) => void;
}

/** The command whose lines are normally read by a log collector, not by the person who typed it. */
const DAEMON = 'schedule';

/**
 * Writes log lines: for people as plain text, with the time for the daemon; for machines one JSON object per line. Control characters from
 * databases and customers are escaped.
 */
export function createLogWriter({ write, clock, isTerminal, command }: LogWriterOptions, config: LogConfig): LogWriter {
  let current = config;
  const isJson = (): boolean => (current.format === 'auto' ? command === DAEMON && !isTerminal : current.format === 'json');
  const log: Log = (line, fields = {}) => {
    if (!isWanted(fields.level ?? 'info', current.level)) return;
    if (isJson()) write(`${toJsonLine(line, fields, clock())}\n`);
    else write(`${command === DAEMON ? `${toSeconds(clock())} ` : ''}${escapeControlsInLines(toLines(line, fields))}\n`);
  };
  return { log, configure: (next) => void (current = next) };
}

const toSeconds = (at: Date): string => at.toISOString().replace(/\.\d+/, '');

/** Warnings and errors begin with their level. An error, its code and its hint are a line each. */
function toLines(line: string, fields: LogFields): string {
  const { level, code } = fields;
  if (level === 'warning') return `warning: ${line}`;
  if (level !== 'error') return line;
  const hint = toHint(fields);
  return [`error: ${line}`, ...(code === undefined ? [] : [`code: ${code}`]), ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n');
}

function toJsonLine(line: string, fields: LogFields, at: Date): string {
  const { level = 'info', code, job, run, state, next, data } = fields;
  const said = { level, code, job, run, message: line, hint: toHint(fields), state, next };
  return toJsonText({ time: at.toISOString(), ...said, data }, 0);
}
