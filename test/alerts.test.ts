import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { METRICS, type MetricDefinition } from '../src/jobs/metric.js';
import { packageFile } from '../src/spec/package-file.js';
import { findPromtool } from './support/promtool.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const file = packageFile('deploy', 'alerts.yaml');
const { groups } = parse(readFileSync(file, 'utf8')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const promtool = findPromtool();

/** The metrics of an expression with the labels that it selects or groups by. */
const metricsOf = (expr: string) =>
  [...expr.matchAll(/chatmart_([a-z_]+)(?:\{([^}]*)\})?/g)].map(([, name, selector = '']) => ({
    name: name!,
    labels: [...selector.matchAll(/([a-z_]+)(?:=|!=)/g)].map((match) => match[1]!),
  }));

describe('alert rules', () => {
  test.each(rules.map((rule) => [rule.alert, rule] as const))('%s: its metrics and labels are there, and it says what to do', (_, rule) => {
    const metrics = metricsOf(rule.expr);
    expect(metrics.length).toBeGreaterThan(0);
    const definitions: Readonly<Record<string, MetricDefinition>> = METRICS;
    for (const { name, labels } of metrics) expect(definitions[name]?.labels).toEqual(expect.arrayContaining(labels));
    const shown = [...JSON.stringify(rule.annotations).matchAll(/\$labels\.([a-z_]+)/g)].map((match) => match[1]!);
    const known = metrics.flatMap(({ name }) => definitions[name]!.labels);
    expect(known).toEqual(expect.arrayContaining(shown));
    expect(rule.annotations.summary).toMatch(/\.$/);
    expect(rule.annotations.description.length).toBeGreaterThan(60);
    expect(['critical', 'warning', 'info']).toContain(rule.labels.severity);
  });

  test('no two have one name, and what may stop the mart from being complete has one', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(rules.flatMap(({ expr }) => metricsOf(expr).map(({ name }) => name)));
    for (const name of ['job_last_success_timestamp_seconds', 'source_complete_until_timestamp_seconds', 'source_ceiling_age_seconds'])
      expect(used).toContain(name);
  });

  test.skipIf(promtool === undefined)('pass promtool', () => {
    expect(spawnSync(promtool!, ['check', 'rules', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
