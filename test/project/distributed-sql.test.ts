import { describe, expect, test } from 'vitest';
import { judge } from '../../scripts/check-distributed-sql.mjs';
import { DDL_RULES } from '../../scripts/distributed-sql/ddl-rules.mjs';
import { RULES } from '../../scripts/distributed-sql/rules.mjs';
import { DISTRIBUTION_KEY, kindOfTable } from '../../scripts/distributed-sql/distribution.mjs';
import { DISTRIBUTED_TABLES, DISTRIBUTION_COLUMN, REFERENCE_TABLES } from '../../src/mart/schema/distribution.js';
import { CASES } from './distributed-sql-cases.js';

const judged = (text: string): string[] => judge({ text, file: 'src/case.sql.ts' }).map(({ rule }) => rule.name);

describe('a statement that Citus refuses', () => {
  test('has a case for each rule', () => {
    expect(Object.keys(CASES).sort()).toEqual([...RULES, ...DDL_RULES].map(({ name }) => name).sort());
  });

  test.each(Object.entries(CASES))('%s is found, and a near one is not', (name, { breaks, near }) => {
    expect([judged(breaks), judged(near)]).toEqual([[name], []]);
  });

  test('is found in a view that a statement reads', () => {
    expect(judged('select duration from ag2_chat_durations_subhr')).toContain('subquery-without-from');
  });

  test('is found in COPY, in a cursor and among several in one text', () => {
    const { breaks } = CASES['grouping-sets']!;
    const name = 'grouping-sets';
    expect(judged(`copy (${breaks}) to stdout`)).toEqual([name]);
    expect(judged(`declare pages no scroll cursor for ${breaks}`)).toEqual([name]);
    expect(judged(`set local work_mem to '4MB'; ${breaks}; select 1`)).toEqual([name]);
  });

  test('is not found in what people type', () => {
    expect(judge({ text: CASES['grouping-sets']!.breaks, file: 'src/commands/sql/query-mart.ts' })).toEqual([]);
  });

  test('is not found where a WITH, a temporary table or a system table has the name', () => {
    const rollup = 'group by rollup (media_type_key)';
    expect(judged(`with chat_session_fact as (select 1 as media_type_key) select 1 from chat_session_fact ${rollup}`)).toEqual([]);
    expect(judged(`select 1 from pg_temp.chat_session_fact ${rollup}`)).toEqual([]);
  });
});

test('knows where the tables of a mart lie', () => {
  for (const table of DISTRIBUTED_TABLES) expect(kindOfTable(table)).toBe('distributed');
  for (const table of [...REFERENCE_TABLES, 'date_time_berlin']) expect(kindOfTable(table)).toBe('reference');
  expect(DISTRIBUTION_KEY).toBe(DISTRIBUTION_COLUMN);
});
