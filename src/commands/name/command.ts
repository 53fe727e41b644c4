import { Argument, Command } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { withJobMart } from '../../jobs/job-databases.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { createResultPrinter } from '../sql/result-printer.js';
import { KIND_LABEL, listMembers, nameMember, type Renamed } from './name.js';
import { MEMBER_KINDS, type MemberKind } from './name.sql.js';

interface Options {
  readonly remove?: true;
}

/** `chatmart name`: names for tenants and media types. */
export function nameCommand(context: CommandContext): Command {
  const command = new Command('name')
    .description(
      'Names a tenant or a media type; reports and the tables TENANT and MEDIA_TYPE then show that name, and no load overwrites it. ' +
        'Without arguments, lists all of them.',
    )
    .addArgument(new Argument('[kind]', 'what to name').choices(MEMBER_KINDS))
    .argument('[code]', 'DBID of the tenant, or code of the media type')
    .argument('[name]', 'its name, of up to 255 characters')
    .option('--remove', 'take the name back: it is called again as the mart called it')
    .action(async (kind: MemberKind | undefined, code: string | undefined, name: string | undefined, { remove }: Options) => {
      if (kind !== undefined && code === undefined) command.error(`error: name ${kind} needs a code`);
      if (code !== undefined && (name === undefined) !== (remove === true))
        command.error(`error: name ${kind} ${code} needs a name, or --remove`);
      if (code === undefined && remove === true) command.error('error: --remove needs a kind and a code');
      const config = context.loadConfig(command.opts());
      if (kind === undefined || code === undefined) {
        const target = { martSchema: config.martSchema };
        const members = await withMart(config, { log: context.log }, ({ martUrl }) => listMembers({ ...target, martUrl }));
        printMembers(members, context);
        return;
      }
      const renamed = await withJobMart(config, { ...context, command: 'name' }, (mart, settings) =>
        nameMember({ ...mart, kind, code, name }, settings),
      );
      context.print(toRenamedText(renamed));
    });
  return addConfigOptions(addExample(command, 'chatmart name tenant 101 "Bank of X"'), MART_SETTINGS);
}

function printMembers(members: Awaited<ReturnType<typeof listMembers>>, context: CommandContext): void {
  const printer = createResultPrinter('table', context);
  const columns = ['kind', 'code', 'name', 'given'].map((name) => ({ name, kind: 'text' as const }));
  printer.add({ columns, rows: members.map(({ kind, code, name, isGiven }) => [kind, code, name, isGiven ? 'yes' : 'no']) });
  printer.end();
}

const toRenamedText = ({ kind, code, name, before }: Renamed): string =>
  name === before
    ? `${KIND_LABEL[kind]} ${code} is called ${name} already\n`
    : `${KIND_LABEL[kind]} ${code} is called ${name} now; it was called ${before}\n`;
