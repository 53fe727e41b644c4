import { Command } from 'commander';
import { withAttachedKeys } from '../../model/attached-key.js';
import { DataError } from '../../model/errors.js';
import { escapeControls, toJsonText, counted } from '../../model/text.js';
import { readAdataSpec } from '../../spec/adata-spec.js';
import { checkAdataSpec, type AdataCheck } from '../../spec/check-adata-spec.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { extendAdataSpec } from '../../spec/extend-adata-spec.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample } from '../../terminal/options.js';

/** `chatmart spec check FILE` and `chatmart spec print`. */
export function specCommand(context: CommandContext): Command {
  const check = new Command('check')
    .description(
      'Lists the mapped user-data keys, and own keys of the setting attached-data, that ICON does not capture with this attached-data specification, and the columns that stay empty.',
    )
    .argument('<file>', 'the attached-data specification (XML) that the ICON option adata-spec-name names')
    .option('--json', 'print the result as one JSON object')
    .action((file: string, options: { json?: true }) => {
      const { attachedData = [] } = context.loadConfig(check.opts());
      const result = checkAdataSpec(readAdataSpec(file), withAttachedKeys(readKvpMap(), attachedData));
      context.print(options.json ? `${toJsonText(result)}\n` : toText(result));
      if (result.lost.length > 0)
        throw new DataError(
          'keys-not-captured',
          `${file}: ICON would not capture ${result.lost.length} of ${counted(result.mapped, 'mapped key')}`,
          {
            state: 'nothing-changed',
            next: 'List each key in <public> with source="userdata" history="all", as specs/ccon_adata_spec_chat.xml does, and restart ICON.',
          },
        );
    });
  addConfigOptions(addExample(check, 'chatmart spec check ccon_adata_spec.xml'), []);
  const print = new Command('print')
    .description(
      'Prints an attached-data specification for ICON: all mapped user-data keys, and the own keys of the setting attached-data.',
    )
    .action(() => {
      const { attachedData = [] } = context.loadConfig(print.opts());
      context.print(extendAdataSpec(attachedData));
    });
  addConfigOptions(addExample(print, 'chatmart spec print > ccon_adata_spec.xml'), []);
  return addExample(
    new Command('spec').description('Checks and prints the attached-data specification of ICON.'),
    'chatmart spec check ccon_adata_spec.xml',
  )
    .addCommand(check)
    .addCommand(print);
}

function toText(check: AdataCheck): string {
  const place = (line: number | undefined): string => (line === undefined ? check.file : `${check.file}:${line}`);
  const lines = [
    ...check.lost.map((key) => `${place(key.line)}: ${key.kvp} ${key.explanation}; ${key.consequence}`),
    ...check.warnings.map((warning) => `${place(warning.line)}: warning: ${warning.kvp} ${warning.explanation}`),
    `${check.file}: ${check.captured} of ${counted(check.mapped, 'mapped key')} are captured`,
  ];
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}
