import { readFileSync } from 'node:fs';
import { ConfigError } from '../../model/errors.js';
import { readUtf8, unreadableText } from '../../model/file-text.js';
import { readJson } from '../../model/read-json.js';
import { counted, didYouMean } from '../../model/text.js';
import { PRESETS } from '../../model/time-preset.js';
import { readMeasureRegistry } from '../../spec/measure-registry.js';
import type { Chart, ChartDefinition } from '../page/chart.js';
import { REPORT_ATTRIBUTES, toColumnName } from '../report-attribute.js';
import { FILTER_ATTRIBUTES, OWN_OPTION } from '../report-filter.js';
import { SESSION_COLUMNS, sessionFigureNames } from '../session-list.js';
import { isOfDurations, isOfGroups, OWN_KEYS, ROW_KINDS, type NamedReport, type RowKind } from './report-definition.js';

const FIELDS = ['$schema', 'name', 'title', 'sentence', 'prompts', 'rows', 'attributes', 'measures', 'sort', 'top', 'charts'];
const CHART_TYPES = ['columns', 'stacked-columns', 'lines', 'bars', 'heat-map'];
/** More rows than anyone asks for, and as many as a person reads. */
export const MOST_TOP = 1_000_000;

/** Notes a problem at a path such as `charts[1].title`. */
type Note = (path: string, problem: string) => void;

/**
 * Reads the definition of a report. Names that are neither attributes nor figures of chatmart may be those of a mart's own keys: the report
 * itself finds out, unless something else is wrong too. Throws `ConfigError` with all problems at once, each with its place.
 */
export function readDefinition(file: string): NamedReport {
  const { content, placeOf } = readContent(file);
  if (!isObject(content)) throw toError(file, ['an object is expected']);
  const problems: string[] = [];
  const note: Note = (path, problem) => {
    const key = /^[^.[]*/.exec(path)![0];
    problems.push(`${path}: ${problem}${key in content ? ` (${placeOf(key)})` : ''}`);
  };
  for (const name of Object.keys(content))
    if (!FIELDS.includes(name)) note(name, `is not a field of a definition${didYouMean(name, FIELDS)}`);
  const rows = readRows(content['rows'], note);
  const report: NamedReport = {
    name: readText(content['name'], 'name', note, { pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, expected: 'lower-case words joined by -' }),
    title: readText(content['title'], 'title', note),
    sentence: content['sentence'] === undefined ? '' : readText(content['sentence'], 'sentence', note),
    prompts: readPrompts(content['prompts'], note),
    rows,
    attributes: readNames(content['attributes'], 'attributes', note),
    measures: isOfDurations({ rows }) && content['measures'] === undefined ? [] : readNames(content['measures'], 'measures', note),
    sort: content['sort'] === undefined ? undefined : readNames(content['sort'], 'sort', note),
    top: content['top'] === undefined ? undefined : readTop(content['top'], note),
    charts: readCharts(content['charts'] ?? [], note),
  };
  if (isOfDurations({ rows }) && report.measures.length > 0) note('measures', `rows of ${rows} have none`);
  if (rows === 'overview') noteFixed(content, note);
  if (isOfGroups({ rows }) && Array.isArray(content['measures']) && content['measures'].length === 0) note('measures', 'name at least one');
  if (problems.length > 0) noteUnknownNames(report, note);
  if (problems.length > 0) throw toError(file, problems);
  return report;
}

/** An overview has tables and charts of its own; its figures, and what it asks for, are those of its definition. */
function noteFixed(content: Readonly<Record<string, unknown>>, note: Note): void {
  const fixed = ['sort', 'top', 'charts'].filter((name) => content[name] !== undefined);
  const attributes = content['attributes'];
  for (const name of Array.isArray(attributes) && attributes.length > 0 ? ['attributes', ...fixed] : fixed)
    note(name, 'rows of overview have none');
}

function readContent(file: string): { readonly content: unknown; readonly placeOf: (key: string) => string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw toError(file, [`it cannot be read: ${unreadableText((error as NodeJS.ErrnoException).code)}`]);
  }
  const read = readUtf8(bytes);
  if ('problem' in read) throw toError(file, [`it ${read.problem}`]);
  const json = readJson(
    read.text,
    'a definition is JSON, such as {"name": "…", "title": "…", "attributes": ["day"], "measures": ["sessions"]}',
  );
  if ('problems' in json)
    throw toError(
      file,
      json.problems.map((problem) => `it is not valid JSON ${problem}`),
    );
  return json;
}

