import fc from 'fast-check';
import { WRITERS } from './databases-of-history.js';
import { command, type HistoryCommand } from './history-command.js';
import { applyChanges, openTransactions, type Model } from './model.js';

const MOST_PREPARED = 3;

const writer = fc.nat({ max: WRITERS - 1 });

const begin = writer.map((by) =>
  command({
    name: `writer ${by} begins`,
    isPossible: (model) => model.writers[by] === undefined,
    play: async (model, { writers }) => {
      await writers[by]!.query('begin');
      model.writers[by] = { firstWriteAt: undefined, changes: [], savepoints: [] };
    },
  }),
);

const isOpen = (model: Model, by: number): boolean => model.writers[by] !== undefined;

const commit = writer.map((by) =>
  command({
    name: `writer ${by} commits`,
    isPossible: (model) => isOpen(model, by),
    play: async (model, { writers }) => {
      await writers[by]!.query('commit');
      applyChanges(model, model.writers[by]!.changes);
      model.writers[by] = undefined;
    },
  }),
);

const rollback = writer.map((by) =>
  command({
    name: `writer ${by} rolls back`,
    isPossible: (model) => isOpen(model, by),
    play: async (model, { writers }) => {
      await writers[by]!.query('rollback');
      model.writers[by] = undefined;
    },
  }),
);

const savepoint = writer.map((by) =>
  command({
    name: `writer ${by} makes a savepoint`,
    isPossible: (model) => isOpen(model, by),
    play: async (model, { writers }) => {
      const { savepoints, changes } = model.writers[by]!;
      await writers[by]!.query(`savepoint s${savepoints.length}`);
      savepoints.push({ changes: changes.length, transaction: undefined });
    },
  }),
);

const rollbackToSavepoint = writer.map((by) =>
  command({
    name: `writer ${by} rolls back to the savepoint`,
    isPossible: (model) => (model.writers[by]?.savepoints.length ?? 0) > 0,
    play: async (model, { writers }) => {
      const { savepoints, changes } = model.writers[by]!;
      await writers[by]!.query(`rollback to s${savepoints.length - 1}`);
      const last = savepoints.at(-1)!;
      changes.length = last.changes;
      // Later writes get a new number again.
      last.transaction = undefined;
    },
  }),
);

const releaseSavepoint = writer.map((by) =>
  command({
    name: `writer ${by} releases the savepoint`,
    isPossible: (model) => (model.writers[by]?.savepoints.length ?? 0) > 0,
    play: async (model, { writers }) => {
      const { savepoints } = model.writers[by]!;
      await writers[by]!.query(`release s${savepoints.length - 1}`);
      savepoints.pop();
    },
  }),
);

const prepare = writer.map((by) =>
  command({
    name: `writer ${by} prepares its transaction`,
    isPossible: (model) => isOpen(model, by) && model.prepared.size < MOST_PREPARED,
    play: async (model, { writers }) => {
      const gid = `${process.pid} ${model.step}`;
      await writers[by]!.query(`prepare transaction '${gid}'`);
      const transaction = model.writers[by]!;
      // It has a number now, even if it has written nothing.
      transaction.firstWriteAt ??= model.step;
      model.prepared.set(gid, transaction);
      model.writers[by] = undefined;
    },
  }),
);

const endPrepared = fc.tuple(fc.nat(), fc.boolean()).map(([choice, isCommitted]) =>
  command({
    name: `prepared transaction ${choice} is ${isCommitted ? 'committed' : 'rolled back'}`,
    isPossible: (model) => model.prepared.size > 0,
    play: async (model, { idb }) => {
      const [gid, transaction] = [...model.prepared][choice % model.prepared.size]!;
      await idb.query(`${isCommitted ? 'commit' : 'rollback'} prepared '${gid}'`);
      if (isCommitted) applyChanges(model, transaction.changes);
      model.prepared.delete(gid);
    },
  }),
);

/** Ends of transactions, at any moment. */
export const ENDING_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  { weight: 4, arbitrary: commit },
  { weight: 1, arbitrary: rollback },
  { weight: 2, arbitrary: endPrepared },
];

/** What happens to ICON's transactions, with weights. */
export const TRANSACTION_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  ...ENDING_COMMANDS,
  { weight: 4, arbitrary: begin },
  { weight: 1, arbitrary: savepoint },
  { weight: 1, arbitrary: rollbackToSavepoint },
  { weight: 1, arbitrary: releaseSavepoint },
  { weight: 1, arbitrary: prepare },
];

/** Ends all transactions in an order that the history does not choose. */
export async function endTransactions(...[model, databases]: Parameters<HistoryCommand['run']>): Promise<void> {
  for (const [by, transaction] of model.writers.entries())
    if (transaction !== undefined) {
      await databases.writers[by]!.query('commit');
      applyChanges(model, transaction.changes);
      model.writers[by] = undefined;
    }
  for (const [gid, { changes }] of model.prepared) {
    await databases.idb.query(`commit prepared '${gid}'`);
    applyChanges(model, changes);
  }
  model.prepared.clear();
  if (openTransactions(model).length > 0) throw new Error('A transaction is still open');
}
