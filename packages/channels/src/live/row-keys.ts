/** Keys of rows that show a run while it works; the answer itself has the run's id (reference channels/framework.md §14). */

export function draftKey(runId: string): string {
  return `${runId}#draft`;
}

export function blockKey(runId: string): string {
  return `${runId}#block`;
}
