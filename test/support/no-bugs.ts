import { CommanderError } from 'commander';
import { toOperatorError } from '../../src/db/operator-error.js';
import { ChatmartError } from '../../src/model/errors.js';

const BUG = /this is a bug in chatmart|"code":"bug"/;

/** Hands on what the program has written. Errors: it calls something a bug, which no test but those of that very message provokes. */
export function withoutBugs(text: string): string {
  if (BUG.test(text)) throw new Error(`The program calls this a bug:\n${text}`);
  return text;
}

/** Errors: the program would call this error a bug. */
export function refuseBug(error: unknown): void {
  if (error instanceof ChatmartError || error instanceof CommanderError || toOperatorError(error) !== undefined) return;
  throw new Error('The program would call this a bug', { cause: error });
}
