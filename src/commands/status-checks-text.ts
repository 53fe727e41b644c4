import { isBroken, type DataCheckResult } from '../jobs/data-checks/data-check.js';
import { counted, verb } from '../model/text.js';

/** What `chatmart status --check` prints of the data checks: a line each, and the examples of those that found something. */
export const toChecksLines = (checks: readonly DataCheckResult[]): string[] => checks.flatMap(toLines);

function toLines(check: DataCheckResult): string[] {
  const { name, rule, reads, examples, seconds } = check;
  return [`${name}: ${toVerdict(check)}. ${rule} (${reads}; ${seconds.toFixed(2)} s)`, ...examples.map((example) => `  ${example}`)];
}

/** Never more than what was compared can tell. */
function toVerdict(check: DataCheckResult): string {
  const { breaches, skipped, compared } = check;
  const sides =
    compared === null
      ? ''
      : `: ${counted(compared.idb, 'interaction')} of the IDB ${verb(compared.idb, 'was', 'were')} asked for, the mart knows ${compared.mart} of them`;
  const notAsked = skipped === null ? '' : `${compared === null ? '' : '; '}not asked: ${skipped}`;
  if (isBroken(check)) return `${counted(breaches, 'breach', 'breaches')}${sides}${notAsked}`;
  if (compared === null) return skipped === null ? 'ok' : notAsked;
  if (compared.idb === 0) return `nothing was compared, the IDB has no row of a chat session in them${notAsked}`;
  return `${skipped === null ? 'ok' : 'nothing missing among those compared'}${sides}${notAsked}`;
}
