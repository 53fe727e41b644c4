const PREFIX_SPACE = 36 ** 5;
/** Has no factor in common with 36 ** 5: so each seed has a prefix of its own. */
const PREFIX_STEP = 25_214_903;

/** Seeds beyond this one would share their ids with smaller ones. */
export const LARGEST_SEED = PREFIX_SPACE - 1;

/** Makes ids in the form of Interaction Server and Chat Server: 16 characters such as AAHMA1000000YST3, never the same twice. */
export function createIdSource(seed: number, kind: 'interaction' | 'chat-session'): (number: number) => string {
  const prefix = toBase36((seed * PREFIX_STEP) % PREFIX_SPACE, 5) + (kind === 'interaction' ? '1' : '2');
  return (number) => prefix + toBase36(number, 10);
}

const toBase36 = (number: number, length: number): string => number.toString(36).toUpperCase().padStart(length, '0');
