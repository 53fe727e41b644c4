import { describeHistories } from '../support/convergence/describe-histories.js';

// What is proved: see convergence.test.ts.

describeHistories(1);
