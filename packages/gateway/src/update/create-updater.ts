import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@chela/observability';
import { isRecord } from '../methods/record.ts';
import { type InstallKind, installCommand, installKind } from './install-kind.ts';
import type { UpdateResult, Updater, UpdateStep } from './updater.ts';

/** Asking a package manager where its global packages lie must not hold an update up. */
const ROOT_TIMEOUT_MS = 10_000;
const TAGS: Readonly<Record<string, string>> = { stable: 'latest', beta: 'beta' };

export interface UpdaterDeps {
  /** Folder of the program's package.json. */
  readonly root: string;
  /** The running release. */
  readonly version: string;
  /** `update.channel` of the configuration. */
  readonly channel: () => string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
}

/**
 * Updates a global package through the manager that installed it. A checkout and a package of somebody's project are
 * left alone: the result says that it was skipped.
 */
export function createUpdater(deps: UpdaterDeps): Updater {
  const { root, version, env, clock } = deps;
  let running: Promise<UpdateResult> | undefined;

  const update = async (timeoutMs: number): Promise<UpdateResult> => {
    const startedAt = clock.now();
    const facts = { root, before: { version } };
    const kind = await findKind(root, env);
    if (kind.kind !== 'package') {
      return {
        ...facts,
        status: 'skipped',
        mode: kind.kind === 'checkout' ? 'git' : 'unknown',
        reason: kind.kind === 'checkout' ? 'not-openclaw-root' : 'not-git-install',
        steps: [],
        durationMs: clock.now() - startedAt,
      };
    }
    const spec = `${kind.name}@${TAGS[deps.channel() ?? 'stable'] ?? 'latest'}`;
    const step = await runStep('global update', installCommand(kind.manager, spec), { cwd: dirname(root), timeoutMs });
    const ok = step.exitCode === 0;
    const after = ok ? await installedVersion(root) : undefined;
    return {
      ...facts,
      status: ok ? 'ok' : 'error',
      mode: kind.manager,
      ...(!ok && { reason: 'global update failed' }),
      ...(after !== undefined && { after: { version: after } }),
      steps: [step],
      durationMs: clock.now() - startedAt,
    };
  };

  const runStep = async (
    name: string,
    command: readonly [string, ...string[]],
    { cwd, timeoutMs }: { readonly cwd: string; readonly timeoutMs: number },
  ): Promise<UpdateStep> => {
    const startedAt = clock.now();
    const { runCommand } = await import('./run-command.ts');
    const outcome = await runCommand(command, { cwd, timeoutMs, env });
    return { name, command: command.join(' '), cwd, durationMs: clock.now() - startedAt, ...outcome };
  };

  return {
    run({ timeoutMs }) {
      running ??= update(timeoutMs).finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

async function findKind(root: string, env: NodeJS.ProcessEnv): Promise<InstallKind> {
  const isCheckout = await exists(join(root, '.git'));
  const { runCommand } = await import('./run-command.ts');
  const ask = async (command: readonly [string, ...string[]]): Promise<string | undefined> => {
    const { exitCode, stdoutTail } = await runCommand(command, { cwd: dirname(root), env, timeoutMs: ROOT_TIMEOUT_MS });
    const path = stdoutTail.trim();
    return exitCode === 0 && path !== '' ? path : undefined;
  };
  if (isCheckout) return { kind: 'checkout' };
  const [npm, pnpm] = await Promise.all([ask(['npm', 'root', '-g']), ask(['pnpm', 'root', '-g'])]);
  const bun =
    env.HOME === undefined
      ? undefined
      : join(env.BUN_INSTALL ?? join(env.HOME, '.bun'), 'install', 'global', 'node_modules');
  return installKind(root, { isCheckout, globalRoots: { npm, pnpm, bun } });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function installedVersion(root: string): Promise<string | undefined> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return isRecord(manifest) && typeof manifest.version === 'string' ? manifest.version : undefined;
}
