// Writes the command list, as `chatmart --help` prints it, into README.md, and the reports of specs/reports/ into docs/reports.md. With
// --check it only reports whether they are up to date.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

update('README.md', 'commands', listCommands());
update('docs/reports.md', 'reports', listReports());

function listCommands() {
  const help = spawnSync(process.execPath, ['dist/src/cli.js', '--help'], { encoding: 'utf8' });
  if (help.status !== 0) throw new Error(`chatmart --help failed; npm run build comes first:\n${help.stderr}`);
  const commands = help.stdout.slice(help.stdout.indexOf('Commands:') + 'Commands:\n'.length).split('\n\n')[0];
  const rows = [...commands.matchAll(/^ {2}(\w+) +(.*)$/gm)]
    .filter(([, name]) => name !== 'help')
    .map(([, name, does]) => `\`${name}\` | ${does}`);
  const half = Math.ceil(rows.length / 2);
  return [
    '| command | | command | |',
    '|---|---|---|---|',
    ...rows.slice(0, half).map((row, at) => `| ${row} | ${rows[half + at] ?? '|'} |`),
  ];
}

function listReports() {
  const reports = readdirSync('specs/reports').map((file) => JSON.parse(readFileSync(`specs/reports/${file}`, 'utf8')));
  return ['| report | answers |', '|---|---|', ...reports.map(({ name, sentence }) => `| \`${name}\` | ${sentence.replace(/\.$/, '')} |`)];
}

/** Puts lines between the marks `<!-- name -->` and `<!-- /name -->`. */
function update(file, name, lines) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(file, 'utf8');
  const updated = `${text.slice(0, text.indexOf(start) + start.length)}\n${lines.join('\n')}\n${text.slice(text.indexOf(end))}`;
  if (updated === text) return;
  if (!process.argv.includes('--check')) return writeFileSync(file, updated);
  console.error(`${file}: what is listed there is no longer so; npm run docs mends it`);
  process.exitCode = 1;
}
