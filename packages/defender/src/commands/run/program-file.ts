import { isInterpreter } from './code-arguments.ts';

/** The file whose text a program runs: a script of an interpreter, statements for a database. */
export function programFile(name: string, args: readonly string[]): string | undefined {
  if (isInterpreter(name)) return args[0]?.startsWith('-') ? undefined : args[0];
  if (name === 'psql') return optionValue(args, /^-f$|^--file$/) ?? behind(args, /^(?:--file=|-f)(.+)$/);
  if (name === 'sqlite3' || name === 'duckdb') return behind(args, /^\.read (\S+)/);
  if (/^(?:mysql|mariadb)$/.test(name)) return behind(args, /^(?:source|\\\.) (\S+?);?$/i);
  return undefined;
}

function optionValue(args: readonly string[], option: RegExp): string | undefined {
  const at = args.findIndex((arg) => option.test(arg));
  return at < 0 ? undefined : args[at + 1];
}

function behind(args: readonly string[], pattern: RegExp): string | undefined {
  return args.map((arg) => pattern.exec(arg)?.[1]).find((found) => found !== undefined);
}
