import { realpath } from 'node:fs/promises';
import { posix } from 'node:path';

/** What a container may never be given: the host's system, its devices and the engine that runs containers. */
const BLOCKED: readonly string[] = [
  '/etc',
  '/private/etc',
  '/proc',
  '/sys',
  '/dev',
  '/root',
  '/boot',
  '/run',
  '/var/run',
  '/private/var/run',
  '/var/run/docker.sock',
  '/private/var/run/docker.sock',
  '/run/docker.sock',
];

/** Why a bind is refused: its source lies in a blocked folder, is the whole host, or says not where it is. */
export type BindProblem =
  | { readonly kind: 'targets' | 'covers'; readonly blockedPath: string }
  | { readonly kind: 'non_absolute'; readonly sourcePath: string };

/** The parts of `source:target[:mode]`. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

export function parseBind(bind: string): Bind {
  const [source = '', target = source, mode = ''] = bind.trim().split(':');
  return { source, target: target || source, writable: !mode.split(',').includes('ro') };
}

/** What is wrong with a bind as written, links not followed (reference agent/tools.md §10). */
export function bindProblem(bind: string): BindProblem | undefined {
  const { source } = parseBind(bind);
  if (!source.startsWith('/')) return { kind: 'non_absolute', sourcePath: source };
  const path = posix.normalize(source).replace(/(?<=.)\/$/, '');
  if (path === '/') return { kind: 'covers', blockedPath: '/' };
  const blockedPath = BLOCKED.find((blocked) => path === blocked || path.startsWith(`${blocked}/`));
  return blockedPath === undefined ? undefined : { kind: 'targets', blockedPath };
}

function refusal(bind: string, problem: BindProblem): Error {
  if (problem.kind === 'non_absolute') {
    return new Error(
      `Sandbox security: bind mount "${bind}" uses a non-absolute source path "${problem.sourcePath}". Only absolute POSIX paths are supported for sandbox binds.`,
    );
  }
  return new Error(
    `Sandbox security: bind mount "${bind}" ${problem.kind} blocked path "${problem.blockedPath}". Mounting system directories (or Docker socket paths) into sandbox containers is not allowed. Use project-specific paths instead (e.g. /home/user/myproject).`,
  );
}

/** Throws unless a bind as written is harmless. */
export function assertSafeBind(bind: string): void {
  const problem = bindProblem(bind);
  if (problem !== undefined) throw refusal(bind, problem);
}

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The first of `secrets` that lies in a folder, links followed. */
export async function coveredSecret(folder: string, secrets: readonly string[]): Promise<string | undefined> {
  const real = await realpath(folder).catch(() => folder);
  for (const secret of secrets) {
    const path = await realpath(secret).catch(() => secret);
    if (within(path, real)) return path;
  }
  return undefined;
}

/**
 * Throws unless a bind is harmless where it really leads, links followed. Also refused, beyond the contract: a bind of
 * a folder that holds one of `secrets`, e.g. the home folder with the gateway's keys in it.
 */
export async function assertSafeSource(bind: string, secrets: readonly string[]): Promise<void> {
  assertSafeBind(bind);
  const { source } = parseBind(bind);
  const real = await realpath(source).catch(() => source);
  const problem = bindProblem(real);
  if (problem !== undefined) throw refusal(bind, problem);
  const blockedPath = await coveredSecret(real, secrets);
  if (blockedPath !== undefined) throw refusal(bind, { kind: 'covers', blockedPath });
}

const isWord = (value: string | undefined, word: string): boolean => value?.trim().toLowerCase() === word;

/** Throws for settings that would open the sandbox. */
export function assertSafeIsolation(docker: {
  readonly network?: string | undefined;
  readonly seccompProfile?: string | undefined;
  readonly apparmorProfile?: string | undefined;
}): void {
  if (isWord(docker.network, 'host')) {
    throw new Error(
      `Sandbox security: network mode "${docker.network}" is blocked. Network "host" mode bypasses container network isolation. Use "bridge" or "none" instead.`,
    );
  }
  if (isWord(docker.seccompProfile, 'unconfined')) {
    throw new Error(
      `Sandbox security: seccomp profile "${docker.seccompProfile}" is blocked. Disabling seccomp removes syscall filtering and weakens sandbox isolation. Use a custom seccomp profile file or omit this setting.`,
    );
  }
  if (isWord(docker.apparmorProfile, 'unconfined')) {
    throw new Error(
      `Sandbox security: apparmor profile "${docker.apparmorProfile}" is blocked. Disabling AppArmor removes mandatory access controls and weakens sandbox isolation. Use a named AppArmor profile or omit this setting.`,
    );
  }
}
