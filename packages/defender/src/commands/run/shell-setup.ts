import type { RunCommand } from './run-command.ts';

/** Programs that print what a shell should set, for `eval` and `source`. */
const SHELL_SETUP =
  /^(?:ssh-agent|gpg-agent|keychain|direnv|brew|pyenv|rbenv|nodenv|goenv|jenv|fnm|mise|asdf|starship|zoxide|atuin|thefuck|dircolors|lesspipe|conda|micromamba|register-python-argcomplete)$/;

/** `eval "$(direnv hook bash)"`, `source <(kubectl completion bash)`. */
export function setsUpShell({ name, substituted, upstream }: RunCommand): boolean {
  const from = [...substituted, ...upstream];
  if (!/^(?:eval|source|\.)$/.test(name) || from.length === 0) return false;
  return from.every((source) => SHELL_SETUP.test(source.name) || source.args[0] === 'completion');
}
