import type { HistoryDatabases } from './databases-of-history.js';
import type { Model } from './model.js';

/** One event of a history, applied to the model and to the databases: a fast-check command. */
export interface HistoryCommand {
  readonly check: (model: Readonly<Model>) => boolean;
  readonly run: (model: Model, databases: HistoryDatabases) => Promise<void>;
  readonly toString: () => string;
}

interface CommandParts {
  /** Its name in a counterexample. */
  readonly name: string;
  /** Whether it can happen now; if not, it is skipped. */
  readonly isPossible?: (model: Readonly<Model>) => boolean;
  readonly play: (model: Model, databases: HistoryDatabases) => Promise<void>;
}

/** Makes a command; each counts as one step. */
export const command = ({ name, isPossible = () => true, play }: CommandParts): HistoryCommand => ({
  check: isPossible,
  run: (model, databases) => {
    model.step++;
    return play(model, databases);
  },
  toString: () => name,
});
