import { afterAll } from 'vitest';
import { closeAll } from './closers.js';

afterAll(closeAll);
