import { toSourceOptions } from '../source-options.js';
import { Command } from 'commander';
import { schedule } from './schedule.js';
import { withDatabasesUntilStopped } from '../../jobs/databases.js';
import { startMetricsServer } from '../../metrics/server.js';
import { toJobOrigin, type CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample } from '../../terminal/options.js';

/** `chatmart schedule`: the daemon. */
export function scheduleCommand(context: CommandContext): Command {
  const command = new Command('schedule')
    .description(
      'Runs cycles, upkeep and, if you like, aggregation at their times until it is told to end: SIGTERM or Ctrl-C finishes the chunk at work, ' +
        'a second one rolls it back. What was missed is made good once; an outage of a database, and what one refuses, is waited for.',
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
  return addConfigOptions(addExample(command, 'chatmart schedule --etl-start-time 06:00 --etl-end-time 22:00 --timezone Europe/Berlin'));
}
