import { Command } from 'commander';
import { schedule } from './schedule.js';
import { withJobDatabases } from '../../jobs/job-databases.js';
import { startMetricsServer } from '../../metrics/server.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, SOURCE_SETTINGS } from '../../terminal/options.js';

/** `chatmart schedule`: runs as a daemon. */
export function scheduleCommand(context: CommandContext): Command {
  const command = new Command('schedule')
    .description(
      'Runs loads, maintenance and, if configured, aggregation on a schedule. If it missed runs, it catches up once; ' +
        'if a database is down or refuses the work, it waits.\n' +
        'SIGTERM or Ctrl-C stops it after the current chunk, a second one rolls the chunk back.',
    )
    .action(async () => {
      const config = context.loadConfig(command.opts());
      const { metrics } = config;
      await withJobDatabases(config, { ...context, command: 'schedule', makes: true, migratesLater: true }, (source, settings) =>
        schedule(
          {
            ...source,
            schedule: config.schedule,
            ...{ reports: config.reports, mail: config.mail },
            ...{ daysToKeepFacts: config.daysToKeepGimFacts, daysToKeepHistory: config.daysToKeepDiscardsAndJobHistory },
            serve: metrics && ((observed) => startMetricsServer(metrics, observed)),
          },
          settings,
        ),
      );
    });
  return addConfigOptions(addExample(command, 'chatmart schedule --etl-frequency 5 --maintain-start-time 03:00'), [
    ...SOURCE_SETTINGS,
    'days-to-keep-gim-facts',
    'days-to-keep-discards-and-job-history',
  ]);
}
