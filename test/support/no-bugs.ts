import { CommanderError } from 'commander';
import { toOperatorError } from '../../src/db/operator-error.js';
import { ChatmartError } from '../../src/model/errors.js';

const BUG = /this is a bug in chatmart|"code":"bug"/;

/** Returns the program's output. Throws if it calls something a bug, which only tests of that very message may provoke. */
export function withoutBugs(text: string): string {
  if (BUG.test(text)) throw new Error(`The program calls this a bug:\n${text}`);
  return text;
}

/** Throws if the program would call this error a bug. */
export function refuseBug(error: unknown): void {
  if (error instanceof ChatmartError || error instanceof CommanderError || toOperatorError(error) !== undefined) return;
  throw new Error('The program would call this a bug', { cause: error });
}
