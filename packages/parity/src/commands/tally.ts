import type { CommandIo } from './command.ts';

const PROGRESS_EVERY_MS = 3_000;

export interface Tally {
  add(ok: boolean): void;
  /** The last line of every command that counts. */
  line(): string;
  readonly passed: number;
  readonly failed: number;
}

/** Counts results and tells on stderr, now and then, how far a long run is. */
export function createTally(total: number, io: CommandIo): Tally {
  let passed = 0;
  let failed = 0;
  let toldAt = Date.now();
  return {
    add(ok) {
      if (ok) passed += 1;
      else failed += 1;
      if (Date.now() - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = Date.now();
      io.note(`${passed + failed} of ${total} done${failed ? `, ${failed} failed` : ''}`);
    },
    line: () => tallyLine(passed, failed),
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
  };
}

export const tallyLine = (passed: number, failed: number): string => `${passed} passed, ${failed} failed`;
