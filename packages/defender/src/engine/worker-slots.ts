/** No more evaluations may wait. */
export class EvaluationQueueFullError extends Error {
  override readonly name = 'EvaluationQueueFullError';
}

/** Limits how many evaluations are under way and how many wait. */
export interface WorkerSlots {
  /** Runs `task` when a slot is free, in order of arrival. Throws EvaluationQueueFullError. */
  run<Result>(limits: SlotLimits, task: () => Promise<Result>): Promise<Result>;
}

export interface SlotLimits {
  readonly workers: number;
  readonly queueLimit: number;
}

export function createWorkerSlots(): WorkerSlots {
  const queue: (() => void)[] = [];
  let busy = 0;

  function enter({ workers, queueLimit }: SlotLimits): Promise<void> | undefined {
    if (busy < workers) {
      busy += 1;
      return undefined;
    }
    if (queue.length >= queueLimit) throw new EvaluationQueueFullError('too many actions wait to be judged');
    return new Promise((resolve) => queue.push(resolve));
  }

  /** The slot goes to whoever waits longest. */
  function leave(): void {
    const next = queue.shift();
    if (next === undefined) busy -= 1;
    else next();
  }

  return {
    async run(limits, task) {
      await enter(limits);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
