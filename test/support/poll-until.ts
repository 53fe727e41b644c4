import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough to leave the processors to what is waited for. */
const PAUSE_MS = 10;

/** Asks until the answer is yes. */
export async function pollUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(PAUSE_MS);
}
