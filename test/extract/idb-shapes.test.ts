import { beforeAll, describe, expect, test } from 'vitest';
import { freshDatabases, freshMart, idbTables, query } from '../support/databases.js';
import { isWhole, sampleOf } from '../support/depth.js';
import { debianPgBin, withServer } from '../support/further-server.js';
import type { Urls } from '../support/histories.js';
import { CAPITALS, MIXED, type IdbShape } from '../support/idb-shapes.js';
import { differences } from '../support/mart-content.js';
import { playShape, writeTemplate, type Outcome } from '../support/play-shape.js';

const CI = `create collation if not exists SCHEMA.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);`;
const CITEXT = 'create extension if not exists citext schema public;';
const VARCHAR2 = 'create domain SCHEMA.varchar2 as varchar(1024);';

const FROM_ORACLE: IdbShape = {
  before: VARCHAR2,
  types: {
    id: 'numeric(20)',
    callid: 'SCHEMA.varchar2',
    keyname: 'SCHEMA.varchar2',
    value: 'SCHEMA.varchar2',
    changetype: 'numeric(10)',
    added_ts: 'numeric(10)',
  },
  table: '"G_USERDATA_HISTORY"',
  names: CAPITALS,
};
const TEXTS: IdbShape = { types: { id: 'text', callid: 'text', keyname: 'text', value: 'text', changetype: 'text', added_ts: 'text' } };
const PADDED: IdbShape = { types: { callid: 'char(50)', keyname: 'char(60)', value: 'char(300)', changetype: 'char(3)' } };
const CASELESS: IdbShape = {
  before: CI,
  types: {
    callid: 'varchar(50) collate SCHEMA.ci',
    keyname: 'varchar(255) collate SCHEMA.ci',
    value: 'varchar(1024) collate SCHEMA.ci',
    added_ts: 'varchar(20) collate SCHEMA.ci',
  },
};
const OF_CITEXT: IdbShape = {
  before: CITEXT,
  types: { id: 'citext', callid: 'citext', keyname: 'citext', value: 'citext', changetype: 'citext' },
};
const OF_DOMAINS: IdbShape = {
  before: `${CITEXT} ${CI} create domain SCHEMA.inner as citext; create domain SCHEMA.outer as SCHEMA.inner;
    create domain SCHEMA.caseless as text collate SCHEMA.ci; create domain SCHEMA.number as bigint check (value >= 0);`,
  types: { id: 'SCHEMA.number', callid: 'SCHEMA.outer', keyname: 'SCHEMA.caseless', value: 'SCHEMA.caseless', added_ts: 'SCHEMA.number' },
};

const TYPES: Readonly<Record<string, IdbShape>> = {
  'wider and narrower': {
    types: { id: 'integer', callid: 'text', keyname: 'text', value: 'text', changetype: 'smallint', added_ts: 'bigint' },
  },
  'small ids, names': { types: { id: 'smallint', callid: 'name', keyname: 'name', changetype: 'bigint', added_ts: 'numeric(10)' } },
  'numbers with fractions': {
    types: { id: 'numeric', changetype: 'numeric(10, 2)', added_ts: 'numeric' },
    stored: { id: 'id - 0.5', added_ts: 'added_ts + 0.25' },
  },
  'floating point': { types: { id: 'double precision', changetype: 'real', added_ts: 'double precision' } },
  'digits in texts': { types: { id: 'varchar(20)', changetype: 'varchar(10)', added_ts: 'varchar(20)' } },
  'an identity, and other collations': {
    types: { id: 'bigint generated always as identity', callid: 'varchar(50) collate "de-x-icu"', keyname: 'text collate "sv-x-icu"' },
  },
  'an id twice': { stored: { id: 'id / 2' } },
  'all texts': TEXTS,
  'padded with blanks': PADDED,
  caseless: CASELESS,
  citext: OF_CITEXT,
  domains: OF_DOMAINS,
};

const NAMES: Readonly<Record<string, IdbShape>> = {
  'in capitals': { table: '"G_USERDATA_HISTORY"', names: CAPITALS },
  'in mixed case': { table: '"G_UserData_History"', names: MIXED },
  'some in capitals': { names: { value: '"VALUE"' } },
  'the second one in capitals': { table: '"G_USER_DATA_HISTORY"', names: CAPITALS },
  'a table that is configured in other case': { table: '"Icon_Rows"', idbTable: 'ICON_ROWS' },
  'a schema that is configured in other case': { idbSchema: (schema) => schema.toUpperCase() },
  'from Oracle': FROM_ORACLE,
};

