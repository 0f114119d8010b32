import type { JsonObject } from '../json-value.ts';
import type { Outline, OutlineUsage, Wire, WireFrame } from './outline.ts';

const FINISH = { stop: 'STOP', length: 'MAX_TOKENS', tool: 'STOP', filter: 'SAFETY' } as const;

/** google-generative-ai: every chunk is a candidate with the new parts only. */
export const googleWire: Wire = {
  *stream(outline): Iterable<WireFrame> {
    const chunk = (parts: readonly JsonObject[], extra: JsonObject = {}): JsonObject => ({
      candidates: [{ index: 0, content: { role: 'model', parts }, ...extra }],
      modelVersion: outline.model,
      responseId: `resp_${outline.n}`,
    });
    if (outline.thinking) yield { data: chunk([{ text: outline.thinking, thought: true }]) };
    for (const text of outline.deltas) yield { data: chunk([{ text }]), delta: true };
    for (const part of callParts(outline)) yield { data: chunk([part]) };
    yield { data: { ...chunk([], { finishReason: FINISH[outline.stop] }), usageMetadata: usage(outline.usage) } };
  },
  whole: (outline) => ({
    candidates: [
      {
        index: 0,
        finishReason: FINISH[outline.stop],
        content: {
          role: 'model',
          parts: [...(outline.deltas.length ? [{ text: outline.deltas.join('') }] : []), ...callParts(outline)],
        },
      },
    ],
    usageMetadata: usage(outline.usage),
  }),
};

const callParts = (outline: Outline): readonly JsonObject[] =>
  outline.calls.map((call) => ({ functionCall: { name: call.name, args: call.args } }));

const usage = (u: OutlineUsage): JsonObject => ({
  promptTokenCount: u.input + u.cacheRead,
  candidatesTokenCount: u.output,
  totalTokenCount: u.input + u.cacheRead + u.output,
  cachedContentTokenCount: u.cacheRead,
});
