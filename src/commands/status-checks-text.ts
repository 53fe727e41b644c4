import { isBroken, type DataCheckResult } from '../jobs/data-checks/data-check.js';

/** What `chatmart status --check` prints of the data checks: a line each, and the examples of those that found something. */
export const toChecksLines = (checks: readonly DataCheckResult[]): string[] => checks.flatMap(toLines);

function toLines(check: DataCheckResult): string[] {
  const { name, rule, reads, breaches, examples, skipped, seconds } = check;
  const verdict = skipped !== null ? `not asked: ${skipped}` : isBroken(check) ? `${breaches} breaches` : 'ok';
  return [`${name}: ${verdict}. ${rule} (${reads}; ${seconds.toFixed(2)} s)`, ...examples.map((example) => `  ${example}`)];
}