const KINDS: Readonly<Record<string, IdbShape>> = {
  'an unlogged table': { kind: 'unlogged table', types: { added_ts: 'bigint' } },
  'generated columns': { kind: 'generated columns' },
  'partitions by range': { kind: 'partitions by range' },
  'partitions by range, in capitals': { kind: 'partitions by range', types: { added_ts: 'bigint' }, names: CAPITALS },
  'partitions by list': { kind: 'partitions by list', types: { id: 'integer', changetype: 'smallint' } },
  'partitions by list of texts': { kind: 'partitions by list', types: { changetype: 'char(1)' } },
  'partitions by hash of padded texts': { ...PADDED, kind: 'partitions by hash, in another order of columns' },
  heirs: { kind: 'heirs' },
  'heirs from Oracle': { ...FROM_ORACLE, kind: 'heirs' },
  'an access method': { kind: 'access method', types: { id: 'integer' } },
  'a view': { kind: 'view' },
  'a view of a table from Oracle': { ...FROM_ORACLE, kind: 'view' },
  'a view of caseless texts': { ...CASELESS, kind: 'view' },
  'a materialized view of padded texts': { ...PADDED, kind: 'materialized view', names: MIXED },
  'a foreign table': { kind: 'foreign table' },
  'a foreign table of padded texts': { types: { ...PADDED.types, id: 'integer' }, kind: 'foreign table' },
  'a foreign partition': { kind: 'a foreign partition' },
};

/** Each shape must give the same outcome as the ordinary one with the same rows. */
async function expectSame(urls: Urls, ordinary: Outcome, shape: IdbShape, schema: string): Promise<void> {
  const { facts, repaired, ...others } = await playShape(urls, shape, schema);
  expect(differences(ordinary.facts, facts)).toEqual([]);
  expect(differences(ordinary.facts, repaired)).toEqual([]);
  const { discards, missed, reconciled } = ordinary;
  // For a text column, no index can tell what ICON stored in three days.
  const isAsked = shape.kind === 'view' || !/^(text|varchar)/.test(shape.types?.added_ts ?? '');
  expect(others).toEqual({
    discards,
    reconciled,
    missed: isAsked ? missed : (expect.stringMatching(/^without an index on ADDED_TS/) as unknown),
  });
}

describe('on the embedded server', () => {
  let urls: Urls;
  let ordinary: Outcome;
  beforeAll(async () => {
    urls = await freshDatabases();
    await writeTemplate(urls.idbUrl);
    ordinary = await playShape(urls, {}, 'ordinary');
  });

  test('the ordinary shape loads all kinds of sessions, and what is lost is found', () => {
    expect(ordinary.facts.size).toBeGreaterThan(200);
    expect(ordinary.missed).toBeGreaterThan(30);
    expect(ordinary.reconciled).toMatchObject({ missing: ordinary.missed, different: 0, comparedInFull: 0 });
    expect(differences(ordinary.facts, ordinary.repaired)).toEqual([]);
  });

  describe.each([
    ['types', TYPES, 12, 2],
    ['names', NAMES, 14, 6],
    ['kinds', KINDS, 12, 2],
  ] as const)('%s', (what, shapes, every, first) => {
    test.each(sampleOf(Object.entries(shapes), every, first))('%s', (name, shape) =>
      expectSame(urls, ordinary, shape, `${what}_${Object.keys(shapes).indexOf(name)}`),
    );
  });
});

test.runIf(isWhole && debianPgBin() !== undefined)('on PostgreSQL 15 the same', { timeout: 120_000 }, () =>
  withServer({ pgBin: debianPgBin() }, async (server) => {
    await server.ensureDatabase('idb');
    const urls = { idbUrl: server.url('idb'), martUrl: await freshMart() };
    await query(urls.idbUrl, idbTables());
    await writeTemplate(urls.idbUrl);
    const ordinary = await playShape(urls, {}, 'ordinary');
    expect(ordinary.facts.size).toBeGreaterThan(200);
    for (const [index, shape] of [PADDED, CASELESS, OF_DOMAINS, FROM_ORACLE].entries())
      await expectSame(urls, ordinary, shape, `shape_${index}`);
  }),
);
