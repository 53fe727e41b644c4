import { recordStatements } from './statement-recorder.mjs';
import { statementsFolder } from './statements-folder.js';

// What our code sends from this worker; programs record by themselves (program-arguments.ts).
recordStatements(statementsFolder());
