import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Env, resolveUserPath, type StatePaths } from '@chela/config';
import { extractArchive, type InstallJudge, runInstaller } from '@chela/skills';
import { managedHooksDir } from '../discovery/hook-roots.ts';
import { npmSpecProblem } from './npm-spec.ts';
import { type HookPack, readPack } from './pack.ts';

export interface InstallHooksDeps {
  readonly env: Readonly<Env>;
  readonly paths: StatePaths;
  /** Asked before anything is fetched or copied. */
  readonly judge: InstallJudge;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What is going on, a line each. */
  readonly say: (line: string) => void;
}

/** `hooks.internal.installs.<id>` (reference config/keys.json). */
export interface HookInstallRecord {
  readonly source: 'npm' | 'archive' | 'path';
  readonly spec?: string;
  readonly sourcePath?: string;
  readonly installPath: string;
  readonly version?: string;
  /** ISO 8601. */
  readonly installedAt: string;
  readonly hooks: readonly string[];
}

export interface InstalledHooks {
  readonly id: string;
  readonly record: HookInstallRecord;
}

const NPM_TIMEOUT_MS = 300_000;
const ARCHIVE = /\.(?:zip|tgz|tar\.gz|tar)$/i;

/** Installs a folder, an archive or a package of the registry. Throws with a readable sentence; nothing is left half-way. */
export async function installHooks(spec: string, deps: InstallHooksDeps): Promise<InstalledHooks> {
  const path = resolveUserPath(spec, deps.paths.homeDir);
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) return installFolder(path, { source: 'path', sourcePath: path }, deps);
  if (facts !== undefined) return installArchive(path, { source: 'archive', sourcePath: path }, deps);
  if (/^(?:\.|~|\/)/.test(spec) || ARCHIVE.test(spec)) throw new Error(`Path not found: ${path}`);
  return installPackage(spec, deps);
}

/** Reads a folder where it lies, for `--link`. */
export async function linkHooks(spec: string, deps: InstallHooksDeps): Promise<InstalledHooks> {
  const path = resolveUserPath(spec, deps.paths.homeDir);
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) throw new Error(`Path not found: ${path}`);
  if (!facts.isDirectory()) throw new Error('Linked hook paths must be directories.');
  const pack = await readPack(path);
  await assertFree(pack, deps);
  await judged(pack.id, `hooks install --link ${path}`, deps);
  return { id: pack.id, record: recordOf(pack, { source: 'path', sourcePath: path }, path, deps) };
}

type Origin = Pick<HookInstallRecord, 'source' | 'spec' | 'sourcePath'>;

async function installPackage(spec: string, deps: InstallHooksDeps): Promise<InstalledHooks> {
  const problem = npmSpecProblem(spec);
  if (problem !== undefined) throw new Error(problem);
  return withFolder(async (folder) => {
    const file = await fetchPackage(spec, folder, deps);
    return installArchive(file, { source: 'npm', spec }, deps);
  });
}

/** Fetches a package without running anything of it; resolves with the archive. */
async function fetchPackage(spec: string, folder: string, deps: InstallHooksDeps): Promise<string> {
  const argv = ['npm', 'pack', spec, '--ignore-scripts', '--pack-destination', folder] as const;
  await judged(spec, argv.slice(0, 4).join(' '), deps);
  deps.say(`Downloading ${spec}…`);
  await npm(argv, deps);
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error(`npm fetched nothing for ${spec}`);
  return join(folder, file);
}

function installArchive(file: string, origin: Origin, deps: InstallHooksDeps): Promise<InstalledHooks> {
  return withFolder(async (dir) => {
    if (origin.source === 'archive') deps.say(`Extracting ${file}…`);
    const archive = /\.zip$/i.test(file) ? 'zip' : 'tar.gz';
    await extractArchive({ file, archive, dir, strip: 0, env: deps.env, signal: deps.signal });
    return installFolder(await rootOf(dir), origin, deps);
  });
}

