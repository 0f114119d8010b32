import { type ReadonlySignal, signal } from '@preact/signals';

/** Requests whose failure a person should see: `problem` is why the last one failed, undefined once one worked. */
export interface Attempts {
  readonly problem: ReadonlySignal<string | undefined>;
  /** Never rejects. */
  attempt(work: () => Promise<void>): Promise<void>;
}

export function createAttempts(): Attempts {
  const problem = signal<string | undefined>(undefined);
  return {
    problem,
    async attempt(work) {
      try {
        await work();
        problem.value = undefined;
      } catch (error) {
        problem.value = error instanceof Error ? error.message : String(error);
      }
    },
  };
}
