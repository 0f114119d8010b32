/** Keys of rows that show a run while it works; the answer itself has the run's id (reference channels/framework.md §14). */

export function draftKey(runId: string): string {
  return `${runId}#draft`;
}

/** What is told of a tool; `result` once it is over. */
export function toolKey(runId: string, toolCallId: string, what: 'start' | 'result'): string {
  return `${runId}#tool-${what}:${toolCallId}`;
}

export function blockKey(runId: string): string {
  return `${runId}#block`;
}
