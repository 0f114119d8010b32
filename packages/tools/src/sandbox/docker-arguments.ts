import { filterEnvironment } from './environment.ts';
import { assertSafeIsolation } from './safety.ts';
import type { ContainerSettings, Ulimit } from './settings.ts';

/** What tells one container from another. */
export interface ContainerIdentity {
  readonly name: string;
  readonly scopeKey: string;
  readonly createdAtMs: number;
  readonly configHash: string;
}

/** A folder of the host that is seen inside. */
export interface Mount {
  /** Absolute path on the host. */
  readonly outside: string;
  /** Absolute path in the sandbox. */
  readonly inside: string;
  readonly writable: boolean;
  /** It comes from the configured binds, not from the workspaces. */
  readonly isBind: boolean;
}

function ulimitText(limit: Ulimit): string | undefined {
  if (typeof limit !== 'object') return String(limit);
  if (limit.soft === undefined) return limit.hard === undefined ? undefined : String(limit.hard);
  return limit.hard === undefined ? String(limit.soft) : `${limit.soft}:${limit.hard}`;
}

const each = (flag: string, values: readonly string[]): readonly string[] => values.flatMap((value) => [flag, value]);
const maybe = (flag: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [flag, String(value)];

/** The arguments of `docker create` up to the mounts, in the contract's order (reference agent/tools.md §10). */
export function createArguments(identity: ContainerIdentity, docker: ContainerSettings): readonly string[] {
  assertSafeIsolation(docker);
  const { allowed } = filterEnvironment(docker.env);
  return [
    'create',
    ...['--name', identity.name],
    ...each('--label', [
      'openclaw.sandbox=1',
      `openclaw.sessionKey=${identity.scopeKey}`,
      `openclaw.createdAtMs=${identity.createdAtMs}`,
      `openclaw.configHash=${identity.configHash}`,
    ]),
    ...(docker.readOnlyRoot ? ['--read-only'] : []),
    ...each('--tmpfs', docker.tmpfs),
    ...['--network', docker.network],
    ...maybe('--user', docker.user),
    ...each(
      '--env',
      Object.entries(allowed).map(([name, value]) => `${name}=${value}`),
    ),
    ...each('--cap-drop', docker.capDrop),
    ...['--security-opt', 'no-new-privileges'],
    ...maybe('--security-opt', docker.seccompProfile && `seccomp=${docker.seccompProfile}`),
    ...maybe('--security-opt', docker.apparmorProfile && `apparmor=${docker.apparmorProfile}`),
    ...each('--dns', docker.dns),
    ...each('--add-host', docker.extraHosts),
    ...maybe('--pids-limit', docker.pidsLimit),
    ...maybe('--memory', docker.memory),
    ...maybe('--memory-swap', docker.memorySwap),
    ...maybe('--cpus', docker.cpus),
    ...each(
      '--ulimit',
      Object.entries(docker.ulimits).flatMap(([name, limit]) => {
        const value = ulimitText(limit);
        return value === undefined ? [] : [`${name}=${value}`];
      }),
    ),
    ...each('-v', docker.binds ?? []),
  ];
}

/** The rest of `docker create`: the folder it starts in, the workspaces, the image and what keeps it alive. */
export function mountArguments(docker: ContainerSettings, mounts: readonly Mount[]): readonly string[] {
  const volumes = mounts.map(({ outside, inside, writable }) => `${outside}:${inside}${writable ? '' : ':ro'}`);
  return ['--workdir', docker.workdir, ...each('-v', volumes), docker.image, 'sleep', 'infinity'];
}

const PREPEND_PATH = 'OPENCLAW_PREPEND_PATH';
const EXPORT_PATH = `export PATH="\${${PREPEND_PATH}}:$PATH"; unset ${PREPEND_PATH}; `;

/** A command line as the shell of a sandbox gets it; folders for PATH come in a variable, past the login shell's own. */
export function sandboxShell(
  command: string,
  env: Readonly<Record<string, string>>,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { PATH, ...rest } = env;
  if (!PATH) return { argv: ['sh', '-lc', command], env: rest };
  return { argv: ['sh', '-lc', `${EXPORT_PATH}${command}`], env: { ...rest, [PREPEND_PATH]: PATH } };
}

/** The arguments of `docker exec` for a command line. */
export function execArguments(request: {
  readonly container: string;
  readonly command: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: boolean;
}): readonly string[] {
  const shell = sandboxShell(request.command, request.env);
  return [
    'exec',
    '-i',
    ...(request.terminal ? ['-t'] : []),
    ...['-w', request.workdir],
    ...each(
      '-e',
      Object.entries(shell.env).map(([name, value]) => `${name}=${value}`),
    ),
    request.container,
    ...shell.argv,
  ];
}
