import { afterAll, beforeEach, inject, vi } from 'vitest';
import { closeAll } from './closers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** When no further test is to begin, in milliseconds since 1970; 0: never. */
    endsAt: number;
  }
}

const environment = { ...process.env };
const endsAt = inject('endsAt');

if (endsAt > 0)
  beforeEach(({ skip }) => {
    skip(Date.now() > endsAt, 'no time left');
  });

// Files share a worker: none leaves anything to the next one.
afterAll(async () => {
  await closeAll();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
});
