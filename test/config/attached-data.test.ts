import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/load-config.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const resolve = (text: string) => resolveConfig({}, { environment: { CHATMART_ATTACHED_DATA: text }, workingFolder: temporaryFolder() });
const QUEUE = { key: 'Queue', as: 'queue', kind: 'attribute' } as const;

describe('attached-data', () => {
  test('is a list in the file and a JSON text in the environment, and the variable goes first', () => {
    const workingFolder = temporaryFolder();
    writeFileSync(path.join(workingFolder, 'chatmart.config.json'), JSON.stringify({ 'attached-data': [QUEUE] }));
    const read = (environment: Record<string, string>) => resolveConfig({}, { environment, workingFolder });
    expect(read({}).config.attachedData).toEqual([{ key: 'Queue', column: 'QUEUE', kind: 'attribute' }]);
    expect(read({ CHATMART_ATTACHED_DATA: '[]' }).config.attachedData).toEqual([]);
    expect(read({}).problems).toEqual([]);
    expect(resolveConfig({}, { environment: {}, workingFolder: temporaryFolder() }).config.attachedData).toBeUndefined();
  });

  test.each([
    ['{', 'is not valid JSON'],
    ['{}', 'a list of {"key", "as", "kind"} is expected'],
    ['[1]', '[0]: an object {"key", "as", "kind"} is expected'],
    [JSON.stringify([{ ...QUEUE, key: ' Queue' }]), '[0]: key must be'],
    [JSON.stringify([{ ...QUEUE, key: 'Größe' }]), '[0]: key must be'],
    [JSON.stringify([{ ...QUEUE, key: 'k'.repeat(256) }]), '[0]: key must be'],
    [JSON.stringify([{ ...QUEUE, as: '1QUEUE' }]), '[0]: as must be'],
    [JSON.stringify([{ ...QUEUE, as: 'Q"; drop table x' }]), '[0]: as must be'],
    [JSON.stringify([{ ...QUEUE, kind: 'text' }]), '[0]: kind must be one of attribute, measure, flag, time'],
    [JSON.stringify([{ ...QUEUE, unit: 's' }]), '[0]: unknown field "unit"'],
    [JSON.stringify([QUEUE, { ...QUEUE, as: 'OTHER' }]), '[1]: key "Queue" is named twice'],
    [JSON.stringify([QUEUE, { ...QUEUE, key: 'Other' }]), '[1]: as QUEUE is named twice'],
    [JSON.stringify(Array.from({ length: 64 }, (_, i) => ({ ...QUEUE, key: `K${i}`, as: `K${i}` }))), '64 own keys; the limit is 63'],
  ])('is refused as %s', (text, problem) => {
    const [said, ...others] = resolve(text).problems;
    expect(said).toContain(`CHATMART_ATTACHED_DATA`);
    expect(said).toContain(problem);
    expect(others).toEqual([]);
  });
});
