import type { LogConfig } from '../config/log-config.js';
import type { Clock } from '../model/clock.js';
import { isWanted, levelOf, withoutLevel, type Log, type LogFields } from '../model/log.js';
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
    if (!isWanted(levelOf(line, fields), current.level)) return;
    if (isJson()) write(`${toJsonLine(line, fields, clock())}\n`);
    else write(`${command === DAEMON ? `${toSeconds(clock())} ` : ''}${escapeControlsInLines(toLines(line, fields))}\n`);
  };
  return { log, configure: (next) => void (current = next) };
}

const toSeconds = (at: Date): string => at.toISOString().replace(/\.\d+/, '');

/** An error, its code and its hint are a line each. */
function toLines(line: string, fields: LogFields): string {
  if (levelOf(line, fields) !== 'error') return line;
  const hint = toHint(fields);
  const { code } = fields;
  return [line, ...(code === undefined ? [] : [`code: ${code}`]), ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n');
}

function toJsonLine(line: string, fields: LogFields, at: Date): string {
  const { code, job, run, state, next, data } = fields;
  const said = { level: levelOf(line, fields), code, job, run, message: withoutLevel(line), hint: toHint(fields), state, next };
  return toJsonText({ time: at.toISOString(), ...said, data }, 0);
}
