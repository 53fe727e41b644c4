import fc from 'fast-check';
import { writeRows } from './databases-of-history.js';
import { command, type HistoryCommand } from './history-command.js';
import { attachBeside, copyRows, isPurgeable, openTransactions, purge, restoreRows, rowsOf, type Model } from './model.js';
import { CALLIDS, tellRows, writtenRows } from './sample-rows.js';

/** The IDB purges the older rows of an interaction, or all of them. */
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

/** Keeps a copy of the current table, as a backup would. */
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

/**
 * The copy replaces the table: its transactions are older than those of rows read since, and ids are reused, but not those of the table
 * beside it: ID is the primary key of the IDB, so two rows that are to be in it together never share one.
 */
const restoreTable = fc.constant(0).map(() =>
  command({
    name: 'the copy takes the place of the IDB',
    isPossible: (model) => model.copy !== undefined && openTransactions(model).length === 0,
    play: async (model, { idb }) => {
      const besideId = Math.max(1, ...model.beside.map(({ id }) => id));
      await idb.query(
        `drop table g_userdata_history cascade;
         alter table g_userdata_history_copy rename to g_userdata_history;
         select setval('g_userdata_history_id_seq', greatest(max(id), ${besideId})) from g_userdata_history`,
      );
      restoreRows(model);
    },
  }),
);

const tableBeside = ({ attached }: Model): string => `g_userdata_history_beside_${attached}`;

const writeBeside = writtenRows.map((rows) =>
  command({
    name: `beside the IDB is written about ${tellRows(rows)}`,
    play: async (model, { idb }) => {
      await idb.query(`create table if not exists ${tableBeside(model)} (like g_userdata_history including all)`);
      const { step: at, nowTs: addedTs } = model;
      const ids = await writeRows(idb, rows, addedTs, { table: tableBeside(model) });
      for (const [index, row] of rows.entries())
        model.beside.push({
          ...row,
          id: ids[index]!,
          addedTs,
          insertedAt: at,
          writtenAt: at,
          transaction: at,
          known: 'unseen',
          isHidden: false,
        });
    },
  }),
);

/** A table with rows is attached to the IDB: their transactions may be older than what has been read, and their ids smaller. */
const attachTable = fc.constant(0).map(() =>
  command({
    name: 'what was written beside the IDB becomes a part of it',
    isPossible: (model) => model.beside.length > 0,
    play: async (model, { idb }) => {
      await idb.query(`alter table ${tableBeside(model)} inherit g_userdata_history`);
      attachBeside(model);
    },
  }),
);

/** What happens to the IDB besides ICON's writes, with weights. */
export const IDB_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  { weight: 2, arbitrary: purgeRows },
  { weight: 2, arbitrary: advance },
  { weight: 1, arbitrary: freeze },
  { weight: 1, arbitrary: copyTable },
  { weight: 1, arbitrary: restoreTable },
  { weight: 2, arbitrary: writeBeside },
  { weight: 1, arbitrary: attachTable },
];
