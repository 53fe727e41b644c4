import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionBatch } from '../../src/model/session-batch.js';
import { SessionPivot } from '../../src/transform/session-pivot.js';
import { closed, map, pivotOf, push, toBytes, toRow, valuesOf, type Row } from '../support/pivot-rows.js';

describe('SessionPivot', () => {
  it('counts every unknown code, and names a hundred', () => {
    const batch = pivotOf(Array.from({ length: 130 }, (_, at): Row => [`G${at}`, 'csg_SessionEndedBy', `CODE${at}`]));
    const counts = [...batch.unknownCodes.values()];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(130);
    expect(counts).toHaveLength(101);
    expect(batch.unknownCodes.get('others')).toBe(30);
  });

  it('gives every key of the map its own place', () => {
    const rows: Row[] = map.keys.map((key, i): Row => {
      const value = {
        start: '2026-03-01T10:00:00Z',
        end: '2026-03-01T10:05:00Z',
        flag: '1',
        text: `text ${i}`,
        code: `code ${i}`,
      } as const;
      return ['G1', key.kvp, key.type in value ? value[key.type as 'text'] : key.type === 'media-type' ? 'chat' : String(i + 1)];
    });
    const values = valuesOf(pivotOf(rows));
    map.keys.forEach((key, i) => {
      if (key.type === 'measure' || key.type === 'tenant') expect([key.kvp, Number(values[key.kvp])]).toEqual([key.kvp, i + 1]);
      if (key.type === 'text') expect(values[key.kvp]).toBe(`text ${i}`);
      if (key.type === 'code') expect(values[key.kvp]).toBe(`CODE ${i}`);
    });
    expect(values['csg_MediaType']).toBe('CHAT');
  });

  it('reads rows of interleaved sessions as if each session came alone', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('\\N', '\\', 'a\tb', 'a\nb', '\r', '\\t', '', '7', '007', ' 5 '),
    );
    const key = fc.oneof(
      fc.constantFrom(...map.keys.map(({ kvp }) => kvp)),
      fc.constantFrom('Subject', 'csg_', 'csg_MessagesFromAgentsCoun', 'csg_MessagesFromAgentsCountX'),
    );
    const row = fc.tuple(fc.constantFrom('G1', 'G2', 'G22', 'Ünïcode', 'x'.repeat(50)), key, fc.option(text), fc.constant(1772359620));
    const ofOne = (batch: SessionBatch, guid: string) => {
      const session = batch.guid.indexOf(guid);
      return {
        values: session === -1 ? undefined : valuesOf(batch, session),
        needsReread: batch.needsReread[session],
        discards: batch.discards.filter((discard) => discard.guid === guid),
      };
    };
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const together = pivotOf(rows);
        for (const guid of new Set(rows.map(([callid]) => callid)))
          expect(ofOne(together, guid)).toEqual(ofOne(pivotOf(rows.filter(([callid]) => callid === guid)), guid));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('tells absent from zero', () => {
    const key = map.keys.find(({ kvp }) => kvp === 'cse_AgentReplyMaxTime')!;
    const bit = (batch: SessionBatch): number => (batch.present[key.number > 32 ? 1 : 0]! >>> ((key.number - 1) % 32)) & 1;
    expect(bit(pivotOf(closed()))).toBe(0);
    expect(bit(pivotOf([...closed(), ['G1', key.kvp, '0']]))).toBe(1);
    expect(bit(pivotOf([...closed(), ['G1', key.kvp, '']]))).toBe(0);
  });

  it('asks for a new reading only when the rows contradict each other', () => {
    const reread = (...rows: Row[]): number => pivotOf([...closed(), ...rows]).needsReread[0]!;
    expect(reread()).toBe(0);
    expect(reread(['G1', 'csg_LanguageName', 'de'], ['G1', 'csg_LanguageName', 'de'])).toBe(0);
    expect(reread(['G1', 'csg_LanguageName', 'de'], ['G1', 'csg_LanguageName', 'fr'])).toBe(1);
    expect(reread(['G1', 'csg_SessionTotalTime', '5'], ['G1', 'csg_SessionTotalTime', '6'])).toBe(1);
    expect(reread(['G1', 'csg_SessionTotalTime', '5'], ['G1', 'csg_SessionTotalTime', ''])).toBe(1);
    expect(reread(['G1', 'csg_SessionTotalTime', 'x'], ['G1', 'csg_SessionTotalTime', '5'])).toBe(1);
    expect(reread(['G1', 'csg_SessionTotalTime', null])).toBe(1);
    const [start, end] = closed();
    const until = (text: string): number => pivotOf([start!, [end![0], end![1], text]]).needsReread[0]!;
    // Another row may have the right time; clocks that differ by half a minute are no contradiction.
    expect(['soon', '2026-03-01T09:00:00Z', '2026-03-01T09:59:30Z'].map(until)).toEqual([1, 1, 0]);
  });

  it('lets the last row of a key win', () => {
    const last = (...values: (string | null)[]) =>
      valuesOf(pivotOf([...closed(), ...values.map((value): Row => ['G1', 'csg_SessionTotalTime', value])]))['csg_SessionTotalTime'];
    expect(last('5', '6')).toBe(6);
    expect(last('5', null)).toBe(0);
    expect(last(null, '5')).toBe(5);
    expect(last('5', 'x')).toBe(0);
    expect(last('x', '5')).toBe(5);
    expect(pivotOf([...closed(), ['G1', 'csg_SessionTotalTime', 'x'], ['G1', 'csg_SessionTotalTime', '5']]).discards).toEqual([]);
  });

  it.each([
    ['-1', 'BAD_MEASURE'],
    ['2147483648', 'BAD_MEASURE'],
    ['99999999999999999999', 'BAD_MEASURE'],
    ['1.5', 'BAD_MEASURE'],
    ['١٢', 'BAD_MEASURE'],
    ['five', 'BAD_MEASURE'],
  ])('loads 0 for the measure %s and says so', (raw, name) => {
    const batch = pivotOf([...closed(), ['G1', 'csg_SessionTotalTime', raw]]);
    expect(valuesOf(batch)['csg_SessionTotalTime']).toBe(0);
    expect(batch.discards).toEqual([{ guid: 'G1', name, kvp: 'csg_SessionTotalTime', raw }]);
  });

  it.each([
    ['2147483647', 2147483647],
    ['0', 0],
    ['0012', 12],
    [' 12 ', 12],
    ['0000000012', 12],
  ])('reads the measure %j', (raw, expected) => {
    const batch = pivotOf([...closed(), ['G1', 'csg_SessionTotalTime', raw]]);
    expect(valuesOf(batch)['csg_SessionTotalTime']).toBe(expected);
    expect(batch.discards).toEqual([]);
  });

  it('keeps odd texts as they are, and cuts long ones between code points', () => {
    const odd = 'a\tb\nc\\d \\N "q" \'q\' 👩‍👩‍👧 مرحبا';
    expect(valuesOf(pivotOf([...closed(), ['G1', 'csg_LanguageName', odd]]))['csg_LanguageName']).toBe(odd);
    const long = '😀'.repeat(1025);
    const batch = pivotOf([...closed(), ['G1', 'csg_LanguageName', long]]);
    expect(valuesOf(batch)['csg_LanguageName']).toBe('😀'.repeat(1024));
    expect(batch.discards).toEqual([{ guid: 'G1', name: 'TEXT_CUT', kvp: 'csg_LanguageName', raw: long }]);
  });

  it('distinguishes texts of the same length with the same ends', () => {
    const texts = ['es-MX', 'es-XX', 'ei-MX', 'es-MX'];
    const batch = pivotOf(texts.flatMap((text, i) => [...closed(`G${i}`), [`G${i}`, 'csg_LanguageName', text]]));
    expect(texts.map((_, session) => valuesOf(batch, session)['csg_LanguageName'])).toEqual(texts);
  });

  it('sets rows aside whose CALLID is no interaction', () => {
    const batch = pivotOf([
      ['', 'csg_SessionTotalTime', '1'],
      ['y'.repeat(51), 'csg_SessionTotalTime', '1'],
      ['z'.repeat(60), 'Subject', '1'],
    ]);
    expect(batch.count).toBe(0);
    expect(batch.discards).toEqual([
      { guid: '', name: 'BAD_CALLID', kvp: null, raw: '' },
      { guid: `${'y'.repeat(49)}…`, name: 'BAD_CALLID', kvp: null, raw: 'y'.repeat(51) },
    ]);
  });

  it('asks for all rows when a start may lie in the future of one of its rows, in whichever order they came', () => {
    const start = (added: string): Row => ['G1', 'ChatServerSessionStartedAt', '2026-02-11T00:10:30Z', Date.parse(added) / 1000];
    const end: Row = ['G1', 'ChatServerSessionClosedAt', '2026-02-11T00:20:30Z'];
    const [near, far] = [start('2026-02-10T00:10:40Z'), start('2026-02-10T00:10:20Z')];
    for (const rows of [
      [near, far, end],
      [far, near, end],
    ])
      expect(pivotOf(rows).needsReread[0]).toBe(1);
    expect(pivotOf([near, near, end]).needsReread[0]).toBe(0);
    // Rows are read in order, so the newest one decides.
    const ordered = new SessionPivot(map, { isOrdered: true });
    push(ordered, [far, near, end].map(toBytes));
    expect(ordered.finish().discards).toEqual([]);
  });

  it('lets a start row of unknown time hide no other, unless it is the newest', () => {
    const unknown = ['G1', 'ChatServerSessionStartedAt', '2026-02-11T00:10:30Z'] as const;
    const far: Row = [...unknown, Date.parse('2026-02-10T00:10:20Z') / 1000];
    const end: Row = ['G1', 'ChatServerSessionClosedAt', '2026-02-11T00:20:30Z'];
    for (const rows of [
      [unknown, far, end],
      [far, unknown, end],
    ])
      expect(pivotOf(rows).needsReread[0]).toBe(1);
    const inOrder = (rows: readonly Row[]): unknown[] => {
      const pivot = new SessionPivot(map, { isOrdered: true });
      push(pivot, rows.map(toBytes));
      return pivot.finish().discards.map(({ name }) => name);
    };
    expect(inOrder([far, unknown, end])).toEqual([]);
    expect(inOrder([unknown, far, end])).toEqual(['START_IN_FUTURE']);
  });

  it('puts U+FFFD for bytes that are no text, and says so', () => {
    const pivot = new SessionPivot(map);
    const bad = (guid: string): Buffer => toRow(Buffer.from(guid), 'csg_LanguageName', Buffer.from([0x66, 0xff]));
    push(pivot, [...closed().map(toBytes), bad('G1'), ...closed('G2').map(toBytes), bad('G2')]);
    const batch = pivot.finish();
    expect(valuesOf(batch)['csg_LanguageName']).toBe('f\ufffd');
    expect(batch.discards).toMatchObject([
      { guid: 'G1', name: 'BAD_TEXT', kvp: 'csg_LanguageName' },
      { guid: 'G2', name: 'BAD_TEXT', kvp: 'csg_LanguageName' },
    ]);
  });

  it('reads LATIN1 and WIN1252 as what they are', () => {
    for (const encoding of ['LATIN1', 'WIN1252']) {
      const pivot = new SessionPivot(map, { encoding });
      push(pivot, [...closed().map(toBytes), toRow(Buffer.from('G1'), 'csg_LanguageName', Buffer.from('français', 'latin1'))]);
      expect(valuesOf(pivot.finish())['csg_LanguageName']).toBe('français');
    }
  });
});
