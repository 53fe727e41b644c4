import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

/** Files of one user that are shorter than a room should be, and why each is one. */
const SMALL_ROOMS: readonly RegExp[] = [
  /^src\/commands\/\w+\/command\.ts$/, // a command's options, even where its job has one call
  /^src\/commands\/completion\//, // one shell each
  /^migrations\/generated-schema\.ts$/, // the list of all that is repeatable, which the program loads
  /^src\/transform\/merge-pair\.ts$/, // its only user is at the limit of 300 lines
];

const sources = (folder: string): string[] =>
  readdirSync(packageFile(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')));

test('a file has sixty lines or two users, one of statements forty; tests count as users', () => {
  const users = new Map<string, Set<string>>();
  for (const file of ['src', 'migrations', 'test'].flatMap(sources))
    for (const [, specifier] of readFileSync(packageFile(file), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      const target = path.posix.join(path.posix.dirname(file), specifier!).replace(/\.js$/, '.ts');
      users.set(target, (users.get(target) ?? new Set()).add(file));
    }
  const found = ['src', 'migrations'].flatMap(sources).filter((file) => {
    const lines = readFileSync(packageFile(file), 'utf8').split('\n').length - 1;
    return users.get(file)?.size === 1 && lines < (file.endsWith('.sql.ts') ? 40 : 60) && !SMALL_ROOMS.some((room) => room.test(file));
  });
  expect(users.size).toBeGreaterThan(300);
  expect(found).toEqual([]);
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names files and folders that are there', (document) => {
  const named = [
    ...readFileSync(packageFile(document), 'utf8').matchAll(/`((?:src|test|scripts|docs|specs|migrations|fixtures|deploy)\/[\w./-]+)`/g),
  ];
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, name]) => name!).filter((name) => !name.includes('NNN') && !existsSync(packageFile(name)))).toEqual([]);
});
