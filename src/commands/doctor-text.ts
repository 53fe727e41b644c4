import type { DoctorReport } from '../jobs/doctor/doctor.js';
import { SEVERITIES, type Finding, type Severity } from '../jobs/doctor/finding.js';
import { escapeControls } from '../model/text.js';

/** What `chatmart doctor` prints for people: a line a finding, the next step under it, and a count. */
export function toDoctorText({ at, version, node, findings }: DoctorReport): string {
  const width = Math.max(0, ...findings.map((finding) => titleOf(finding).length));
  const lines = findings.flatMap((finding) => [
    `${finding.severity.padEnd(8)} ${titleOf(finding).padEnd(width)} ${finding.found}`,
    ...(finding.next === null ? [] : [`${' '.repeat(9 + width)} -> ${finding.next}`]),
  ]);
  return [`chatmart ${version}, Node.js ${node}, at ${at}`, ...lines, toCounts(findings)]
    .map((line) => `${escapeControls(line)}\n`)
    .join('');
}

const titleOf = ({ place, check }: Finding): string => `${place} ${check}:`;

const PLURAL: Readonly<Record<Severity, string>> = { ok: 'ok', note: 'notes', warning: 'warnings', problem: 'problems' };

function toCounts(findings: readonly Finding[]): string {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return [...SEVERITIES]
    .reverse()
    .map((severity) => `${count(severity)} ${count(severity) === 1 ? severity : PLURAL[severity]}`)
    .join(', ');
}
