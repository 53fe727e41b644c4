import { toIdbBatches } from '../../src/simulate/idb/idb-batches.js';
import { createRandom, type Random } from '../../src/simulate/random.js';
import { MAPPED_KEYS } from '../oracle/kvps.js';
import type { UserDataRow } from './user-data.js';

/** What a writer does between begin and end. */
export type WriterStep =
  | { readonly kind: 'insert' | 'insert-in-savepoint' | 'insert-and-roll-back-to-savepoint'; readonly rows: readonly UserDataRow[] }
  /** Values of existing rows change under their ids. */
  | { readonly kind: 'update' };

/** One transaction of a writer. */
export interface WriterTransaction {
  readonly steps: readonly WriterStep[];
  /** Pause before each step and before the end. */
  readonly pauseMs: number;
  readonly end: 'commit' | 'rollback' | 'prepare-and-commit' | 'prepare-and-roll-back';
}

const COUNTED = new Set(MAPPED_KEYS.filter(({ kind }) => kind === 'sum').map(({ kvp }) => kvp));

/** What ICON writes about some sessions, cut into transactions so that each session is spread over several, in no order. */
export function planTraffic({ sessions, seed }: { readonly sessions: number; readonly seed: number }): WriterTransaction[] {
  const random = createRandom(seed, 0);
  const rows = spread([...toRows(sessions, seed, random)], 0.05, random);
  const transactions: WriterTransaction[] = [];
  for (let next = 0; next < rows.length;) {
    const steps = Array.from({ length: random.integer(1, 4) }, (): WriterStep => {
      if (random.chance(0.1)) return { kind: 'update' };
      const taken = rows.slice(next, (next += random.integer(3, 15)));
      const lot = random.next();
      return {
        kind: lot < 0.04 ? 'insert-and-roll-back-to-savepoint' : lot < 0.25 ? 'insert-in-savepoint' : 'insert',
        rows: taken,
      };
    });
    transactions.push({ steps, pauseMs: toPause(random), end: toEnd(random) });
  }
  return transactions;
}

/** Rows of regular and asynchronous sessions; some keys are repeated with another value, some deleted. */
function* toRows(sessions: number, seed: number, random: Random): Generator<UserDataRow> {
  const days = { from: Date.UTC(2026, 1, 27) / 1000, to: Date.UTC(2026, 2, 3) / 1000 };
  for (const { interactionId, addedMs, rows } of toIdbBatches({ ...days, sessions, seed, statistics: 'fired', timeForm: 'mixed' }))
    for (const [key, value] of rows) {
      const row = (told: string | null): UserDataRow => [interactionId, key, told, Math.floor(addedMs / 1000)];
      yield row(value);
      if (!COUNTED.has(key) || value === null) continue;
      if (random.chance(0.06)) yield row(String(Number(value) + 1));
      if (random.chance(0.03)) yield row(null);
    }
}

/** Moves each row by up to a share of the whole. */
const spread = (rows: readonly UserDataRow[], share: number, random: Random): UserDataRow[] =>
  rows
    .map((row, index) => ({ row, position: index / rows.length + random.next() * share }))
    .sort((left, right) => left.position - right.position)
    .map(({ row }) => row);

/** Most take no or little time; 8 % take up to three seconds in all. */
function toPause(random: Random): number {
  if (random.chance(0.08)) return random.integer(200, 600);
  return random.chance(0.5) ? 0 : random.integer(5, 60);
}

function toEnd(random: Random): WriterTransaction['end'] {
  const lot = random.next();
  if (lot < 0.05) return 'rollback';
  if (lot < 0.09) return 'prepare-and-commit';
  return lot < 0.1 ? 'prepare-and-roll-back' : 'commit';
}
