import fc from 'fast-check';
import { monotonicMs } from '../../../src/model/clock.js';
import { testClock } from '../databases.js';
import { emptyHistoryDatabases, WRITERS, type HistoryDatabases } from './databases-of-history.js';
import { CERTAIN_KILL, DISTURBED_RUN_COMMANDS, KILLED_RUN_COMMANDS } from './disturbed-run-commands.js';
import type { HistoryCommand } from './history-command.js';
import { IDB_COMMANDS } from './idb-commands.js';
import { fillAndCompare, JOB_COMMANDS, runAndCompare } from './job-commands.js';
import { createModel, hasHiddenRows, type IdKind, type Model } from './model.js';
import { endTransactions, TRANSACTION_COMMANDS } from './transaction-commands.js';
import { WRITE_COMMANDS } from './write-commands.js';

const COMMANDS = [...WRITE_COMMANDS, ...TRANSACTION_COMMANDS, ...IDB_COMMANDS, ...JOB_COMMANDS, ...DISTURBED_RUN_COMMANDS];

export interface HistoriesOptions {
  readonly seed: number;
  readonly histories: number;
  /** Some runs are separate processes and get SIGKILL. */
  readonly isKilled?: boolean;
  /** The path of a failure to replay, as its message gives it. */
  readonly path?: string;
  readonly replayPath?: string;
}

/** Longer histories cost more than they find; the average history has half as many commands. */
const MOST_COMMANDS = 40;

/** How long a failing history is shrunk before it is reported as it is. */
const SHRINKING_MS = 60_000;

/** Ids as ICON draws them; without slack, which would hide a wrong window; and so far apart that a run takes many chunks. */
const ID_KINDS: readonly IdKind[] = [
  { step: 1, slack: undefined, isSlackWide: true },
  { step: 1, slack: 0, isSlackWide: false },
  { step: 60_000, slack: undefined, isSlackWide: false },
];

/** Plays random histories, each from empty databases until quiet. Throws with the smallest history found that leaves the mart wrong. */
export async function checkHistories(databases: HistoryDatabases, options: HistoriesOptions): Promise<void> {
  const { seed, histories, isKilled = false, path, replayPath } = options;
  const some = fc.oneof(...COMMANDS, ...(isKilled ? KILLED_RUN_COMMANDS : []));
  const commands = fc.commands([some], { maxCommands: MOST_COMMANDS, size: 'max', ...(replayPath === undefined ? {} : { replayPath }) });
  let shrinkingUntil: number | undefined;
  const kills = fc.record({ commands: isKilled ? CERTAIN_KILL : fc.constant([]), at: fc.nat({ max: Math.floor(MOST_COMMANDS / 3) }) });
  const property = fc.asyncProperty(fc.constantFrom(...ID_KINDS), commands, kills, async (ids, history, kill) => {
    if (shrinkingUntil !== undefined && monotonicMs() > shrinkingUntil) return;
    try {
      await playHistory(databases, ids, insert(history, kill));
    } catch (error) {
      shrinkingUntil ??= monotonicMs() + SHRINKING_MS;
      throw error;
    }
  });
  const details = await fc.check(property, { seed, numRuns: histories, ...(path === undefined ? {} : { path }) });
  if (details.failed) throw new Error(toMessage(details), { cause: details.errorInstance });
}

async function playHistory(databases: HistoryDatabases, ids: IdKind, history: Iterable<Command>): Promise<void> {
  await emptyHistoryDatabases(databases, ids.step);
  const model: Model = createModel(testClock().getTime() / 1000, WRITERS, ids);
  await fc.asyncModelRun(() => ({ model, real: databases }), history);
  await endTransactions(model, databases);
  await runAndCompare(model, databases);
  // The daily window finds rows that were updated in place under old ids; a broken run may have to be finished first.
  for (let day = 0; day < 2 && hasHiddenRows(model); day++) {
    model.nowTs += 86_400;
    await runAndCompare(model, databases);
  }
  if (model.hasOwnKey) await fillAndCompare(model, databases);
}

/** Commands inserted at a given place of a history, or at its end if it is shorter. */
interface Inserted {
  readonly commands: readonly HistoryCommand[];
  readonly at: number;
}

function* insert(history: Iterable<Command>, { commands, at }: Inserted): Iterable<Command> {
  let index = 0;
  for (const each of history) {
    if (index++ === at) yield* commands;
    yield each;
  }
  if (index <= at) yield* commands;
}

type Command = fc.AsyncCommand<Model, HistoryDatabases, boolean>;

interface Failure {
  readonly seed: number;
  readonly counterexample: readonly [IdKind, Iterable<Command>, Inserted] | null;
  readonly counterexamplePath: string | null;
  readonly errorInstance: unknown;
}

/** The history as a numbered list, what was wrong after it, and how to replay it. */
function toMessage({ seed, counterexample, counterexamplePath, errorInstance }: Failure): string {
  const [{ step, slack }, history, kill] = counterexample!;
  const lines = [...insert(history, kill)].map((each, index) => `  ${index + 1}. ${String(each)}`);
  const replayPath = /replayPath="([^"]*)"/.exec(fc.stringify(history))?.[1];
  return [
    `A history with ids in steps of ${step} and ${slack === undefined ? 'the usual slack' : `a slack of ${slack}`} ends in a wrong mart:`,
    ...lines,
    '  Then all transactions commit, and a run follows.',
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `To play it again: checkHistories(databases, ${JSON.stringify({ seed, histories: 1, path: counterexamplePath, replayPath })})`,
  ].join('\n');
}
