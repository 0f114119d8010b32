import { lstat, readlink, stat } from 'node:fs/promises';
import { type Mount, sandboxShell } from './docker-arguments.ts';
import { filterEnvironment } from './environment.ts';
import { findProcessLimiter, type LimitedGroup, type ProcessLimiter } from './process-limit.ts';
import type { ProgramRunner } from './program.ts';
import type { SandboxBackend, SandboxCommand, SandboxPlace } from './sandbox.ts';
import type { ContainerSettings, Ulimit } from './settings.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_PROCESSES = 512;
const PROBE_TIMEOUT_MS = 10_000;
/** Folders of programs: links into /usr on most systems, folders on others. */
const PROGRAM_FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const;
const READ_ONLY = ['/usr', '/nix/store'] as const;
/** What programs need of /etc; none of it holds a secret. */
const SYSTEM_FILES = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/group',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/passwd',
  '/etc/pki/tls/certs',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/timezone',
] as const;
/** Root without capabilities may still write the kernel's settings, whose owner it is. */
const FIXED_KERNEL_FOLDERS = ['/proc/sys', '/proc/fs', '/proc/bus', '/proc/irq', '/proc/sysrq-trigger'] as const;
const HIDDEN_KERNEL_FILES = ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug'] as const;

/** What there is on this host to build a sandbox from. */
export interface HostLayout {
  readonly links: readonly (readonly [path: string, target: string])[];
  readonly folders: readonly string[];
  readonly fixed: readonly string[];
  readonly hidden: readonly string[];
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(paths.map(exists));
  return paths.filter((_path, index) => there[index]);
}

async function readHostLayout(): Promise<HostLayout> {
  const links: [string, string][] = [];
  const folders: string[] = [];
  for (const path of PROGRAM_FOLDERS) {
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isSymbolicLink()) links.push([path, await readlink(path)]);
    else if (entry?.isDirectory()) folders.push(path);
  }
  return {
    links,
    folders: [...(await existing(READ_ONLY)), ...folders, ...(await existing(SYSTEM_FILES))],
    fixed: await existing(FIXED_KERNEL_FOLDERS),
    hidden: await existing(HIDDEN_KERNEL_FILES),
  };
}

const BYTES_OF_UNIT: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes of an amount such as `512m`; undefined when it is none. */
export function memoryBytes(amount: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(amount.trim()) ?? [];
  const factor = BYTES_OF_UNIT[unit.toLowerCase()];
  return digits === '' || factor === undefined ? undefined : Math.floor(Number(digits) * factor);
}

function bothEnds(limit: Ulimit): string {
  if (typeof limit === 'string') return limit.includes(':') ? limit : `${limit}:${limit}`;
  if (typeof limit === 'number') return `${limit}:${limit}`;
  return `${limit.soft ?? limit.hard}:${limit.hard ?? limit.soft}`;
}

/** The limits of each process, for prlimit(1). */
function limitArguments(docker: ContainerSettings): readonly string[] {
  const processes = docker.pidsLimit ?? DEFAULT_PROCESSES;
  const memory = docker.memory === undefined ? undefined : memoryBytes(docker.memory);
  return [
    '--core=0:0',
    `--nproc=${processes}:${processes}`,
    ...(memory === undefined ? [] : [`--as=${memory}:${memory}`]),
    ...Object.entries(docker.ulimits).map(([name, limit]) => `--${name}=${bothEnds(limit)}`),
  ];
}

function numericUser(user: string | undefined): readonly string[] {
  const [, uid, gid = uid] = /^(\d+)(?::(\d+))?$/.exec(user ?? '') ?? [];
  return uid === undefined || gid === undefined ? [] : ['--uid', uid, '--gid', gid];
}

