/** Times of the day at which something is to happen: minutes since midnight, ascending. */
export type MinuteSchedule = readonly number[];

/** Reads Info Mart's two fields of a schedule, minute and hour, of `*`, numbers, ranges, steps and lists. Undefined if it is none. */
export function parseMinuteSchedule(text: string): MinuteSchedule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 2) return undefined;
  const [minutes, hours] = [parseField(fields[0]!, 59), parseField(fields[1]!, 23)];
  return hours && minutes && hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
}

const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/;

/** The values of a field, ascending; `5/8` is Info Mart's way to write every eighth from 5 on. */
function parseField(text: string, largest: number): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = PART.exec(part);
    if (match === null) return undefined;
    const [, first, last, step] = match;
    const from = Number(first ?? 0);
    const to = Number(last ?? (first !== undefined && step === undefined ? first : largest));
    const by = Number(step ?? 1);
    if (from > to || to > largest || by === 0) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
