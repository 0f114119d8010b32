import type { ModelEvent, ModelMessage, ModelRequest } from '../driver.ts';
import { finiteNumber, isObject, listOf, objectOf, parseJson, stringOf } from '../json-shape.ts';
import { pricedUsage } from '../usage.ts';
import { answerFailed } from './answer-failed.ts';
import {
  encodeFunctions,
  imagesFor,
  joinUrl,
  outputLimit,
  resultText,
  temperatureOf,
  textOf,
} from './message-parts.ts';
import { toolCallEvent } from './tool-arguments.ts';
import { createWireDriver, type WireCodec, type WireDecoder, type WireDeps } from './wire.ts';
import { errorWords } from './wire-words.ts';

/** Ollama's own chat API: one JSON value a line (reference agent/models.md §9.8). */
export const ollama: WireCodec = { api: 'ollama', framing: 'lines', encode, decoder: createDecoder };

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(ollama, deps);
}

const CONTEXT_DEFAULT_TOKENS = 65_536;

function encode(request: ModelRequest, secret: string | undefined): ReturnType<WireCodec['encode']> {
  const { model } = request;
  const system = request.systemPrompt === '' ? [] : [{ role: 'system', content: request.systemPrompt }];
  return {
    url: joinUrl(model.baseUrl.replace(/\/v1\/*$/, ''), 'api/chat'),
    headers: { ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }), ...model.headers },
    body: {
      model: model.ref.model,
      messages: [...system, ...request.messages.flatMap((message) => encodeMessage(message, request))],
      stream: true,
      options: {
        num_ctx: model.contextWindow > 0 ? model.contextWindow : CONTEXT_DEFAULT_TOKENS,
        num_predict: outputLimit(request),
        ...temperatureOf(request),
      },
      ...(model.reasoning ? { think: request.thinking !== 'off' } : {}),
      ...(request.tools.length === 0 ? {} : { tools: encodeFunctions(request) }),
    },
  };
}

function encodeMessage(message: ModelMessage, request: ModelRequest): readonly unknown[] {
  if (message.role === 'assistant') {
    const content = textOf(message.content);
    const calls = message.content.filter((part) => part.type === 'toolCall');
    if (content === '' && calls.length === 0) return [];
    const toolCalls = calls.map((call) => ({ function: { name: call.name, arguments: call.arguments } }));
    return [{ role: 'assistant', content, ...(calls.length === 0 ? {} : { tool_calls: toolCalls }) }];
  }
  const images = imagesFor(request, message.content).map(({ data }) => data);
  const pictures = images.length === 0 ? {} : { images };
  if (message.role === 'user') return [{ role: 'user', content: textOf(message.content), ...pictures }];
  return [{ role: 'tool', tool_name: message.toolName, content: resultText(message, images.length > 0), ...pictures }];
}

function createDecoder(request: ModelRequest, newId: () => string): WireDecoder {
  let hasCalls = false;
  const readCall = (value: unknown): ModelEvent => {
    hasCalls = true;
    const fn = objectOf(objectOf(value).function);
    const args = isObject(fn.arguments) ? JSON.stringify(fn.arguments) : (stringOf(fn.arguments) ?? '');
    return toolCallEvent({ id: `call_${newId()}`, name: stringOf(fn.name) ?? '', json: args });
  };
  return {
    push(data) {
      const line = objectOf(parseJson(data));
      if (line.error !== undefined)
        return [answerFailed(errorWords(line) ?? 'The provider reported an error without words')];
      const message = objectOf(line.message);
      const thinking = stringOf(message.thinking) ?? '';
      const text = stringOf(message.content) ?? '';
      const events: readonly ModelEvent[] = [
        ...(thinking === '' ? [] : [{ type: 'thinkingDelta', text: thinking } as const]),
        ...(text === '' ? [] : [{ type: 'textDelta', text } as const]),
        ...listOf(message.tool_calls).map(readCall),
      ];
      if (line.done !== true) return events;
      const stopReason = hasCalls ? 'toolUse' : line.done_reason === 'length' ? 'length' : 'stop';
      const tokens = { input: finiteNumber(line.prompt_eval_count) ?? 0, output: finiteNumber(line.eval_count) ?? 0 };
      return [...events, { type: 'done', stopReason, usage: pricedUsage(tokens, request.model.cost) }];
    },
    end: () => [],
  };
}
