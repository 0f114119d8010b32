import childProcess from 'node:child_process';
import fs, { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'rolldown/utils';

interface ImportedModule {
  /** As written. */
  readonly specifier: string;
  /** Erased before the program runs. */
  readonly isType: boolean;
}

export interface SourceFile {
  /** From the root of the checkout, with slashes. */
  readonly path: string;
  readonly imports: readonly ImportedModule[];
  /** Names of blocking functions of node:fs and node:child_process that the file mentions. */
  readonly blockingNames: readonly string[];
}

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const BLOCKING = new Set([...Object.keys(fs), ...Object.keys(childProcess)].filter((name) => name.endsWith('Sync')));

/** Every source file of the packages and apps. Tests and what only tests use are left out. */
export function readSources(): readonly SourceFile[] {
  return globSync(
    ['packages/*/src/**/*.{ts,tsx}', 'packages/channels/adapters/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'],
    {
      cwd: CHECKOUT,
    },
  )
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !/\.test\.tsx?$|\.d\.ts$|\/src\/testing\//.test(path))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(CHECKOUT, path), 'utf8')));
}

/** What a source text imports and which blocking functions it names. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: ImportedModule[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    const isType = entries.length > 0 && entries.every((entry) => entry.isType);
    imports.push({ specifier: moduleRequest.value, isType });
  }
  for (const { moduleRequest, isType } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest) imports.push({ specifier: moduleRequest.value, isType });
  }
  const blocking = new Set<string>();
  new Visitor({
    Identifier: ({ name }) => {
      if (BLOCKING.has(name)) blocking.add(name);
    },
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') {
        imports.push({ specifier: source.value, isType: false });
      }
    },
    TSImportType: ({ source }) => {
      imports.push({ specifier: source.value, isType: true });
    },
  }).visit(program);
  return { path, imports, blockingNames: [...blocking].sort() };
}

/** The package or app a path lies in, e.g. `packages/store`. */
export const roomOf = (path: string): string => {
  const depth = path.startsWith('packages/channels/adapters/') ? 4 : 2;
  return path.split('/').slice(0, depth).join('/');
};

/** The room or file an import points to inside the checkout; undefined for libraries and Node's own modules. */
export function targetOf(from: string, specifier: string): { room: string; file?: string } | undefined {
  const workspace = /^@chela\/([\w-]+)/.exec(specifier)?.[1];
  if (workspace) return { room: roomOfPackage(workspace) };
  if (!specifier.startsWith('.')) return undefined;
  const file = relative(CHECKOUT, join(CHECKOUT, dirname(from), specifier)).replaceAll(sep, '/');
  return { room: roomOf(file), file };
}

/** Adapters are named `channel-<id>`. */
function roomOfPackage(name: string): string {
  const adapter = name === 'channel-lab' ? undefined : /^channel-(.+)$/.exec(name)?.[1];
  return adapter === undefined ? `packages/${name}` : `packages/channels/adapters/${adapter}`;
}

/** The import rings among files, each once, written as the way around it. Erased imports do not close a ring. */
export function cyclesOf(sources: readonly SourceFile[]): readonly string[] {
  const edges = new Map(sources.map((source) => [source.path, runtimeTargets(source)]));
  const done = new Set<string>();
  const rings: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) {
      rings.push([...way.slice(at), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return rings;
}

const runtimeTargets = (source: SourceFile): readonly string[] =>
  source.imports
    .filter(({ isType }) => !isType)
    .flatMap(({ specifier }) => targetOf(source.path, specifier)?.file ?? []);
