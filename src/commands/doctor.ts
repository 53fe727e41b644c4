import { Command } from 'commander';
import { withMart } from '../jobs/databases.js';
import { doctor, requireHealth } from '../jobs/doctor/doctor.js';
import { toJsonText } from '../model/text.js';
import type { CommandContext } from './command-context.js';
import { toDoctorText } from './doctor-text.js';
import { addConfigOptions, addExample } from './shared-options.js';

interface Options {
  readonly json?: true;
  readonly adataSpec?: string;
}

/** `chatmart doctor`. */
export function doctorCommand(context: CommandContext): Command {
  const command = new Command('doctor')
    .description(
      'Looks at the Info Mart and the IDBs for whatever keeps chatmart from working well, and says what to do about each finding. ' +
        'Changes nothing. Exit code 2: something must be changed; 3: a database is out of reach.',
    )
    .option('--adata-spec <file>', "ICON's attached-data specification (XML), to be compared with the keys that really come")
    .option('--json', 'print one JSON object')
    .action(async ({ json, adataSpec }: Options) => {
      const config = context.loadConfig(command.opts());
      const { martSchema, idbSchema, idbTable } = config;
      const report = await withMart(config, { log: context.log }, (urls) =>
        doctor({ ...urls, martSchema, idbSchema, idbTable, adataSpecFile: adataSpec, clock: context.clock }),
      );
      context.print(json ? `${toJsonText(report)}\n` : toDoctorText(report));
      requireHealth(report);
    });
  return addConfigOptions(addExample(command, 'chatmart doctor --adata-spec ccon_adata_spec.xml'));
}
