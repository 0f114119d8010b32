import { join } from 'node:path';
import type { Clock, Logger, TaskScope } from '@chela/observability';
import type { Hook } from '../hook.ts';
import type { HookEntry } from '../hook-settings.ts';
import type { HookHandler } from '../running/hook-handler.ts';
import { bootFromFiles } from './boot-md.ts';
import type { BundledRooms } from './bundled-rooms.ts';
import { logCommand } from './command-logger.ts';
import { addBootstrapFiles } from './extra-bootstrap-files.ts';
import { endedSession, writeMemory } from './session-memory.ts';

export interface BundledDeps {
  readonly rooms: BundledRooms;
  readonly stateDir: string;
  readonly entry: (hookKey: string) => HookEntry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Owns what goes on after an event has been handled. */
  readonly tasks: TaskScope;
}

/** The handlers that are part of this program, by the names of their hooks. */
export function bundledHandler(hook: Hook, deps: BundledDeps): HookHandler | undefined {
  const { rooms, clock, logger, tasks } = deps;
  const handles: Readonly<Record<string, HookHandler['handle']>> = {
    'boot-md': async () => {
      // A start waits for nobody: the agents do what they are told after it.
      tasks.run('boot-md', () => bootFromFiles(rooms));
      return {};
    },
    'bootstrap-extra-files': (event) => addBootstrapFiles(event, deps.entry(hook.hookKey)),
    'command-logger': (event) => logCommand(join(deps.stateDir, 'logs', 'commands.log'), event, clock.now()),
    'session-memory': async (event) => {
      const ended = await endedSession(rooms, event, deps.entry(hook.hookKey), clock.now());
      if (ended === undefined) return {};
      // The new session does not wait for a title.
      tasks.run('session-memory', async (signal) => {
        const path = await writeMemory(rooms, event.sessionKey, ended, signal);
        logger.info(`session context saved to ${path}`);
      });
      return {};
    },
  };
  const handle = Object.hasOwn(handles, hook.name) ? handles[hook.name] : undefined;
  return handle && { name: hook.name, events: hook.events, handle, close: async () => {} };
}
