/** A session, in epoch seconds. */
export interface Stay {
  readonly start: number;
  /** Undefined: it has not ended. */
  readonly end: number | undefined;
}

/** How many sessions were open in the seconds of a period. */
export interface OpenSessions {
  readonly most: number;
  /** The time of all of them together, and that of the period, in seconds. */
  readonly sum: number;
  readonly seconds: number;
  readonly atEnd: number;
}

/** Counts the open sessions of each second of `[from, until)`, and sums up the seconds with the same label; undefined leaves them out. */
export function countOpenSessions(
  stays: readonly Stay[],
  { from, until }: { readonly from: number; readonly until: number },
  labelOf: (quarterHour: number) => string | undefined,
): Map<string, OpenSessions> {
  const changes = new Int32Array(Math.max(0, until - from) + 1);
  for (const { start, end = until } of stays) {
    if (start >= until || end <= from) continue;
    changes[Math.max(start, from) - from]! += 1;
    changes[Math.min(end, until) - from]! -= 1;
  }
  const periods = new Map<string, { -readonly [Key in keyof OpenSessions]: OpenSessions[Key] }>();
  let open = 0;
  let period: { -readonly [Key in keyof OpenSessions]: OpenSessions[Key] } | undefined;
  for (let second = from; second < until; second++) {
    if (second === from || second % 900 === 0) {
      const label = labelOf(second - (second % 900));
      period = label === undefined ? undefined : (periods.get(label) ?? { most: 0, sum: 0, seconds: 0, atEnd: 0 });
      if (label !== undefined) periods.set(label, period!);
    }
    open += changes[second - from]!;
    if (period === undefined) continue;
    period.most = Math.max(period.most, open);
    period.sum += open;
    period.seconds += 1;
    period.atEnd = open;
  }
  return periods;
}
