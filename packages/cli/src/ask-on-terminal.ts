import { createInterface } from 'node:readline/promises';
import { CliFailure } from './context.ts';

/** Asks on stderr, so that stdout stays what a script reads; the answer is a line of stdin. */
export async function askOnTerminal(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<never>((_resolve, reject) => {
    lines.once('close', () => reject(new CliFailure(['Error: there is nobody to ask; this command needs an answer.'])));
  });
  try {
    return await Promise.race([lines.question(question), ended]);
  } finally {
    ended.catch(() => undefined);
    lines.close();
  }
}
