import type { CompletableCommand, CompletableValue } from '../../terminal/completion-tree.js';

/**
 * A script that completes chatmart in bash 4.4 or newer. It does not mistake an option's value for a command: only the last command has
 * options with values, and it has no subcommands.
 */
export function toBashCompletion(tree: readonly CompletableCommand[]): string {
  const below = tree.flatMap(({ path, commands }) => commands.map(({ name }) => pattern(path, name)));
  const valued = tree.flatMap(({ path, options }) =>
    options.flatMap(({ name, value }) => (value === undefined ? [] : [{ at: pattern(path, name), value }])),
  );
  return `# Completion of chatmart for bash: eval "$(chatmart completion bash)", or this text in a file that bash-completion finds.
_chatmart() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} path= index list=
  [[ $current == *,* ]] && list="\${current%,*},"
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$path:\${COMP_WORDS[index]}" in
      ${below.join(' | ')}) path="\${path:+$path }\${COMP_WORDS[index]}" ;;
    esac
  done
  COMPREPLY=()
  case "$path:$previous" in
${valued.map(({ at, value }) => `    ${at}) ${propose(value)} return ;;`).join('\n')}
  esac
  case "$path" in
${tree.map((command) => `    ${quote(command.path)}) ${proposeNext(command)} ;;`).join('\n')}
  esac
}
complete -F _chatmart chatmart
`;
}

const quote = (text: string): string => `'${text}'`;
const pattern = (path: string, word: string): string => quote(`${path}:${word}`);

/** Proposes options where one is begun or nothing else can follow. */
function proposeNext({ commands, options, argument }: CompletableCommand): string {
  const ofOptions = propose({ words: options.map(({ name }) => name) });
  const words = [...commands.map(({ name }) => name), ...(typeof argument === 'object' ? argument.words : [])];
  const first = argument === 'file' || argument === 'folder' ? propose(argument) : words.length > 0 ? propose({ words }) : ofOptions;
  return first === ofOptions ? ofOptions : `if [[ $current == -* ]]; then ${ofOptions} else ${first} fi`;
}

/** One candidate per line of compgen, because file names may contain spaces. */
function propose(value: CompletableValue): string {
  if (value === 'any') return '';
  if (typeof value === 'object' && value.isList === true)
    return `COMPREPLY=($(compgen -P "$list" -W ${quote(value.words.join(' '))} -- "\${current##*,}"));`;
  if (typeof value === 'object') return `COMPREPLY=($(compgen -W ${quote(value.words.join(' '))} -- "$current"));`;
  return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen ${value === 'file' ? '-f' : '-d'} -- "$current");`;
}
