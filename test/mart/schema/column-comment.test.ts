import { expect, test } from 'vitest';
import { calendarSchema, generatedSchema } from '../../../migrations/generated-schema.js';
import { chatViews } from '../../../migrations/chat/chat-views.js';
import { commentOn, parseColumnComment, type ColumnMeaning } from '../../../src/mart/schema/table-definition.js';
import { withAttachedKeys } from '../../../src/model/attached-key.js';
import { INFO_MART_RULES } from '../../../src/model/calendar.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';

const map = withAttachedKeys(readKvpMap(), [{ key: 'What. Unit: this', column: 'OWN', kind: 'attribute' }]);
const calendar = { name: 'tokyo', timezone: 'Asia/Tokyo', ...INFO_MART_RULES };

test('a comment is read back into the parts that it was written from', () => {
  const { tables, views } = generatedSchema(map);
  const relations = [...tables, ...views, ...calendarSchema(calendar, map).views, ...chatViews(map, [calendar])];
  let columns = 0;
  for (const { name, columns: written } of relations)
    for (const { name: column, meaning, unit, source, origin, empty, personal } of written as readonly ColumnMeaning[]) {
      const text = /is '(.*)'$/s.exec(
        commentOn('view', { name, comment: '', columns: [{ name: column, meaning, unit, source, origin, empty, personal }] })[1]!,
      )![1]!;
      expect([`${name}.${column}`, parseColumnComment(text.replaceAll("''", "'"))]).toEqual([
        `${name}.${column}`,
        { meaning, unit, source, origin, empty, personal },
      ]);
      columns++;
    }
  expect(columns).toBeGreaterThan(2_000);
});

test('a comment of somebody else is not', () => {
  expect(parseColumnComment('What our team calls the queue')).toBeUndefined();
  expect(parseColumnComment('')).toBeUndefined();
});
