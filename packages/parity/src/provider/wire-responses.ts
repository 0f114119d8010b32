import type { JsonObject } from '../json-value.ts';
import type { Outline, OutlineUsage, Wire, WireFrame } from './outline.ts';

/** openai-responses: typed events with a running sequence number; the last one carries the whole response. */
export const responsesWire: Wire = {
  *stream(outline): Iterable<WireFrame> {
    let sequence = 0;
    for (const { type, body, delta } of events(outline)) {
      const data = { type, sequence_number: sequence++, ...body };
      yield delta ? { event: type, data, delta } : { event: type, data };
    }
  },
  whole: (outline) => [...events(outline)].at(-1)?.body.response,
};

interface ResponsesEvent {
  readonly type: string;
  readonly body: JsonObject;
  readonly delta?: boolean;
}

function* events(outline: Outline): Iterable<ResponsesEvent> {
  const id = `resp_${outline.n}`;
  const base = { id, object: 'response', model: outline.model };
  yield event('response.created', { response: { ...base, status: 'in_progress', output: [] } });
  const output: JsonObject[] = [];
  if (outline.thinking) output.push(yield* reasoning(outline.n, outline.thinking, output.length));
  if (outline.deltas.length) output.push(yield* message(outline, output.length));
  for (const call of outline.calls) {
    const text = JSON.stringify(call.args);
    const item = { type: 'function_call', id: `fc_${call.id}`, call_id: call.id, name: call.name, arguments: text };
    const at = { item_id: item.id, output_index: output.length };
    const done = { ...item, status: 'completed' };
    const added = { ...item, arguments: '', status: 'in_progress' };
    yield event('response.output_item.added', { output_index: output.length, item: added });
    yield event('response.function_call_arguments.delta', { ...at, delta: text });
    yield event('response.function_call_arguments.done', { ...at, arguments: text });
    yield event('response.output_item.done', { output_index: output.length, item: done });
    output.push(done);
  }
  const status = outline.stop === 'length' ? 'incomplete' : 'completed';
  yield event(`response.${status}`, { response: { ...base, status, output, usage: usage(outline.usage) } });
}

function* reasoning(n: number, text: string, index: number): Generator<ResponsesEvent, JsonObject> {
  const part = { type: 'summary_text', text };
  const item = { type: 'reasoning', id: `rs_${n}`, summary: [part] };
  const at = { item_id: item.id, output_index: index, summary_index: 0 };
  yield event('response.output_item.added', { output_index: index, item: { ...item, summary: [] } });
  yield event('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } });
  yield event('response.reasoning_summary_text.delta', { ...at, delta: text });
  yield event('response.reasoning_summary_text.done', { ...at, text });
  yield event('response.reasoning_summary_part.done', { ...at, part });
  yield event('response.output_item.done', { output_index: index, item });
  return item;
}

function* message(outline: Outline, index: number): Generator<ResponsesEvent, JsonObject> {
  const text = outline.deltas.join('');
  const part = { type: 'output_text', text, annotations: [] };
  const item = { type: 'message', id: `msg_${outline.n}`, role: 'assistant', status: 'completed', content: [part] };
  const at = { item_id: item.id, output_index: index, content_index: 0 };
  const added = { ...item, status: 'in_progress', content: [] };
  yield event('response.output_item.added', { output_index: index, item: added });
  yield event('response.content_part.added', { ...at, part: { ...part, text: '' } });
  for (const delta of outline.deltas) {
    yield { ...event('response.output_text.delta', { ...at, delta }), delta: true };
  }
  yield event('response.output_text.done', { ...at, text });
  yield event('response.content_part.done', { ...at, part });
  yield event('response.output_item.done', { output_index: index, item });
  return item;
}

const event = (type: string, body: JsonObject): ResponsesEvent => ({ type, body });

const usage = (u: OutlineUsage): JsonObject => ({
  input_tokens: u.input + u.cacheRead,
  output_tokens: u.output,
  total_tokens: u.input + u.cacheRead + u.output,
  input_tokens_details: { cached_tokens: u.cacheRead },
  output_tokens_details: { reasoning_tokens: 0 },
});
