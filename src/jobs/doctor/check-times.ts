import { readTimesAhead, toTimeAheadText } from '../../mart/times-ahead.js';
import { ok, problem, warning, type Diagnosis } from './finding.js';
import type { MartPatient } from './patient.js';

/** Have all times on record come? A clock that was ahead for one run leaves some that have not. */
export async function checkTimes({ connection, clock }: Pick<MartPatient, 'connection' | 'clock'>): Promise<Diagnosis[]> {
  const ahead = await readTimesAhead(connection, clock());
  if (ahead.length === 0) return [ok("no time on record lies ahead of this machine's clock")];
  return ahead.map((time) =>
    (time.what === 'facts_kept_from' ? problem : warning)(
      toTimeAheadText(time),
      'Look at the clocks of this machine and of both servers (check clock), then type: chatmart run',
    ),
  );
}
