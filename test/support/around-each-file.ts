import { afterAll, vi } from 'vitest';
import { closeAll } from './closers.js';

const environment = { ...process.env };

// Files share a worker: none leaves anything to the next one.
afterAll(async () => {
  await closeAll();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
});
