import { CliFailure } from './context.ts';
import { GatewayCallError } from './gateway-call.ts';

/** Runs a command; a failure says which command it was and, when no gateway answered, where it was looked for. */
export async function named<T>(command: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new CliFailure(failureLines(command, error));
  }
}

function failureLines(command: string, error: unknown): readonly string[] {
  if (error instanceof CliFailure) {
    const [first = '', ...rest] = error.lines;
    return [`${command} failed: Error: ${first}`, ...rest];
  }
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof GatewayCallError ? error.detailLines : [];
  return [`${command} failed: Error: ${message}`, ...details];
}
