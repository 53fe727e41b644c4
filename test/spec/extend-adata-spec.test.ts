import { expect, test } from 'vitest';
import { withAttachedKeys, type AttachedKey } from '../../src/model/attached-key.js';
import { parseAdataSpec } from '../../src/spec/adata-spec.js';
import { checkAdataSpec } from '../../src/spec/check-adata-spec.js';
import { extendAdataSpec } from '../../src/spec/extend-adata-spec.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';

const OWN: readonly AttachedKey[] = [
  { key: 'Queue', column: 'QUEUE', kind: 'attribute' },
  { key: 'A<B>&"C"', column: 'ABC', kind: 'flag' },
];

test('the printed specification captures all mapped and own keys, and the shipped one lacks the own ones', () => {
  const map = withAttachedKeys(readKvpMap(), OWN);
  expect(checkAdataSpec(parseAdataSpec(extendAdataSpec(OWN), 'printed.xml'), map).lost).toEqual([]);
  const { lost } = checkAdataSpec(parseAdataSpec(extendAdataSpec([]), 'shipped.xml'), map);
  expect(lost.map(({ kvp, consequence }) => [kvp, consequence])).toEqual([
    ['Queue', 'CHAT_SESSION_ATTACHED_DATA.QUEUE stays empty'],
    ['A<B>&"C"', 'CHAT_SESSION_ATTACHED_DATA.ABC stays empty'],
  ]);
});
