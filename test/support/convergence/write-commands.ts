import fc from 'fast-check';
import { WRITERS, writeRows } from './databases-of-history.js';
import { command, type HistoryCommand } from './history-command.js';
import { change, drawTransaction, isHiddenUpdate, updatableRows, type Change } from './model.js';
import { newValues, tellRows, writtenRows } from './sample-rows.js';

const writer = fc.nat({ max: WRITERS - 1 });

/** Rows in the writer's open transaction or in a separate one. */
const write: fc.Arbitrary<HistoryCommand> = fc.tuple(writer, writtenRows).map(([by, rows]) =>
  command({
    name: `writer ${by} writes about ${tellRows(rows)}`,
    play: async (model, { writers }) => {
      const { step: at, nowTs: addedTs } = model;
      const transaction = drawTransaction(model, model.writers[by]);
      const ids = await writeRows(writers[by]!, rows, addedTs);
      const inserted = rows.map((row, index): Change => ({
        kind: 'insert',
        row: { ...row, id: ids[index]!, addedTs, insertedAt: at, writtenAt: at, transaction, known: 'unseen', isHidden: false },
      }));
      change(model, model.writers[by], inserted);
    },
  }),
);

/** Rows under ids that the writer chooses itself, below all existing ones. */
const writeBelow = fc.tuple(writer, writtenRows).map(([by, rows]) =>
  command({
    name: `writer ${by} writes below all ids about ${tellRows(rows)}`,
    play: async (model, { writers }) => {
      const { step: at, nowTs: addedTs } = model;
      const transaction = drawTransaction(model, model.writers[by]);
      const firstId = (model.smallestId -= rows.length * model.ids.step);
      const ids = await writeRows(writers[by]!, rows, addedTs, { firstId, step: model.ids.step });
      const isHidden = !model.ids.isSlackWide;
      const inserted = rows.map((row, index): Change => ({
        kind: 'insert',
        row: { ...row, id: ids[index]!, addedTs, insertedAt: at, writtenAt: at, transaction, known: 'unseen', isHidden },
      }));
      change(model, model.writers[by], inserted);
    },
  }),
);

/** A row gets a new value and keeps its id. */
const update = fc.tuple(writer, fc.nat(), newValues).map(([by, choice, values]) =>
  command({
    name: `writer ${by} updates a row in place (${choice})`,
    isPossible: (model) => updatableRows(model).length > 0,
    play: async (model, { writers }) => {
      const rows = updatableRows(model);
      const row = rows[choice % rows.length]!;
      const value = values[row.keyname]!;
      await writers[by]!.query('update g_userdata_history set value = $2, changetype = 2 where id = $1', [row.id, value]);
      const transaction = drawTransaction(model, model.writers[by]);
      const isHidden = isHiddenUpdate(model, row);
      change(model, model.writers[by], [{ kind: 'update', id: row.id, value, at: model.step, transaction, isHidden }]);
    },
  }),
);

/** What ICON writes, with weights. */
export const WRITE_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  { weight: 24, arbitrary: write },
  { weight: 4, arbitrary: update },
  { weight: 3, arbitrary: writeBelow },
];
