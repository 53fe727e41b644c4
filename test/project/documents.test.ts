import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands.js';
import { packageFile } from '../../src/spec/package-file.js';
import { testClock } from '../support/databases.js';

/** Every document for people, by its path in the package. */
const DOCUMENTS = ['.', 'docs', 'deploy', 'migrations', 'fixtures/upgrades'].flatMap((folder) =>
  readdirSync(packageFile(folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);
const read = (file: string): string => readFileSync(packageFile(file), 'utf8');
const withoutCode = (text: string): string => text.replace(/^ *```.*?^ *```$/gms, '').replace(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives to a text's headings. */
const anchorsOf = (text: string): string[] =>
  [...text.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('every link between documents leads to a file that is there, and to a heading of it', () => {
  const links = DOCUMENTS.flatMap((file) =>
    [...withoutCode(read(file)).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, target]) => ({ file, target: target! })),
  );
  expect(links.length).toBeGreaterThan(40);
  const broken = links.filter(({ file, target }) => {
    const [name, anchor] = target.split('#');
    const place = name === '' ? file : path.join(path.dirname(file), name!);
    return !existsSync(packageFile(place)) || (anchor !== undefined && !anchorsOf(read(place)).includes(anchor));
  });
  expect(broken).toEqual([]);
});

/** Each complete `chatmart …` command that a text tells the reader to type. */
const typedIn = (text: string): string[] => {
  const blocks = [...text.matchAll(/^ *```(?:sh|console)\n(.*?)^ *```$/gms)].flatMap(([, block]) => block!.split('\n'));
  const inline = [...text.replace(/^ *```.*?^ *```$/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...blocks, ...inline].flatMap((line) => {
    const typed = line.replace(/^ *\$ /, '').replace(/"[^"]*"|'[^']*'/g, 'quoted');
    return [...typed.matchAll(/(?:^|[;&(] *|\b[A-Z_]+=\S+ |^ +)chatmart ([a-z][^|;&#)]*)/g)].map(([, words]) => words!);
  });
};

test('every command that a document has somebody type is one of the program, with options that it has', async () => {
  const context = { clock: testClock, invocation: 'chatmart', print: () => undefined, log: () => undefined } as never;
  const commands = new Map(await Promise.all(COMMANDS.map(async ({ name, load }) => [name, await load(context)] as const)));
  const typed = DOCUMENTS.filter((file) => file !== 'CHANGELOG.md').flatMap((file) =>
    typedIn(read(file)).map((words) => ({ file, words })),
  );
  expect(typed.length).toBeGreaterThan(100);
  const wrong = typed.filter(({ words }) => {
    const [name, second, ...rest] = words.trim().split(/\s+/);
    const command = commands.get(name!);
    const child = command?.commands.find((below) => below.name() === second);
    const known = [...(child ?? command ?? new Command()).options.map(({ long }) => long), '--help'];
    const options = [second ?? '', ...rest].filter((word) => /^--[a-z]/.test(word)).map((word) => word.split('=')[0]);
    return command === undefined || options.some((option) => !known.includes(option));
  });
  expect(wrong).toEqual([]);
});

test.each(['configuration', 'troubleshooting', 'runbook', 'messages', 'operations', 'scale', 'performance', 'kvp-semantics'])(
  'docs/%s.md says at its beginning for whom it is',
  (name) => {
    expect(read(`docs/${name}.md`)).toMatch(/^(<!--.*-->\n\n)?# .*\n\nFor (the operator|whoever)\b/);
  },
);
