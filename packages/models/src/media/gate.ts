/** Lets so many tasks through at a time; the others wait in their order. */
export interface Gate {
  /** Rejects when too many wait already. */
  run<Result>(limit: number, task: () => Promise<Result>): Promise<Result>;
}

const WAITING_MAX = 200;

export function createGate(): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(limit, task) {
      if (waiting.length >= WAITING_MAX) throw new Error('too much waits already');
      // Whoever leaves hands its place on, so a woken task finds its place counted.
      if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
