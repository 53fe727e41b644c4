import type { CompletableCommand, CompletableOption, CompletableValue } from '../../terminal/completion-tree.js';

/** A script that completes chatmart in zsh. */
export function toZshCompletion(tree: readonly CompletableCommand[]): string {
  const below = tree.flatMap(({ path, commands }) => commands.map(({ name }) => pattern(path, name)));
  const valued = tree.flatMap(({ path, options }) =>
    options.filter(({ value }) => value !== undefined).map((option) => ({ path, option })),
  );
  return `#compdef chatmart
# Completion of chatmart for zsh: eval "$(chatmart completion zsh)" after compinit, or this text as _chatmart in a folder of fpath.
_chatmart() {
  local at= index previous=$words[CURRENT-1] list=
  [[ $words[CURRENT] = *,* ]] && list="\${words[CURRENT]%,*},"
  local -a found
  for ((index = 2; index < CURRENT; index++)); do
    case "$at:$words[index]" in
      (${below.join('|')}) at="\${at:+$at }$words[index]" ;;
    esac
  done
  case "$at:$previous" in
${valued.map(({ path, option }) => `    (${pattern(path, option.name)}) ${propose(option.value)} return ;;`).join('\n')}
  esac
  case "$at" in
${tree.map((command) => `    (${quote(command.path)})\n${proposeNext(command)} ;;`).join('\n')}
  esac
}
if [[ $funcstack[1] = _chatmart ]]; then _chatmart "$@"; else compdef _chatmart chatmart; fi
`;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const pattern = (path: string, word: string): string => quote(`${path}:${word}`);

/** A word and its description, as _describe takes them. */
const described = (name: string, text: string): string => quote(`${name.replaceAll(':', '\\:')}:${text.replace(/\s+/g, ' ')}`);

function proposeNext({ commands, options, argument }: CompletableCommand): string {
  const lines = [
    ...(commands.length === 0
      ? []
      : [
          describe(
            commands.map(({ name, summary }) => described(name, summary)),
            'command',
          ),
        ]),
    ...(argument === undefined || argument === 'any' ? [] : [propose(argument)]),
  ];
  const ofOptions = options.length === 0 ? [] : [describe(options.map(toDescribed), '-o option')];
  const text =
    lines.length === 0
      ? ofOptions
      : [`if [[ $words[CURRENT] = -* ]]; then`, ...ofOptions.map((line) => `  ${line}`), 'else', ...lines.map((line) => `  ${line}`), 'fi'];
  return text.map((line) => `      ${line}`).join('\n');
}

const toDescribed = ({ name, description }: CompletableOption): string => described(name, description);

const describe = (words: readonly string[], tag: string): string => `found=(${words.join(' ')}); _describe ${tag} found`;

function propose(value: CompletableValue | undefined): string {
  if (value === undefined || value === 'any') return '';
  if (typeof value === 'object' && value.isList === true) return `found=(${value.words.join(' ')}); compadd -- "$list"\${^found};`;
  if (typeof value === 'object') return `compadd -- ${value.words.join(' ')};`;
  return value === 'file' ? '_files;' : '_files -/;';
}
