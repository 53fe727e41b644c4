import { readdirSync, readFileSync } from 'node:fs';
import type { SessionEvent, Timeline } from '../../src/simulate/play/timeline.js';
import { packageFile } from '../../src/spec/package-file.js';
import type { Truth } from '../oracle/truth.js';

/** A session of fixtures/timelines/, with what Chat Server attaches to it by key, computed by hand. */
export interface HandMadeTimeline {
  readonly name: string;
  readonly truth: Truth;
  readonly atEnd: ReadonlyMap<string, string>;
  /** What an intermediate update attaches, by the update's second of the session. */
  readonly atUpdate: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

/** Reads all hand-made timelines, ordered by name. */
export function readHandMadeTimelines(): HandMadeTimeline[] {
  const files = readdirSync(packageFile('fixtures', 'timelines')).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => readTimeline(file.replace('.json', '')));
}

function readTimeline(name: string): HandMadeTimeline {
  const read = (ending: string): string => readFileSync(packageFile('fixtures', 'timelines', name + ending), 'utf8');
  const [, atEnd, ...updates] = read('.md').split(/^## /m);
  return {
    name,
    truth: JSON.parse(read('.json')) as Truth,
    atEnd: readTable(name, atEnd ?? ''),
    atUpdate: new Map(updates.map((section) => [Number(/\d+/.exec(section)?.[0]), readTable(name, section)])),
  };
}

/** The first two columns of a section's only table. */
function readTable(name: string, section: string): Map<string, string> {
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  const table = new Map<string, string>();
  for (const row of rows) {
    const [, key = '', value = '', because = ''] = row.split('|').map((cell) => cell.trim());
    if (because === '') throw new Error(`fixtures/timelines/${name}.md: ${key} has no arithmetic beside it`);
    if (table.has(key)) throw new Error(`fixtures/timelines/${name}.md: ${key} stands twice under ${section.split('\n')[0]}`);
    table.set(key, value);
  }
  return table;
}

/** A truth as the simulator's own timeline type. */
export function toTimeline(truth: Truth): Timeline {
  const partyOf = new Map(truth.parties.map(({ id, role }) => [id, { role }]));
  return {
    ...truth,
    events: truth.events.map((event) => ('party' in event ? { ...event, party: partyOf.get(event.party)! } : event) as SessionEvent),
  };
}
