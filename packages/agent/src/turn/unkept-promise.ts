import type { TranscriptEntry } from '@chela/store';
import { isRecord, readAssistantParts } from '../messages/content-parts.ts';
import type { ReplyPayload } from '../runtime.ts';

/** Models say that they will remind somebody and schedule nothing (reference agent/sessions.md §17.7). Pure. */

const PROMISES = [
  /\b(?:i\s*['’]?ll|i will)\s+(?:make sure to\s+)?(?:remind|ping|follow[ -]up|check back|circle back)\b/i,
  /\b(?:i\s*['’]?ll|i will)\s+(?:set|create|schedule)\s+(?:you\s+)?(?:a|the)\s+reminder\b/i,
];

export const UNKEPT_PROMISE_NOTE = 'Note: no reminder was scheduled in this turn, so none will come by itself.';

/** The payloads with the note under the first that promises a reminder, unless a job was added since `since`. */
export function withUnkeptPromise(
  payloads: readonly ReplyPayload[],
  log: readonly TranscriptEntry[],
  since: number,
): readonly ReplyPayload[] {
  const at = payloads.findIndex(({ text }) => PROMISES.some((promise) => promise.test(text)));
  if (at === -1 || hasAddedJob(log, since)) return payloads;
  return payloads.map((payload, index) =>
    index === at ? { ...payload, text: `${payload.text.trimEnd()}\n\n${UNKEPT_PROMISE_NOTE}` } : payload,
  );
}

function hasAddedJob(log: readonly TranscriptEntry[], since: number): boolean {
  const added = new Set<unknown>();
  for (const entry of log) {
    if (entry.type !== 'message' || entry.message.timestamp < since) continue;
    const { role, content, toolCallId, details, isError } = entry.message;
    if (role === 'assistant') {
      for (const part of readAssistantParts(content)) {
        if (part.type === 'toolCall' && part.name === 'cron' && part.arguments.action === 'add') added.add(part.id);
      }
    }
    const hasFailed = isError === true || (isRecord(details) && details.status === 'error');
    if (role === 'toolResult' && added.has(toolCallId) && !hasFailed) return true;
  }
  return false;
}
