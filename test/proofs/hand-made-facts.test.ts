import { beforeAll, expect, test } from 'vitest';
import { freshDatabases } from '../support/databases.js';
import { GUIDE_KEYS, MAPPED_KEYS, type ExpectedKey } from '../oracle/kvps.js';
import { readHandMadeTimelines } from '../support/hand-made-timelines.js';
import { runCycle } from '../support/histories.js';
import { readFacts, readOpenDiscards, type Row } from '../support/mart-content.js';
import { writeUserData } from '../support/user-data.js';

const timelines = readHandMadeTimelines();
let facts: ReadonlyMap<unknown, Row>;
let discards: readonly Row[];

beforeAll(async () => {
  const urls = await freshDatabases();
  // In the order of storing: first what an update attaches, then what the end attaches.
  const attachments = timelines.flatMap(({ truth, atEnd, atUpdate }) =>
    [...atUpdate.values(), atEnd].map((kvps) => ({ callid: truth.interactionId, kvps })),
  );
  await writeUserData(
    urls.idbUrl,
    attachments.flatMap(({ callid, kvps }) => [...kvps].map(([keyname, value]) => [callid, keyname, value] as const)),
  );
  await runCycle(urls);
  facts = new Map((await readFacts(urls.martUrl)).map((fact) => [fact['media_server_ixn_guid'], fact]));
  discards = await readOpenDiscards(urls.martUrl);
});

/** The keys that a timeline is computed for: those of the guide, and others that it shows. */
const workedOut = (atEnd: ReadonlyMap<string, string>): ExpectedKey[] =>
  MAPPED_KEYS.filter((key) => GUIDE_KEYS.includes(key) || atEnd.has(key.kvp));

// A missing column shows as "undefined", which no hand-made value is.
const asText = (value: unknown): string | null => (value === null ? null : `${value as string | number}`);

test.each(timelines)('$name: each column holds the hand-made value', ({ truth, atEnd }) => {
  const fact = facts.get(truth.interactionId);
  const keys = workedOut(atEnd);
  const columns = keys.map(({ column, absent, kind, kvp }) => {
    const value = atEnd.get(kvp);
    if (value === undefined) return [column, asText(absent)];
    if (kind === 'time') return [column, String(Date.parse(value) / 1000)];
    return [column, kind === 'media type' ? value.toUpperCase() : value];
  });
  expect(Object.fromEntries(keys.map(({ column }) => [column, asText(fact?.[column])]))).toEqual(Object.fromEntries(columns));
});

test.each(timelines)('$name: the bits of the keys that came', ({ truth, atEnd }) => {
  const bits = BigInt(facts.get(truth.interactionId)!['kvp_present'] as number);
  const present = workedOut(atEnd).filter(({ number }) => (bits & (1n << BigInt(number - 1))) !== 0n);
  expect(present.map(({ kvp }) => kvp).sort()).toEqual([...atEnd.keys()].sort());
});

test('nothing of them is discarded, and nothing else is there', () => {
  expect(discards).toEqual([]);
  expect(facts.size).toBe(timelines.length);
});
