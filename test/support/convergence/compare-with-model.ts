import { LEVELS, differences, readLevel, readMart, toGroup, type MartContent, type Row } from '../mart-content.js';
import { sumLevel } from '../summed-levels.js';
import type { Connection } from '../../../src/db/connection.js';
import { query } from '../databases.js';
import { expectedViews, isUncertain, rowsOf, type Model } from './model.js';
import { CALENDAR, EMPTY_CALLID, OWN } from './sample-rows.js';
import { OWN_COLUMN, type OpenDiscard, type SessionView } from './session-of-rows.js';

/**
 * Where the mart differs from the model right after a run, as text. Compares the interactions of which the run must have read all rows,
 * and the aggregates, unless the run left them as they were, with the sums of the facts in the mart.
 */
export async function compareWithModel(
  model: Model,
  mart: Connection,
  { areAggregated }: { readonly areAggregated: boolean },
): Promise<string[]> {
  const content = await readContent(mart, model);
  const facts = new Map<string, Row>();
  const discards: Row[] = isNamelessExpected(model, content) ? [NAMELESS] : [];
  const expected = expectedViews(model);
  for (const [callid, views] of expected) {
    const view = nearest(callid, views, content);
    if (view?.fact != null) facts.set(callid, view.fact);
    discards.push(...toRows(callid, view?.discards ?? []));
  }
  const isExpected = (callid: unknown): boolean => callid === EMPTY_CALLID || !isUncertain(model, String(callid));
  return [
    ...differences(facts, new Map([...content.facts].filter(([callid]) => isExpected(callid)))),
    ...differencesOfDiscards(
      discards,
      content.openDiscards.filter((row) => isExpected(row['guid'])),
    ),
    ...(areAggregated ? await differencesOfAggregates(mart, model, content) : []),
  ];
}

const differencesOfAggregates = async (mart: Connection, { hasCalendar }: Model, content: MartContent): Promise<string[]> => [
  ...LEVELS.flatMap((level) =>
    differences(sumLevel(content.facts.values(), level), content.levels[level]).map((difference) => `${level} ${difference}`),
  ),
  ...(hasCalendar ? await differencesOfCalendar(mart, content) : []),
  ...(await query(mart, 'select start_date_time_key from chatmart_pending_agg')).map((row) => `not aggregated: ${JSON.stringify(row)}`),
];

/** The days of Kathmandu, whose clocks have been 5:45 h ahead for all of these sessions. */
async function differencesOfCalendar(mart: Connection, { facts }: MartContent): Promise<string[]> {
  const dayOf = (ts: number): number => Math.floor((ts + 20_700) / 86_400) * 86_400 - 20_700;
  const days = (await readLevel(mart, 'day', CALENDAR.name)).map((row) => [toGroup(row), row] as const);
  return differences(sumLevel(facts.values(), dayOf), new Map(days)).map((difference) => `day of ${CALENDAR.name} ${difference}`);
}

/** The mart, each fact with its own key; a row of own keys alone is a fact that no history expects. */
async function readContent(mart: Connection, { hasOwnKey }: Model): Promise<MartContent> {
  const content = await readMart(mart);
  const own = hasOwnKey
    ? await query<{ guid: string; value: string | null }>(
        mart,
        `select media_server_ixn_guid as guid, ${OWN.column} as value from chat_session_attached_data`,
      )
    : [];
  const values = new Map(own.map(({ guid, value }) => [guid, value]));
  const guids = new Set([...content.facts.keys(), ...values.keys()]);
  return {
    ...content,
    facts: new Map([...guids].map((guid) => [guid, { ...content.facts.get(guid), [OWN_COLUMN]: values.get(guid) ?? null }])),
  };
}

const NAMELESS: Row = { guid: EMPTY_CALLID, code: 14, keyname: null, raw_value: EMPTY_CALLID };

/** Once recorded, the discard stays, whatever happens to the rows. */
const isNamelessExpected = (model: Model, { openDiscards }: MartContent): boolean => {
  const rows = rowsOf(model, EMPTY_CALLID);
  return (
    rows.some(({ known }) => known === 'seen') ||
    ((rows.length > 0 || model.hasLostNameless) && openDiscards.some((row) => row['guid'] === EMPTY_CALLID))
  );
};

/** Where several results are allowed, the one that the mart holds. */
const nearest = (callid: string, views: readonly SessionView[], content: MartContent): SessionView | undefined =>
  views.find(({ fact, discards }) => {
    const found = content.facts.get(callid);
    const open = content.openDiscards.filter((row) => row['guid'] === callid);
    const toMap = (row: Row | null | undefined): Map<string, Row> => new Map(row == null ? [] : [['', row]]);
    return differences(toMap(fact), toMap(found)).length === 0 && differencesOfDiscards(toRows(callid, discards), open).length === 0;
  }) ?? views[0];

const toRows = (guid: string, discards: readonly OpenDiscard[]): Row[] =>
  discards.map(({ code, keyname, raw }) => ({ guid, code, keyname, raw_value: raw }));

function differencesOfDiscards(expected: readonly Row[], actual: readonly Row[]): string[] {
  const toText = ({ guid, code, keyname, raw_value }: Row): string => JSON.stringify([guid, code, keyname, raw_value]);
  const [wanted, found] = [expected.map(toText), actual.map(toText)];
  return [
    ...wanted.filter((each) => !found.includes(each)).map((each) => `discard missing: ${each}`),
    ...found.filter((each) => !wanted.includes(each)).map((each) => `discard not expected: ${each}`),
    ...found.filter((each, index) => found.indexOf(each) < index).map((each) => `discard twice: ${each}`),
  ];
}
