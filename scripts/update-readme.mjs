// Writes the command list, as `chatmart --help` prints it, into README.md. With --check it only reports whether it is up to date.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [start, end] = ['<!-- commands -->', '<!-- /commands -->'];
const help = spawnSync(process.execPath, ['dist/src/cli.js', '--help'], { encoding: 'utf8' });
if (help.status !== 0) throw new Error(`chatmart --help failed; npm run build comes first:\n${help.stderr}`);
const commands = help.stdout.slice(help.stdout.indexOf('Commands:') + 'Commands:\n'.length).split('\n\n')[0];
const rows = [...commands.matchAll(/^ {2}(\w+) +(.*)$/gm)]
  .filter(([, name]) => name !== 'help')
  .map(([, name, does]) => `\`${name}\` | ${does}`);
const half = Math.ceil(rows.length / 2);
const table = rows.slice(0, half).map((row, index) => `| ${row} | ${rows[half + index] ?? '|'} |`);
const list = ['| command | | command | |', '|---|---|---|---|', ...table].join('\n');

const readme = readFileSync('README.md', 'utf8');
const updated = `${readme.slice(0, readme.indexOf(start) + start.length)}\n${list}\n${readme.slice(readme.indexOf(end))}`;
if (updated === readme) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('README.md: the command list is not what --help prints; npm run docs mends it');
  process.exit(1);
}
writeFileSync('README.md', updated);
