import { describe, expect, test } from 'vitest';
import { createMasker } from '../../src/mart/sensitive/masker.js';
import { withAttachedKeys } from '../../src/model/attached-key.js';
import { attributeKeys } from '../../src/model/session-batch.js';
import { SessionPivot } from '../../src/transform/session-pivot.js';
import { closed, keysWithBit, map, pivotOf, push, toBytes, valuesOf, type Row } from '../support/pivot-rows.js';

const rules = (['card', 'email', 'phone'] as const).map((name) => ({ name, as: 'mask' as const }));
const masker = createMasker(rules, undefined);
const CARD = '4111 1111 1111 1111';

const masked = (...rows: Row[]) => pivotOf([...closed(), ...rows], { masker });

describe('what the pivot makes of sensitive texts', () => {
  test('dimensions, codes, media types and ids of sessions hold what was masked', () => {
    const batch = masked(
      ['G1', 'csg_LanguageName', 'jo@example.com'],
      ['G1', 'csg_SessionEndedReason', 'ask jo@example.com'],
      ['G1', 'csg_MediaType', '+49 151 12345678'],
      ['G1', 'csg_ChatSessionID', `s ${CARD}`],
    );
    expect(valuesOf(batch)).toMatchObject({
      csg_LanguageName: '[email]',
      csg_SessionEndedReason: 'ASK [EMAIL]',
      csg_MediaType: '[PHONE]',
      csg_ChatSessionID: 's [card]',
    });
    expect(batch.discards).toEqual([]);
    expect([...batch.unknownCodes.keys()]).toEqual(['csg_SessionEndedReason=ASK [EMAIL]']);
  });

  test('texts that differ only in what was masked are the same: the order of their rows does not matter', () =>
    expect(masked(['G1', 'csg_LanguageName', 'jo@example.com'], ['G1', 'csg_LanguageName', 'al@example.com']).needsReread[0]).toBe(0));

  test('where a number, a flag, a tenant or a time is expected, the discard has what was masked', () => {
    const batch = pivotOf(
      [
        ['G1', 'ChatServerSessionStartedAt', CARD],
        ['G1', 'ChatServerSessionClosedAt', 'jo@example.com'],
        ['G1', 'csg_PartiesAsAgentCount', CARD],
        ['G1', 'csg_TenantId', '+49 151 12345678'],
        ['G1', 'csg_ChatAsyncMode', CARD],
      ],
      { masker },
    );
    expect(batch.discards.map(({ name, raw }) => `${name} ${raw}`).sort()).toEqual([
      'BAD_FLAG [card]',
      'BAD_KEY [phone]',
      'BAD_MEASURE [card]',
      'BAD_START [card]',
    ]);
  });

  test('times and numbers that are such stay, however many digits they have', () => {
    const own = withAttachedKeys(map, [
      { key: 'At', column: 'AT_TS', kind: 'time' },
      { key: 'Number', column: 'NUMBER_OF', kind: 'measure' },
      { key: 'Card', column: 'CARD', kind: 'measure' },
    ]);
    const pivot = new SessionPivot(own, { masker });
    // The first has Luhn's check digit; an American Express number would fit into a bigint.
    const rows: Row[] = [...closed(), ['G1', 'At', '1772359620004'], ['G1', 'Number', '123456789012'], ['G1', 'Card', '378282246310005']];
    push(pivot, rows.map(toBytes));
    const batch = pivot.finish();
    const values = Object.fromEntries(attributeKeys(own).map(({ column }, at) => [column, batch.attributes[at]]));
    expect(values).toMatchObject({ AT_TS: '1772359620', NUMBER_OF: '123456789012', CARD: null });
    expect(batch.discards).toEqual([{ guid: 'G1', name: 'BAD_ATTACHED_DATA', kvp: 'Card', raw: '[card]' }]);
    expect(keysWithBit(masked().present)).toEqual(keysWithBit(pivotOf(closed()).present));
  });

  test('of an own key whose whole value is sensitive, nothing is stored, whatever its kind', () => {
    const kinds = ['measure', 'flag', 'time', 'attribute'] as const;
    const own = withAttachedKeys(
      map,
      kinds.map((kind) => ({ key: `A ${kind}`, column: `A_${kind.toUpperCase()}`, kind })),
    );
    const whole = createMasker([{ name: 'value', as: 'mask', keys: kinds.map((kind) => `A ${kind}`) }], undefined);
    const pivot = new SessionPivot(own, { masker: whole });
    const values = { measure: '42', flag: 'true', time: '1772359620', attribute: '42' };
    push(pivot, [...closed(), ...kinds.map((kind): Row => ['G1', `A ${kind}`, values[kind]])].map(toBytes));
    const batch = pivot.finish();
    const stored = Object.fromEntries(attributeKeys(own).map(({ column }, at) => [column, batch.attributes[at]]));
    expect(stored).toMatchObject({ A_MEASURE: null, A_FLAG: null, A_TIME: null, A_ATTRIBUTE: '[value]' });
    expect(batch.discards.map(({ name, kvp, raw }) => [name, kvp, raw])).toEqual(
      ['measure', 'flag', 'time'].map((kind) => ['BAD_ATTACHED_DATA', `A ${kind}`, '[value]']),
    );
  });

  test('what does not fit a number, a flag or a time of Chat Server is masked as a whole; what does is stored', () => {
    const keys = ['csg_TenantId', 'csg_ChatAsyncMode', 'csg_PartiesAsAgentCount', 'ChatServerSessionClosedAt'];
    const whole = createMasker([{ name: 'value', as: 'mask', keys }], undefined);
    const raw = pivotOf([...closed(), ...keys.map((key): Row => ['G1', key, '378282246310005'])], { masker: whole }).discards;
    expect(raw.map(({ raw: value }) => value)).toEqual(keys.map(() => '[value]'));
    const fits = pivotOf([...closed(), ['G1', 'csg_TenantId', '101'], ['G1', 'csg_PartiesAsAgentCount', ' 2']], { masker: whole });
    expect(fits.discards).toEqual([]);
    expect(valuesOf(fits)).toMatchObject({ csg_TenantId: '101' });
  });

  test('a text is masked before it is cut, and again behind the cut: no part of a number and no part of a token is left', () => {
    for (let shift = 25; shift < 50; shift++) {
      const value = `${'x'.repeat(shift)} ${CARD} and more than fits`;
      const stored = String(valuesOf(masked(['G1', 'csg_SessionEndedReason', value]))['csg_SessionEndedReason']);
      expect(stored).toMatch(/^X+( \[CARD\]( A| AN| AND.*)?)?$/);
      expect(valuesOf(masked(['G1', 'csg_SessionEndedReason', stored]))['csg_SessionEndedReason']).toBe(stored);
    }
    // Twenty digits are no card number; the first sixteen of them, which are left of it, are one.
    const long = `${'x'.repeat(33)} 41111111111111112222`;
    expect(valuesOf(masked(['G1', 'csg_SessionEndedReason', long]))['csg_SessionEndedReason']).toBe(`${'X'.repeat(33)} [CARD]`);
  });

  test('a CALLID with an address in it, or one that is too long, is a discard without it', () => {
    const batch = pivotOf([...closed('jo@example.com'), ...closed(`${'x'.repeat(40)} ${CARD}`), ...closed('4111111111111111')], { masker });
    expect(batch.guid).toEqual(['4111111111111111']);
    expect(batch.discards).toEqual([
      { guid: '[email]', name: 'BAD_CALLID', kvp: null, raw: '[email]' },
      { guid: `${'x'.repeat(40)} [card]`, name: 'BAD_CALLID', kvp: null, raw: `${'x'.repeat(40)} [card]` },
    ]);
  });
});
