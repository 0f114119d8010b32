import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Config, Env, StatePaths } from '@chela/config';
import type { Clock, Logger, TaskScope } from '@chela/observability';
import { bundledHandler } from './bundled/bundled-handlers.ts';
import type { BundledRooms } from './bundled/bundled-rooms.ts';
import { ownHooksDir } from './bundled-dir.ts';
import { findHooks } from './discovery/find-hooks.ts';
import { defaultWorkspace, hookRoots } from './discovery/hook-roots.ts';
import type { Hook } from './hook.ts';
import { hookSettings, type LegacyHandler } from './hook-settings.ts';
import type { HookHandler } from './running/hook-handler.ts';
import { createThreadedHandler } from './running/threaded-handler.ts';
import { hookFacts, judgeHook } from './status/judge-hook.ts';

export interface LoadDeps {
  readonly config: () => Config;
  readonly paths: StatePaths;
  readonly env: Readonly<Env>;
  readonly rooms: BundledRooms;
  readonly tasks: TaskScope;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The handlers of all hooks that may run here, those of the older configuration form last. */
export async function loadHooks(deps: LoadDeps): Promise<readonly HookHandler[]> {
  const config = deps.config();
  const settings = hookSettings(config);
  const { hooks, problems } = await findHooks(hookRoots(config, deps.paths, deps.env));
  for (const problem of problems) deps.logger.warn(`a hook cannot be used: ${problem}`);
  const facts = await hookFacts(hooks, config, deps.env);
  const usable = hooks.filter((hook) => judgeHook(hook, facts).eligible && hook.events.length > 0);
  const handlers = usable.map((hook) => handlerOf(hook, deps));
  for (const hook of usable) deps.logger.info(`Registered hook: ${hook.name} -> ${hook.events.join(', ')}`);
  const workspaceDir = defaultWorkspace(config, deps.paths);
  const legacy = await Promise.all(settings.handlers.map((handler) => legacyHandler(handler, workspaceDir, deps)));
  return [...handlers, ...legacy.flatMap((handler) => handler ?? [])];
}

function handlerOf(hook: Hook, deps: LoadDeps): HookHandler {
  const entry = (hookKey: string) => hookSettings(deps.config()).entry(hookKey);
  const isOwn = relative(ownHooksDir(), hook.baseDir) === hook.name;
  const own = isOwn ? bundledHandler(hook, { ...deps, stateDir: deps.paths.stateDir, entry }) : undefined;
  const { env, clock, logger } = deps;
  const { name, events, handlerPath: file, exportName } = hook;
  const variables = { ...env, ...entry(hook.hookKey).env };
  return own ?? createThreadedHandler({ name, events, file, exportName, env: variables, clock, logger });
}

/** A module of the workspace; undefined, with a word in the log, for one that lies elsewhere. */
async function legacyHandler(
  { event, module, exportName }: LegacyHandler,
  workspaceDir: string,
  { env, clock, logger }: LoadDeps,
): Promise<HookHandler | undefined> {
  try {
    const file = await realpath(resolve(workspaceDir, module));
    const way = relative(await realpath(workspaceDir), file);
    if (isAbsolute(module) || way === '' || way.startsWith('..')) throw new Error('it lies outside of the workspace');
    return createThreadedHandler({ name: module, events: [event], file, exportName, env, clock, logger });
  } catch (error) {
    logger.error('a handler of hooks.internal.handlers cannot be used', { module, error });
    return undefined;
  }
}
