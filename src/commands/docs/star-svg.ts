import { escapeHtml } from '../../report/formats/html/markup.js';
import type { Dictionary, DictionaryRelation } from './dictionary.js';

const BOX = { width: 276, head: 26, line: 17 };
const COLUMNS = [0, 390, 780];
const WIDTH = COLUMNS[2]! + BOX.width;
const GAP = 26;
/** Most facts of a fact table that fit beside its keys. */
const MOST_LINES = 9;

interface Box {
  readonly name: string;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
}

const heightOf = ({ lines }: Pick<Box, 'lines'>): number => BOX.head + Math.max(1, lines.length) * BOX.line + 6;

/** Boxes below each other. */
function stack(x: number, boxes: readonly Omit<Box, 'x' | 'y'>[], top = 0): Box[] {
  let y = top;
  return boxes.map((box) => {
    const placed = { ...box, x, y };
    y += heightOf(box) + GAP;
    return placed;
  });
}

/** The star of the fact, its dimensions and the site's calendars, as SVG. `style`: for a file of its own; a page has the same classes. */
export function toStarSvg({ relations, relationships, calendars }: Dictionary, style = ''): string {
  const find = (name: string): DictionaryRelation | undefined => relations.find((each) => each.name === name && each.group === 'star');
  const linked = (name: string): string[] => [...new Set(relationships.filter(({ table }) => table === name).map(({ column }) => column))];
  const toBox = (name: string, names: readonly string[]): Omit<Box, 'x' | 'y'>[] => {
    const relation = find(name);
    if (relation === undefined) return [];
    const rest = relation.columns.length - names.length;
    return [{ name, lines: [...names, ...(rest > 0 ? [`… ${rest} more`] : [])] }];
  };
  const described = (name: string, most = 6): Omit<Box, 'x' | 'y'>[] => {
    const relation = find(name);
    const keys = relationships.filter(({ to }) => to === name).map(({ key }) => key);
    const others = (relation?.columns ?? [])
      .map((column) => column.name)
      .filter((column) => !keys.includes(column) && !column.endsWith('audit_key'));
    return toBox(name, [...new Set(keys), ...others].slice(0, most));
  };
  const fact = find('chat_session_fact')?.columns.map(({ name }) => name) ?? [];
  const factLines = [
    ...fact.slice(0, 1),
    ...linked('chat_session_fact').filter((name) => !name.endsWith('audit_key')),
    'start_ts',
    'end_ts',
    'session_duration',
  ];
  const left = stack(COLUMNS[0]!, [...described('date_time'), ...calendars.flatMap(({ name }) => described(`date_time_${name}`, 3))]);
  const right = stack(COLUMNS[2]!, [...described('chat_session_dim', 8), ...described('media_type', 4), ...described('tenant', 3)]);
  const centre = stack(
    COLUMNS[1]!,
    [...toBox('chat_session_fact', factLines.slice(0, MOST_LINES)), ...described('chat_session_attached_data', 6)],
    30,
  );
  const boxes = [...left, ...centre, ...right];
  const height = Math.max(...boxes.map((box) => box.y + heightOf(box)), 0) + 8;
  const links = relationships.filter(
    ({ table, to }) => ['chat_session_fact', 'chat_session_attached_data'].includes(table) && boxes.some(({ name }) => name === to),
  );
  const label = 'CHAT_SESSION_FACT in the middle, with lines from its keys to its dimensions';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 ${WIDTH + 8} ${height + 8}" role="img" aria-label="${label}" class="star">
<title>${label}</title>
${style}${links.map((link) => toLink(link, boxes)).join('')}${boxes.map(toBoxSvg).join('')}</svg>
`;
}

function toLink({ table, column, to, key }: { table: string; column: string; to: string; key: string }, boxes: readonly Box[]): string {
  const [from, target] = [boxes.find(({ name }) => name === table), boxes.find(({ name }) => name === to)];
  if (from === undefined || target === undefined) return '';
  const [start, end] = [lineOf(from, column), lineOf(target, key)];
  if (from.x === target.x) {
    const x = from.x + BOX.width;
    return `<path class="link" d="M ${x} ${start} C ${x + 40} ${start} ${x + 40} ${end} ${x} ${end}"/>\n`;
  }
  const isLeft = target.x < from.x;
  const [x, toX] = isLeft ? [from.x, target.x + BOX.width] : [from.x + BOX.width, target.x];
  const bend = (toX - x) / 2;
  return `<path class="link${/^date_time_./.test(to) ? ' other' : ''}" d="M ${x} ${start} C ${x + bend} ${start} ${toX - bend} ${end} ${toX} ${end}"/>
<circle class="end" cx="${toX}" cy="${end}" r="3.5"/>
`;
}

/** The middle of a column's line; of the head, if the column is not shown. */
function lineOf(box: Box, column: string): number {
  const at = box.lines.indexOf(column);
  return box.y + (at < 0 ? BOX.head / 2 : BOX.head + at * BOX.line + BOX.line / 2 + 2);
}

function toBoxSvg(box: Box): string {
  const { name, lines, x, y } = box;
  const rows = lines.map(
    (line, at) => `<text class="line" x="${x + 10}" y="${y + BOX.head + at * BOX.line + 15}">${escapeHtml(line)}</text>\n`,
  );
  return `<rect class="box" x="${x}" y="${y}" width="${BOX.width}" height="${heightOf(box)}" rx="6"/>
<rect class="head" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.head}" rx="6"/>
<text class="name" x="${x + 10}" y="${y + 18}">${escapeHtml(name.toUpperCase())}</text>
${rows.join('')}`;
}

/** What the classes look like; the names of colours are those of pages. */
export const STAR_STYLE = `
.star .box { fill: var(--card); stroke: var(--axis); }
.star .head { fill: var(--head); stroke: var(--axis); }
.star .name { font-size: 13px; font-weight: 650; fill: var(--ink); }
.star .line { font-size: 12px; fill: var(--muted); }
.star .link { fill: none; stroke: var(--link); stroke-width: 1.4; }
.star .other { stroke-dasharray: 5 4; }
.star .end { fill: var(--link); }`;

/** The star as a file of its own, light or dark as the reader has it. */
export const toStarFile = (dictionary: Dictionary): string =>
  toStarSvg(
    dictionary,
    `<style>
:root { --card: #ffffff; --head: #f0f3f7; --ink: #1b2430; --muted: #566273; --axis: #9aa5b1; --link: #1f5fc4; }
@media (prefers-color-scheme: dark) { :root { --card: #1b2027; --head: #20262e; --ink: #e7ebf0; --muted: #a3aebb; --axis: #596574; --link: #86b4ff; } }
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }${STAR_STYLE}
</style>
`,
  );
