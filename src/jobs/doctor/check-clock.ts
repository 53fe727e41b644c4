import { readServerTime } from '../../mart/server-clock.js';
import { ok, warning, type Diagnosis } from './finding.js';
import type { Patient } from './patient.js';

/** More than a slow answer; half of what the two ends of a session may differ by. */
const MOST_SECONDS = 30;

/** Does the server's clock agree with this machine's? Lag is told by both, and a retry by one. */
export async function checkClock({ connection, clock }: Pick<Patient, 'connection' | 'clock'>): Promise<Diagnosis[]> {
  const before = clock().getTime();
  const now = await readServerTime(connection);
  const after = clock().getTime();
  const ahead = (now.getTime() - (before + after) / 2) / 1000;
  const known = MOST_SECONDS + (after - before) / 2_000;
  const seconds = Math.abs(ahead).toFixed(1);
  if (Math.abs(ahead) <= known) return [ok(`its clock and this machine's differ by ${seconds} s`)];
  return [
    warning(
      `its clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine's: lag and ages are told wrong by so much`,
      'Let both follow the same time servers (chronyc tracking, timedatectl).',
    ),
  ];
}
