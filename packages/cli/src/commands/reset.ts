import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { agentIds, agentWorkspaceDir, credentialsDir } from '@chela/config';
import { type CliContext, CliFailure } from '../context.ts';
import { tildePath } from '../format.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { withStateLocked } from '../migrate/state-lock.ts';

const SCOPES = ['config', 'config+creds+sessions', 'full'] as const;
type Scope = (typeof SCOPES)[number];

export interface ResetFlags {
  readonly scope?: string;
  readonly yes?: boolean;
  readonly nonInteractive?: boolean;
  readonly dryRun?: boolean;
}

const FOLDER_MODE = 0o700;

/**
 * `reset`: takes configuration, conversations or everything out of the way (reference cli/doctor.md §6). Nothing is
 * deleted: what goes is set aside in a folder that is named at the end.
 */
export async function reset(context: CliContext, flags: ResetFlags): Promise<void> {
  const { output } = context;
  const scope = scopeOf(context, flags);
  const loaded = await loadConfig(context);
  const targets = await present(targetsOf(context, loaded, scope));
  for (const path of targets) refuseDangerous(path, loaded.paths.homeDir);
  const shown = (path: string): string => tildePath(path, loaded.paths.homeDir);
  if (flags.dryRun) {
    if (scope !== 'config') output.line('[dry-run] stop gateway service');
    for (const path of targets) output.line(`[dry-run] remove ${shown(path)}`);
    return nextStep(context, scope);
  }
  const kept = await withStateLocked(context, loaded.paths, 'A reset', async () => {
    const question = `Reset ${scope} of ${shown(loaded.paths.stateDir)}?`;
    if (!flags.yes && !(await context.prompt.confirm(question))) return undefined;
    const stamp = new Date(context.now()).toISOString().replaceAll(':', '-');
    return setAside(targets, loaded, scope, stamp);
  });
  if (kept === undefined) return output.line('Nothing was changed.');
  for (const { from } of kept) output.line(`Removed ${shown(from)}`);
  for (const { to } of kept) output.line(`Kept as ${shown(to)}; delete it when you are sure.`);
  nextStep(context, scope);
}

function nextStep({ output }: CliContext, scope: Scope): void {
  if (scope !== 'config') output.line('Next: chela gateway run');
}

function scopeOf(context: CliContext, flags: ResetFlags): Scope {
  const asksNobody = flags.nonInteractive === true || !context.prompt.isTty;
  if (asksNobody && !flags.yes && !flags.dryRun) throw new CliFailure(['Non-interactive mode requires --yes.']);
  if (flags.scope === undefined) {
    if (asksNobody) throw new CliFailure(['Non-interactive mode requires --scope.']);
    throw new CliFailure([`Say what to reset: --scope ${SCOPES.join(' or --scope ')}`]);
  }
  const scope = SCOPES.find((known) => known === flags.scope);
  if (scope !== undefined) return scope;
  throw new CliFailure(['Invalid --scope. Expected "config", "config+creds+sessions", or "full".']);
}

function targetsOf(context: CliContext, { paths, current }: LoadedConfig, scope: Scope): readonly string[] {
  const { stateDir, configPath } = paths;
  const outside = (path: string): boolean => !path.startsWith(`${stateDir}/`);
  if (scope === 'config') return [configPath];
  const credentials = credentialsDir(paths, context.env);
  if (scope === 'config+creds+sessions') {
    const sessions = agentIds(current).map((id) => join(stateDir, 'agents', id, 'sessions'));
    // Conversations live in the database too.
    return [configPath, credentials, ...sessions, join(stateDir, 'chela')];
  }
  const workspaces = [...new Set(agentIds(current).map((id) => agentWorkspaceDir(current, paths, id)))];
  return [stateDir, ...[configPath, credentials, ...workspaces].filter(outside)];
}

async function present(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => found[index]);
}

function refuseDangerous(path: string, homeDir: string): void {
  if (path !== '/' && path !== homeDir) return;
  throw new CliFailure([`Refusing to remove ${path}.`]);
}

/** Inside the state directory a folder of it takes everything; what lies elsewhere gets another name beside its place. */
async function setAside(
  targets: readonly string[],
  { paths }: LoadedConfig,
  scope: Scope,
  stamp: string,
): Promise<readonly { readonly from: string; readonly to: string }[]> {
  const folder = join(paths.stateDir, `reset-${stamp}`);
  const moves = targets.map((from) => {
    const isInside = scope !== 'full' && from.startsWith(`${paths.stateDir}/`);
    const to = isInside ? join(folder, from.slice(paths.stateDir.length + 1)) : beside(from, stamp);
    return { from, to };
  });
  for (const { from, to } of moves) {
    await mkdir(dirname(to), { recursive: true, mode: FOLDER_MODE });
    await rename(from, to);
  }
  return moves;
}

function beside(path: string, stamp: string): string {
  return join(dirname(path), `${basename(path)}.reset-${stamp}`);
}
