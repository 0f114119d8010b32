/** Drops what a phone heard and sent twice (reference nodes/nodes.md §7 voice.transcript). */
export interface TranscriptFilter {
  /** True the first time within a moment. */
  isNew(sessionKey: string, fields: Readonly<Record<string, unknown>>, text: string, nowMs: number): boolean;
}

const WINDOW_MS = 1_500;
/** Sessions remembered; the one that was heard longest ago goes first. */
const SESSIONS_LIMIT = 200;

function named(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) return String(value).trim();
  }
  return undefined;
}

function fingerprint(fields: Readonly<Record<string, unknown>>, text: string): string {
  const event = named(fields, ['eventId', 'providerEventId', 'transcriptId']);
  if (event !== undefined) return `event:${event}`;
  const call = named(fields, ['providerCallId', 'callId']);
  const sequence = named(fields, ['sequence', 'seq']);
  const time = named(fields, ['timestamp', 'ts', 'eventTimestamp']);
  if (call !== undefined && sequence !== undefined) return `sequence:${call}:${sequence}`;
  if (call !== undefined && time !== undefined) return `time:${call}:${time}`;
  return `text:${time ?? ''}:${text}`;
}

export function createTranscriptFilter(): TranscriptFilter {
  const heard = new Map<string, { readonly mark: string; readonly atMs: number }>();
  return {
    isNew(sessionKey, fields, text, nowMs) {
      const mark = fingerprint(fields, text);
      const last = heard.get(sessionKey);
      if (last?.mark === mark && nowMs - last.atMs <= WINDOW_MS) return false;
      heard.delete(sessionKey);
      heard.set(sessionKey, { mark, atMs: nowMs });
      for (const oldest of heard.keys()) {
        if (heard.size <= SESSIONS_LIMIT) break;
        heard.delete(oldest);
      }
      return true;
    },
  };
}
