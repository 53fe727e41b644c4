import fc from 'fast-check';
import { command, type HistoryCommand } from './history-command.js';
import { copyRows, isPurgeable, openTransactions, purge, restoreRows, rowsOf } from './model.js';
import { CALLIDS } from './sample-rows.js';

/** The IDB forgets the older rows of an interaction, or all. */
const purgeRows = fc.tuple(fc.constantFrom(...CALLIDS), fc.nat({ max: 3 })).map(([callid, kept]) =>
  command({
    name: `${callid} is purged but for its newest ${kept} rows`,
    isPossible: (model) => isPurgeable(model, callid),
    play: async (model, { idb }) => {
      const untilId = rowsOf(model, callid).at(-1 - kept)?.id ?? 0;
      await idb.query('delete from g_userdata_history where callid = $1 and id <= $2', [callid, untilId]);
      purge(model, callid, untilId);
    },
  }),
);

const advance = fc.constantFrom(1, 5, 26, 100).map((hours) =>
  command({
    name: `${hours} hours pass`,
    play: (model) => {
      model.nowTs += hours * 3600;
      return Promise.resolve();
    },
  }),
);

const freeze = fc.constant(0).map(() =>
  command({
    name: 'the IDB is vacuumed and frozen',
    play: async (_, { idb }) => {
      await idb.query('vacuum (freeze) g_userdata_history');
    },
  }),
);

/** The table as it is now is kept beside it, as a backup would. */
const copyTable = fc.constant(0).map(() =>
  command({
    name: 'the IDB is copied',
    play: async (model, { idb }) => {
      await idb.query(
        `drop table if exists g_userdata_history_copy;
         create table g_userdata_history_copy (like g_userdata_history including all);
         insert into g_userdata_history_copy select * from g_userdata_history`,
      );
      copyRows(model);
    },
  }),
);

/** The copy takes the table's place: its transactions are older than those of what was read since, and ids come again. */
const restoreTable = fc.constant(0).map(() =>
  command({
    name: 'the copy takes the place of the IDB',
    isPossible: (model) => model.copy !== undefined && openTransactions(model).length === 0,
    play: async (model, { idb }) => {
      await idb.query(
        `drop table g_userdata_history;
         alter table g_userdata_history_copy rename to g_userdata_history;
         select setval('g_userdata_history_id_seq', greatest(max(id), 1)) from g_userdata_history`,
      );
      restoreRows(model);
    },
  }),
);

/** What is done to the IDB beside ICON's writing, with how often. */
export const IDB_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  { weight: 2, arbitrary: purgeRows },
  { weight: 2, arbitrary: advance },
  { weight: 1, arbitrary: freeze },
  { weight: 1, arbitrary: copyTable },
  { weight: 1, arbitrary: restoreTable },
];
