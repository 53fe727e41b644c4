import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { METRICS, toFullName, type MetricName } from '../../src/metrics/metric.js';
import { packageFile } from '../../src/spec/package-file.js';

/** An alert of deploy/alerts.yaml. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

export const ALERT_RULES_FILE = packageFile('deploy', 'alerts.yaml');

export function readAlertRules(): AlertRule[] {
  const { groups } = parse(readFileSync(ALERT_RULES_FILE, 'utf8')) as { readonly groups: readonly { readonly rules: AlertRule[] }[] };
  return groups.flatMap((group) => group.rules);
}

const NAMES = new Map((Object.keys(METRICS) as MetricName[]).map((name) => [toFullName(name), name]));

/** The metrics of an expression, named without the prefix, with the labels it selects by. An unknown metric keeps its full name. */
export const metricsOf = (expr: string): { readonly name: string; readonly labels: readonly string[] }[] =>
  [...expr.matchAll(/((?:chatmart|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g)].map(([, name, selector = '']) => ({
    name: NAMES.get(name!) ?? name!,
    labels: [...selector.matchAll(/([a-z_]+)(?:=|!=)/g)].map((match) => match[1]!),
  }));
