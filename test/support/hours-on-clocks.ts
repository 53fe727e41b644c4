/** The full hours of [from, to), as `MM-DD HH24:MI` in UTC, at which clocks of a time zone show a time in [first, last). */
export function hoursOnClocks(from: string, to: string, zone: string, [first, last]: readonly [first: number, last: number]): string[] {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' });
  const hours: string[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += 3_600_000) {
    const shown = Number(clock.format(at));
    if (first <= shown && shown < last) hours.push(new Date(at).toISOString().slice(5, 16).replace('T', ' '));
  }
  return hours;
}
