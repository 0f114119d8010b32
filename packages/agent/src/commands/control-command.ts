import { isAbortWord } from '../sessions/abort-words.ts';
import { normalizeCommand, parseCommand } from './parse-command.ts';

/** Whether a text steers the gateway instead of saying something: a command of the registry or a word that stops a run (reference channels/framework.md §9). Pure. */
export function isControlCommand(text: string): boolean {
  return isAbortWord(text) || parseCommand(normalizeCommand(text)) !== null;
}
