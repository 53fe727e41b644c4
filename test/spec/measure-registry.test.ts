import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { chatStatsMeasures, sessionOutcome } from '../../src/mart/aggregates/measures.js';
import { toFormula } from '../../src/report/figure-words.js';
import { OWN_KEYS } from '../../src/report/definition/report-definition.js';
import { readReports, withFigures } from '../../src/report/definition/reports.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { forSeconds, readMeasureRegistry } from '../../src/spec/measure-registry.js';
import { packageFile } from '../../src/spec/package-file.js';

interface Content {
  terms: Record<string, unknown>[];
  outcomes: Record<string, unknown>[];
  measures: Record<string, unknown>[];
  serviceLevels: Record<string, unknown>[];
  figures: Record<string, unknown>[];
}

const content = (): Content => JSON.parse(readFileSync(packageFile('specs', 'measures.json'), 'utf8')) as Content;

describe('the registry of measures', () => {
  const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'measures.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ strictRequired: false }).compile(schema);

  test('follows its schema', () => expect([validate(content()), validate.errors]).toEqual([true, null]));

  test.each<[string, (registry: Content) => unknown]>([
    ['a measure that is combined otherwise', ({ measures }) => (measures[0]!['combine'] = 'average')],
    ['a measure in upper case', ({ measures }) => (measures[0]!['name'] = 'SESSIONS')],
    ['a measure without a sentence', ({ measures }) => delete measures[0]!['sentence']],
    ['a sentence without its full stop', ({ measures }) => (measures[0]!['sentence'] = 'Sessions')],
    ['an unknown property', ({ figures }) => (figures[0]!['colum'] = 'sessions')],
    ['an unknown kind of figure', ({ figures }) => (figures[0]!['figure'] = 'median')],
    ['no outcome at all', (registry) => (registry.outcomes = [])],
  ])('whose schema refuses %s', (_, change) => {
    const changed = content();
    change(changed);
    expect(validate(changed)).toBe(false);
  });

  test('names nothing twice, and only the last outcome has no condition', () => {
    const { terms, outcomes, measures, serviceLevels, figures, serviceLevelFigures } = readMeasureRegistry();
    for (const list of [terms, outcomes, [...measures, ...serviceLevels], [...figures, ...serviceLevelFigures]]) {
      const names = list.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
    expect(outcomes.map(({ when }) => when === undefined)).toEqual(outcomes.map((_, index) => index === outcomes.length - 1));
  });

  test('a condition that names a term or a key that is not there is refused', () => {
    const registry = readMeasureRegistry();
    const asking = (when: string) => ({ ...registry, outcomes: [{ name: 'odd', when, sentence: 'Odd.' }] });
    expect(() => sessionOutcome(readKvpMap(), asking('{nobody}'))).toThrow('specs/measures.json has no term nobody');
    expect(() => sessionOutcome(readKvpMap(), asking('{came:csg_Nothing}'))).toThrow(
      expect.objectContaining({ code: 'kvp-map-incomplete' }) as Error,
    );
  });

  test('every report has its figures, and every figure its columns', () => {
    const columns = new Set<string | undefined>(chatStatsMeasures(readKvpMap()).map(({ name }) => name));
    const { figures, serviceLevelFigures } = readMeasureRegistry();
    const allFigures = [...figures, ...serviceLevelFigures.map((figure) => forSeconds(figure, 20))];
    const fields = ['column', 'among', 'of', 'per', 'less'];
    const named = allFigures.flatMap((figure) =>
      Object.entries(figure).flatMap(([field, value]: [string, unknown]) =>
        fields.includes(field) ? ([value].flat() as (string | undefined)[]) : [],
      ),
    );
    expect(named.filter((column) => !columns.has(column))).toEqual([]);
    for (const report of readReports().filter(({ rows }) => rows === 'groups')) {
      const expected = report.measures.flatMap((name) => {
        if (name === OWN_KEYS) return [];
        return name.includes('{') ? [20, 60].map((n) => name.replace('{seconds}', `${n}`)) : [name];
      });
      expect(new Set(withFigures(report, readKvpMap()).metrics.map(({ name }) => name))).toEqual(new Set(expected));
    }
  });

  test('each outcome has its column, and no column names another one', () => {
    const { outcomes, measures } = readMeasureRegistry();
    const counted = measures.flatMap(({ name, when }) => (name.startsWith('outcome_') ? [[name, when]] : []));
    expect(new Map(counted as [string, string][])).toEqual(
      new Map(outcomes.map(({ name }) => [`outcome_${name.replaceAll('-', '_')}`, `session.outcome = '${name}'`])),
    );
    const known = new Set(outcomes.map(({ name }) => name));
    const conditions = [...measures, ...readMeasureRegistry().terms]
      .map(({ when = '' }) => when)
      .filter((when) => when.includes('session.outcome'));
    const mentioned = conditions.flatMap((when) => [...when.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name!));
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
  });
});

test('formulas are told as docs/measures.md tells them', () => {
  const { figures, serviceLevelFigures } = readMeasureRegistry();
  const lines = readFileSync(packageFile('docs', 'measures.md'), 'utf8').split('\n');
  for (const figure of [...figures, ...serviceLevelFigures]) {
    const line = lines.find((each) => each.startsWith(`| \`${figure.name.replace('{seconds}', 'N')}\` `));
    const formula = line?.split(' | ')[2]?.replaceAll('`', '');
    expect([figure.name, formula]).toEqual([figure.name, toFormula(figure).replaceAll('{seconds}', 'N')]);
  }
});
