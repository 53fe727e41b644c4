import { toConfigHash, type Config } from '../config/config.js';
import type { Clock } from '../model/clock.js';
import type { Log } from '../model/log.js';
import { withDatabases, withMart, type DatabaseOptions, type MartUrls } from './databases.js';
import type { JobSettings } from './job.js';
import type { JobOrigin } from './job-history.js';
import { withStopOnSignals, type StopRequest } from './stop.js';
import { toSourceTarget, type MartTarget, type SourceTarget } from './target.js';

/** A command whose work consists of jobs. */
export interface JobCommand extends Pick<DatabaseOptions, 'makes'> {
  /** For the job history. */
  readonly command: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The command migrates the embedded mart itself, at a time of its own. */
  readonly migratesLater?: boolean | undefined;
}

/** The values passed to each job of a command. */
export interface CommandSettings extends JobSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly origin: JobOrigin;
}

export interface StoppableSettings extends CommandSettings {
  readonly stop: StopRequest;
}

export interface Migrating {
  /** Brings the mart up to this version if it is the embedded server's, which nobody else owns; who may change their schema migrates others. */
  readonly migrate: () => Promise<void>;
}

type JobWork<Target, Settings, T> = (target: Target & Migrating, settings: Settings) => Promise<T>;

/** Opens the configured IDB and mart for jobs that stop on signals, as `withDatabases` does, and hands on what all of them need. */
export const withJobDatabases = <T>(config: Config, command: JobCommand, work: JobWork<SourceTarget, StoppableSettings, T>): Promise<T> =>
  withStopOnSignals(command.log, (stop) =>
    withDatabases(config, { ...command, stop }, async (urls) => {
      const { target, settings } = await prepare(toSourceTarget(urls, config), config, command, urls);
      return work(target, { ...settings, stop });
    }),
  );

/** The same for jobs that need no IDB. */
export const withJobMart = <T>(config: Config, command: JobCommand, work: JobWork<MartTarget, StoppableSettings, T>): Promise<T> =>
  withStopOnSignals(command.log, (stop) =>
    withMart(config, { ...command, stop }, async (urls) => {
      const { target, settings } = await prepare({ martUrl: urls.martUrl, martSchema: config.martSchema }, config, command, urls);
      return work(target, { ...settings, stop });
    }),
  );

/** The same for a job before which a person is asked: until it begins, and stops on signals, a signal ends the program. */
export const withMartToAsk = <T>(config: Config, command: JobCommand, work: JobWork<MartTarget, CommandSettings, T>): Promise<T> =>
  withMart(config, command, async (urls) => {
    const { target, settings } = await prepare({ martUrl: urls.martUrl, martSchema: config.martSchema }, config, command, urls);
    return work(target, settings);
  });

async function prepare<Target extends MartTarget>(
  target: Target,
  config: Config,
  { command, clock, log, migratesLater = false }: JobCommand,
  { embedded }: MartUrls,
): Promise<{ readonly target: Target & Migrating; readonly settings: CommandSettings }> {
  const migrate = async (): Promise<void> => {
    if (!embedded) return;
    // Loads knex, which no job needs.
    const { migrateMart } = await import('./migrate-mart.js');
    await migrateMart(target, { clock, log, origin: toJobOrigin('migrate', config), properties: config });
  };
  if (!migratesLater) await migrate();
  return { target: { ...target, migrate }, settings: { clock, log, origin: toJobOrigin(command, config), properties: config } };
}

/** What the job history records of the caller: the command, and a hash of the settings. */
export const toJobOrigin = (command: string, config: Config): JobOrigin => ({ command, configHash: toConfigHash(config) });
