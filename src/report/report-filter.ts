import { queryRows, type Connection } from '../db/connection.js';
import { ConfigError } from '../model/errors.js';
import { didYouMean, nearestNames } from '../model/text.js';
import { toOwnName } from './own-keys.js';
import { readMeasureRegistry } from '../spec/measure-registry.js';
import {
  isMember,
  REPORT_ATTRIBUTES,
  toUniqueNames,
  type Member,
  type ReportAttribute,
  type ReportFilter,
  type ShownFilter,
} from './report-attribute.js';
import { selectMembers, selectValues } from './report.sql.js';

/** The attributes that options filter by. */
export const FILTER_ATTRIBUTES = REPORT_ATTRIBUTES.filter(
  (attribute): attribute is ReportAttribute & { readonly option: string } => attribute.option !== undefined,
);

/** The option that filters by own keys, as `NAME=VALUE`: one for all, so that no name of a site meets one of chatmart's options. */
export const OWN_OPTION = 'attached';

/** The values of the filters' options, by option; `not:` before a value excludes it. */
export type FilterRequest = Readonly<Record<string, readonly string[] | undefined>>;

/** A value that an attribute may have: as reports show it, and as statements compare it. */
interface KnownValue {
  readonly shown: string;
  readonly value: string | number;
}

/** How filters show an own key without a value, which is asked for by an empty text. */
const NO_VALUE = '(none)';

const NOT = 'not:';
/** Before a value that itself begins with one of these words. */
const IS = 'is:';

/** A filter as it was asked for. */
interface AskedFilter {
  readonly attribute: ReportAttribute;
  /** What was typed before the value: `--tenant `, or `--attached queue=`. */
  readonly typed: string;
  readonly texts: readonly string[];
}

/** The filters of a request; adds what is wrong with names of own keys to `problems`. */
function toAsked(request: FilterRequest, own: readonly ReportAttribute[], problems: string[]): AskedFilter[] {
  const asked = new Map<string, string[]>();
  for (const text of request[OWN_OPTION] ?? []) {
    const [, name = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const attribute = own.find(({ own: each, name: full }) => [each, full].includes(toOwnName(name.trim())));
    if (value === undefined) problems.push(`--${OWN_OPTION} ${JSON.stringify(text)} is not NAME=VALUE`);
    else if (attribute === undefined) problems.push(toUnknownKey(text, name.trim(), own));
    else asked.set(attribute.name, [...(asked.get(attribute.name) ?? []), value]);
  }
  return [
    ...FILTER_ATTRIBUTES.map((attribute) => {
      const texts = request[attribute.option] ?? [];
      return { attribute, typed: `--${attribute.option} `, texts: attribute.name === 'hour-of-day' ? texts.flatMap(toHours) : texts };
    }),
    ...own.map((attribute) => ({ attribute, typed: `--${OWN_OPTION} ${attribute.own}=`, texts: asked.get(attribute.name) ?? [] })),
  ].filter(({ texts }) => texts.length > 0);
}

/** `18-21` -> 18, 19, 20, 21, also beyond midnight: `22-06`; `9` -> 09. Other texts stay as they are. */
function toHours(text: string): string[] {
  const [, not = '', first, last = first] = /^(not:)?(\d\d?)(?:-(\d\d?))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || from > 23 || to > 23) return [text];
  return Array.from({ length: ((to - from + 24) % 24) + 1 }, (_, at) => `${not}${String((from + at) % 24).padStart(2, '0')}`);
}

function toUnknownKey(text: string, name: string, own: readonly ReportAttribute[]): string {
  const names = own.map((attribute) => attribute.own!);
  const list = names.length === 0 ? 'the mart has none' : `the mart has ${names.join(', ')}`;
  return `--${OWN_OPTION} ${JSON.stringify(text)}: ${JSON.stringify(name)} is not an own key to filter by; ${list}${didYouMean(toOwnName(name), names)}`;
}

/**
 * Finds the values of filters among all that the mart has ever had; `own`: the attributes of its own keys. Throws `ConfigError` with all
 * unknown ones at once.
 */
