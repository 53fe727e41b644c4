import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { readMessageCodes } from '../support/message-codes.js';

/** The rows of the tables in docs/messages.md: code, meaning, what to do. */
const documented = [...readFileSync(packageFile('docs', 'messages.md'), 'utf8').matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|/gm)].map(
  ([, code, meaning]) => ({ code: code!, meaning: meaning! }),
);

test('docs/messages.md explains every code of an error or a line of the log, and no other, each once', () => {
  const codes = readMessageCodes();
  expect([...codes.keys()].length).toBeGreaterThan(80);
  const listed = documented.map(({ code }) => code);
  expect({
    missing: [...codes].filter(([code]) => !listed.includes(code)),
    gone: listed.filter((code) => !codes.has(code)),
    twice: listed.filter((code, index) => listed.indexOf(code) !== index),
  }).toEqual({ missing: [], gone: [], twice: [] });
  expect(documented.filter(({ meaning }) => meaning.length < 10)).toEqual([]);
});
