import type { Command, Help, HelpConfiguration, Option, OutputConfiguration } from 'commander';

/** The width if none is known: a pipe, a file, or a serial console, whose width is 0. */
const DEFAULT_WIDTH = 80;
/** The description of a longer option starts on the next line. */
const MOST_TERM = 28;
const INDENT = 2;
/** On narrower terminals the space beside the options is too small for sentences. */
const LEAST_BESIDE = 30;
const OWN_OPTIONS = 'Options:';

/** Help is as wide as the terminal that shows it. */
export const HELP_OUTPUT: OutputConfiguration = {
  getOutHelpWidth: () => process.stdout.columns || DEFAULT_WIDTH,
  getErrHelpWidth: () => process.stderr.columns || DEFAULT_WIDTH,
};

/** Wraps every line at a blank, never within a word, and shows a command's own options first. */
export const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: 10,
  padWidth: (command, helper) =>
    Math.min(
      MOST_TERM,
      Math.max(
        helper.longestOptionTermLength(command, helper),
        helper.longestSubcommandTermLength(command, helper),
        helper.longestArgumentTermLength(command, helper),
      ),
    ),
  formatItem: (term, termWidth, description, helper) => {
    const indent = ' '.repeat(INDENT);
    const besides = widthOf(helper) - termWidth - 2 * INDENT;
    const column = besides < LEAST_BESIDE ? 2 * INDENT : termWidth + 2 * INDENT;
    const lines = wrap(helper, description, column);
    const isBeside = column > termWidth + INDENT && term.length <= termWidth;
    const first = isBeside ? `${indent}${term.padEnd(termWidth)}${indent}${lines.shift() ?? ''}` : `${indent}${term}`;
    return [first.trimEnd(), ...lines.map((line) => ' '.repeat(column) + line)].join('\n');
  },
  groupItems: <T extends Command | Option>(_: T[], visible: T[], getGroup: (item: T) => string): Map<string, T[]> => {
    const groups = visible.map(getGroup);
    const ordered = [...groups.filter((group) => group === OWN_OPTIONS), ...groups];
    return new Map(ordered.map((group) => [group, visible.filter((item) => getGroup(item) === group)]));
  },
};

const widthOf = ({ helpWidth = DEFAULT_WIDTH }: Help): number => helpWidth;

/** The lines of a text that begins at this column. */
const wrap = (helper: Help, text: string, column: number): string[] =>
  text === '' ? [] : helper.boxWrap(text, widthOf(helper) - column).split('\n');

/** Lines under headings that are no options, below all that commander prints: each item's term, and paragraphs below it. */
export const formatBelow = (command: Command, items: readonly (readonly [term: string, ...paragraphs: string[]])[]): string => {
  const helper = command.createHelp();
  helper.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH });
  return items
    .map(([term, ...paragraphs]) =>
      [
        ...wrap(helper, term, INDENT).map((line) => ' '.repeat(INDENT) + line),
        ...paragraphs.flatMap((text) => wrap(helper, text, 3 * INDENT).map((line) => ' '.repeat(3 * INDENT) + line)),
      ].join('\n'),
    )
    .join('\n');
};
