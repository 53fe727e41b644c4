import { toClockTime, toPrintable } from '../printable-value.js';
import type { ColumnKind } from '../../report-table.js';

/** The scale of values: from 0 to `top`, with a line at each tick. */
export interface ValueAxis {
  readonly top: number;
  readonly ticks: readonly number[];
  readonly toText: (value: number) => string;
}

/** Steps in which people count time. */
const CLOCK_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000,
];

/** An axis for values up to `most`, with about five steps. */
export function toValueAxis(most: number, kind: ColumnKind): ValueAxis {
  const isClock = kind === 'seconds' || kind === 'average-seconds';
  const wanted = Math.max(most, 0) / 5;
  const step = isClock ? (CLOCK_STEPS.find((each) => each >= wanted) ?? roundStep(wanted)) : toStep(wanted, kind);
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { top: count * step, ticks, toText: (value) => (isClock ? toClockTime(value) : toTickText(value, kind, step)) };
}

function toStep(wanted: number, kind: ColumnKind): number {
  const step = roundStep(wanted);
  if (kind === 'count' || kind === 'characters') return Math.max(1, step);
  return kind === 'share' ? Math.max(0.001, Math.min(0.25, step)) : step;
}

/** The next of 1, 2, 5, 10, … */
function roundStep(wanted: number): number {
  if (wanted <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(wanted));
  return size * ([1, 2, 2.5, 5, 10].find((factor) => factor * size >= wanted * (1 - 1e-9)) ?? 10);
}

function toTickText(value: number, kind: ColumnKind, step: number): string {
  if (kind === 'share') return `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: step < 0.01 ? 1 : 0 })}%`;
  return kind === 'average' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : toPrintable(value, kind);
}

/** The unit of an axis, after its title. */
export function toUnitText(kind: ColumnKind): string {
  switch (kind) {
    case 'seconds':
    case 'average-seconds':
      return ' (hours:minutes:seconds)';
    case 'share':
      return ' (%)';
    default:
      return '';
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = /^(\d{4})-(\d\d)-(\d\d)( \*)?$/;

/** Labels along an axis: days of one year without it, and no label longer than `most` characters. */
export function toPlaceTexts(places: readonly string[], most: number): string[] {
  const days = places.map((place) => DAY.exec(place));
  if (places.length > 0 && days.every((day) => day !== null && day[1] === days[0]?.[1]))
    return days.map((day) => `${MONTHS[Number(day![2]) - 1]} ${Number(day![3])}${day![4] ?? ''}`);
  return places.map((place) =>
    place.length <= most
      ? place
      : `${Array.from(place)
          .slice(0, most - 1)
          .join('')}…`,
  );
}

/** Which of the labels are shown, so that they do not touch; `room` and `width` in pixels. */
export function choosePlaces(texts: readonly string[], room: number): number[] {
  const widest = Math.max(...texts.map((text) => text.length)) * 7 + 14;
  const every = Math.max(1, Math.ceil((texts.length * widest) / Math.max(room, 1)));
  return texts.map((_, index) => index).filter((index) => index % every === 0);
}
