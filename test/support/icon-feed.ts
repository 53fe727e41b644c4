import { withConnection } from '../../src/db/connection.js';
import { copyFrom } from '../../src/db/copy.js';
import { toIdbBatches, type IdbBatch, type IdbOptions } from '../../src/simulate/idb/idb-batches.js';
import { IDB_COPY_COLUMNS, toIdbCopyText } from '../../src/simulate/idb/idb-copy-text.js';
import type { IdbRow } from '../../src/simulate/observe/session-moments.js';
import { toTruthLine } from '../../src/commands/simulate/truth-file.js';
import type { Truth } from '../oracle/truth.js';
import { lateRowsOf } from './late-rows.js';

/** ICON at work: events of simulated sessions are stored when their time has come. */
export interface IconFeed {
  /** Stores all that has happened until then in one transaction; ICON needs two seconds for anything. */
  readonly storeUntil: (now: Date) => Promise<void>;
  /** Stores rows that no simulation knows of. */
  readonly store: (now: Date, interactionId: string, rows: readonly IdbRow[]) => Promise<void>;
  /** What happens in the sessions, including later events. */
  readonly truths: readonly Truth[];
  /** The last second up to which everything is stored. */
  readonly until: () => number;
  /** Sessions that become facts once loaded: by interaction, whether they are still active. */
  readonly isActive: ReadonlyMap<string, boolean>;
  /** Interactions with late rows that have not arrived yet. */
  readonly late: () => ReadonlySet<string>;
}

const ICON_SECONDS = 2;

/** A feed of several parallel simulations, initially without rows. Late rows arrive no later than `latest` (epoch seconds). */
export function createIconFeed(idbUrl: string, latest: number, simulations: readonly Omit<IdbOptions, 'onSession'>[]): IconFeed {
  const truths: Truth[] = [];
  const sources = simulations.map((simulation) => peekable(toIdbBatches({ ...simulation, onSession: addTruth })));
  const late: IdbBatch[] = [];
  const isActive = new Map<string, boolean>();
  const started = new Set<string>();
  let until = 0;

  function addTruth(...session: Parameters<typeof toTruthLine>): void {
    truths.push(JSON.parse(toTruthLine(...session)) as Truth);
  }

  function note({ interactionId, rows }: IdbBatch): void {
    const values = new Map(rows.map(([key, value]) => [key, value]));
    if (values.has('ChatServerSessionStartedAt')) started.add(interactionId);
    if (values.has('ChatServerSessionClosedAt')) isActive.set(interactionId, false);
    else if (values.get('csg_ChatAsyncMode') === '1' && started.has(interactionId) && !isActive.has(interactionId))
      isActive.set(interactionId, true);
  }

  /** What happened until then, oldest first; late rows of it wait. */
  function* take(): Generator<IdbBatch> {
    for (;;) {
      const [next] = sources.filter(({ peek }) => (peek()?.at ?? Infinity) <= until).sort((a, b) => a.peek()!.at - b.peek()!.at);
      if (next === undefined) break;
      const { onTime, later } = lateRowsOf(next.take(), latest);
      if (later !== undefined) late.push(later);
      note(onTime);
      yield onTime;
    }
    for (const batch of late.filter(({ at }) => at <= until)) {
      late.splice(late.indexOf(batch), 1);
      yield batch;
    }
  }

  const write = (batches: Iterable<IdbBatch>): Promise<unknown> =>
    withConnection({ url: idbUrl, applicationName: 'icon' }, (icon) =>
      copyFrom(icon, `copy g_userdata_history (${IDB_COPY_COLUMNS.join(', ')}) from stdin`, toIdbCopyText(batches)),
    );

  return {
    storeUntil: async (now) => {
      until = now.getTime() / 1_000 - ICON_SECONDS;
      await write(take());
    },
    store: async (now, interactionId, rows) => {
      const at = now.getTime() / 1_000;
      await write([{ interactionId, moment: 'closed', at, addedMs: at * 1_000, rows }]);
    },
    truths,
    until: () => until,
    isActive,
    late: () => new Set(late.map(({ interactionId }) => interactionId)),
  };
}

interface Peekable {
  readonly peek: () => IdbBatch | undefined;
  readonly take: () => IdbBatch;
}

function peekable(batches: Iterator<IdbBatch, void>): Peekable {
  let next: IdbBatch | undefined;
  let isDone = false;
  const peek = (): IdbBatch | undefined => {
    if (next === undefined && !isDone) {
      const { value, done } = batches.next();
      next = value ?? undefined;
      isDone = done === true;
    }
    return next;
  };
  return {
    peek,
    take: () => {
      const taken = peek()!;
      next = undefined;
      return taken;
    },
  };
}
