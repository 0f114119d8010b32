import { CliFailure } from './context.ts';

/** Asks the person at the terminal. */
export interface Prompt {
  /** Whether somebody can answer. */
  readonly isTty: boolean;
  /** Yes only for `y` or `yes`. */
  confirm(question: string): Promise<boolean>;
  /** A line of what is typed or piped in; asked on stderr, so that stdout stays what a script reads. Rejects at the end of the input. */
  ask(question: string): Promise<string>;
}

export function processPrompt(): Prompt {
  return {
    isTty: process.stdin.isTTY === true,
    async confirm(question) {
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return /^y(?:es)?$/i.test((await lines.question(`${question} (y/N) `)).trim());
      } finally {
        lines.close();
      }
    },
    async ask(question) {
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      const ended = new Promise<never>((_resolve, reject) => {
        lines.once('close', () =>
          reject(new CliFailure(['Error: there is nobody to ask; this command needs an answer.'])),
        );
      });
      try {
        return await Promise.race([lines.question(question), ended]);
      } finally {
        ended.catch(() => undefined);
        lines.close();
      }
    },
  };
}
