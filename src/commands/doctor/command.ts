import { withMart } from '../../jobs/databases.js';
import { toJsonText, escapeControls } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, IDB_SETTINGS } from '../../terminal/options.js';
import type { DoctorReport } from './doctor.js';
import { SEVERITIES, type Finding, type Severity } from './finding.js';
import { Command } from 'commander';

interface Options {
  readonly json?: true;
  readonly adataSpec?: string;
}

/** `chatmart doctor`. */
export function doctorCommand(context: CommandContext): Command {
  const command = new Command('doctor')
    .description(
      'Checks the configuration, the Info Mart and the IDB for anything that keeps chatmart from working well, and says what to do about it. ' +
        'It changes nothing. Exit code 2: something must be changed; 3: a database cannot be reached.',
    )
    .option('--adata-spec <file>', "compare ICON's attached-data specification (XML) with the keys that actually arrive")
    .option('--json', 'print the result as one JSON object')
    .action(async ({ json, adataSpec }: Options) => {
      const config = context.loadConfig(command.opts());
      const { martSchema, idbSchema, idbTable } = config;
      const { doctor, requireHealth } = await import('./doctor.js');
      const report = await withMart(config, { log: context.log }, (urls) =>
        doctor({ ...urls, martSchema, idbSchema, idbTable, adataSpecFile: adataSpec, clock: context.clock, properties: config }),
      );
      context.print(json ? `${toJsonText(report)}\n` : toDoctorText(report));
      requireHealth(report);
    });
  return addConfigOptions(addExample(command, 'chatmart doctor --adata-spec ccon_adata_spec.xml'), IDB_SETTINGS);
}

/** Text of `chatmart doctor`: one line per finding with its next step below, and a count. */
export function toDoctorText({ at, version, node, findings }: DoctorReport): string {
  const width = Math.max(0, ...findings.map((finding) => titleOf(finding).length));
  const lines = findings.flatMap((finding) => [
    `${finding.severity.padEnd(8)} ${titleOf(finding).padEnd(width)} ${finding.found}`,
    ...(finding.next === null ? [] : [`${' '.repeat(9 + width)} -> ${finding.next}`]),
  ]);
  return [`chatmart ${version}, Node.js ${node}, at ${at}`, ...lines, toCounts(findings)]
    .map((line) => `${escapeControls(line)}\n`)
    .join('');
}

const titleOf = ({ place, check }: Finding): string => `${place} ${check}:`;

const PLURAL: Readonly<Record<Severity, string>> = { ok: 'ok', note: 'notes', warning: 'warnings', problem: 'problems' };

function toCounts(findings: readonly Finding[]): string {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return [...SEVERITIES]
    .reverse()
    .map((severity) => `${count(severity)} ${count(severity) === 1 ? severity : PLURAL[severity]}`)
    .join(', ');
}
