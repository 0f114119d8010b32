import type { ModelEvent, ModelMessage, ModelRequest, ThinkingLevel } from '../driver.ts';
import { finiteNumber, isObject, listOf, objectOf, parseJson, stringOf } from '../json-shape.ts';
import { pricedUsage } from '../usage.ts';
import { answerFailed, answerStopped } from './answer-failed.ts';
import { type CompletionsDialect, completionsDialect } from './completions-dialect.ts';
import {
  callId,
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

/** OpenAI chat completions and the many servers that speak it (reference agent/models.md §9.1). */
export const openAiCompletions: WireCodec = {
  api: 'openai-completions',
  framing: 'sse',
  encode,
  decoder: createDecoder,
};

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(openAiCompletions, deps);
}

const REASONING_FIELDS = ['reasoning_content', 'reasoning', 'reasoning_text'] as const;

function encode(request: ModelRequest, secret: string | undefined): ReturnType<WireCodec['encode']> {
  const { model } = request;
  const dialect = completionsDialect(model);
  return {
    url: joinUrl(model.baseUrl, 'chat/completions'),
    headers: { ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }), ...model.headers },
    body: {
      model: model.ref.model,
      messages: encodeMessages(request, dialect),
      stream: true,
      ...(dialect.usageInStream ? { stream_options: { include_usage: true } } : {}),
      ...(dialect.store ? { store: false } : {}),
      [dialect.maxTokensField]: outputLimit(request),
      ...temperatureOf(request),
      ...(request.tools.length === 0 ? {} : { tools: encodeTools(request, dialect) }),
      ...(dialect.toolStream ? { tool_stream: true } : {}),
      ...encodeThinking(request.thinking, model.reasoning, dialect),
    },
  };
}

/** Functions, and that their schemas are not the strict kind (reference agent/tools.md ). */
function encodeTools(request: ModelRequest, dialect: CompletionsDialect): readonly unknown[] {
  const tools = encodeFunctions(request);
  if (!dialect.strictFunctions) return tools;
  return tools.map(({ type, function: fn }) => ({ type, function: { ...fn, strict: false } }));
}

function encodeThinking(
  level: ThinkingLevel,
  canReason: boolean,
  dialect: CompletionsDialect,
): Readonly<Record<string, unknown>> {
  if (!canReason) return {};
  if (dialect.thinkingFormat === 'zai') return { thinking: { type: level === 'off' ? 'disabled' : 'enabled' } };
  if (dialect.thinkingFormat === 'qwen') return { enable_thinking: level !== 'off' };
  return level === 'off' || !dialect.reasoningEffort ? {} : { reasoning_effort: level };
}

function encodeMessages(request: ModelRequest, dialect: CompletionsDialect): readonly unknown[] {
  const system = request.systemPrompt === '' ? [] : [{ role: dialect.systemRole, content: request.systemPrompt }];
  return [...system, ...request.messages.flatMap((message) => encodeMessage(message, request, dialect))];
}

function encodeMessage(message: ModelMessage, request: ModelRequest, dialect: CompletionsDialect): readonly unknown[] {
  if (message.role === 'user') {
    const images = imagesFor(request, message.content);
    const text = textOf(message.content);
    if (images.length === 0) return text === '' ? [] : [{ role: 'user', content: text }];
    return [{ role: 'user', content: [...(text === '' ? [] : [{ type: 'text', text }]), ...images.map(encodeImage)] }];
  }
  if (message.role === 'toolResult') {
    const images = imagesFor(request, message.content);
    const result = {
      role: 'tool',
      tool_call_id: callId(message.toolCallId),
      ...(dialect.resultName ? { name: message.toolName } : {}),
      content: resultText(message, images.length > 0),
    };
    if (images.length === 0) return [result];
    const note = { type: 'text', text: 'Attached image(s) from tool result:' };
    return [result, { role: 'user', content: [note, ...images.map(encodeImage)] }];
  }
  const text = textOf(message.content);
  const calls = message.content.filter((part) => part.type === 'toolCall');
  if (text === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map((call) => ({
              id: callId(call.id),
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            })),
          }),
    },
  ];
}

function encodeImage(image: { readonly data: string; readonly mimeType: string }): unknown {
  return { type: 'image_url', image_url: { url: `data:${image.mimeType};base64,${image.data}` } };
}

interface OpenCall {
  id: string;
  name: string;
  json: string;
}

function createDecoder(request: ModelRequest, newId: () => string): WireDecoder {
  const calls = new Map<number, OpenCall>();
  let finish: string | undefined;
  let usage = pricedUsage({}, request.model.cost);

  const push = (data: string): readonly ModelEvent[] => {
    if (data === '[DONE]') return close();
    const chunk = parseJson(data);
    if (!isObject(chunk)) return [];
    const error = chunk.error === undefined || chunk.error === null ? undefined : errorWords(chunk);
    if (error !== undefined) return [answerFailed(error)];
    if (isObject(chunk.usage)) usage = readUsage(chunk.usage, request);
    const choice = objectOf(listOf(chunk.choices)[0]);
    finish = stringOf(choice.finish_reason) ?? finish;
    const delta = objectOf(choice.delta);
    for (const [position, part] of listOf(delta.tool_calls).entries()) collect(objectOf(part), position, calls);
    const thought = REASONING_FIELDS.map((field) => stringOf(delta[field])).find(
      (text) => text !== undefined && text !== '',
    );
    const text = stringOf(delta.content);
    return [
      ...(thought === undefined ? [] : [{ type: 'thinkingDelta', text: thought } as const]),
      ...(text === undefined || text === '' ? [] : [{ type: 'textDelta', text } as const]),
    ];
  };

  const close = (): readonly ModelEvent[] => {
    if (finish === 'content_filter') return [answerStopped('content_filter')];
    const complete = [...calls.values()].map((call) =>
      toolCallEvent({ ...call, id: call.id === '' ? `call_${newId()}` : call.id }),
    );
    const stopReason = complete.length > 0 ? 'toolUse' : finish === 'length' ? 'length' : 'stop';
    return [...complete, { type: 'done', stopReason, usage }];
  };

  return { push, end: () => (finish === undefined ? [] : close()) };
}

/** Adds a piece of a call. Servers that leave out the index send each call whole. */
function collect(part: Readonly<Record<string, unknown>>, position: number, calls: Map<number, OpenCall>): void {
  const fn = objectOf(part.function);
  const id = stringOf(part.id) ?? '';
  const index = finiteNumber(part.index) ?? (id === '' ? position : calls.size);
  const call = calls.get(index) ?? { id: '', name: '', json: '' };
  if (id !== '') call.id = id;
  call.name ||= stringOf(fn.name) ?? '';
  call.json += stringOf(fn.arguments) ?? (isObject(fn.arguments) ? JSON.stringify(fn.arguments) : '');
  calls.set(index, call);
}

function readUsage(raw: Readonly<Record<string, unknown>>, request: ModelRequest): ReturnType<typeof pricedUsage> {
  const cacheRead = finiteNumber(objectOf(raw.prompt_tokens_details).cached_tokens) ?? 0;
  const input = Math.max(0, (finiteNumber(raw.prompt_tokens) ?? 0) - cacheRead);
  return pricedUsage(
    { input, output: finiteNumber(raw.completion_tokens) ?? 0, cacheRead, cacheWrite: 0 },
    request.model.cost,
  );
}
