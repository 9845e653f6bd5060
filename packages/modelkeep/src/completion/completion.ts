import { UsageError } from "../command.ts";
import { commandNames } from "../commands.ts";

const HELP = `Examples
  source <(modelkeep completion bash)                                in ~/.bashrc
  source <(modelkeep completion zsh)                                 in ~/.zshrc
  modelkeep completion fish > ~/.config/fish/completions/modelkeep.fish

Usage: modelkeep completion bash|zsh|fish

Options are read from each command's own --help, so the script does not age.
`;

const SHELLS: ReadonlyMap<string, (commands: string) => string> = new Map([
  ["bash", bash],
  ["zsh", (commands: string) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`],
  ["fish", fish],
]);

/** `modelkeep completion SHELL`. @throws {UsageError} for a shell without a script */
export function completionCommand(argv: readonly string[]): number {
  const [shell, ...more] = argv;
  if (shell === "--help") {
    process.stdout.write(HELP);
    return 0;
  }
  const script = shell === undefined || more.length > 0 ? undefined : SHELLS.get(shell);
  if (script === undefined) throw new UsageError("name one shell", "use bash, zsh or fish");
  process.stdout.write(script(commandNames().join(" ")));
  return 0;
}

function bash(commands: string): string {
  return `_modelkeep() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands} --help --version" -- "$word"))
  elif [ "\${word:0:1}" = "-" ]; then
    COMPREPLY=($(compgen -W "$(modelkeep "\${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]+' | sort -u)" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _modelkeep modelkeep
`;
}

function fish(commands: string): string {
  return `complete -c modelkeep -n __fish_use_subcommand -f -a "${commands}"
complete -c modelkeep -n "not __fish_use_subcommand" -a "(set -l words (commandline -opc); modelkeep $words[2] --help 2>/dev/null | string match -rag -- '(--[a-z][a-z-]+)' | sort -u)"
`;
}
