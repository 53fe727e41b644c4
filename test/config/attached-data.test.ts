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
    [JSON.stringify([{ ...QUEUE, personal: 'no' }]), '[0]: personal must be true or false'],
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

describe('service-level-seconds', () => {
  const read = (text: unknown, workingFolder = temporaryFolder()) => {
    writeFileSync(path.join(workingFolder, 'chatmart.config.json'), JSON.stringify({ 'service-level-seconds': text }));
    return resolveConfig({}, { environment: {}, workingFolder });
  };

  test.each([[[60, 20]], ['60, 20'], ['20 60'], ['[60,20]'], [['20', 60]]])('takes %j as 20 and 60', (text) => {
    expect(read(text)).toMatchObject({ problems: [], config: { serviceLevelSeconds: [20, 60] } });
  });

  test('is not set by an empty text, and takes each bound', () => {
    expect(read('')).toMatchObject({ problems: [], config: { serviceLevelSeconds: undefined } });
    expect(read([86_400, 1])).toMatchObject({ problems: [], config: { serviceLevelSeconds: [1, 86_400] } });
  });

  test.each([
    [[], 'names no number of seconds'],
    [[0], '"0" is not a number of seconds from 1 to 86400'],
    [[86_401], '"86401" is not a number of seconds from 1 to 86400'],
    [[20.5], '"20.5" is not a number of seconds from 1 to 86400'],
    ['20, soon', '"soon" is not a number of seconds from 1 to 86400'],
    ['20, 020', '020 is named twice'],
    [Array.from({ length: 21 }, (_, index) => index + 1), 'names 21 numbers of seconds; the limit is 20'],
    [20, 'a number where a list is expected'],
  ])('refuses %j', (text, problem) => {
    const { problems } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('service-level-seconds');
    expect(problems[0]).toContain(problem);
  });
});
