import type { ChatStatsMeasure } from '../mart/aggregates/measures.js';
import { attachedKeys } from '../model/attached-key.js';
import type { KvpMap, MappedKey } from '../model/mapped-key.js';
import type { Figure } from '../model/measure.js';
import type { ReportAttribute } from './report-attribute.js';
import { YES_OR_NO } from './report-attribute.js';

/** Where own keys are: one row for each session that has any. */
const TABLE = 'chat_session_attached_data';

/** What follows an attribute's name if a figure or an attribute of chatmart's has it already. */
const PREFIX = 'attached';

const toColumn = ({ column }: MappedKey): string => column.toLowerCase();

/** `SURVEY_SCORE` -> `survey-score`: names of own keys are found in any case, with `-` or `_`. */
export const toOwnName = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/**
 * The own keys of a mart that reports can group and filter by; times have too many values. `taken`: the column names of all other attributes
 * and figures, before which a name gives way.
 */
export function ownAttributes(map: KvpMap, taken: ReadonlySet<string>): ReportAttribute[] {
  return attachedKeys(map).flatMap((key): ReportAttribute[] => {
    const column = toColumn(key);
    const value = `${TABLE}.${column}`;
    const name = toOwnName(taken.has(column) || column.startsWith('stats_') ? `${PREFIX}_${column}`.slice(0, MOST_CHARACTERS) : column);
    const attribute = { name, title: key.kvp, dimension: TABLE, level: 'session', own: toOwnName(column) } as const;
    switch (key.type) {
      case 'own-text':
        return [{ ...attribute, label: value }];
      case 'own-number':
        return [{ ...attribute, label: `${value}::text`, key: value }];
      case 'own-flag':
        return [{ ...attribute, label: `case ${value} when 1 then 'yes' when 0 then 'no' end`, values: YES_OR_NO }];
      default:
        return [];
    }
  });
}

/** PostgreSQL cuts longer names. */
const MOST_CHARACTERS = 63;

/** What reports compute of an own key: its measures, and the figures that are shown. */
interface OwnFigures {
  readonly measures: readonly ChatStatsMeasure[];
  readonly figures: readonly Figure[];
}

/** Measures and figures of all own keys of a mart, in column order. */
export function ownFigures(map: KvpMap): OwnFigures {
  const all = attachedKeys(map).map(toFigures);
  return { measures: all.flatMap(({ measures }) => measures), figures: all.flatMap(({ figures }) => figures) };
}

function toFigures(key: MappedKey, at: number): OwnFigures {
  const column = toColumn(key);
  const value = `${TABLE}.${column}`;
  const group = key.kvp;
  const figure = (title: string, sentence: string) => ({ title: `${key.kvp}: ${title}`, group, sentence });
  const measure = (name: string, unit: string, fromFacts: string): ChatStatsMeasure => ({
    ...{ name: `own_${at}_${name}`, combine: 'sum', unit, fromFacts, mayBeUnknown: false },
    ...{ description: `Of the own key ${key.kvp}.`, when: undefined, source: undefined },
  });
  const known = measure('known', 'sessions', `count(${value})`);
  const sessions: Figure = {
    ...figure('sessions', 'How many sessions have a value of this key.'),
    ...{ name: `sessions_with_${column}`, figure: 'total', column: known.name },
  };
  if (key.type === 'own-number') {
    const total = measure('total', 'of the key', `coalesce(sum(${value}), 0)`);
    return {
      measures: [known, total],
      figures: [
        sessions,
        { ...figure('total', 'The sum of its values.'), ...{ name: `total_${column}`, figure: 'total', column: total.name } },
        {
          ...figure('average', 'The average of its values, over the sessions that have one.'),
          ...{ name: `average_${column}`, figure: 'average', of: total.name, per: known.name },
        },
      ],
    };
  }
  if (key.type === 'own-flag') {
    const yes = measure('yes', 'sessions', `count(*) filter (where ${value} = 1)`);
    return {
      measures: [known, yes],
      figures: [
        sessions,
        { ...figure('yes', 'How many sessions have it set.'), ...{ name: `sessions_yes_${column}`, figure: 'total', column: yes.name } },
        {
          ...figure('share of yes', 'Which part of the sessions with a value have it set.'),
          ...{ name: `share_yes_${column}`, figure: 'ratio', of: [yes.name], per: [known.name] },
        },
      ],
    };
  }
  return { measures: [known], figures: [sessions] };
}
