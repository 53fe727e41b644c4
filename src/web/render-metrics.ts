import { METRICS, type MetricName, type Sample } from '../jobs/metric.js';

/** Content type of the text. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const PREFIX = 'chatmart_';

/** Prometheus's text format: the samples of a metric together, after what it is. */
export function renderMetrics(samples: readonly Sample[]): string {
  const names = Object.keys(METRICS) as MetricName[];
  return names
    .flatMap((name) => {
      const own = samples.filter((sample) => sample.name === name);
      const { help, type } = METRICS[name];
      return own.length === 0 ? [] : [`# HELP ${PREFIX}${name} ${escapeHelp(help)}`, `# TYPE ${PREFIX}${name} ${type}`, ...own.map(toLine)];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function toLine({ name, labels, value }: Sample): string {
  const named = METRICS[name].labels.map((label, index) => `${label}="${escapeLabel(labels[index]!)}"`);
  return `${PREFIX}${name}${named.length === 0 ? '' : `{${named.join(',')}}`} ${value}`;
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
