import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRICS, toFullName, type MetricDefinition, type MetricName } from '../../src/metrics/metric.js';
import { ALERT_CASES, toPromtoolTests } from '../support/alert-cases.js';
import { ALERT_RULES_FILE, metricsOf, readAlertRules } from '../support/alert-rules.js';
import { findPromtool, NO_PROMTOOL } from '../support/promtool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const rules = readAlertRules();
const promtool = findPromtool();
// A skipped test would otherwise go unnoticed.
if (promtool === undefined) process.stderr.write(`${NO_PROMTOOL}: that the alarms fire is not tested\n`);

describe('alert rules', () => {
  test.each(rules.map((rule) => [rule.alert, rule] as const))('%s: its metrics and labels are there, and it says what to do', (_, rule) => {
    const metrics = metricsOf(rule.expr);
    expect(metrics.length).toBeGreaterThan(0);
    const definitions: Readonly<Record<string, MetricDefinition>> = METRICS;
    for (const { name, labels } of metrics) expect(definitions[name]?.labels).toEqual(expect.arrayContaining([...labels]));
    const shown = [...JSON.stringify(rule.annotations).matchAll(/\$labels\.([a-z_]+)/g)].map((match) => match[1]!);
    const known = [...metrics.flatMap(({ name }) => definitions[name]!.labels), 'instance'];
    expect(known).toEqual(expect.arrayContaining(shown));
    expect(rule.annotations.summary).toMatch(/\.$/);
    expect(rule.annotations.description.length).toBeGreaterThan(60);
    expect(['critical', 'warning', 'info']).toContain(rule.labels.severity);
  });

  test('names are unique, and everything that may delay the mart has an alarm', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(rules.flatMap(({ expr }) => metricsOf(expr).map(({ name }) => name)));
    for (const name of ['job_last_success_timestamp_seconds', 'source_complete_until_timestamp_seconds', 'source_ceiling_age_seconds'])
      expect(used).toContain(name);
  });

  test('each has data with which it fires, ends again, and with which it is silent, as metrics that there are', () => {
    for (const { alert } of rules) {
      const cases = ALERT_CASES.filter((each) => each.alert === alert);
      expect([alert, cases.some(({ fires = [] }) => fires.length > 0), cases.some(({ fires = [] }) => fires.length === 0)]).toEqual([
        ...[alert, true, true],
      ]);
    }
    const labelsOf = new Map((Object.keys(METRICS) as MetricName[]).map((name) => [toFullName(name), METRICS[name].labels]));
    for (const each of ALERT_CASES.flatMap(({ series }) => Object.keys(series)).filter((each) => each !== 'up')) {
      const labels = [...each.matchAll(/([a-z_]+)="/g)].map((match) => match[1]!).filter((label) => !['instance', 'job'].includes(label));
      expect([each, labels]).toEqual([each, labelsOf.get(each.split('{')[0]!)]);
    }
  });

  test('pass promtool', ({ skip }) => {
    if (promtool === undefined) skip(NO_PROMTOOL);
    else expect(spawnSync(promtool, ['check', 'rules', ALERT_RULES_FILE], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('fire when they must, and only then', { timeout: 120_000 }, ({ skip }) => {
    if (promtool === undefined) {
      skip(NO_PROMTOOL);
      return;
    }
    const folder = temporaryFolder();
    const files = toPromtoolTests(ALERT_RULES_FILE, rules).map((text, index) => {
      const file = path.join(folder, `${index}.json`);
      writeFileSync(file, text);
      return file;
    });
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', ...files], { encoding: 'utf8' });
    expect({ status, failures: `${stdout}${stderr}`.split('\n').filter((line) => !/^\s*$|SUCCESS$|^Unit Testing/.test(line)) }).toEqual({
      ...{ status: 0, failures: [] },
    });
  });
});
