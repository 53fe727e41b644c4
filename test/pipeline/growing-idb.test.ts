import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/simulate/random.js';
import { toIdbBatches } from '../../src/simulate/idb/idb-batches.js';
import { isOnCluster, query } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { compareMarts, runOnceOverRowsOf, runWhileGrowing, type Growth } from '../support/growing-idb.js';
import { runCycle, type Urls } from '../support/histories.js';
import type { UserDataRow } from '../support/user-data.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';

describe('ten runs over an IDB that grows between them', () => {
  const random = createRandom(2, 0);
  const RUNS = 10;
  let grown: Urls;

  beforeAll(async () => {
    const rows = shuffleSessions([...simulatedRows()], 0.6);
    const perRun = Math.ceil(rows.length / RUNS);
    const growths = Array.from({ length: RUNS }, (_, run): Growth => {
      const part = rows.slice(run * perRun, (run + 1) * perRun);
      const isHeld = part.map(() => run < RUNS - 1 && random.chance(0.3));
      return { held: part.filter((_, index) => isHeld[index]), committed: part.filter((_, index) => !isHeld[index]) };
    });
    grown = await runWhileGrowing(growths);
  });

  /** What ICON writes about 60 sessions, regular and asynchronous, and later changes, deletions and corrections. */
  function* simulatedRows(): Generator<UserDataRow> {
    const week = { from: Date.UTC(2025, 11, 28) / 1000, to: Date.UTC(2026, 0, 4) / 1000 };
    for (const batch of toIdbBatches({ ...week, sessions: 60, seed: 5, statistics: 'fired', timeForm: 'mixed' })) {
      const guid = batch.interactionId;
      const row = (key: string, value: string | null): UserDataRow => [guid, key, value, Math.floor(batch.addedMs / 1000)];
      for (const [key, value] of batch.rows) {
        yield row(key, value);
        const [wrong, deleted, moved] = [random.chance(0.03), random.chance(0.03), random.chance(0.05)];
        if (wrong) yield row(key, 'not yet known');
        if (deleted) yield row(key, null);
        if (wrong || deleted) yield row(key, value);
        if (moved && key === START) yield row(key, '2025-12-31T23:59:59Z');
      }
    }
  }

  /** Spreads each session over a part of the whole, with keys in any order. */
  function shuffleSessions(rows: readonly UserDataRow[], spread: number): UserDataRow[] {
    return rows
      .map((row, index) => ({ row, position: index / rows.length + random.next() * spread }))
      .sort((left, right) => left.position - right.position)
      .map(({ row }) => row);
  }

  test('are cut in the middle of sessions: every session comes in several of them', async () => {
    const again = `select count(*)::int as sessions, count(update_audit_key)::int as updated from infomart.chat_session_fact`;
    const [{ sessions, updated } = { sessions: 0, updated: 0 }] = await query<{ sessions: number; updated: number }>(grown.martUrl, again);
    expect(sessions).toBeGreaterThan(45);
    expect(updated).toBeGreaterThan(30);
  });

  test('end in the same mart as one run', async () => {
    const whole = await runOnceOverRowsOf(grown.idbUrl);
    expect(await compareMarts(whole.martUrl, grown.martUrl)).toEqual([]);
  });

  // The mart of the one run has taken the place of theirs.
  test.skipIf(isOnCluster())('leave nothing for an eleventh', async () => {
    const summary = await runCycle(grown);
    expect(summary).toMatchObject({ rows: 0, intervals: 0, sessions: { inserted: 0, updated: 0, unchanged: 0, deleted: 0 } });
  });
});

/** Possible values of each key; null: it is deleted. */
const VALUES: Readonly<Record<string, readonly (string | null)[]>> = {
  [START]: ['2026-03-01T10:07:00Z', '1772359620', '2026-03-01T09:50:00Z', '2026-03-01T10:17:30Z', 'soon', '', '1999-01-01', null],
  [END]: ['2026-03-01T10:17:00Z', '2026-03-01T10:07:00Z', '2026-03-01T10:06:30Z', '2026-03-01T10:00:00Z', 'later', '', null],
  csg_ChatAsyncMode: ['0', '1', '1', '2', '', null],
  csg_TenantId: ['1', '101', 'Bank', '', null],
  csg_MediaType: ['chat', 'CHAT', 'smssession', '', null],
  csg_ChatSessionID: ['s', 's'.repeat(255), 's'.repeat(300), ' s ', null],
  csg_SessionEndedAgent: ['ABSENT', 'present', 'VISITED', '', null],
  csg_PartiesAsAgentCount: ['0', '1', '2147483647', '-1', 'one', ' 1', '', null],
  csg_SessionTotalTime: ['0', '600', '1e3', null],
};

/** One row of an interaction, and how many runs pass before the next row; a held row is committed only after the next run. */
interface Event {
  readonly row: readonly [key: string, value: string | null];
  readonly runs: number;
  readonly held: boolean;
}

const eventsOf = (keys: readonly string[], most: number) =>
  fc.array(
    fc.record({
      row: fc.constantFrom(...keys.flatMap((key) => VALUES[key]!.map((value) => [key, value] as const))),
      runs: fc.constantFrom(0, 0, 1),
      held: fc.constantFrom(false, false, true),
    }),
    { minLength: 1, maxLength: most },
  );

const closing: readonly Event[] = [START, END].map((key) => ({ row: [key, VALUES[key]![0]!], runs: 0, held: false }));

/** Anything at all, or a closed session with one key that changes repeatedly. */
const history: fc.Arbitrary<readonly Event[]> = fc.oneof(
  eventsOf(Object.keys(VALUES), 14),
  fc.constantFrom(...Object.keys(VALUES)).chain((key) => eventsOf([key], 5).map((events) => [...closing, ...events])),
);

describe('any rows in any portions', () => {
  const RUNS = 6;

  test('end in the same mart as one run over them', async () => {
    const histories = fc
      .sample(history, { seed: 20260304, numRuns: isWhole ? 600 : 80 })
      .map((events, index) => [String(index), events] as const);
    const growths = Array.from({ length: RUNS }, () => ({ held: [] as UserDataRow[], committed: [] as UserDataRow[] }));
    for (const [guid, events] of histories) {
      let run = 0;
      for (const { row, runs, held } of events) {
        const { held: uncommitted, committed } = growths[Math.min(run, RUNS - 1)]!;
        (held && run < RUNS - 1 ? uncommitted : committed).push([guid, ...row]);
        run += runs;
      }
    }
    const grown = await runWhileGrowing(growths);
    const whole = await runOnceOverRowsOf(grown.idbUrl);
    const found = await compareMarts(whole.martUrl, grown.martUrl);
    const about = new Map(histories);
    expect(found.map((difference) => [difference, about.get(/^\d+/.exec(difference)?.[0] ?? '')])).toEqual([]);
  });
});
