import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal. */
export interface Prompt {
  /** Whether somebody can answer. */
  readonly isTty: boolean;
  /** Yes only for `y` or `yes`. */
  confirm(question: string): Promise<boolean>;
}

export function processPrompt(): Prompt {
  return {
    isTty: process.stdin.isTTY === true,
    async confirm(question) {
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return /^y(?:es)?$/i.test((await lines.question(`${question} (y/N) `)).trim());
      } finally {
        lines.close();
      }
    },
  };
}
