import { differences, LEVELS, type MartContent } from './mart-content.js';
import { sumLevel } from './summed-levels.js';

/** Where aggregates differ from plain arithmetic over the facts, for some levels and sessions that started at or after an instant. */
export function levelDifferences({ facts, levels }: MartContent, fromTs = 0, names: readonly (typeof LEVELS)[number][] = LEVELS): string[] {
  return names.flatMap((level) => {
    const expected = sumLevel(facts.values(), level);
    const kept = new Map([...levels[level]].filter(([, row]) => Number(row['date_time_key']) >= fromTs));
    return differences(expected, kept).map((difference) => `${level} ${difference}`);
  });
}
