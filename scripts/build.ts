/**
 * Builds the executable (`apps/chela/dist`) and the web page (`apps/control-ui/dist`, and `a2ui/dist` for the canvas).
 * The executable becomes one entry and lazy chunks, so that a start loads only what it uses; its compile cache is
 * filled here, so that the first start is as quick as the tenth.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { build as buildPage } from 'vite';

const root = resolve(import.meta.dirname, '..');
const appDir = join(root, 'apps', 'chela');
const outDir = join(appDir, 'dist');

/** Files that run in threads of their own: bundled as entries beside the chunks that start them. */
const WORKERS = {
  'session-worker': join(root, 'packages', 'store', 'src', 'import', 'session-worker.ts'),
  'usage-worker': join(root, 'packages', 'store', 'src', 'usage', 'usage-worker.ts'),
  'hook-transform-worker': join(root, 'packages', 'gateway', 'src', 'http-api', 'hooks', 'hook-transform-worker.ts'),
  'pdf-worker': join(root, 'packages', 'gateway', 'src', 'http-api', 'pdf-worker.ts'),
  'index-worker': join(root, 'packages', 'memory', 'src', 'index-file', 'index-worker.ts'),
  'hook-worker': join(root, 'packages', 'hooks', 'src', 'running', 'hook-worker.ts'),
  'resize-worker': join(root, 'packages', 'tools', 'src', 'files', 'resize-worker.ts'),
};

const adaptersDir = join(root, 'packages', 'channels', 'adapters');

/** A channel's adapter: bundled as an entry of its own that is loaded when the channel is configured. */
interface AdapterPackage {
  readonly id: string;
  /** Packages that people install themselves; they stay outside the bundle. */
  readonly optional: readonly string[];
}

