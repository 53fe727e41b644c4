import fc from 'fast-check';
import { BusyError } from '../../../src/model/errors.js';
import { query } from '../databases.js';
import { startBeside } from './beside.js';
import type { HistoryDatabases } from './databases-of-history.js';
import { command, type HistoryCommand } from './history-command.js';
import { jobsBeside, noteOrder, type Job } from './job-commands.js';
import { certainMoments, loadingMoments, moments, tellMoment } from './moments.js';
import { noteReading, noteRun, type Model } from './model.js';
import type { AtMessage, Moment } from './statement-gate.js';
import { ENDING_COMMANDS } from './transaction-commands.js';
import { WRITE_COMMANDS } from './write-commands.js';
import { run } from '../jobs.js';

/** ICON keeps writing while the run works. */
const runWhileWriting = fc
  .tuple(moments, fc.array(fc.oneof(...WRITE_COMMANDS, ...ENDING_COMMANDS), { minLength: 1, maxLength: 3 }))
  .map(([moment, others]) =>
    command({
      name: `run, and before ${tellMoment(moment)}: ${others.map(String).join('; ')}`,
      play: (model, databases) =>
        runHeldUp(model, databases, moment, async () => {
          for (const other of others) if (other.check(model)) await other.run(model, databases);
        }),
    }),
  );

const secondRun: Job = { name: 'run', start: (options) => unlessBusy(run(options)) };

/** Another job, or a second run of the same source, gets as far as it can while the run is held up. */
const runBesideJob = fc
  .tuple(loadingMoments, fc.oneof({ weight: 5, arbitrary: jobsBeside }, { weight: 1, arbitrary: fc.constant(secondRun) }))
  .map(([moment, { name, start }]) =>
    command({
      name: `run, and before ${tellMoment(moment)}: ${name}`,
      play: async (model, databases) => {
        const beside: { ended?: Promise<unknown> } = {};
        await runHeldUp(model, databases, moment, async () => {
          Object.assign(beside, await startBeside(databases.mart, () => start(databases.runOptions(model))));
        });
        await beside.ended;
        noteReading(model, false);
      },
    }),
  );

/** A job is held up, and a run gets as far as it can. */
const jobBesideRun = fc.tuple(loadingMoments, jobsBeside).map(([moment, { name, start }]) =>
  command({
    name: `${name}, and before ${tellMoment(moment)}: run`,
    play: async (model, databases) => {
      const beside: { ended?: Promise<unknown> } = {};
      await runHeldUp(
        model,
        databases,
        moment,
        async () => {
          Object.assign(beside, await startBeside(databases.mart, () => secondRun.start(databases.runOptions(model))));
        },
        start,
      );
      await beside.ended;
      noteReading(model, false);
    },
  }),
);

/** The run loses its connections. */
const runThatIsCut = fc.tuple(moments, fc.boolean()).map(([moment, isSent]) =>
  command({
    name: `run, cut off ${isSent ? 'after' : 'before'} ${tellMoment(moment)}`,
    play: async (model, databases) => {
      const isCut = { yet: false };
      await runBroken(model, databases, moment, isSent, {
        run: async () => {
          const error = await run(databases.runThroughGate(model)).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (error !== undefined && !isCut.yet) throw error as Error;
        },
        end: () => {
          isCut.yet = true;
          return Promise.resolve();
        },
      });
    },
  }),
);

/** The run's process gets SIGKILL, at any moment or at one that is certain to come. */
const toKilledRun = (of: fc.Arbitrary<Moment>, isSure: boolean): fc.Arbitrary<HistoryCommand> =>
  fc.tuple(of, fc.boolean()).map(([moment, isSent]) =>
    command({
      name: `run in a process of its own, killed ${isSent ? 'after' : 'before'} ${tellMoment(moment)}`,
      play: async (model, databases) => {
        const { child, ended, start } = await databases.runProcess();
        await runBroken(model, databases, moment, isSent, {
          run: async () => {
            start(databases.runThroughGate(model), model.nowTs);
            const { code, signal } = await ended;
            if ((isSure || code !== 0) && signal !== 'SIGKILL') throw new Error(`The process of a run ended with code ${code ?? 'none'}`);
          },
          end: () => {
            child.kill('SIGKILL');
            return ended;
          },
        });
      },
    }),
  );

/** A run, or another job, during which something happens once. */
async function runHeldUp(
  model: Model,
  databases: HistoryDatabases,
  moment: Moment,
  action: AtMessage,
  start: Job['start'] = secondRun.start,
): Promise<void> {
  noteRun(model, 'disturbed');
  const failures: unknown[] = [];
  const callOff = databases.gate.at(moment, (send) => action(send).catch((error: unknown) => void failures.push(error)));
  await start(databases.runThroughGate(model));
  callOff();
  if (failures.length > 0) throw failures[0] as Error;
  await noteOrder(model, databases.mart);
  noteRun(model, 'disturbed');
}

/** A run that is ended from outside. Returns when the server has noticed. */
async function runBroken(
  model: Model,
  { gate, idb, mart }: HistoryDatabases,
  moment: Moment,
  isSent: boolean,
  how: { readonly run: () => Promise<void>; readonly end: () => Promise<unknown> },
): Promise<void> {
  noteRun(model, 'broken');
  const callOff = gate.at(moment, async (send) => {
    if (isSent) send();
    await how.end();
    gate.cut();
  });
  await how.run();
  callOff();
  for (const server of [idb, mart]) while ((await query(server, RUNNING)).length > 0);
  await noteOrder(model, mart);
  noteRun(model, 'broken');
}

const RUNNING = `select from pg_stat_activity where application_name like 'chatmart %' and datname = current_database()`;

/** Of two concurrent runs, one may be refused. */
const unlessBusy = (running: Promise<unknown>): Promise<unknown> =>
  running.catch((error: unknown) => {
    if (!(error instanceof BusyError && error.code === 'run-in-progress')) throw error;
  });

/** Disturbed runs, with their weights. */
export const DISTURBED_RUN_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [
  { weight: 2, arbitrary: runWhileWriting },
  { weight: 1, arbitrary: runThatIsCut },
  { weight: 2, arbitrary: runBesideJob },
  { weight: 1, arbitrary: jobBesideRun },
];

/** Runs whose process is killed; each starts a process. */
export const KILLED_RUN_COMMANDS: fc.WeightedArbitrary<HistoryCommand>[] = [{ weight: 2, arbitrary: toKilledRun(moments, false) }];

/** Rows, and a run over them that is certain to be killed. */
export const CERTAIN_KILL: fc.Arbitrary<readonly HistoryCommand[]> = fc.tuple(
  WRITE_COMMANDS[0]!.arbitrary,
  toKilledRun(certainMoments, true),
);
