import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { requireFewDiscards } from './discard-limit.js';
import { refuseSecondRun } from '../../mart/locks.js';
import type { RunSummary, WindowTotals } from '../../pipeline/totals.js';
import { withJobDatabases } from '../../jobs/job-databases.js';
import { withFields } from '../../model/log.js';
import { toJsonText } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { parseCount, addConfigOptions, addExample, SOURCE_SETTINGS } from '../../terminal/options.js';

interface RunCommandOptions {
  readonly json?: true;
  readonly maxDiscards?: number;
  readonly metricsFile?: string;
}

/** `chatmart run`: one load of what is new. */
export function runCommand(context: CommandContext): Command {
  const command = new Command('run')
    .description(
      'Loads what is new in the IDB into the Info Mart, and brings the aggregates up to date. It does this once; chatmart schedule repeats it.',
    )
    .option('--json', 'print the result as one JSON object')
    .option(
      '--max-discards <number>',
      'exit with code 6 if more discards than this have been open for over an hour; the run still completes',
      parseCount,
    )
    .option('--metrics-file <file>', "write metrics to this .prom file at the end of the run, for Prometheus's textfile collector")
    .action(async ({ json, maxDiscards, metricsFile }: RunCommandOptions) => {
      const config = context.loadConfig(command.opts());
      const { clock, log } = context;
      await withJobDatabases(config, { ...context, command: 'run', makes: true, migratesLater: true }, async (source, settings) => {
        const { martUrl, martSchema } = source;
        const load = async (totals?: WindowTotals): Promise<RunSummary> => {
          // Refuses a second run at once, before loading modules and before a migration waits for a load.
          await refuseSecondRun({ martUrl, martSchema });
          const [{ run }, { toRunText }] = await Promise.all([import('./run.js'), import('./text.js')]);
          await source.migrate();
          const jobId = randomUUID();
          const summary = await run({ ...source, totals }, { ...settings, jobId, log: withFields(log, { run: jobId }) });
          context.print(json ? `${toJsonText(summary)}\n` : toRunText(summary));
          return summary;
        };
        if (metricsFile === undefined) await load();
        else {
          const [{ toSources }, { withMetricsFile }] = await Promise.all([
            import('../../pipeline/source.js'),
            import('../../metrics/file.js'),
          ]);
          const sources = toSources(source);
          const jobs = config.schedule.runMaintain ? ['cycle', 'maintain'] : ['cycle'];
          await withMetricsFile(metricsFile, { martUrl, martSchema, sources, jobs, clock, log }, load);
        }
        if (maxDiscards !== undefined) await requireFewDiscards({ martUrl, martSchema, maxDiscards, clock });
      });
    });
  return addConfigOptions(addExample(command, 'chatmart run'), SOURCE_SETTINGS);
}
