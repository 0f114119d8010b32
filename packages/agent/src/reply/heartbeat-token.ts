/** Heartbeat acknowledgements (reference agent/sessions.md §13). Pure. */

export const HEARTBEAT_TOKEN = 'HEARTBEAT_OK';
const DEFAULT_ACK_MAX_CHARS = 300;
const TOKEN_AT_END = /HEARTBEAT_OK\W{0,4}$/;

export interface StrippedHeartbeat {
  /** Nothing is left that a person should see. */
  readonly shouldSkip: boolean;
  readonly text: string;
  readonly didStrip: boolean;
}

/** Takes the token off either end. In heartbeat mode a remainder of at most `ackMaxChars` counts as an acknowledgement. */
export function stripHeartbeatToken(
  raw: string,
  options: { readonly mode: 'message' | 'heartbeat'; readonly ackMaxChars?: number },
): StrippedHeartbeat {
  const trimmed = raw.trim();
  if (trimmed === '') return { shouldSkip: true, text: '', didStrip: false };
  const plain = withoutMarkup(trimmed);
  const asWritten = stripEdges(trimmed);
  const picked = asWritten.didStrip && asWritten.text !== '' ? asWritten : stripEdges(plain);
  if (!picked.didStrip) return { shouldSkip: false, text: trimmed, didStrip: false };
  const limit = Math.max(0, options.ackMaxChars ?? DEFAULT_ACK_MAX_CHARS);
  const acknowledged = picked.text === '' || (options.mode === 'heartbeat' && picked.text.length <= limit);
  return acknowledged
    ? { shouldSkip: true, text: '', didStrip: true }
    : { shouldSkip: false, text: picked.text, didStrip: true };
}

/** True when HEARTBEAT.md holds nothing to do: only blank lines, headings and empty list items. A missing file is not empty. */
export function isEmptyHeartbeatFile(content: string | null | undefined): boolean {
  if (typeof content !== 'string') return false;
  return content.split('\n').every((line) => /^\s*(?:#+(?:\s.*)?|[-*+]\s*(?:\[[\sxX]?\]\s*)?)?$/.test(line));
}

function stripEdges(text: string): { text: string; didStrip: boolean } {
  let rest = text.trim();
  let didStrip = false;
  for (;;) {
    const next = stripOnce(rest);
    if (next === undefined) break;
    rest = next;
    didStrip = true;
  }
  return { text: rest.replace(/\s+/g, ' ').trim(), didStrip };
}

function stripOnce(text: string): string | undefined {
  if (text.startsWith(HEARTBEAT_TOKEN)) return text.slice(HEARTBEAT_TOKEN.length).trim();
  if (!TOKEN_AT_END.test(text)) return undefined;
  const at = text.lastIndexOf(HEARTBEAT_TOKEN);
  const before = text.slice(0, at).trimEnd();
  return before === '' ? '' : `${before}${text.slice(at + HEARTBEAT_TOKEN.length).trimStart()}`.trim();
}

function withoutMarkup(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/gi, ' ')
    .replace(/^[*`~_]+/, '')
    .replace(/[*`~_]+$/, '');
}
