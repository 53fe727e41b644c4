import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { expectText } from '../support/expect-text.js';
import { problemOf } from '../support/problem-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const load = (environment: Record<string, string>) => loadConfig({}, { environment, workingFolder: folder });
const rulesOf = (rules: unknown) => load({ CHATMART_SENSITIVE_DATA: JSON.stringify(rules) }).sensitiveData;

test('rules are read with their defaults; an empty list says that there are none, and no setting says nothing', () => {
  expect(
    rulesOf([
      { find: 'card' },
      { find: 'value', keys: ['CustomerId'], as: 'hash' },
      { name: 'contract', pattern: 'V-\\d{6}', keys: ['Note'] },
    ]),
  ).toEqual([
    { name: 'card', pattern: undefined, as: 'mask', keys: undefined },
    { name: 'value', pattern: undefined, as: 'hash', keys: ['CustomerId'] },
    { name: 'contract', pattern: 'V-\\d{6}', as: 'mask', keys: ['Note'] },
  ]);
  expect(rulesOf([])).toEqual([]);
  expect(load({}).sensitiveData).toBeUndefined();
});

test('all mistakes are told at once, each with its place', async () => {
  const rules = [
    { find: 'iban' },
    {},
    { find: 'card', pattern: '4.*' },
    { find: 'card', name: 'visa' },
    { find: 'value' },
    { find: 'email', as: 'encrypt' },
    { find: 'email', keys: [] },
    { find: 'email', key: 'Note' },
    { pattern: '\\d+' },
    { name: 'Too long a name', pattern: '\\d+' },
    { name: 'card', pattern: '\\d+' },
    { name: 'one', pattern: '[' },
    { name: 'ahead', pattern: '(?=x)x' },
    { name: 'nothing', pattern: 'x*' },
    { name: 'long', pattern: 'x'.repeat(501) },
    { name: 'fine', pattern: 'x' },
    { name: 'fine', pattern: 'y' },
    { find: 'phone', keys: Array.from({ length: 100 }, (_, at) => `key number ${at}`) },
    'card',
  ];
  expectText(await problemOf(() => rulesOf(rules)));
});

test('the key is read when it is needed, from a file that is closed to others, or from systemd', async () => {
  const key = '0123456789abcdef0123456789abcdef';
  const file = path.join(folder, 'hash-key');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  expect(load({ CHATMART_HASH_KEY_FILE: 'hash-key' }).readHashKey!()).toBe(key);
  expect(load({ CREDENTIALS_DIRECTORY: folder }).readHashKey!()).toBe(key);
  expect(load({}).readHashKey).toBeUndefined();
  const { readHashKey } = load({ CHATMART_HASH_KEY_FILE: 'hash-key' });
  const told = async (): Promise<string> => (await problemOf(() => readHashKey!())).replaceAll(folder, '<folder>');
  chmodSync(file, 0o644);
  const open = await told();
  writeFileSync(file, 'short');
  chmodSync(file, 0o600);
  expectText([open, await told()]);
});
