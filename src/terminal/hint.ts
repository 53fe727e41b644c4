import type { Advice, State } from '../model/errors.js';

const STATES: Readonly<Record<State, string>> = {
  'nothing-done': 'Nothing was done.',
  'nothing-read': 'Nothing was read or written.',
  'nothing-changed': 'Nothing was changed.',
  'nothing-written': 'Nothing was written.',
  'nothing-deleted': 'Nothing was deleted.',
  'nothing-sent': 'No user name or password was sent.',
  'committed-stays': 'Work that was already committed is kept and is not repeated.',
  'rolled-back': 'Work that was already committed is kept and is not repeated. The current transaction was rolled back.',
  'chunk-in-part': 'Part of the chunk may be loaded. The watermark has not moved.',
  'work-done': 'The work is done and its results are kept.',
};

/** The sentences of the line `hint: …`: what was left behind, what to do, and whether to run the command again; undefined: none. */
export function toHint({ state, next, again }: Advice): string | undefined {
  const verb = next === undefined || again !== 'then' ? 'Run' : 'Then run';
  const repeat = again === undefined ? undefined : `${verb} the same command again${again === 'then' ? '' : ` ${again}`}.`;
  const sentences = [state === undefined ? undefined : STATES[state], next, repeat].filter((each) => each !== undefined);
  return sentences.length === 0 ? undefined : sentences.join(' ');
}
