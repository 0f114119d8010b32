import { UNKNOWN } from './run-command.ts';

const XARGS_VALUED = /^-[adEIiLlnPs]$|^--(?:arg-file|delimiter|max-args|max-procs|max-lines|replace)$/;

/** The program xargs starts, with what it reads from its input. */
export function xargsWords(args: readonly string[], input: string | undefined): readonly string[] {
  let at = 0;
  let placeholder: string | undefined;
  while (at < args.length && (args[at] ?? '').startsWith('-')) {
    const arg = args[at] ?? '';
    if (arg === '-I') placeholder = args[at + 1];
    else if (/^-I./.test(arg)) placeholder = arg.slice(2);
    else if (/^-i|^--replace/.test(arg)) placeholder = arg.replace(/^-i|^--replace=?/, '') || '{}';
    at += XARGS_VALUED.test(arg) ? 2 : 1;
  }
  const words = at < args.length ? args.slice(at) : ['echo'];
  const items = input === undefined ? [UNKNOWN] : input.split(/\s+/).filter((item) => item !== '');
  if (placeholder === undefined) return [...words, ...items];
  const mark = placeholder;
  return words.map((word) => word.replaceAll(mark, items.join(' ')));
}

/** The programs `find` starts for what it finds; `{}` is a path below its first start. */
export function findCommands(args: readonly string[]): readonly (readonly string[])[] {
  const start = args[0] !== undefined && !args[0].startsWith('-') ? args[0] : '.';
  const found = `${start.replace(/\/$/, '')}/${UNKNOWN}`;
  return args.flatMap((arg, index) => {
    if (!/^-(?:exec|execdir|ok|okdir|x|X)$/.test(arg)) return [];
    const rest = args.slice(index + 1);
    const end = rest.findIndex((word) => word === ';' || word === '\\;' || word === '+');
    const words = (end < 0 ? rest : rest.slice(0, end)).map((word) => word.replaceAll('{}', found));
    return words.length === 0 ? [] : [words];
  });
}
