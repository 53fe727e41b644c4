import { afterAll, beforeEach, inject, vi } from 'vitest';
import { closeAll } from './closers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** When no more tests may start, in milliseconds since 1970; 0 for never. */
    endsAt: number;
  }
}

const environment = { ...process.env };
const endsAt = inject('endsAt');

if (endsAt > 0)
  beforeEach(({ skip }) => {
    skip(Date.now() > endsAt, 'no time left');
  });

// Files share a worker, so none may leave anything to the next.
afterAll(async () => {
  await closeAll();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
});
