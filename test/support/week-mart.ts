import { expectedDiscards, expectedFacts } from '../oracle/facts.js';
import type { Truth } from '../oracle/truth.js';
import { breachesOf } from './breaches.js';
import { query } from './databases.js';
import type { IconFeed } from './icon-feed.js';
import { levelDifferences } from './levels-of-facts.js';
import { differences, readMart, type Row } from './mart-content.js';
import { sumLevel } from './summed-levels.js';

/** Levels that keep what was purged, and those computed from facts. */
const KEPT_LEVELS = ['day', 'week', 'month', 'qrtr', 'year'] as const;
const FACT_LEVELS = ['subhr', 'hour'] as const;

/** What a mart must hold over a week: what the oracle says, minus what the operator has removed. */
export interface WeekMart {
  /** Facts before that instant (epoch seconds) must be purged from now on; aggregates keep their current sums. */
  readonly purge: (beforeTs: number) => Promise<number>;
  readonly erase: (guid: string) => void;
  /** How many sessions have ever been facts. */
  readonly everLoaded: () => number;
  /** Sessions with stored rows that the mart lacks, or holds although it should not; as text. */
  readonly notLoaded: () => Promise<string[]>;
  /** The same for every column, discard and level; columns with late values are not compared. */
  readonly mistakes: () => Promise<string[]>;
}

/** The mart of a feed from which nothing has been removed. */
export function createWeekMart(martUrl: string, feed: IconFeed): WeekMart {
  const erased = new Set<string>();
  let frozen = new Map<string, Row>();
  let keptFrom = 0;

  const isKept = ({ interactionId, start }: Truth): boolean => start >= keptFrom && !erased.has(interactionId);
  const keptTruths = (): Truth[] => feed.truths.filter(isKept);

  return {
    purge: async (beforeTs) => {
      const { facts } = await readMart(martUrl);
      keptFrom = beforeTs;
      frozen = new Map([...facts].filter(([, fact]) => Number(fact['start_ts']) < keptFrom));
      return frozen.size;
    },
    erase: (guid) => void erased.add(guid),
    everLoaded: () =>
      feed.truths.filter(({ interactionId, start }) => start >= keptFrom && feed.isActive.has(interactionId)).length + frozen.size,
    notLoaded: async () => {
      const rows = await query<{ guid: string; active: boolean }>(
        martUrl,
        'select media_server_ixn_guid as guid, active_flag = 1 as active from infomart.chat_session_fact',
      );
      const found = new Map(rows.map(({ guid, active }): [string, Row] => [guid, { active }]));
      const expected = keptTruths().flatMap(({ interactionId }): [string, Row][] => {
        const active = feed.isActive.get(interactionId);
        return active === undefined ? [] : [[interactionId, { active }]];
      });
      return differences(new Map(expected), found);
    },
    mistakes: async () => {
      const mart = await readMart(martUrl);
      const late = feed.late();
      const known = (facts: ReadonlyMap<string, Row>): Map<string, Row> => new Map([...facts].filter(([guid]) => !late.has(guid)));
      const expected = expectedFacts(keptTruths(), feed.until());
      const withoutFact = keptTruths().filter(({ interactionId }) => !expected.has(interactionId));
      const everything = [...frozen.values(), ...mart.facts.values()];
      return [
        ...differences(known(expected), known(mart.facts)),
        ...differences(keyed(expectedDiscards(withoutFact, feed.until())), keyed(mart.openDiscards)),
        ...levelDifferences(mart, keptFrom, FACT_LEVELS),
        ...KEPT_LEVELS.flatMap((level) =>
          differences(sumLevel(everything, level), mart.levels[level]).map((difference) => `${level} ${difference}`),
        ),
        ...(await breachesOf(martUrl)),
      ];
    },
  };
}

const keyed = (rows: readonly Row[]): Map<string, Row> => new Map(rows.map((row) => [`discard ${JSON.stringify(row)}`, row]));