/** Everything before the command: namespaces of its own, no network, no capability, and only these folders. */
export function isolationArguments(
  layout: HostLayout,
  docker: ContainerSettings,
  mounts: readonly Mount[],
): readonly string[] {
  return [
    '--unshare-all',
    ...['--unshare-user', '--disable-userns'],
    '--die-with-parent',
    ...['--cap-drop', 'ALL'],
    ...['--hostname', 'chela-sandbox'],
    ...numericUser(docker.user),
    ...layout.links.flatMap(([path, target]) => ['--symlink', target, path]),
    ...layout.folders.flatMap((path) => ['--ro-bind', path, path]),
    ...['--proc', '/proc'],
    ...layout.fixed.flatMap((path) => ['--ro-bind', path, path]),
    ...layout.hidden.flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ...['--dev', '/dev'],
    ...docker.tmpfs.flatMap((entry) => ['--tmpfs', entry.split(':')[0] ?? entry]),
    ...mounts.flatMap(({ outside, inside, writable }) => [writable ? '--bind' : '--ro-bind', outside, inside]),
    ...(docker.readOnlyRoot ? ['--remount-ro', '/'] : []),
  ];
}

/** The environment inside: nothing of the gateway's. */
function insideEnvironment(docker: ContainerSettings, request: SandboxCommand): Readonly<Record<string, string>> {
  const { allowed } = filterEnvironment(docker.env);
  const terminal = request.terminal ? { TERM: 'xterm-256color' } : {};
  return { HOME: docker.workdir, ...terminal, ...allowed, ...request.env };
}

function commandArguments(layout: HostLayout, place: SandboxPlace, request: SandboxCommand): readonly string[] {
  const { docker } = place.settings;
  const shell = sandboxShell(request.command, insideEnvironment(docker, request));
  return [
    ...isolationArguments(layout, docker, place.mounts),
    ...['--chdir', request.workdir],
    '--clearenv',
    ...['--setenv', 'PATH', DEFAULT_PATH],
    ...Object.entries(shell.env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', 'prlimit', ...limitArguments(docker), '--', ...shell.argv],
  ];
}

/** A command that puts itself into a control group and goes on as another. */
const JOIN_GROUP = 'echo $$ > "$0" && exec "$@"';

/** The back end for Linux: namespaces by bubblewrap, nothing to set up and nothing left behind. */
export interface Bubblewrap extends SandboxBackend {
  /** What limits the number of processes of a command here. */
  readonly processLimit: 'resource limit' | 'control group' | 'none';
}

/**
 * Tries bubblewrap on this host. Resolves with the reason when it cannot be used: it is not installed, or the kernel does
 * not let this user make namespaces.
 */
export async function findBubblewrap(deps: {
  readonly run: ProgramRunner;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Bubblewrap | { readonly unusable: string }> {
  if (process.platform !== 'linux') return { unusable: 'bubblewrap runs on Linux only' };
  const layout = await readHostLayout();
  const isolation = ['--unshare-all', '--unshare-user', '--disable-userns', '--ro-bind', '/', '/', '--proc', '/proc'];
  const probe = await deps
    .run('bwrap', [...isolation, '--', 'prlimit', '--core=0:0', '--', 'true'], { timeoutMs: PROBE_TIMEOUT_MS })
    .catch((error: unknown) => ({ code: 127, stdout: '', stderr: error instanceof Error ? error.message : '' }));
  if (probe.code !== 0) return { unusable: `bubblewrap does not run here: ${probe.stderr.trim() || probe.code}` };
  const isRoot = process.getuid?.() === 0;
  const limiter: ProcessLimiter | undefined = isRoot ? await findProcessLimiter() : undefined;
  const outerEnv = { PATH: deps.env.PATH ?? DEFAULT_PATH };
  return {
    name: 'bubblewrap',
    processLimit: isRoot ? (limiter === undefined ? 'none' : 'control group') : 'resource limit',
    async launch(place, request) {
      const args = commandArguments(layout, place, request);
      const { pidsLimit } = place.settings.docker;
      const group: LimitedGroup | undefined = await limiter?.limit(request.mark, pidsLimit ?? DEFAULT_PROCESSES);
      if (group === undefined) return { program: { file: 'bwrap', args }, cwd: '/', env: outerEnv };
      return {
        program: { file: 'sh', args: ['-c', JOIN_GROUP, group.joinPath, 'bwrap', ...args] },
        cwd: '/',
        env: outerEnv,
        release: group.remove,
      };
    },
  };
}
