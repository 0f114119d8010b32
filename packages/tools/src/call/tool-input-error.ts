/** Arguments a tool cannot work with. HTTP surfaces answer it with status 400 (reference agent/tools.md ). */
export class ToolInputError extends Error {
  override readonly name = 'ToolInputError';
  readonly status = 400;
}

/** The words of an error, whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for the error an aborted signal throws; such errors end the turn instead of becoming a result. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
