import type { ActionRequest } from '../action-request.ts';
import type { Decision } from '../decision.ts';
import type { Quarantine } from './quarantine.ts';

/** A blocked action does not run: nobody has to wait until its file is written. More than so many wait all the same. */
const MAX_WAITING = 256;

/** A quarantine whose files are written one after the other, behind the decisions; whoever looks into it sees all of them. */
export interface QueuedQuarantine extends Omit<Quarantine, 'put'> {
  /** Resolves at once, or, when many files wait, once there is room. */
  put(request: ActionRequest, decision: Decision): Promise<void>;
  /** Resolves once every file is written. */
  settled(): Promise<void>;
}

export function createQuarantineQueue(quarantine: Quarantine, onFailure: (error: unknown) => void): QueuedQuarantine {
  const waiting: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  return {
    async put(request, decision) {
      last = last
        .then(() => quarantine.put(request, decision))
        .then(() => {}, onFailure)
        .then(() => void waiting.shift());
      waiting.push(last);
      // Not for the first in the row: all who wait would go on with it.
      await waiting.at(-1 - MAX_WAITING);
    },
    async list(limit) {
      await last;
      return quarantine.list(limit);
    },
    async remove(file) {
      await last;
      return quarantine.remove(file);
    },
    settled: () => last,
  };
}
