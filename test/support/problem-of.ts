import { ChatmartError } from '../../src/model/errors.js';

/** Class, code and sentence of the operator's error that `work` fails with; any other outcome fails the test. */
export async function problemOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ChatmartError) return `${error.name} ${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('It ended without an error');
}
