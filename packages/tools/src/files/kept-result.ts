import { RESULT_PATH_PREFIX } from '../call/result-limit.ts';
import type { ResultRoom } from '../rooms/results.ts';

/** Stands for the newest result: a window's own limit may have cut the handle off (reference agent/tools.md ). */
const NEWEST = 'last';
/** Longer lines are read as several, so that a text without line ends has pages too. */
const LINE_MAX_CHARS = 4_000;

/**
 * The text behind a path such as `tool-result:1f2e3d`; undefined for every other path. A result belongs to the session
 * that it was made in.
 */
export async function keptResultText(
  results: ResultRoom | undefined,
  path: string,
  { sessionKey }: { readonly sessionKey: string },
): Promise<string | undefined> {
  if (!path.startsWith(RESULT_PATH_PREFIX)) return undefined;
  const handle = path.slice(RESULT_PATH_PREFIX.length).trim();
  const kept = await (handle === NEWEST ? results?.latest(sessionKey) : results?.find(handle));
  if (kept === undefined || kept.sessionKey !== sessionKey) {
    throw new Error(`There is no tool result ${path} in this session (results are kept for 7 days).`);
  }
  return kept.text.split('\n').map(inPieces).join('\n');
}

function inPieces(line: string): string {
  if (line.length <= LINE_MAX_CHARS) return line;
  const count = Math.ceil(line.length / LINE_MAX_CHARS);
  return Array.from({ length: count }, (_, n) => line.slice(n * LINE_MAX_CHARS, (n + 1) * LINE_MAX_CHARS)).join('\n');
}
