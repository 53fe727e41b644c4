import type { Config } from '../config/config.js';
import { isWaitingForStandby } from '../db/wait-teller.js';
import { withDatabases, withMart, type DatabaseOptions, type DatabaseUrls, type MartUrls } from './databases.js';
import { createStopControl, type StopRequest } from './stop-request.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` and tells it when the process is asked to end (Ctrl-C, kill): at first to finish its chunk, the second time to roll it back.
 * A third signal ends the process as if nobody listened.
 */
export async function withStopOnSignals<T>(log: (line: string) => void, work: (stop: StopRequest) => Promise<T>): Promise<T> {
  const { stop, request } = createStopControl();
  const stopListening = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (request(signal)) {
      stopListening();
      process.kill(process.pid, signal); // without a listener: the shell sees how the program ended
    } else if (stop.atOnce.aborted)
      log(`${signal}: ${isWaitingForStandby() ? 'ending the wait for the standby; the commit stays' : 'rolling back what is at work'}`);
    else
      log(`${signal}: finishing what is at work; once more ${isWaitingForStandby() ? 'ends its wait for the standby' : 'rolls it back'}`);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(stop);
  } finally {
    stopListening();
  }
}

type UntilStopped<Urls, T> = (urls: Urls, stop: StopRequest) => Promise<T>;
type OpenOptions = Pick<DatabaseOptions, 'log' | 'makes'>;

/** Runs work that stops on signals on the configured databases, as `withDatabases` does. */
export const withDatabasesUntilStopped = <T>(config: Config, options: OpenOptions, work: UntilStopped<DatabaseUrls, T>): Promise<T> =>
  withStopOnSignals(options.log, (stop) => withDatabases(config, { ...options, stop }, (urls) => work(urls, stop)));

/** The same for a command that can do without the IDB. */
export const withMartUntilStopped = <T>(config: Config, options: OpenOptions, work: UntilStopped<MartUrls, T>): Promise<T> =>
  withStopOnSignals(options.log, (stop) => withMart(config, { ...options, stop }, (urls) => work(urls, stop)));
