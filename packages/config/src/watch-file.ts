import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '@chela/observability';

/** A write counts as finished when the file has not changed for this long (reference config/config.md §11). */
const STABLE_MS = 200;
const POLL_MS = 50;

export interface FileWatch {
  close(): void;
}

/**
 * Calls `changed` when a file was written, replaced, made or removed, once it is stable and `debounceMs()` has passed
 * since. Watches the folder, so that a replacement by rename is seen; a folder that cannot be watched is reported once.
 */
export function watchFile(deps: {
  readonly path: string;
  readonly clock: Clock;
  readonly debounceMs: () => number;
  readonly changed: () => void;
  readonly failed: (error: Error) => void;
}): FileWatch {
  const { path, clock } = deps;
  const name = basename(path);
  let closed = false;
  let cancel: (() => void) | undefined;

  const after = (delayMs: number, task: () => void): void => {
    cancel?.();
    cancel = clock.after(delayMs, () => {
      cancel = undefined;
      if (!closed) task();
    });
  };

  const waitUntilStable = (before: string, stableMs: number): void => {
    after(POLL_MS, () => {
      void fingerprint(path).then((now) => {
        if (closed || cancel !== undefined) return;
        if (now !== before) waitUntilStable(now, 0);
        else if (stableMs + POLL_MS < STABLE_MS) waitUntilStable(now, stableMs + POLL_MS);
        else after(deps.debounceMs(), deps.changed);
      });
    });
  };

  const touched = (): void => {
    void fingerprint(path).then((now) => {
      if (!closed) waitUntilStable(now, 0);
    });
  };

  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, file) => {
      if (file === null || file === name) touched();
    });
    watcher.on('error', deps.failed);
  } catch (error) {
    deps.failed(error instanceof Error ? error : new Error(String(error)));
  }

  return {
    close() {
      closed = true;
      cancel?.();
      watcher?.close();
    },
  };
}

/** Size, time and identity of the file; `missing` when there is none. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size}:${mtimeMs}:${ino}`;
  } catch {
    return 'missing';
  }
}
