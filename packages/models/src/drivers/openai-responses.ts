import type { AssistantMessage, ModelEvent, ModelMessage, ModelRequest } from '../driver.ts';
import { finiteNumber, isObject, type JsonObject, objectOf, parseJson, stringOf } from '../json-shape.ts';
import { pricedUsage } from '../usage.ts';
import { answerFailed, answerStopped } from './answer-failed.ts';
import {
  callId,
  encodeFunctions,
  imagesFor,
  joinUrl,
  outputLimit,
  ownThoughts,
  resultText,
  temperatureOf,
  textOf,
} from './message-parts.ts';
import { toolCallEvent } from './tool-arguments.ts';
import { createWireDriver, type WireCodec, type WireDecoder, type WireDeps } from './wire.ts';
import { errorWords } from './wire-words.ts';

/**
 * OpenAI responses. A thought's signature is its reasoning item as JSON, and a call's id is `call_id|item_id`: both go
 * back as they came, or the provider refuses the follow-up.
 */
export const openAiResponses: WireCodec = { api: 'openai-responses', framing: 'sse', encode, decoder: createDecoder };

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(openAiResponses, deps);
}

function encode(request: ModelRequest, secret: string | undefined): ReturnType<WireCodec['encode']> {
  const { model, thinking } = request;
  const isThinking = model.reasoning && thinking !== 'off';
  return {
    url: joinUrl(model.baseUrl, 'responses'),
    headers: { ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }), ...model.headers },
    body: {
      model: model.ref.model,
      input: encodeInput(request),
      stream: true,
      store: isOpenAi(request),
      max_output_tokens: outputLimit(request),
      ...temperatureOf(request),
      ...(request.sessionId === undefined ? {} : { prompt_cache_key: request.sessionId }),
      ...(request.tools.length === 0
        ? {}
        : { tools: encodeFunctions(request).map((tool) => ({ type: 'function', ...tool.function, strict: false })) }),
      ...(isThinking
        ? { reasoning: { effort: thinking, summary: 'auto' }, include: ['reasoning.encrypted_content'] }
        : {}),
    },
  };
}

/** OpenAI itself keeps the response, so that its items may be referred to (reference agent/models.md §9.5). */
function isOpenAi({ model }: ModelRequest): boolean {
  return (
    model.ref.provider === 'openai' &&
    URL.canParse(model.baseUrl) &&
    new URL(model.baseUrl).hostname === 'api.openai.com'
  );
}

function encodeInput(request: ModelRequest): readonly unknown[] {
  const role = request.model.reasoning ? 'developer' : 'system';
  const system = request.systemPrompt === '' ? [] : [{ role, content: request.systemPrompt }];
  return [...system, ...request.messages.flatMap((message) => encodeMessage(message, request))];
}

function encodeMessage(message: ModelMessage, request: ModelRequest): readonly unknown[] {
  if (message.role === 'assistant') return encodeAssistant(message, request);
  const images = imagesFor(request, message.content).map((image) => ({
    type: 'input_image',
    detail: 'auto',
    image_url: `data:${image.mimeType};base64,${image.data}`,
  }));
  if (message.role === 'toolResult') {
    const text = resultText(message, images.length > 0);
    const output = images.length === 0 ? text : [{ type: 'input_text', text }, ...images];
    return [{ type: 'function_call_output', call_id: callId(message.toolCallId), output }];
  }
  const text = textOf(message.content);
  const content = [...(text === '' ? [] : [{ type: 'input_text', text }]), ...images];
  return content.length === 0 ? [] : [{ role: 'user', content }];
}

function encodeAssistant(message: AssistantMessage, request: ModelRequest): readonly unknown[] {
  const own = new Set(ownThoughts(message, request));
  const items = message.content.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'text') {
      if (part.text === '') return [];
      const content = [{ type: 'output_text', text: part.text, annotations: [] }];
      return [{ type: 'message', role: 'assistant', status: 'completed', content }];
    }
    if (part.type === 'thinking') {
      const item = own.has(part) ? parseJson(part.thinkingSignature ?? '') : undefined;
      return isObject(item) && item.type === 'reasoning' ? [item] : [];
    }
    const item = part.id.slice(callId(part.id).length + 1);
    const named = { call_id: callId(part.id), name: part.name, arguments: JSON.stringify(part.arguments) };
    return [{ type: 'function_call', ...(own.size > 0 && item.startsWith('fc') ? { id: item } : {}), ...named }];
  });
  // A thought that nothing follows is refused.
  return items.filter(
    (item, index) => item.type !== 'reasoning' || items.slice(index + 1).some(({ type }) => type !== 'reasoning'),
  );
}

function createDecoder(request: ModelRequest): WireDecoder {
  let hasCalls = false;
  const push = (data: string): readonly ModelEvent[] => {
    const frame = objectOf(parseJson(data));
    const type = stringOf(frame.type) ?? '';
    const delta = stringOf(frame.delta);
    switch (type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return delta === undefined || delta === '' ? [] : [{ type: 'textDelta', text: delta }];
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return delta === undefined || delta === '' ? [] : [{ type: 'thinkingDelta', text: delta }];
      case 'response.reasoning_summary_part.added':
        return (finiteNumber(frame.summary_index) ?? 0) > 0 ? [{ type: 'thinkingDelta', text: '\n\n' }] : [];
      case 'response.output_item.done': {
        const item = objectOf(frame.item);
        hasCalls ||= item.type === 'function_call';
        return readItem(item);
      }
      case 'response.completed':
      case 'response.incomplete':
        return close(objectOf(frame.response));
      case 'response.failed':
      case 'error':
        return [answerFailed(errorWords(frame.response ?? frame) ?? 'The provider reported an error without words')];
      default:
        return frame.error === undefined || frame.error === null ? [] : [answerFailed(errorWords(frame) ?? type)];
    }
  };

  const close = (response: JsonObject): readonly ModelEvent[] => {
    const why = stringOf(objectOf(response.incomplete_details).reason);
    if (why === 'content_filter') return [answerStopped(why)];
    const stopReason = hasCalls ? 'toolUse' : response.status === 'incomplete' ? 'length' : 'stop';
    return [{ type: 'done', stopReason, usage: readUsage(objectOf(response.usage), request) }];
  };

  return { push, end: () => [] };
}

function readItem(item: JsonObject): readonly ModelEvent[] {
  if (item.type === 'reasoning') return [{ type: 'thinkingSignature', signature: JSON.stringify(item) }];
  if (item.type !== 'function_call') return [];
  const [call, own] = [stringOf(item.call_id) ?? '', stringOf(item.id)];
  const id = own === undefined ? call : `${call}|${own}`;
  return [toolCallEvent({ id, name: stringOf(item.name) ?? '', json: stringOf(item.arguments) ?? '' })];
}

function readUsage(raw: JsonObject, request: ModelRequest): ReturnType<typeof pricedUsage> {
  const cacheRead = finiteNumber(objectOf(raw.input_tokens_details).cached_tokens) ?? 0;
  const input = Math.max(0, (finiteNumber(raw.input_tokens) ?? 0) - cacheRead);
  return pricedUsage(
    { input, output: finiteNumber(raw.output_tokens) ?? 0, cacheRead, cacheWrite: 0 },
    request.model.cost,
  );
}