export async function resolveFilters(
  connection: Connection,
  request: FilterRequest,
  own: readonly ReportAttribute[] = [],
): Promise<ReportFilter[]> {
  const filters: ReportFilter[] = [];
  const problems: string[] = [];
  const listed: string[] = [];
  for (const { attribute, typed, texts } of toAsked(request, own, problems)) {
    const known = await readKnownValues(connection, attribute);
    const found = texts.map((text) => ({ text, ...findValue(text, known) }));
    const unknown = found
      .filter(({ values }) => values.length === 0)
      .map(({ text, name }) => toProblem(attribute, `${typed}${JSON.stringify(text)}`, name, known));
    problems.push(...unknown);
    if (unknown.length > 0) listed.push(toKnownText(attribute, known));
    const pick = (isExcluded: boolean): KnownValue[] => [
      ...new Map(found.flatMap(({ isNot, values }) => (isNot === isExcluded ? values.map((each) => [each.value, each]) : []))).values(),
    ];
    const [included, excluded] = [pick(false), pick(true)];
    filters.push({
      attribute,
      include: included.map(({ value }) => value),
      exclude: excluded.map(({ value }) => value),
      shown: {
        by: attribute.name,
        title: attribute.title,
        values: included.map(({ shown }) => shown || NO_VALUE),
        not: excluded.map(({ shown }) => shown || NO_VALUE),
      },
    });
  }
  if (problems.length === 0) return filters;
  throw new ConfigError('unknown-filter-value', problems.join('; '), {
    state: 'nothing-read',
    next: ['Write values as reports show them.', ...listed.map((sentence) => `${sentence}.`)].join(' '),
  });
}

/** `not:` negates, unless only the whole text is known. */
function findValue(text: string, known: readonly KnownValue[]): { isNot: boolean; name: string; values: readonly KnownValue[] } {
  const whole = findNamed(text, known);
  if (text.startsWith(NOT)) {
    const name = text.slice(NOT.length);
    const bare = name.startsWith(IS) ? name.slice(IS.length) : name;
    const values = [findNamed(name, known), findNamed(bare, known)].find(({ length }) => length > 0) ?? [];
    if (values.length > 0 || whole.length === 0) return { isNot: true, name, values };
  }
  if (whole.length === 0 && text.startsWith(IS)) {
    const name = text.slice(IS.length);
    return { isNot: false, name, values: findNamed(name, known) };
  }
  return { isNot: false, name: text, values: whole };
}

/** Exactly as shown; otherwise in any case, if that leaves no choice. */
function findNamed(name: string, known: readonly KnownValue[]): readonly KnownValue[] {
  const exact = known.filter(({ shown }) => shown === name);
  if (exact.length > 0) return exact;
  const similar = known.filter(({ shown }) => shown.toLowerCase() === name.toLowerCase());
  return similar.length === 1 ? similar : [];
}

async function readKnownValues(connection: Connection, attribute: ReportAttribute): Promise<KnownValue[]> {
  if (isMember(attribute)) {
    const members = await queryRows<Member>(connection, selectMembers(attribute));
    return Array.from(toUniqueNames(members), ([key, name]) => ({ shown: name ?? `(${key})`, value: key }));
  }
  const values = attribute.name === 'outcome' ? readMeasureRegistry().outcomes.map(({ name }) => name) : attribute.values;
  const known = values ?? (await queryRows<{ value: string }>(connection, selectValues(attribute))).map(({ value }) => value).sort();
  return [...known, ...(attribute.own === undefined ? [] : [''])].map((value) => ({ shown: value, value }));
}

/** The known values that a message lists. */
const MOST_LISTED = 20;

function toProblem({ title }: ReportAttribute, typed: string, name: string, known: readonly KnownValue[]): string {
  const names = known.map(({ shown }) => shown);
  const parts = names.filter((each) => name !== '' && each.toLowerCase().includes(name.toLowerCase()));
  const near = [...new Set([...nearestNames(name, names), ...parts])].slice(0, 3).map((each) => JSON.stringify(each));
  return `${typed} is not a value of ${title}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`;
}

function toKnownText({ title }: ReportAttribute, known: readonly KnownValue[]): string {
  const names = known
    .filter(({ shown }) => shown !== '')
    .map(({ shown }) => JSON.stringify(shown))
    .sort();
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return `Values of ${title}: ${names.slice(0, MOST_LISTED).join(', ')}${more}`;
}

/** Filters for people: `tenant Bank (1) or Shop; language not English`. */
export const toFilterText = (filters: readonly ShownFilter[]): string =>
  filters
    .map(({ title, values, not }) => [title.toLowerCase(), values.join(' or '), not.map((value) => `not ${value}`).join(' and ')])
    .map((parts) => parts.filter((part) => part !== '').join(' '))
    .join('; ');
