import { describeHistories } from '../support/convergence/describe-histories.js';

// For what is proved, see convergence.test.ts.

describeHistories(1);
