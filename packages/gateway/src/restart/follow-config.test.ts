import type { Config, ConfigService } from '@chela/config';
import { silentLogger } from '@chela/observability';
import { expect, it } from 'vitest';
import { followConfig } from './follow-config.ts';
import type { RestartRequest } from './restart.ts';

/** What is said and asked for when the configuration changes. */
function change(previous: Config, next: Config): { readonly said: string | undefined; readonly restarts: number } {
  const said: string[] = [];
  const restarts: RestartRequest[] = [];
  const listeners: ((next: Config, previous: Config) => void)[] = [];
  const config: Pick<ConfigService, 'onChange'> = {
    onChange(listener) {
      listeners.push(listener);
      return () => {};
    },
  };
  const say = (line: string): void => void said.push(line);
  followConfig({
    config,
    logger: { ...silentLogger(), info: say, warn: say },
    restart: {
      schedule(request) {
        restarts.push(request);
        return { ok: true, pid: 1, signal: 'SIGUSR1', delayMs: 0, reason: request.reason, mode: 'emit' };
      },
    },
  });
  for (const listener of listeners) listener(next, previous);
  return { said: said.at(-1), restarts: restarts.length };
}

const reload = (mode: string): Config => ({ gateway: { reload: { mode } } });

it.each([
  [{}, { ui: {} }, 'config change applied (dynamic reads: ui)', 0],
  [{}, { cron: {}, ui: {} }, 'config hot reload applied (cron)', 0],
  [{}, { discovery: {}, ui: {} }, 'config change requires gateway restart (discovery)', 1],
  [reload('off'), { ...reload('off'), discovery: {} }, 'config reload disabled (gateway.reload.mode=off)', 0],
  [
    reload('hot'),
    { ...reload('hot'), discovery: {} },
    'config reload requires gateway restart; hot mode ignoring (discovery)',
    0,
  ],
  [reload('restart'), { ...reload('restart'), ui: {} }, 'config change requires gateway restart (ui)', 1],
  [{ ui: {} }, { ui: {} }, undefined, 0],
])('a change from %o to %o says "%s"', (previous, next, said, restarts) => {
  expect(change(previous, next)).toEqual({ said, restarts });
});
