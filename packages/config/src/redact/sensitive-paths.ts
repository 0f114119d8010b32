import { readDataFile } from '../data-file.ts';

/** One level of the tree of marked paths; `*` any key, `[]` any element. */
interface PathTree {
  readonly children: Map<string, PathTree>;
  marked: boolean;
}

export interface SensitivePaths {
  /** True when the value at these keys is a secret. Array elements appear as `[]`. */
  matches(keys: readonly string[]): boolean;
}

/** Key names of secrets where nobody marked anything: sections of channels and plugins (reference config/config.md §9). */
const SECRET_NAME = /token$|password|secret|api_?key/i;
const NOT_SECRET =
  /(?:maxtokens|maxoutputtokens|maxinputtokens|maxcompletiontokens|contexttokens|totaltokens|tokencount|tokenlimit|tokenbudget|passwordfile)$/i;

/** Variables of the `env` section and headers of providers; the original shows these in clear, which leaks keys. */
const SECRET_VARIABLE = /token|secret|password|passwd|key|credential/i;
const SECRET_HEADER = /authorization|token|secret|key|cookie/i;

/** Reads the marked paths of the contract (reference config/keys.json, `sensitive`). */
export async function loadSensitivePaths(): Promise<SensitivePaths> {
  const parsed: unknown = JSON.parse(await readDataFile('sensitive-paths.json'));
  const root = newTree();
  for (const path of Array.isArray(parsed) ? parsed : []) mark(root, splitShape(String(path)));
  return { matches: (keys) => isMarked(root, keys) || isSecretByName(keys) };
}

function isSecretByName(keys: readonly string[]): boolean {
  const [section, second] = keys;
  const name = keys.at(-1) ?? '';
  if (section === 'channels' || section === 'plugins') return SECRET_NAME.test(name) && !NOT_SECRET.test(name);
  if (section === 'env' && second !== 'shellEnv') return SECRET_VARIABLE.test(name);
  // Variables and headers of MCP servers (ours) are there for their keys.
  if (section === 'mcp' && (keys.at(-2) === 'env' || keys.at(-2) === 'headers')) return true;
  return keys.at(-2) === 'headers' && SECRET_HEADER.test(name);
}

function isMarked(tree: PathTree, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return tree.marked;
  const exact = tree.children.get(key);
  if (exact !== undefined && isMarked(exact, rest)) return true;
  const any = key === '[]' ? undefined : tree.children.get('*');
  return any !== undefined && isMarked(any, rest);
}

function mark(root: PathTree, keys: readonly string[]): void {
  let at = root;
  for (const key of keys) {
    const next = at.children.get(key) ?? newTree();
    at.children.set(key, next);
    at = next;
  }
  at.marked = true;
}

function newTree(): PathTree {
  return { children: new Map(), marked: false };
}

/** `a.list[].b` → `a`, `list`, `[]`, `b`. */
function splitShape(path: string): string[] {
  return path.replaceAll('[]', '.[]').split('.');
}
