import { toSourceOptions } from '../source-options.js';
import { Command } from 'commander';
import { schedule } from './schedule.js';
import { withDatabasesUntilStopped } from '../../jobs/databases.js';
import { startMetricsServer } from '../../metrics/server.js';
import { toJobOrigin, type CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, SOURCE_SETTINGS } from '../../terminal/options.js';

/** `chatmart schedule`: the daemon. */
export function scheduleCommand(context: CommandContext): Command {
  const command = new Command('schedule')
    .description(
      'Runs loads, maintenance and, if configured, aggregation at their times. If it missed runs, it catches up once; ' +
        'if a database is down or refuses the work, it waits.\n' +
        'SIGTERM or Ctrl-C stops it after the current chunk, a second one rolls the chunk back.',
    )
    .action(async () => {
      const config = context.loadConfig(command.opts());
      const { clock, log } = context;
      const { metrics } = config;
      await withDatabasesUntilStopped(config, { log, makes: true }, (urls, stop) =>
        schedule({
          ...toSourceOptions(urls, config),
          embedded: urls.embedded,
          schedule: config.schedule,
          ...{ daysToKeepFacts: config.daysToKeepGimFacts, daysToKeepHistory: config.daysToKeepDiscardsAndJobHistory },
          origin: toJobOrigin('schedule', config),
          serve: metrics && ((observed) => startMetricsServer(metrics, observed)),
          ...{ stop, clock, log },
        }),
      );
    });
  return addConfigOptions(addExample(command, 'chatmart schedule --etl-frequency 5 --maintain-start-time 03:00'), [
    ...SOURCE_SETTINGS,
    'days-to-keep-gim-facts',
    'days-to-keep-discards-and-job-history',
  ]);
}
