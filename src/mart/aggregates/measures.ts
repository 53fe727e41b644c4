import { ConfigError } from '../../model/errors.js';
import { type KvpMap, type MappedKey, toPresenceBit } from '../../model/mapped-key.js';
import type { Combine, MeasureRegistry, RegisteredMeasure } from '../../model/measure.js';
import { forSeconds, readMeasureRegistry } from '../../spec/measure-registry.js';

/** One number of AGT_CHAT_STATS_*: what it counts, how it is computed from the facts of a group, and how its rows are combined. */
export interface ChatStatsMeasure {
  /** Lower-case column name. */
  readonly name: string;
  /** How several rows become one, at every level. */
  readonly combine: Combine;
  readonly unit: string;
  /** One sentence for the column's comment. */
  readonly description: string;
  /** SQL aggregate over the facts of a group, where `session.outcome` is `sessionOutcome`; never null. */
  readonly fromFacts: string;
  /**
   * NULL in rows that an older chatmart built, until they are aggregated again; permanently where the facts have been purged. A row
   * combined with such a row is NULL as well, because a partial total would look complete.
   */
  readonly mayBeUnknown: boolean;
  /** SQL for whether a session counts; undefined: all do. */
  readonly when: string | undefined;
  /** The user-data key whose fact column is combined; undefined for measures of the registry. */
  readonly source: MappedKey | undefined;
}

/** Until `chatmart migrate` is told otherwise. */
export const DEFAULT_SERVICE_LEVEL_SECONDS: readonly number[] = [20, 60];

/** Within how many seconds sessions are counted as answered. */
export const toServiceLevels = ({ serviceLevelSeconds }: KvpMap): readonly number[] => serviceLevelSeconds ?? DEFAULT_SERVICE_LEVEL_SECONDS;

/** The measures of the chat aggregates in column order: those of the registry, then each measure of the fact under the fact's own name. */
export function chatStatsMeasures(map: KvpMap, registry: MeasureRegistry = readMeasureRegistry()): ChatStatsMeasure[] {
  const levels = toServiceLevels(map).flatMap((seconds) => registry.serviceLevels.map((measure) => forSeconds(measure, seconds)));
  return [
    ...[...registry.measures, ...levels].map((measure) => toSessionMeasure(map, registry, measure)),
    ...map.keys.filter((key) => key.type === 'measure').map(toKeyMeasure),
  ];
}

function toSessionMeasure(map: KvpMap, registry: MeasureRegistry, measure: RegisteredMeasure): ChatStatsMeasure {
  const { name, combine, unit, of, when, sentence } = measure;
  const condition = when === undefined ? undefined : toSql(map, registry, when);
  const filter = condition === undefined ? '' : ` filter (where ${condition})`;
  return {
    ...{ name, combine, unit, source: undefined, when: condition },
    description: sentence,
    fromFacts: of === undefined ? `count(*)${filter}` : `coalesce(${combine}(${of})${filter}, 0)::bigint`,
    mayBeUnknown: measure.first !== true,
  };
}

/** Every mart has had the columns of the keys up to this number from the start (migration 009); those of later keys may be added. */
const LAST_KEY_OF_FIRST_MARTS = 50;

function toKeyMeasure(key: MappedKey): ChatStatsMeasure {
  const combine = key.aggregate ?? 'sum';
  const name = key.column.toLowerCase();
  return {
    name,
    combine,
    unit: key.unit,
    description: `${combine === 'sum' ? 'Sum over the sessions' : 'Largest value of a session'}: ${key.description}`,
    fromFacts: `${combine}(chat_session_fact.${name})::bigint`,
    mayBeUnknown: key.number > LAST_KEY_OF_FIRST_MARTS,
    ...{ source: key, when: undefined },
  };
}

/** SQL aggregate that combines rows of a measure as the measure says; NULL if one of them is NULL. */
export function combineRows({ name, combine, mayBeUnknown }: ChatStatsMeasure, relation: string): string {
  const column = `${relation}.${name}`;
  const combined = `${combine}(${column})`;
  return mayBeUnknown ? `case when count(${column}) = count(*) then ${combined} end` : combined;
}

/** SQL for the row `relation` and the row `other` of the same group as one; NULL if the former is. */
export function addToRow({ name, combine }: ChatStatsMeasure, relation: string, other: string): string {
  const [held, added] = [`${relation}.${name}`, `${other}.${name}`];
  // Of a NULL and a number, greatest() is the number.
  return combine === 'sum' ? `${held} + ${added}` : `case when ${held} is not null then greatest(${held}, ${added}) end`;
}

/** SQL that tells whether a bot took part in a session. */
export const sessionHasBot = (map: KvpMap, registry: MeasureRegistry = readMeasureRegistry()): string => toSql(map, registry, '{with-bot}');

/** SQL for the outcome of a session: the first row of the registry's decision table whose condition holds. */
export function sessionOutcome(map: KvpMap, registry: MeasureRegistry = readMeasureRegistry()): string {
  const rows = registry.outcomes.map(({ name, when }) =>
    when === undefined ? `else '${name}'` : `when ${toSql(map, registry, when)} then '${name}'`,
  );
  return `case\n    ${rows.join('\n    ')}\n  end`;
}

/**
 * The end of a subquery that computes such an expression: the planner then does not copy it into each place that uses it. None where facts
 * are spread: their nodes could not go on from there.
 */
export const fence = ({ isSpread }: KvpMap): string => (isSpread === true ? '' : '\n  offset 0');

/** Until `chatmart migrate` is told otherwise. */
export const DEFAULT_SHORT_ABANDON_SECONDS = '10';

/** Settings of the mart that conditions refer to, and what holds where CTL_SCHEMA_INFO has none. */
const SETTING = {
  'visited-counts-as': { type: 'text', default: `'handled'` },
  'short-abandon-seconds': { type: 'integer', default: DEFAULT_SHORT_ABANDON_SECONDS },
} as const;

/**
 * SQL of a condition of the registry: `{name}` is a term, `{came:KEY}` says that Chat Server sent a user-data key, `{setting:NAME}` is a
 * property of CTL_SCHEMA_INFO. Throws `ConfigError` for a key that the map does not have.
 */
function toSql(map: KvpMap, registry: MeasureRegistry, condition: string): string {
  return condition.replace(/\{(?:(came|setting):)?([\w-]+)\}/g, (_, kind: string | undefined, name: string) => {
    if (kind === 'came') return `chat_session_fact.kvp_present & ${toPresenceBit(keyOf(map, name))} <> 0`;
    if (kind === 'setting') return toSettingSql(name as keyof typeof SETTING);
    const term = registry.terms.find((known) => known.name === name);
    if (term === undefined) throw new Error(`specs/measures.json has no term ${name}`);
    return toSql(map, registry, term.when);
  });
}

// An uncorrelated subquery is evaluated once a statement.
const toSettingSql = (name: keyof typeof SETTING): string =>
  `coalesce((select ctl_schema_info.value::${SETTING[name].type} from ctl_schema_info where ctl_schema_info.property = '${name}'), ${SETTING[name].default})`;

function keyOf(map: KvpMap, kvp: string): MappedKey {
  const key = map.keys.find((candidate) => candidate.kvp === kvp);
  if (key !== undefined) return key;
  throw new ConfigError('kvp-map-incomplete', `The KVP map ${map.name} has no key ${kvp}, which the aggregates need`, {
    state: 'nothing-changed',
    next: 'Put the key back into specs/chat-session.json.',
  });
}
