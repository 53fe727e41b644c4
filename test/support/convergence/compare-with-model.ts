import { LEVELS, differences, readMart, type MartContent, type Row } from '../mart-content.js';
import { sumLevel } from '../summed-levels.js';
import type { Connection } from '../../../src/db/connection.js';
import { query } from '../databases.js';
import { expectedViews, rowsOf, type Model } from './model.js';
import { EMPTY_CALLID } from './sample-rows.js';
import type { SessionView } from './session-of-rows.js';

/** Where the mart differs from the model, in words. Right after a whole run while no transaction was open there must be nothing. */
export async function compareWithModel(model: Model, mart: Connection): Promise<string[]> {
  const content = await readMart(mart);
  const expected = new Map([...expectedViews(model)].map(([callid, views]) => [callid, nearest(callid, views, content)]));
  const facts = new Map([...expected].flatMap(([callid, view]) => (view?.fact == null ? [] : [[callid, view.fact] as const])));
  const discards = [...expected].flatMap(([callid, view]) => (view?.discards ?? []).map((discard) => ({ guid: callid, ...discard })));
  const known = [
    ...discards.map(({ guid, code, keyname, raw }) => toText({ guid, code, keyname, raw_value: raw })),
    ...(isNamelessExpected(model, content) ? [NAMELESS] : []),
  ];
  const pending = await query(mart, 'select start_date_time_key from chatmart_pending_agg');
  const wrong = [...differences(facts, content.facts), ...listDifferences('discard', known, content.openDiscards.map(toText))];
  // Where facts are wrong, so is what they add up to.
  if (wrong.length > 0) return wrong;
  return [
    ...LEVELS.flatMap((level) =>
      differences(sumLevel(facts.values(), level), content.levels[level]).map((difference) => `${level} ${difference}`),
    ),
    ...pending.map((row) => `not aggregated yet: ${JSON.stringify(row)}`),
  ];
}

const NAMELESS = JSON.stringify(['', 14, null, '']);

/** Once on record it stays, whatever becomes of the rows. */
const isNamelessExpected = (model: Model, { openDiscards }: MartContent): boolean =>
  rowsOf(model, EMPTY_CALLID).length > 0 || (model.hasLostNameless && openDiscards.map(toText).includes(NAMELESS));

/** Where the mart may say one of several things, the one that it does say. */
const nearest = (callid: string, views: readonly SessionView[], content: MartContent): SessionView | undefined =>
  views.find((view) => {
    const fact = content.facts.get(callid);
    const isSame =
      view.fact === null
        ? fact === undefined
        : fact !== undefined && differences(new Map([['', view.fact]]), new Map([['', fact]])).length === 0;
    const open = content.openDiscards.filter((row) => row['guid'] === callid).map(toText);
    return (
      isSame &&
      listDifferences(
        '',
        view.discards.map(({ code, keyname, raw }) => toText({ guid: callid, code, keyname, raw_value: raw })),
        open,
      ).length === 0
    );
  }) ?? views[0];

const toText = ({ guid, code, keyname, raw_value }: Row): string => JSON.stringify([guid, code, keyname, raw_value]);

const listDifferences = (what: string, expected: readonly string[], actual: readonly string[]): string[] => [
  ...expected.filter((each) => !actual.includes(each)).map((each) => `${what} missing: ${each}`),
  ...actual.filter((each) => !expected.includes(each)).map((each) => `${what} not expected: ${each}`),
  ...(new Set(actual).size < actual.length ? [`${what} twice: ${actual.join(' ')}`] : []),
];
