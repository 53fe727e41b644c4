import { defineConfig, mergeConfig } from 'vitest/config';
import everyday from './vitest.config.js';

/** Random histories in numbers that take hours: npm run test:long. */
export default mergeConfig(everyday, defineConfig({ test: { provide: { histories: 5000 } } }));
