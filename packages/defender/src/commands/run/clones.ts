import { isInterpreter, isShell } from './code-arguments.ts';
import { filePath } from './downloads.ts';
import type { RunCommand } from './run-command.ts';

/** Where people publish what others build. */
const KNOWN_HOSTS =
  /^https?:\/\/(?:[^/@]*@)?(?:www\.)?(?:github\.com|gitlab\.\S+?|codeberg\.org|bitbucket\.org|git\.sr\.ht|salsa\.debian\.org|git\.kernel\.org|huggingface\.co|\S+\.googlesource\.com|dev\.azure\.com)\//;

/** The folder that `git clone` fills from an address nobody knows; undefined for everything else. */
export function clonedFolder(name: string, args: readonly string[]): string | undefined {
  if (name !== 'git' || !args.includes('clone')) return undefined;
  const at = args.findIndex((arg) => /^(?:https?|git):\/\//.test(arg));
  const url = args[at];
  if (url === undefined || KNOWN_HOSTS.test(url)) return undefined;
  return (
    args[at + 1] ??
    url
      .replace(/\/+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '')
  );
}

/** Programs that run what the folder they stand in says. */
const BUILDERS = /^(?:make|gmake|npm|pnpm|yarn|bun|pip3?|cargo|go|python[\d.]*|node|docker-compose|just|rake|bundle)$/;

/** The freshly cloned folder that a command runs something of. */
export function ranClone(
  { name, args, folder }: RunCommand,
  first: string,
  clones: ReadonlySet<string>,
): string | undefined {
  if (clones.size === 0) return undefined;
  const script = isShell(name) || isInterpreter(name) || name === '.' || name === 'source' ? args : [];
  const paths = [...(first.includes('/') ? [first] : []), ...script].map((path) => filePath(path));
  return [...clones].find(
    (clone) =>
      paths.some((path) => path.startsWith(`${clone}/`)) ||
      ((folder === clone || folder.endsWith(`/${clone}`)) && (paths.length > 0 || BUILDERS.test(name))),
  );
}
