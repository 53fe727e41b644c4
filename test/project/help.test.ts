import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands.js';
import { SETTINGS } from '../../src/config/settings.js';
import { toOptionFlags } from '../../src/terminal/options.js';
import { createProgram } from '../../src/program.js';
import { packageFile } from '../../src/spec/package-file.js';
import { testClock } from '../support/databases.js';

const context = { clock: testClock, invocation: 'chatmart', print: () => undefined, log: () => undefined } as never;

/** The program with one of its commands loaded. */
const createFor = (name: string): Promise<Command> => createProgram([name], () => Promise.resolve(context));

/** A command and all its subcommands, the command first. */
const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];
const nameOf = (command: Command): string => (command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`);

/** What a terminal of a given width shows for --help. */
function toHelp(command: Command, width = 80): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => void (help += text), getOutHelpWidth: () => width });
  command.outputHelp();
  return help;
}

async function commandsOf(name: string): Promise<Command[]> {
  const program = await createFor(name);
  return withChildren(program.commands.find((command) => command.name() === name)!);
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
const NAMES = COMMANDS.map(({ name }) => name);

test('help of the program is the text that is kept: npx vitest run test/project/help.test.ts --update writes all of them anew', async () => {
  await expect(toHelp(await createFor(''))).toMatchFileSnapshot(packageFile('test', 'project', 'help.txt'));
});

describe.each(NAMES)('help of %s', (name) => {
  test('is the text that is kept', async () => {
    const texts = (await commandsOf(name)).map((command) => `$ ${nameOf(command)} --help\n${toHelp(command)}`);
    await expect(texts.join('\n')).toMatchFileSnapshot(packageFile('test', 'commands', name, 'help.txt'));
  });

  test('fits the terminal, and breaks no word', async () => {
    for (const command of await commandsOf(name)) {
      const wide = toHelp(command, 1_000);
      for (const width of [80, 100, 130]) {
        const help = toHelp(command, width);
        expect([nameOf(command), width, widest(help) <= width]).toEqual([nameOf(command), width, true]);
        expect(help.split(/\s+/)).toEqual(wide.split(/\s+/));
      }
      // Options and examples are never broken, so only they may exceed a narrow width.
      expect(toHelp(command, 40).split(/\s+/)).toEqual(wide.split(/\s+/));
    }
  });

  test("shows the command's own options before its settings; every other setting works as an option all the same", async () => {
    const general = SETTINGS.filter(({ commands }) => commands === undefined).map((setting) => `--${setting.name}`);
    for (const command of (await commandsOf(name)).filter(({ options }) => options.some(({ long }) => long === '--config'))) {
      const [before] = toHelp(command).split('Settings it reads');
      expect(before).toContain('Options:\n');
      expect(before).toContain('--help');
      expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining([...general, '--demo']));
    }
  });
});

test('chatmart config --help lists every setting: option, variable, key and default', async () => {
  const [config] = await commandsOf('config');
  const help = toHelp(config!, 200);
  for (const setting of SETTINGS)
    expect(help).toMatch(
      new RegExp(`^  ${toOptionFlags(setting)}.*\\n.*\\n +Variable: CHATMART_[A-Z_]+, key: ${setting.name}\\n +Default: `, 'm'),
    );
  for (const { default: value, unset } of SETTINGS) expect(help).toContain(`Default: ${value ?? unset}`);
});
