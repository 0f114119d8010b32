const NAME_MAX_CHARS = 48;

/** The words of a command line, quotes respected, roughly as a shell splits them. */
export function commandWords(command: string): readonly string[] {
  const matches = command.match(/(?:[^\s"']+|"(?:\\.|[^"\\])*"|'[^']*')+/g) ?? [];
  return matches.map((word) => word.replace(/^(["'])(.*)\1$/s, '$2'));
}

function middleCut(text: string): string {
  if (text.length <= NAME_MAX_CHARS) return text;
  const half = Math.floor((NAME_MAX_CHARS - 3) / 2);
  return `${text.slice(0, half)}...${text.slice(text.length - half)}`;
}

/** A short name for a command: its program and its first argument that is no option, e.g. `echo started;`. */
export function commandName(command: string): string | undefined {
  const [program, ...rest] = commandWords(command);
  if (program === undefined) return undefined;
  const target = rest.find((word) => !word.startsWith('-')) ?? rest[0];
  if (target === undefined) return program;
  return `${program} ${middleCut(target)}`;
}
