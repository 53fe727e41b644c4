import { METRICS, toFullName, type MetricName, type Sample } from './metric.js';

/** Content type of the text. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Prometheus's text format: the samples of each metric together, after its help and type. */
export function renderMetrics(samples: readonly Sample[]): string {
  const names = Object.keys(METRICS) as MetricName[];
  return names
    .flatMap((name) => {
      const own = samples.filter((sample) => sample.name === name);
      const { help, type } = METRICS[name];
      const fullName = toFullName(name);
      return own.length === 0 ? [] : [`# HELP ${fullName} ${escapeHelp(help)}`, `# TYPE ${fullName} ${type}`, ...own.map(toLine)];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function toLine({ name, labels, value }: Sample): string {
  const named = METRICS[name].labels.map((label, index) => `${label}="${escapeLabel(labels[index]!)}"`);
  return `${toFullName(name)}${named.length === 0 ? '' : `{${named.join(',')}}`} ${value}`;
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

/** The samples of such a text, without those whose name or labels are not defined here. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, fullName, labelText = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const name = NAMES.get(fullName ?? '');
    if (name === undefined) return [];
    const given = new Map(
      [...labelText.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, escaped]) => [label, unescape(escaped!)]),
    );
    const labels = METRICS[name].labels.map((label) => given.get(label));
    return labels.length === given.size && labels.every((label) => label !== undefined) ? [{ name, labels, value: Number(value) }] : [];
  });
}

const NAMES: ReadonlyMap<string, MetricName> = new Map((Object.keys(METRICS) as MetricName[]).map((name) => [toFullName(name), name]));

const unescape = (text: string): string => text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