const toError = (file: string, problems: readonly string[]): ConfigError =>
  new ConfigError('bad-definition', `The definition ${file} has ${counted(problems.length, 'problem')}: ${problems.join('; ')}`, {
    state: 'nothing-read',
    next: 'Correct it; specs/schema/report-definition.schema.json describes its fields, and specs/reports/ has examples.',
  });

/** Notes attributes and figures that chatmart does not have, nor a mart whose own keys have these `columns`. */
export function noteUnknownNames(
  report: NamedReport,
  note: Note,
  own: { readonly attributes: readonly string[]; readonly measures: readonly string[] } = { attributes: [], measures: [] },
): void {
  const attributes = [...REPORT_ATTRIBUTES.map(({ name }) => name), ...own.attributes];
  const measures = [...(report.rows === 'sessions' ? sessionFigureNames() : toFigureNames()), ...own.measures];
  const noteNames = (field: 'attributes' | 'measures', known: readonly string[], thing: string): void =>
    report[field].forEach((name, at) => {
      if (!known.includes(name)) note(`${field}[${at}]`, `${JSON.stringify(name)} is not ${thing}${didYouMean(name, known)}`);
    });
  noteNames('attributes', attributes, 'an attribute');
  noteNames('measures', measures, 'a figure');
  const figures = [...measures, ...report.measures].flatMap(toColumns);
  const columns = [
    ...attributes.map((name) => toColumnName({ name })),
    ...figures,
    'duration',
    'range',
    'p50',
    'p90',
    'p95',
    'p99',
    'period',
    ...SESSION_COLUMNS,
  ];
  const noteColumn = (path: string, name: string): void => {
    if (!columns.includes(name) && !/^service_level_(\d+|\{seconds\})_seconds/.test(name))
      note(path, `${JSON.stringify(name)} is not a column${didYouMean(name, columns)}`);
  };
  report.sort?.forEach((name, at) => noteColumn(`sort[${at}]`, name.replace(/^-/, '')));
  report.charts.forEach(({ chart }, at) => {
    noteColumn(`charts[${at}].chart.along`, chart.along);
    if (chart.across !== undefined) noteColumn(`charts[${at}].chart.across`, chart.across);
    chart.figures.forEach((name, index) => noteColumn(`charts[${at}].chart.figures[${index}]`, name));
  });
}

const toFigureNames = (): string[] => {
  const { figures, serviceLevelFigures } = readMeasureRegistry();
  return [...figures, ...serviceLevelFigures].map(({ name }) => name).concat(OWN_KEYS);
};

const toColumns = (measure: string): string[] => (measure.includes('{') ? [] : [measure]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface TextRule {
  readonly pattern: RegExp;
  readonly expected: string;
}

const ANY_TEXT: TextRule = { pattern: /^[^\p{Cc}]{1,200}$/u, expected: 'a text of 1 to 200 characters' };

function readText(value: unknown, path: string, note: Note, { pattern, expected }: TextRule = ANY_TEXT): string {
  if (typeof value === 'string' && value.trim() !== '' && pattern.test(value)) return value;
  note(path, value === undefined ? `is missing: ${expected}` : `${expected} is expected`);
  return '';
}

function readRows(value: unknown, note: Note): RowKind {
  if (value === undefined) return 'groups';
  if (ROW_KINDS.includes(value as RowKind)) return value as RowKind;
  note('rows', `one of ${ROW_KINDS.join(', ')} is expected`);
  return 'groups';
}

function readTop(value: unknown, note: Note): number | undefined {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_TOP) return Number(value);
  note('top', `a whole number from 1 to ${MOST_TOP} is expected`);
  return undefined;
}

