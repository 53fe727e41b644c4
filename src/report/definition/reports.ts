import { readdirSync } from 'node:fs';
import { ConfigError } from '../../model/errors.js';
import { toServiceLevels } from '../../mart/aggregates/measures.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { Figure } from '../../model/measure.js';
import { forSeconds, readMeasureRegistry } from '../../spec/measure-registry.js';
import { counted, didYouMean } from '../../model/text.js';
import { packageFile } from '../../spec/package-file.js';
import { ownAttributes, ownFigures } from '../own-keys.js';
import { REPORT_ATTRIBUTES, toColumnName, toEndColumn, toKeyColumn } from '../report-attribute.js';
import { noteUnknownNames, readDefinition } from './read-definition.js';
import { isOfGroups, OWN_KEYS, type NamedReport, type ReportDefinition } from './report-definition.js';

let known: readonly NamedReport[] | undefined;

/** The definitions in `specs/reports/`, in the order of their names; read once. */
export function readReports(): readonly NamedReport[] {
  known ??= readdirSync(packageFile('specs', 'reports'))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => readDefinition(packageFile('specs', 'reports', file)));
  return known;
}

/** Finds a report by name. Throws `ConfigError` for an unknown one. */
export function requireReport(name: string): NamedReport {
  const report = readReports().find((each) => each.name === name);
  if (report !== undefined) return report;
  const names = readReports().map((each) => each.name);
  throw new ConfigError('unknown-report', `There is no report ${JSON.stringify(name)}${didYouMean(name, names)}`, {
    state: 'nothing-done',
    next: `Use one of: ${names.join(', ')}.`,
  });
}

/**
 * A report with its figures, with the service levels and own keys of a mart. Throws `ConfigError` if it names attributes, figures or columns
 * that there are not.
 */
export function withFigures(report: NamedReport, map: KvpMap): ReportDefinition {
  const problems: string[] = [];
  noteUnknownNames(report, (path, problem) => problems.push(`${path}: ${problem}`), {
    attributes: ownAttributes(map, takenNames(map)).map(({ name }) => name),
    measures: ownFigures(map).figures.map(({ name }) => name),
  });
  if (problems.length === 0) return { ...report, metrics: isOfGroups(report) ? toFigures(report.measures, map) : [] };
  throw new ConfigError(
    'bad-definition',
    `The definition of the report ${report.name} has ${counted(problems.length, 'problem')}: ${problems.join('; ')}`,
    {
      state: 'nothing-read',
      next: 'Correct it; docs/measures.md lists the figures, chatmart report --help the attributes.',
    },
  );
}

/** What statements of reports call their own columns. */
const NAMES_IN_STATEMENTS =
  'bucket duration range up_to_seconds share cumulative_share p50 p90 p95 p99 id starts start_ts end_ts is_async ends asyncs number is_group is_total first_ts last_ts seconds regular_most regular_seconds regular_at_end async_most async_seconds async_at_end'.split(
    ' ',
  );

/** The column names that an own key cannot have in reports: those of chatmart's attributes and figures. */
export function takenNames(map: KvpMap): Set<string> {
  const { figures, serviceLevelFigures } = readMeasureRegistry();
  const levels = toServiceLevels(map).flatMap((seconds) => serviceLevelFigures.map((figure) => forSeconds(figure, seconds)));
  const attributes = REPORT_ATTRIBUTES.flatMap((attribute) => [toColumnName(attribute), toKeyColumn(attribute), toEndColumn(attribute)]);
  return new Set([...[...figures, ...levels, ...ownFigures(map).figures].map(({ name }) => name), ...attributes, ...NAMES_IN_STATEMENTS]);
}

/** The figures of service levels take the place of the first of them: all of one number of seconds, then all of the next. */
function toFigures(names: readonly string[], map: KvpMap): Figure[] {
  const { figures, serviceLevelFigures } = readMeasureRegistry();
  const perSeconds = names.filter((name) => serviceLevelFigures.some((figure) => figure.name === name));
  const levels = serviceLevelFigures.filter(({ name }) => perSeconds.includes(name));
  return names.flatMap((name) => {
    if (name === OWN_KEYS) return ownFigures(map).figures;
    if (!perSeconds.includes(name)) return [...figures, ...ownFigures(map).figures].find((figure) => figure.name === name)!;
    if (name !== perSeconds[0]) return [];
    return toServiceLevels(map).flatMap((seconds) => levels.map((level) => forSeconds(level, seconds)));
  });
}
