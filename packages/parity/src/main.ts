import { EXIT_FAILURE, runProgram } from './program.ts';

const EXIT_INTERRUPTED = 130;

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

const io = {
  out: (line: string) => process.stdout.write(`${line}\n`),
  note: (line: string) => process.stderr.write(`${line}\n`),
  signal: ending.signal,
};
const code = await runProgram(process.argv.slice(2), io).catch((error: unknown) => {
  io.note(`parity: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  return EXIT_FAILURE;
});
process.exitCode = ending.signal.aborted && code !== 0 ? EXIT_INTERRUPTED : code;