/** A list of different texts. */
function readNames(value: unknown, path: string, note: Note): string[] {
  if (!Array.isArray(value)) {
    note(path, value === undefined ? 'is missing: a list of names' : 'a list of names is expected');
    return [];
  }
  const names: string[] = [];
  (value as unknown[]).forEach((name, at) => {
    if (typeof name !== 'string') note(`${path}[${at}]`, 'a name is expected');
    else if (names.includes(name)) note(`${path}[${at}]`, `${JSON.stringify(name)} is named twice`);
    else names.push(name);
  });
  return names;
}

const DEFAULT_PROMPTS: NamedReport['prompts'] = { preset: 'current-month', filters: {} };

function readPrompts(value: unknown, note: Note): NamedReport['prompts'] {
  if (value === undefined) return DEFAULT_PROMPTS;
  if (!isObject(value)) {
    note('prompts', 'an object {"preset", "filters"} is expected');
    return DEFAULT_PROMPTS;
  }
  for (const name of Object.keys(value))
    if (!['preset', 'filters'].includes(name)) note(`prompts.${name}`, 'is not a prompt; there are preset and filters');
  const { preset = DEFAULT_PROMPTS.preset, filters = {} } = value;
  if (!PRESETS.some((name) => name === preset)) note('prompts.preset', `one of ${PRESETS.join(', ')} is expected`);
  const options = [...FILTER_ATTRIBUTES.map(({ option }) => option), OWN_OPTION];
  if (!isObject(filters)) note('prompts.filters', 'an object with lists of values is expected');
  const read = Object.entries(isObject(filters) ? filters : {}).map(([option, values]) => {
    if (!options.includes(option)) note(`prompts.filters.${option}`, `is not a filter${didYouMean(option, options)}`);
    return [option, readNames(values, `prompts.filters.${option}`, note)] as const;
  });
  return { preset: String(preset), filters: Object.fromEntries(read) };
}

function readCharts(value: unknown, note: Note): ChartDefinition[] {
  if (!Array.isArray(value)) {
    note('charts', 'a list of {"title", "chart"} is expected');
    return [];
  }
  return (value as unknown[]).flatMap((entry, at) => {
    const path = `charts[${at}]`;
    if (!isObject(entry)) {
      note(path, 'an object {"title", "caption", "chart"} is expected');
      return [];
    }
    for (const name of Object.keys(entry))
      if (!['title', 'caption', 'chart'].includes(name))
        note(`${path}.${name}`, 'is not a field of a chart; there are title, caption and chart');
    return [
      {
        title: readText(entry['title'], `${path}.title`, note),
        caption: entry['caption'] === undefined ? undefined : readText(entry['caption'], `${path}.caption`, note),
        chart: readChart(entry['chart'], `${path}.chart`, note),
      },
    ];
  });
}

function readChart(value: unknown, path: string, note: Note): Chart {
  const fields = isObject(value) ? value : {};
  if (!isObject(value)) note(path, 'an object {"type", "along", "figures"} is expected');
  const { type, along, across, figures, unit } = fields;
  for (const name of Object.keys(fields))
    if (!['type', 'along', 'across', 'figures', 'unit'].includes(name))
      note(`${path}.${name}`, 'is not known; there are type, along, across, figures and unit');
  if (isObject(value) && !CHART_TYPES.includes(type as string)) note(`${path}.type`, `one of ${CHART_TYPES.join(', ')} is expected`);
  if (type === 'heat-map' && across === undefined)
    note(`${path}.across`, 'is missing: the column whose values are the rows of the heat map');
  return {
    type: type as Chart['type'],
    along: isObject(value) ? readText(along, `${path}.along`, note) : '',
    ...(across === undefined ? {} : { across: readText(across, `${path}.across`, note) }),
    figures: isObject(value) ? readNames(figures, `${path}.figures`, note) : [],
    ...(unit === undefined ? {} : { unit: readText(unit, `${path}.unit`, note) }),
  };
}
