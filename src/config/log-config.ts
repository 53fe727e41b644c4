import { LOG_LEVELS, type LogLevel } from '../model/log.js';
import { toEnvironmentName, toOptionKey } from './settings.js';

/** The format of log lines. */
export interface LogConfig {
  /** `auto`: json for `schedule` where no terminal reads them, else text. */
  readonly format: 'auto' | 'text' | 'json';
  readonly level: LogLevel;
}

export const DEFAULT_LOG: LogConfig = { format: 'auto', level: 'info' };

type FindLogSetting = (name: 'log-format' | 'log-level') => { readonly text: string; readonly place: string } | undefined;

const FORMATS = ['auto', 'text', 'json'] as const;

/** Reads the settings of the log; adds their problems, with the place of each, to `problems`. */
export function toLogConfig(find: FindLogSetting, problems: string[]): LogConfig {
  const choose = <T extends string>(name: 'log-format' | 'log-level', choices: readonly T[], otherwise: T): T => {
    const found = find(name);
    if (found === undefined) return otherwise;
    const chosen = choices.find((choice) => choice === found.text);
    if (chosen === undefined) problems.push(`${found.place}: ${JSON.stringify(found.text)} is not one of ${choices.join(', ')}`);
    return chosen ?? otherwise;
  };
  return { format: choose('log-format', FORMATS, DEFAULT_LOG.format), level: choose('log-level', LOG_LEVELS, DEFAULT_LOG.level) };
}

/** The log settings from options and environment alone, for errors before the configuration is read. */
export const peekLogConfig = (
  options: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LogConfig =>
  toLogConfig((name) => {
    const text = options[toOptionKey(name)] ?? environment[toEnvironmentName(name)];
    return typeof text === 'string' && text.trim() !== '' ? { text: text.trim(), place: name } : undefined;
  }, []);
