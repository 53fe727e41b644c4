import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counted, newestRows, toCountText, verb } from '../../src/model/text.js';
import { packageFile } from '../../src/spec/package-file.js';
import { toBoundsText } from '../../src/model/time-span.js';

test('one of a thing is one', () => {
  expect([counted(1, 'row'), counted(0, 'row'), counted(2_000, 'breach', 'breaches'), newestRows(1), newestRows(2)]).toEqual([
    '1 row',
    '0 rows',
    '2,000 breaches',
    'the newest row',
    'the newest 2 rows',
  ]);
  expect([verb(1, 'waits', 'wait'), verb(3, 'waits', 'wait')]).toEqual(['waits', 'wait']);
});

test('whole numbers look as everywhere', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (count) => toCountText(count) === count.toLocaleString('en')));
  expect([999, 1_000, -1_000, 1_234_567].map(toCountText)).toEqual(['999', '1,000', '-1,000', '1,234,567']);
});

test('no text of the program counts things without it', () => {
  const things =
    'sessions|rows|interactions|intervals|hours|slices|facts|discards|days|files|keys|values|lines|members|minutes|columns|databases|servers|problems|breaches';
  // Names in capitals are limits, which are always plural.
  const uncounted = new RegExp(`\\$\\{(?![A-Z_]+\\}|[^{}]*\\bcounted\\()[^{}]*\\} (mapped |resolved |audit )?(${things})\\b(?!/s)`, 'g');
  const found = readdirSync(packageFile('src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/[.]sql[.]ts$|date-time-columns/.test(name),
  );
  expect(found.length).toBeGreaterThan(270);
  expect(found.flatMap((file) => readFileSync(packageFile('src', file), 'utf8').match(uncounted) ?? [])).toEqual([]);
});

test('a bound that is the beginning of a day is that day', () => {
  expect(toBoundsText({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00Z' })).toBe('2026-03-01 to 2026-03-02');
  expect(toBoundsText({ from: '2026-03-01T00:00:01Z', to: '2026-03-02T10:00:00Z' })).toBe('2026-03-01T00:00:01Z to 2026-03-02T10:00:00Z');
});
