import type { Clock, Logger } from '@chela/observability';
import type { RestartControl, RestartRequest } from './restart.ts';

const DEFAULT_DELAY_MS = 2_000;
const MAX_DELAY_MS = 60_000;
/** How often and how long a restart looks for a moment without running turns (reference protocol/protocol.md §9). */
const IDLE_POLL_MS = 500;
const IDLE_WAIT_MAX_MS = 30_000;

/** idle → scheduled → draining → due; a request only moves `idle` and `scheduled`. */
type State =
  | { readonly name: 'idle' }
  | { readonly name: 'scheduled'; readonly at: number; readonly fromFile: boolean; readonly cancel: () => void }
  | { readonly name: 'draining'; readonly cancel: () => void }
  | { readonly name: 'due' };

export interface OwnedRestartControl extends RestartControl {
  /** Resolves with the reason when the gateway should restart now. */
  readonly due: Promise<string>;
  /** Forgets what is scheduled. */
  close(): void;
}

export function createRestartControl(deps: {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Turns that run or wait. */
  readonly activeRuns: () => number;
}): OwnedRestartControl {
  const { clock, logger } = deps;
  const due = Promise.withResolvers<string>();
  let state: State = { name: 'idle' };

  const drain = (reason: string, deadline: number): void => {
    const active = deps.activeRuns();
    if (active === 0 || clock.now() >= deadline) {
      if (active > 0) logger.warn(`restarting although ${active} runs have not ended; they are taken up again`);
      state = { name: 'due' };
      due.resolve(reason);
      return;
    }
    if (state.name !== 'draining') logger.info(`the restart waits for ${active} run(s) to end`);
    state = { name: 'draining', cancel: clock.after(IDLE_POLL_MS, () => drain(reason, deadline)) };
  };

  const replaces = (at: number, fromFile: boolean): boolean => {
    if (state.name === 'idle') return true;
    if (state.name !== 'scheduled') return false;
    if (state.fromFile !== fromFile) return state.fromFile;
    return at < state.at;
  };

  return {
    due: due.promise,
    schedule({ reason, delayMs: asked = DEFAULT_DELAY_MS, fromFile = false }: RestartRequest) {
      const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, Math.floor(asked)));
      const at = clock.now() + delayMs;
      if (replaces(at, fromFile)) {
        if (state.name === 'scheduled') state.cancel();
        const cancel = clock.after(delayMs, () => drain(reason, clock.now() + IDLE_WAIT_MAX_MS));
        state = { name: 'scheduled', at, fromFile, cancel };
      }
      return { ok: true, pid: process.pid, signal: 'SIGUSR1', delayMs, reason, mode: 'emit' };
    },
    close() {
      if (state.name === 'scheduled' || state.name === 'draining') state.cancel();
      state = { name: 'due' };
    },
  };
}
