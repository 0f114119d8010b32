import { rawText, type ToolArguments } from '../call/arguments.ts';
import { describeProgram } from './program-summary.ts';

const COMMAND_MAX_CHARS = 4000;
const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh', 'dash']);

/** Words of a command line; operators are words of their own, quotes are taken off. */
function tokens(command: string): readonly { readonly text: string; readonly operator: boolean }[] {
  const found = command.matchAll(/&&|\|\||[;|\n]|(?:[^\s"';|&]|&(?!&)|"(?:\\[\s\S]|[^"\\])*"|'[^']*')+/g);
  return [...found].map(([text]) => ({
    text: text.replace(/"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'/g, (_whole, double?: string, single?: string) => {
      return double ?? single ?? '';
    }),
    operator: /^(?:&&|\|\||[;|\n])$/.test(text),
  }));
}

/** The programs of the first pipeline that does more than set the shell up. */
function firstPipeline(command: string): readonly (readonly string[])[] {
  const statements: string[][][] = [[[]]];
  for (const { text, operator } of tokens(command)) {
    const pipeline = statements.at(-1);
    if (operator && text === '|') pipeline?.push([]);
    else if (operator) statements.push([[]]);
    else pipeline?.at(-1)?.push(text);
  }
  const isSetup = (words: readonly string[]): boolean => words[0] === 'set' || words[0] === 'export';
  const working = statements.find(([first = []]) => first.length > 0 && !isSetup(first));
  return (working ?? statements[0] ?? []).filter((words) => words.length > 0);
}

/** Words without redirections and without assignments in front of the program. */
function programWords(words: readonly string[]): readonly string[] {
  const kept = words.filter((word, index) => {
    const isTarget = /^\d*[<>]{1,2}$/.test(words[index - 1] ?? '') && words[index - 1] !== '<<';
    return !isTarget && !/^\d*>{1,2}/.test(word) && word !== '<' && !/^&$/.test(word);
  });
  const start = kept.findIndex((word) => word !== 'env' && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
  return start === -1 ? kept : kept.slice(start);
}

/** A command line in a few words, e.g. `list files -> show first 5 lines`; undefined when there is none. */
function describeCommand(command: string, depth = 0): string | undefined {
  const pipeline = firstPipeline(command.slice(0, COMMAND_MAX_CHARS)).map(programWords);
  const describe = (words: readonly string[] | undefined): string | undefined => {
    const [program, ...args] = words ?? [];
    if (program === undefined) return undefined;
    const script = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
    const inner = SHELLS.has(program) && script !== -1 && depth < 2 ? args[script + 1] : undefined;
    return inner === undefined ? describeProgram(program, args) : describeCommand(inner, depth + 1);
  };
  const first = describe(pipeline[0]);
  if (pipeline.length < 2) return first;
  const last = describe(pipeline.at(-1));
  const hidden = pipeline.length - 2;
  return `${first} -> ${last}${hidden > 0 ? ` (+${hidden} steps)` : ''}`;
}

/** The line a tool event shows for an `exec` call. */
export function execSummary(args: ToolArguments): string | undefined {
  const command = rawText(args, 'command')?.trim();
  const words = command ? describeCommand(command) : undefined;
  if (words === undefined) return undefined;
  const workdir = rawText(args, 'workdir')?.trim();
  const notes = [...(args.elevated === true ? [' · elevated'] : []), ...(args.pty === true ? [' · pty'] : [])];
  return `${words}${workdir ? ` (in ${workdir})` : ''}${notes.join('')}`;
}
