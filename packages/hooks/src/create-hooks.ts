import type { ConfigService, Env } from '@chela/config';
import { type Clock, createTaskScope, type Logger } from '@chela/observability';
import type { BundledRooms } from './bundled/bundled-rooms.ts';
import { hookSettings } from './hook-settings.ts';
import { createBell } from './running/create-bell.ts';
import type { HookHandler } from './running/hook-handler.ts';
import type { HookService } from './service.ts';

export interface HookServiceDeps {
  readonly config: ConfigService;
  readonly env: Readonly<Env>;
  readonly rooms: BundledRooms;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Makes the service of internal hooks. Nothing is read before `start`, and nothing at all while `hooks.internal.enabled`
 * is not set; a change of the section loads the hooks anew, and those before stay when that fails.
 */
export function createHooks(deps: HookServiceDeps): HookService {
  const { config, logger } = deps;
  const bell = createBell(logger);
  const tasks = createTaskScope(logger);
  let handlers: readonly HookHandler[] = [];
  let loading: Promise<unknown> = Promise.resolve();
  let isStarted = false;

  const load = async (): Promise<void> => {
    const before = handlers;
    handlers = hookSettings(config.current()).enabled ? await loaded() : [];
    bell.hang(handlers);
    await Promise.all(before.map((handler) => handler.close()));
  };
  const loaded = async (): Promise<readonly HookHandler[]> => {
    const { loadHooks } = await import('./load-hooks.ts');
    return loadHooks({ ...deps, config: () => config.current(), paths: config.paths, tasks });
  };
  /** One load after the other; a failing one leaves the hooks as they were. */
  const reload = (): Promise<unknown> => {
    loading = loading.then(load).catch((error: unknown) => logger.error('hooks config reload failed', { error }));
    return loading;
  };

  let section = sectionOf(config);
  const unfollow = config.onChange(() => {
    const next = sectionOf(config);
    if (next === section) return;
    section = next;
    if (isStarted) void reload();
  });

  return {
    ...bell,
    async start() {
      isStarted = true;
      await reload();
      if (handlers.length > 0) logger.info(`loaded ${handlers.length} internal hook handlers`);
      const workspaceDir = deps.rooms.workspaces()[0]?.workspaceDir ?? '';
      const context = { cfg: config.current(), deps: {}, workspaceDir };
      bell.tell({ type: 'gateway', action: 'startup', sessionKey: 'gateway:startup', context });
      return handlers.length;
    },
    async close() {
      unfollow();
      isStarted = false;
      await loading;
      bell.hang([]);
      await Promise.all(handlers.map((handler) => handler.close()));
      await bell.quiet();
      await tasks.close();
    },
  };
}

/** What a change of must be followed: the section, and where workspaces are. */
function sectionOf(config: ConfigService): string {
  const { hooks, agents } = config.current();
  return JSON.stringify([hooks, agents?.list, agents?.defaults?.workspace]);
}
