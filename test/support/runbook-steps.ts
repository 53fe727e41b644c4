/** The steps of a runbook entry: something happens, or the operator types a line and sees its output. */
export type RunbookStep =
  | { readonly event: string }
  | { readonly command: string; /** Line by line; `…` stands for any lines. */ readonly output: readonly string[] };

/** An entry of the runbook. */
export interface RunbookEntry {
  readonly title: string;
  readonly steps: readonly RunbookStep[];
}

/** The entries of the runbook that can be executed: `<!-- event: … -->` and the lines of its console blocks. */
export function parseRunbook(text: string): RunbookEntry[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      return { title, steps: toSteps(lines) };
    })
    .filter(({ steps }) => steps.length > 0);
}

function toSteps(lines: readonly string[]): RunbookStep[] {
  const steps: (Exclude<RunbookStep, { command: string }> | { command: string; output: string[] })[] = [];
  let inside = false;
  for (const line of lines) {
    const event = /^<!-- event: (.*) -->$/.exec(line)?.[1];
    const last = steps.at(-1);
    if (event !== undefined) steps.push({ event });
    else if (line.startsWith('```')) inside = line === '```console';
    else if (!inside) continue;
    else if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] });
    else if (last !== undefined && 'output' in last) last.output.push(line);
  }
  return steps;
}

/** Lines with the times and places replaced that differ between machines and runs. */
export const toComparable = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      // Column widths depend on all values in the column.
      .replace(/ {2,}/g, '  ')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/\b\d+(\.\d+)? s\b/g, '<seconds> s')
      .replace(/(\b[\d,]+|-) (rows|sessions|intervals)\/s/g, '<rate> $2/s')
      .replace(/schema \d{3}_\w+, calendar \d{4} to \d{4}/, '<schema and calendar>')
      // Newer servers also say how they tried to extend the file.
      .replace(/"(base|pg_tblspc)\/[^"]*"[^:]*:/g, '"<file>":')
      .replace(/(system identifier|timeline|transaction|pid|oid) \d+/g, '$1 <number>'),
  );

/** Whether output matches what is expected, where `…` stands for any lines. */
export function fits(printed: readonly string[], expected: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return printed.length === 0;
  if (first === '…') return fits(printed, rest) || (printed.length > 0 && fits(printed.slice(1), expected));
  return printed[0] === first && fits(printed.slice(1), rest);
}
