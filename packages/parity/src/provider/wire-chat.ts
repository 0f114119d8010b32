import { compact, type JsonObject } from '../json-value.ts';
import type { Outline, OutlineUsage, Wire, WireFrame } from './outline.ts';

const FINISH = { stop: 'stop', length: 'length', tool: 'tool_calls', filter: 'content_filter' } as const;

/** openai-completions: chunks of `chat.completion.chunk`, ended by `[DONE]`. */
export const chatWire: Wire = {
  *stream(outline): Iterable<WireFrame> {
    const base = { id: `chatcmpl-${outline.n}`, object: 'chat.completion.chunk', created: 1, model: outline.model };
    const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
      ...base,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    if (outline.thinking) yield { data: chunk({ role: 'assistant', reasoning_content: outline.thinking }) };
    for (const content of outline.deltas) yield { data: chunk({ role: 'assistant', content }), delta: true };
    for (const [index, call] of toolCalls(outline).entries())
      yield { data: chunk({ tool_calls: [{ index, ...call }] }) };
    yield { data: { ...chunk({}, FINISH[outline.stop]), usage: usage(outline.usage) } };
    yield { data: '[DONE]' };
  },
  whole: (outline) => ({
    id: `chatcmpl-${outline.n}`,
    object: 'chat.completion',
    created: 1,
    model: outline.model,
    usage: usage(outline.usage),
    choices: [
      {
        index: 0,
        finish_reason: FINISH[outline.stop],
        message: compact({
          role: 'assistant',
          content: outline.deltas.join('') || null,
          tool_calls: outline.calls.length ? toolCalls(outline) : undefined,
        }),
      },
    ],
  }),
};

const toolCalls = (outline: Outline): readonly JsonObject[] =>
  outline.calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.args) },
  }));

const usage = (u: OutlineUsage): JsonObject => ({
  prompt_tokens: u.input + u.cacheRead,
  completion_tokens: u.output,
  total_tokens: u.input + u.cacheRead + u.output,
  prompt_tokens_details: { cached_tokens: u.cacheRead },
});
