import { differences, LEVELS, type MartContent } from './mart-content.js';
import { sumLevel } from './summed-levels.js';

/** What the aggregates say otherwise than plain arithmetic over the facts, those of some levels, of sessions that began from an instant on. */
export function levelDifferences({ facts, levels }: MartContent, fromTs = 0, names: readonly (typeof LEVELS)[number][] = LEVELS): string[] {
  return names.flatMap((level) => {
    const expected = sumLevel(facts.values(), level);
    const kept = new Map([...levels[level]].filter(([, row]) => Number(row['date_time_key']) >= fromTs));
    return differences(expected, kept).map((difference) => `${level} ${difference}`);
  });
}