async function readAdapters(): Promise<readonly AdapterPackage[]> {
  const folders = (await readdir(adaptersDir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  return Promise.all(
    folders.map(async ({ name }) => {
      const manifest: { peerDependencies?: Record<string, string> } = JSON.parse(
        await readFile(join(adaptersDir, name, 'package.json'), 'utf8'),
      );
      return { id: name, optional: Object.keys(manifest.peerDependencies ?? {}) };
    }),
  );
}

/** Points `new URL('./x.ts', import.meta.url)` at the bundled worker. */
const workerUrls: Plugin = {
  name: 'worker-urls',
  transform(code) {
    const pattern = /new URL\((['"])\.\/([\w-]+)\.ts\1, import\.meta\.url\)/g;
    if (!pattern.test(code)) return null;
    return code.replace(pattern, (found, _quote, name: string) =>
      name in WORKERS ? `new URL('./${name}.mjs', import.meta.url)` : found,
    );
  },
};

/**
 * Importing `node:http` or `node:process` as an ES module reads every export once, also the lazy ones: that loads the
 * built-in WebSocket with all of undici (10 ms, 6 MB), and the table of Node's flags. These stand-ins take the module as
 * it is and export the names that the program uses.
 */
const HTTP_NAMES = [
  'Agent',
  'createServer',
  'get',
  'IncomingMessage',
  'maxHeaderSize',
  'METHODS',
  'request',
  'Server',
  'ServerResponse',
  'STATUS_CODES',
  'validateHeaderName',
  'validateHeaderValue',
];
const STAND_INS: Readonly<Record<string, string>> = {
  http: `const http = process.getBuiltinModule('node:http');
export default http;
export const { ${HTTP_NAMES.join(', ')} } = http;`,
  process: `const { process } = globalThis;
export default process;
export const { emitWarning, env } = process;`,
  // The command-line parser spawns only for commands that live in programs of their own; Chela has none.
  'commander-child_process': `export default {
  spawn: (...args) => process.getBuiltinModule('node:child_process').spawn(...args),
};`,
};

const NATIVE_PACKAGES = new Set(['@lydell/node-pty', '@silvia-odwyer/photon-node']);

/** The stand-in of a built-in module, by its name with or without `node:` and the file that imports it. */
function standInFor(source: string, importer: string | undefined): string | undefined {
  const isCommander = importer?.includes('/node_modules/commander/') === true;
  const name = source.replace(/^node:/, '');
  if (isCommander && name === 'child_process') return 'commander-child_process';
  return Object.hasOwn(STAND_INS, name) ? name : undefined;
}

const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  resolveId(source, importer) {
    const name = standInFor(source, importer);
    return name === undefined ? null : `\0lean:${name}`;
  },
  load(id) {
    return id.startsWith('\0lean:') ? (STAND_INS[id.slice('\0lean:'.length)] ?? null) : null;
  },
};

async function buildExecutable(): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  const adapters = await readAdapters();
  const optional = new Set(adapters.flatMap((adapter) => adapter.optional));
  const bundle = await rolldown({
    input: {
      main: join(appDir, 'src', 'main.ts'),
      ...Object.fromEntries(Object.entries(WORKERS).map(([name, path]) => [`chunks/${name}`, path])),
      ...Object.fromEntries(
        adapters.map(({ id }) => [`channels/${id}/index`, join(adaptersDir, id, 'src', 'index.ts')]),
      ),
    },
    plugins: [leanBuiltins, workerUrls],
    platform: 'node',
    // Native or self-locating packages stay outside the bundle and are found in node_modules.
    external: (id, importer) =>
      !standInFor(id, importer) &&
      (id.startsWith('node:') || id.endsWith('.node') || NATIVE_PACKAGES.has(id) || optional.has(id)),
    // Neither `import` nor `require`: each kind of import brings its own, and a package that requires gets what it expects.
    resolve: { conditionNames: ['node', 'default'] },
    treeshake: { moduleSideEffects: 'no-external' },
  });
  await bundle.write({
    dir: outDir,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
  // Data that is read when it is asked for, found relative to the chunks as it is to the sources.
  await cp(join(root, 'packages', 'config', 'data'), join(outDir, 'data'), {
    recursive: true,
    filter: (path) => !path.endsWith('examples'),
  });
  for (const { id } of adapters) {
    await cp(join(adaptersDir, id, 'src', 'config-schema.json'), join(outDir, 'channels', id, 'config-schema.json'));
  }
  await cp(join(root, 'packages', 'skills', 'skills'), join(outDir, 'skills'), { recursive: true });
  await cp(join(root, 'packages', 'hooks', 'hooks'), join(outDir, 'hooks'), { recursive: true });
}

/** Runs the given command line of the built program to its end; its own output is not interesting. */
async function runBuilt(args: readonly string[], stateDir: string): Promise<void> {
  const child = spawn(process.execPath, [join(appDir, 'bin', 'chela.mjs'), ...args], {
    stdio: 'ignore',
    env: { ...process.env, HOME: stateDir, OPENCLAW_STATE_DIR: stateDir, CHELA_SOURCE: '0' },
  });
  await once(child, 'exit');
}

/** A first run of the common commands leaves their compiled code in the cache beside the bundle. */
async function warmCompileCache(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-build-'));
  try {
    await runBuilt(['--version'], stateDir);
    await runBuilt(['gateway', 'run', '--port', '0', '--warm-up'], stateDir);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

const uiDir = join(root, 'apps', 'control-ui');
const a2uiConfig = join(uiDir, 'vite.a2ui.config.ts');
await Promise.all([
  buildExecutable(),
  buildPage({ root: uiDir, logLevel: 'warn' }),
  buildPage({ root: join(uiDir, 'a2ui'), configFile: a2uiConfig, logLevel: 'warn' }),
]);
await cp(join(uiDir, 'dist'), join(outDir, 'control-ui'), { recursive: true });
await cp(join(uiDir, 'a2ui', 'dist'), join(outDir, 'a2ui'), { recursive: true });
await warmCompileCache();
