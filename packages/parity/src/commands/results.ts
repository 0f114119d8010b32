import { writeFile } from 'node:fs/promises';
import type { ScenarioResult } from '../scenario/run-batches.ts';
import type { CommandIo } from './command.ts';
import { createTally } from './tally.ts';

export interface ResultPrinter {
  add(result: ScenarioResult): void;
  /** Prints the count last; resolves with the exit code. */
  finish(results: readonly ScenarioResult[]): Promise<number>;
}

/** Tells results as they come: failures always, the others when asked to. */
export function createResultPrinter(
  total: number,
  options: { mode: string; json: boolean; verbose: boolean; report?: string | undefined },
  io: CommandIo,
): ResultPrinter {
  const tally = createTally(total, io);
  return {
    add(result) {
      tally.add(result.ok);
      if (options.json || (result.ok && !options.verbose)) return;
      io.out(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${result.ms} ms)`);
      for (const problem of result.problems) io.out(`       ${problem.replaceAll('\n', '\n       ')}`);
    },
    async finish(results) {
      const { passed, failed } = tally;
      const text = JSON.stringify({ mode: options.mode, passed, failed, results }, null, 2);
      if (options.report) await writeFile(options.report, `${text}\n`);
      if (options.json) io.out(text);
      (options.json ? io.note : io.out)(tally.line());
      return failed ? 1 : 0;
    },
  };
}
