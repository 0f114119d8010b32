const ABORT_WORDS = new Set(['stop', 'esc', 'abort', 'wait', 'exit', 'interrupt']);

/** True for a message that consists of one abort word and nothing else (reference agent/sessions.md §9). */
export function isAbortWord(text: string | null | undefined): boolean {
  return ABORT_WORDS.has((text ?? '').trim().toLowerCase());
}

/** True for a message that stops the running turn instead of being sent: an abort word or `/stop`. */
export function isStopRequest(text: string): boolean {
  return isAbortWord(text) || text.trim().toLowerCase() === '/stop';
}