/** Archives mostly hold one folder with everything in it. */
async function rootOf(dir: string): Promise<string> {
  const [only, ...others] = await readdir(dir, { withFileTypes: true });
  return only?.isDirectory() === true && others.length === 0 ? join(dir, only.name) : dir;
}

async function installFolder(
  dir: string,
  origin: Origin,
  deps: InstallHooksDeps,
  replaces?: string,
): Promise<InstalledHooks> {
  const pack = await readPack(dir);
  const target = join(managedHooksDir(deps.paths), pack.id);
  if (replaces !== pack.id) await assertFree(pack, deps);
  if (origin.source !== 'npm') await judged(pack.id, `hooks install ${origin.sourcePath ?? dir}`, deps);
  deps.say(`Installing to ${target}…`);
  const staging = join(managedHooksDir(deps.paths), `.partial-${randomUUID()}`);
  await mkdir(managedHooksDir(deps.paths), { recursive: true, mode: 0o700 });
  try {
    await cp(dir, staging, { recursive: true, verbatimSymlinks: true });
    if (pack.hasDependencies) await installDependencies(pack, staging, deps);
    if (replaces === pack.id) await rm(target, { recursive: true, force: true });
    await rename(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { id: pack.id, record: recordOf(pack, origin, target, deps) };
}

async function installDependencies(pack: HookPack, cwd: string, deps: InstallHooksDeps): Promise<void> {
  const argv = ['npm', 'install', '--prefix', cwd, '--omit=dev', '--ignore-scripts', '--no-audit'] as const;
  await judged(pack.id, `npm install --omit=dev --ignore-scripts (dependencies of ${pack.id})`, deps);
  deps.say('Installing dependencies…');
  await npm(argv, deps);
}

/** A newer version of a package in the place of the one that is there; undefined when there is no newer one. */
export async function updatePackage(
  id: string,
  spec: string,
  installed: string | undefined,
  deps: InstallHooksDeps & { readonly dryRun: boolean },
): Promise<{ readonly version: string; readonly installed?: InstalledHooks } | undefined> {
  return withFolder(async (folder) => {
    const file = await fetchPackage(spec, folder, deps);
    return withFolder(async (dir) => {
      await extractArchive({ file, archive: 'tar.gz', dir, strip: 0, env: deps.env, signal: deps.signal });
      const root = await rootOf(dir);
      const { version = 'unknown' } = await readPack(root);
      if (version === installed) return undefined;
      if (deps.dryRun) return { version };
      return { version, installed: await installFolder(root, { source: 'npm', spec }, deps, id) };
    });
  });
}

async function npm(argv: readonly [string, ...string[]], deps: InstallHooksDeps): Promise<void> {
  const limits = { env: deps.env, timeoutMs: NPM_TIMEOUT_MS, signal: deps.signal };
  const { code, timedOut, stderr } = await runInstaller({ argv }, limits);
  if (code === 0) return;
  const why = timedOut
    ? 'it took too long'
    : (stderr.split('\n').findLast((line) => line.trim() !== '') ?? 'it failed');
  throw new Error(`npm ${argv[1]} failed: ${why}`);
}

async function judged(id: string, command: string, { judge, signal }: InstallHooksDeps): Promise<void> {
  const refusal = await judge({ skill: id, command }, signal);
  if (refusal !== undefined) throw new Error(refusal);
}

async function assertFree({ id, isPackage }: HookPack, { paths }: InstallHooksDeps): Promise<void> {
  const target = join(managedHooksDir(paths), id);
  if ((await stat(target).catch(() => undefined)) === undefined) return;
  throw new Error(`${isPackage ? 'hook pack' : 'hook'} already exists: ${target} (delete it first)`);
}

function recordOf(pack: HookPack, origin: Origin, installPath: string, { now }: InstallHooksDeps): HookInstallRecord {
  return {
    ...origin,
    installPath,
    ...(pack.version !== undefined && { version: pack.version }),
    installedAt: new Date(now()).toISOString(),
    hooks: pack.hooks,
  };
}

async function withFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'chela-hooks-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
