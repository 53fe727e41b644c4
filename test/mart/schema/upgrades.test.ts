import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { migrationNames } from '../../../src/mart/schema/migration-source.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { breachesOf } from '../../support/breaches.js';
import { emptyDatabase, freshIdb, freshMart, query } from '../../support/databases.js';
import { sampleOf } from '../../support/depth.js';
import { dumpSchema } from '../../support/dump-schema.js';
import { runCycle } from '../../support/histories.js';
import { differences, LEVELS, readMart, type MartContent } from '../../support/mart-content.js';
import { aggregate, migrateMart } from '../../support/jobs.js';

/** Dumps of an IDB and of marts that older programs loaded from it, by name; fixtures/upgrades/README.md describes how they were made. */
const dumps = new Map(
  brotliDecompressSync(readFileSync(packageFile('fixtures', 'upgrades', 'marts.sql.br')))
    .toString()
    .split(/^-- fixture /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n'))] as const),
);
const marts = [...dumps.keys()].filter((name) => name !== 'idb');

/** A time after everything that the older programs did. */
const clock = (): Date => new Date('2026-12-01T00:00:00Z');

let idbUrl: string;
let fresh: { readonly schema: Set<string>; readonly content: MartContent };

/** The lines of a schema, each with its relation. Column order may differ: old columns keep their places, new ones follow. */
const readSchema = (martUrl: string): Promise<Set<string>> =>
  withConnection({ url: martUrl, applicationName: 'test', schema: 'infomart' }, async (connection) => {
    const relations = (await dumpSchema(connection)).split('\n\n').map((text) => text.trim().split('\n'));
    return new Set(
      relations.flatMap(([first, ...lines]) => [first!, ...lines.map((line) => `${first!} ${line.trim().replace(/,$/, '')}`)]),
    );
  });

/** The differences between two marts. */
const contentDifferences = (expected: MartContent, actual: MartContent): string[] => [
  ...differences(expected.facts, actual.facts),
  ...LEVELS.flatMap((level) => differences(expected.levels[level], actual.levels[level]).map((text) => `${level} ${text}`)),
];

beforeAll(async () => {
  idbUrl = await freshIdb();
  await query(idbUrl, dumps.get('idb')!);
  const martUrl = await freshMart();
  await runCycle({ idbUrl, martUrl }, { clock });
  fresh = { schema: await readSchema(martUrl), content: await readMart(martUrl) };
  expect(fresh.content.facts.size).toBe(15);
  expect(fresh.content.openDiscards).toHaveLength(3);
});

// The newest is always among them.
test.each(sampleOf(marts, 9, marts.length - 1))('a mart of %s becomes what a new one is, and loses nothing', async (name) => {
  const martUrl = await emptyDatabase();
  await query(martUrl, dumps.get(name)!);
  const { applied } = await migrateMart({ martUrl, martSchema: 'infomart', clock });
  expect(applied.slice(-3)).toEqual([migrationNames().at(-1), 'generated-schema', 'schema chat']);
  const schema = await readSchema(martUrl);
  const without = (left: ReadonlySet<string>, right: ReadonlySet<string>): string[] => [...left].filter((line) => !right.has(line));
  expect({ added: without(schema, fresh.schema), missing: without(fresh.schema, schema) }).toEqual({ added: [], missing: [] });

  // The IDB may be purged, so the mart's own content must suffice.
  await aggregate({ martUrl, martSchema: 'infomart', clock });
  expect(contentDifferences(fresh.content, await readMart(martUrl))).toEqual([]);
  expect(await breachesOf(martUrl)).toEqual([]);

  await runCycle({ idbUrl, martUrl }, { clock });
  const after = await readMart(martUrl);
  expect(contentDifferences(fresh.content, after)).toEqual([]);
  expect(after.openDiscards).toEqual(fresh.content.openDiscards);
  expect(await breachesOf(martUrl)).toEqual([]);
});
