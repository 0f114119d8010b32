import type { JsonObject } from '../json-value.ts';
import type { Outline, OutlineUsage, Wire, WireFrame } from './outline.ts';

const STOP_REASON = { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use', filter: 'refusal' } as const;
/** Any base64 text will do: nobody checks the signature of a thinking block here. */
const THINKING_SIGNATURE = 'c2ln';

/** anthropic-messages: one content block after another, each with start, deltas and stop. */
export const anthropicWire: Wire = {
  *stream(outline): Iterable<WireFrame> {
    yield frame('message_start', {
      message: {
        ...head(outline),
        content: [],
        stop_reason: null,
        usage: { ...usage(outline.usage), output_tokens: 1 },
      },
    });
    let index = 0;
    if (outline.thinking) {
      yield frame('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } });
      yield blockDelta(index, { type: 'thinking_delta', thinking: outline.thinking });
      yield blockDelta(index, { type: 'signature_delta', signature: THINKING_SIGNATURE });
      yield frame('content_block_stop', { index: index++ });
    }
    if (outline.deltas.length) {
      yield frame('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const text of outline.deltas) yield { ...blockDelta(index, { type: 'text_delta', text }), delta: true };
      yield frame('content_block_stop', { index: index++ });
    }
    for (const call of outline.calls) {
      const block = { type: 'tool_use', id: call.id, name: call.name, input: {} };
      yield frame('content_block_start', { index, content_block: block });
      yield blockDelta(index, { type: 'input_json_delta', partial_json: JSON.stringify(call.args) });
      yield frame('content_block_stop', { index: index++ });
    }
    yield frame('message_delta', {
      delta: { stop_reason: STOP_REASON[outline.stop], stop_sequence: null },
      usage: usage(outline.usage),
    });
    yield frame('message_stop', {});
  },
  whole: (outline) => ({
    ...head(outline),
    stop_reason: STOP_REASON[outline.stop],
    stop_sequence: null,
    usage: usage(outline.usage),
    content: [
      ...(outline.deltas.length ? [{ type: 'text', text: outline.deltas.join('') }] : []),
      ...outline.calls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: call.args })),
    ],
  }),
};

const head = (outline: Outline): JsonObject => ({
  id: `msg_${outline.n}`,
  type: 'message',
  role: 'assistant',
  model: outline.model,
});

const frame = (type: string, body: JsonObject): WireFrame => ({ event: type, data: { type, ...body } });

const blockDelta = (index: number, delta: JsonObject): WireFrame => frame('content_block_delta', { index, delta });

const usage = (u: OutlineUsage): JsonObject => ({
  input_tokens: u.input,
  output_tokens: u.output,
  cache_read_input_tokens: u.cacheRead,
  cache_creation_input_tokens: u.cacheWrite,
});
