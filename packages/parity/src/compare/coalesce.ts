/**
 * The number of streaming events depends on timing, so in a stretch of them the chat deltas of a run are merged into
 * one event, and so are its assistant and its thinking deltas. Every text must extend the one before.
 */
import { isJsonObject, type JsonObject, listOf, memberOf, stringOf, valueAt } from '../json-value.ts';

const GROWING = '<growing text>';
const NOT_GROWING = '<text that does not grow>';

interface Merged {
  readonly kind: string | undefined;
  text: string;
  isGrowing: boolean;
  event: JsonObject;
}

/** The events with each stretch of streaming merged; all others stay as they are, in order. */
export function coalesce(events: readonly JsonObject[]): readonly JsonObject[] {
  const out: Merged[] = [];
  let stretch = 0;
  for (const event of events) {
    const kind = streamKind(event);
    const text = kind ? streamText(event.payload) : '';
    const open = kind ? out.slice(stretch).find((merged) => merged.kind === kind) : undefined;
    if (open) {
      Object.assign(open, { isGrowing: open.isGrowing && text.startsWith(open.text), text, event });
    } else out.push({ kind, text, isGrowing: true, event });
    if (!kind) stretch = out.length;
  }
  return out.map(({ kind, isGrowing, event }) => (kind ? collapsed(event, isGrowing) : event));
}

function streamKind(event: JsonObject): string | undefined {
  const stream = memberOf(event.payload, 'stream');
  const runId = memberOf(event.payload, 'runId');
  if (event.event === 'chat' && memberOf(event.payload, 'state') === 'delta') return `chat:${runId}`;
  if (event.event === 'agent' && (stream === 'assistant' || stream === 'thinking')) return `agent:${runId}:${stream}`;
  return undefined;
}

function streamText(payload: unknown): string {
  if (memberOf(payload, 'state') !== 'delta') return stringOf(valueAt(payload, 'data.text')) ?? '';
  const parts = listOf(valueAt(payload, 'message.content'));
  return parts.map((part) => stringOf(memberOf(part, 'text')) ?? '').join('');
}

function collapsed(event: JsonObject, isGrowing: boolean): JsonObject {
  const text = isGrowing ? GROWING : NOT_GROWING;
  const payload = membersOf(event.payload);
  const changed =
    event.event === 'chat'
      ? { message: { ...membersOf(payload.message), content: text } }
      : { data: { ...membersOf(payload.data), delta: text } };
  return { ...event, payload: { ...payload, ...changed } };
}

const membersOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
