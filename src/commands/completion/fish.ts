import type { CompletableCommand, CompletableValue } from '../../terminal/completion-tree.js';

/** A script that completes chatmart in fish 3 or newer. */
export function toFishCompletion(tree: readonly CompletableCommand[]): string {
  const paths = tree.flatMap(({ path, commands }) => commands.map(({ name }) => (path === '' ? name : `${path} ${name}`)));
  return `# Completion of chatmart for fish: chatmart completion fish | source, or this text as ~/.config/fish/completions/chatmart.fish.
function __chatmart_at
    set -l paths ${paths.map(quote).join(' ')}
    set -l at
    for word in (commandline -opc)[2..-1]
        contains -- (string join -- ' ' $at $word) $paths; and set -a at $word
    end
    test "$at" = "$argv[1]"
end
function __chatmart_list
    set -l list (string match -r '^.*,' -- (commandline -ct))
    printf '%s\\n' "$list"$argv
end
complete -c chatmart -f
${tree.flatMap(toLines).join('\n')}
`;
}

const quote = (text: string): string => `'${text.replace(/\s+/g, ' ').replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function toLines({ path, commands, options, argument }: CompletableCommand): string[] {
  const complete = `complete -c chatmart -n ${quote(`__chatmart_at '${path}'`)}`;
  return [
    ...commands.map(({ name, summary }) => `${complete} -a ${quote(name)} -d ${quote(summary)}`),
    ...(argument === undefined || argument === 'any' ? [] : [`${complete} ${toArguments(argument)}`]),
    ...options.map(({ name, description, value }) => {
      const takes = value === undefined ? '' : value === 'file' ? ' -r -F' : ` -x ${toArguments(value)}`;
      return `${complete} -l ${name.slice(2)} -d ${quote(description)}${takes.trimEnd()}`;
    }),
  ];
}

function toArguments(value: CompletableValue): string {
  if (typeof value === 'object' && value.isList === true) return `-a ${quote(`(__chatmart_list ${value.words.join(' ')})`)}`;
  if (typeof value === 'object') return `-a ${quote(value.words.join(' '))}`;
  return value === 'file' ? '-F' : value === 'folder' ? "-a '(__fish_complete_directories)'" : '';
}
