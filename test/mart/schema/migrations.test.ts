import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrationNames, readMigration } from '../../../src/mart/schema/migration-source.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { chatStatsMeasures } from '../../../src/mart/aggregates/measures.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';

const read = (...segments: string[]): string => readFileSync(packageFile(...segments), 'utf8');

/** What is wrong with a numbered migration, and what to do instead. */
function judge(name: string, released: ReadonlyMap<string, string>): string | undefined {
  const expected = released.get(name);
  if (!migrationNames().includes(name))
    return `migrations/${name}.sql is gone, and marts have been through it: bring it back with git checkout, and undo what it does in a new numbered file`;
  const found = createHash('sha256').update(readMigration(name)).digest('hex');
  if (expected === undefined) return `migrations/${name}.sql is new: add the line "${found}  ${name}.sql" to test/migrations.sha256`;
  if (found !== expected)
    return `migrations/${name}.sql is not what was released, and marts that have been through it would never see the change: undo it with git checkout, and write a new numbered file, or change generated-schema.ts`;
  return undefined;
}

test('a numbered migration that was released is never edited', () => {
  const released = new Map(
    [...read('test', 'migrations.sha256').matchAll(/^([0-9a-f]{64}) {2}(\w+)\.sql$/gm)].map(([, hash, name]) => [name!, hash!]),
  );
  expect(released.size).toBeGreaterThan(20);
  const names = new Set([...released.keys(), ...migrationNames()]);
  expect([...names].map((name) => judge(name, released)).filter((problem) => problem !== undefined)).toEqual([]);
  expect(judge('001_audit_log_and_sources', new Map([['001_audit_log_and_sources', 'other']]))).toMatch(
    /^migrations\/001_.* is not what was /,
  );
});

test('the numbers have no gap but 017, which migrations/README.md explains, and no file beside them looks like one', () => {
  const numbers = migrationNames().map((name) => Number(name.slice(0, 3)));
  const all = Array.from({ length: numbers.at(-1)! }, (_, index) => index + 1);
  expect(numbers).toEqual(all.filter((number) => number !== 17));
  expect(read('migrations', 'README.md')).toContain('There is no 017');
  expect(
    readdirSync(packageFile('migrations')).filter((file) => /^\d/.test(file) && !migrationNames().includes(file.slice(0, -4))),
  ).toEqual([]);
});

test('views are made by the repeatable part alone, except in files that were released with them', () => {
  const withViews = migrationNames().filter((name) => /create (or replace )?view/i.test(readMigration(name)));
  expect(withViews.map((name) => name.slice(0, 3))).toEqual(['001', '003', '006', '015']);
});

test('a measure that the first marts did not have is NULL until it has been counted', () => {
  const first = readMigration('009_chat_stats');
  const later = chatStatsMeasures(readKvpMap()).filter(({ name }) => !new RegExp(`^  ${name} bigint`, 'm').test(first));
  expect(later.length).toBeGreaterThan(0);
  expect(later.filter(({ mayBeUnknown }) => !mayBeUnknown)).toEqual([]);
});
