import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { writeSimulatedSessions, type SimulateOptions } from '../../../src/commands/simulate/simulate.js';
import { withTruthFile, toTruthLine } from '../../../src/commands/simulate/truth-file.js';
import { simulateSessions } from '../../../src/simulate/simulate-sessions.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { emptyDatabase, query } from '../../support/databases.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2026-01-15T00:00:00Z');

const validate = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(packageFile('specs', 'schema', 'truth.schema.json'), 'utf8')) as object,
);
const sessionsOf = (sessions: number) =>
  [...simulateSessions({ sessions, from: FROM.getTime() / 1000, to: TO.getTime() / 1000, seed: 1, updates: true })].map(
    ({ timeline }) => timeline,
  );

async function write(more: Partial<SimulateOptions> = {}): Promise<{ idbUrl: string; lines: string[] }> {
  const idbUrl = await emptyDatabase();
  const lines: string[] = [];
  const options = { idbUrl, idbSchema: 'public', sessions: 60, from: FROM, to: TO, seed: 1, statistics: 'all', updates: true } as const;
  await writeSimulatedSessions({ ...options, log: () => undefined, truth: (line) => lines.push(line), ...more });
  return { idbUrl, lines };
}

const interactionIdOf = (line: string): string => (JSON.parse(line) as { interactionId: string }).interactionId;

test('a line says all of a timeline, and parties go by ids', () => {
  const [anna, customer] = [{ role: 'AGENT' }, { role: 'CLIENT' }] as const;
  const line = toTruthLine(
    {
      interactionId: 'AAHMA1000000YST3',
      chatSessionId: 'AAHMA2000000YST3',
      tenantId: 101,
      mediaType: 'chat',
      mediaOrigin: undefined,
      languageName: 'Русский',
      asyncMode: true,
      botGateway: false,
      inactivity: { activeAlert: 180, asyncAlert: 86_400 },
      start: 1_772_359_620,
      events: [
        { kind: 'join', at: 1_772_359_620, party: customer, visibility: 'ALL' },
        { kind: 'route', at: 1_772_359_621 },
        { kind: 'join', at: 1_772_359_630, party: anna, visibility: 'ALL' },
        { kind: 'update', at: 1_772_359_630 },
        { kind: 'message', at: 1_772_359_640, party: anna, size: 12, visibility: 'VIP' },
        { kind: 'message', at: 1_772_359_641, party: customer, size: 3 },
        { kind: 'restore', at: 1_772_359_650 },
        { kind: 'join', at: 1_772_359_651, party: anna, visibility: 'INT' },
        { kind: 'close', at: 1_772_359_700, reason: 'INACTIVE' },
      ],
    },
    'fired',
  );
  expect(line).toBe(
    '{"interactionId":"AAHMA1000000YST3","chatSessionId":"AAHMA2000000YST3","tenantId":101,"mediaType":"chat","languageName":"Русский",' +
      '"asyncMode":true,"botGateway":false,"statistics":"fired","inactivity":{"activeAlert":180,"asyncAlert":86400},"start":1772359620,' +
      '"parties":[{"id":"p1","role":"CLIENT"},{"id":"p2","role":"AGENT"}],"events":[' +
      '{"at":1772359620,"kind":"join","party":"p1","visibility":"ALL"},' +
      '{"at":1772359621,"kind":"route"},' +
      '{"at":1772359630,"kind":"join","party":"p2","visibility":"ALL"},' +
      '{"at":1772359630,"kind":"update"},' +
      '{"at":1772359640,"kind":"message","party":"p2","size":12,"visibility":"VIP"},' +
      '{"at":1772359641,"kind":"message","party":"p1","size":3},' +
      '{"at":1772359650,"kind":"restore"},' +
      '{"at":1772359651,"kind":"join","party":"p2","visibility":"INT"},' +
      '{"at":1772359700,"kind":"close","reason":"INACTIVE"}]}',
  );
  expect([validate(JSON.parse(line)), validate.errors]).toEqual([true, null]);
});

test('every line has the shape that its schema promises, and the schema refuses others', () => {
  const lines = sessionsOf(1_500).map((timeline) => JSON.parse(toTruthLine(timeline, 'all')) as { events: object[] });
  expect(lines.filter((line) => !validate(line))).toEqual([]);
  const [{ events, ...line }] = lines as [(typeof lines)[0]];
  expect(validate({ ...line, events, more: 1 })).toBe(false);
  expect(validate({ ...line, events: [] })).toBe(false);
  expect(validate({ ...line, events: [{ at: 1, kind: 'sleep' }] })).toBe(false);
});

test('a line for each session in the IDB, in the order in which they begin, whole also where --until cuts it', async () => {
  const until = new Date('2026-01-07T12:00:00Z');
  const { idbUrl, lines } = await write({ until });
  const begun = await query<{ callid: string }>(idbUrl, 'select callid from g_userdata_history group by callid order by min(id)');
  expect(lines.map(interactionIdOf)).toEqual(begun.map(({ callid }) => callid));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThan(60);
  expect(lines).toEqual(
    sessionsOf(60)
      .slice(0, lines.length)
      .map((timeline) => toTruthLine(timeline, 'all')),
  );
});

test('the file is there, whole, when the rows are; it is written beside', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'truth.jsonl');
  const { lines } = await withTruthFile(file, (truth) => {
    expect(readdirSync(folder)).toEqual(['truth.jsonl.part']);
    return write({ truth });
  });
  expect(lines).toEqual([]);
  expect(readFileSync(file, 'utf8').split('\n')).toEqual([...(await write()).lines, '']);
  expect(readdirSync(folder)).toEqual(['truth.jsonl']);
});

test('a failure leaves no file', async () => {
  const folder = temporaryFolder();
  const failing = withTruthFile(path.join(folder, 'truth.jsonl'), (line) => {
    line('{}');
    return Promise.reject(new Error('no such database'));
  });
  await expect(failing).rejects.toThrow('no such database');
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that is there is never replaced, also when it comes in the meantime; nor is a folder made', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'truth.jsonl');
  let played = false;
  const play = (): Promise<void> => {
    played = true;
    return Promise.resolve();
  };
  await expect(withTruthFile(path.join(folder, 'none', 'truth.jsonl'), play)).rejects.toMatchObject({ code: 'truth-file-unwritable' });
  const late = withTruthFile(file, () => {
    writeFileSync(file, 'mine\n');
    return Promise.resolve();
  });
  await expect(late).rejects.toMatchObject({ name: 'ConfigError', code: 'truth-file-exists' });
  await expect(withTruthFile(file, play)).rejects.toMatchObject({ name: 'ConfigError', code: 'truth-file-exists' });
  expect([played, readFileSync(file, 'utf8'), existsSync(`${file}.part`)]).toEqual([false, 'mine\n', false]);
});
