import { hasAgent, isAgent, type Played, type Step } from './replay.js';

/** The three end reason codes; none while the session is open. */
export function sessionEnd({ steps, closing }: Played): (readonly [name: string, code: string])[] {
  if (closing === undefined) return [];
  const { by, reason } = endedBy(steps, closing);
  return [
    ['csg_SessionEndedAgent', endedAgent(steps, closing)],
    ['csg_SessionEndedBy', by],
    ['csg_SessionEndedReason', reason],
  ];
}

function endedAgent(steps: readonly Step[], closing: Step): 'PRESENT' | 'VISITED' | 'ABSENT' {
  // A party that closes the session by leaving is still inside.
  if (hasAgent(closing.before)) return 'PRESENT';
  let visited = false;
  let anyMessage = false;
  for (const { event, party, visibility } of steps) {
    if (event.kind === 'join' && isAgent(party, visibility)) visited = true;
    if (event.kind === 'message') anyMessage = true;
    // The guide's very specific condition: nobody wrote before the restoration, and no agent joins after it.
    if (event.kind === 'restore' && !anyMessage) visited = false;
  }
  return visited ? 'VISITED' : 'ABSENT';
}

function endedBy(steps: readonly Step[], closing: Step): { by: string; reason: string } {
  // A customer who left and did not return ended the session, whoever closed it later. A restoration does not count as leaving.
  const ofCustomer = steps.filter(({ event, party }) => party?.role === 'CLIENT' && (event.kind === 'join' || event.kind === 'leave'));
  const last = ofCustomer.at(-1)?.event;
  if (last?.kind === 'leave') return { by: 'CLIENT', reason: last.reason };
  if (closing.event.kind === 'close') return { by: 'SYSTEM', reason: closing.event.reason };
  if (closing.event.kind === 'leave' && closing.party !== undefined) return { by: closing.party.role, reason: closing.event.reason };
  throw new Error(`${closing.event.kind} at ${closing.event.at} closes no session`);
}
