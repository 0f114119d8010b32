import type { AssistantMessage, ModelEvent, ModelMessage, ModelRequest } from '../driver.ts';
import { finiteNumber, isObject, type JsonObject, listOf, objectOf, parseJson, stringOf } from '../json-shape.ts';
import { pricedUsage } from '../usage.ts';
import { alternatingTurns, BOOTSTRAP_TEXT, type Turn } from './alternating-turns.ts';
import { answerFailed, answerStopped } from './answer-failed.ts';
import { encodeThinking } from './anthropic-thinking.ts';
import { callId, imagesFor, joinUrl, ownThoughts, resultText, temperatureOf, textOf } from './message-parts.ts';
import { toolCallEvent } from './tool-arguments.ts';
import { createWireDriver, type WireCodec, type WireDecoder, type WireDeps } from './wire.ts';
import { errorWords, typedAnswerWords } from './wire-words.ts';

/** Anthropic messages (reference agent/models.md §9.4). A redacted thought's signature is its block as JSON. */
export const anthropicMessages: WireCodec = {
  api: 'anthropic-messages',
  framing: 'sse',
  encode,
  decoder: createDecoder,
  refusalWords: typedAnswerWords,
};

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(anthropicMessages, deps);
}

const API_VERSION = '2023-06-01';
const BETA_LONG_CONTEXT = 'context-1m-2025-08-07';
const BETA_INTERLEAVED = 'interleaved-thinking-2025-05-14';
const BETA_OAUTH = 'oauth-2025-04-20';
/** Tokens of a login, as opposed to API keys, go into another header. */
const OAUTH_PREFIX = 'sk-ant-oat';
/** A word in a prompt that makes the provider refuse; text from outside must not be able to pull that lever. */
const REFUSAL_TRIGGER = /ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL(?:_[A-Z0-9]+)?/g;

function encode(request: ModelRequest, secret: string | undefined): ReturnType<WireCodec['encode']> {
  const { model } = request;
  const cache = cacheControl(request);
  const limits = encodeThinking(request);
  const betas = betasOf(request, limits.thinking !== undefined, secret);
  return {
    url: joinUrl(model.baseUrl.replace(/\/+v1\/*$/, ''), 'v1/messages'),
    headers: {
      'anthropic-version': API_VERSION,
      ...authHeaders(request, secret),
      ...(betas.length === 0 ? {} : { 'anthropic-beta': betas.join(',') }),
      ...model.headers,
    },
    body: {
      model: model.ref.model,
      ...limits,
      stream: true,
      ...(request.systemPrompt === ''
        ? {}
        : { system: [{ type: 'text', text: masked(request.systemPrompt), ...cache }] }),
      messages: withCacheMark(encodeMessages(request), cache),
      ...(limits.thinking === undefined ? temperatureOf(request) : {}),
      ...(request.tools.length === 0
        ? {}
        : {
            tools: request.tools.map(({ name, description, parameters }) => ({
              name,
              description,
              input_schema: parameters,
            })),
          }),
    },
  };
}

function authHeaders({ model }: ModelRequest, secret: string | undefined): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  const isBearer = secret.startsWith(OAUTH_PREFIX) || model.compat?.authHeader === true;
  return isBearer ? { authorization: `Bearer ${secret}` } : { 'x-api-key': secret };
}

function betasOf({ model }: ModelRequest, isThinking: boolean, secret: string | undefined): readonly string[] {
  const written = model.params?.anthropicBeta;
  const names = [...(typeof written === 'string' ? written.split(',') : listOf(written).map(String))].map((name) =>
    name.trim(),
  );
  const hasLongContext = model.params?.context1m === true && /^claude-(?:opus|sonnet)-4/.test(model.ref.model);
  return [
    ...names.filter((name) => name !== ''),
    ...(hasLongContext ? [BETA_LONG_CONTEXT] : []),
    ...(isThinking && model.ref.provider === 'anthropic' ? [BETA_INTERLEAVED] : []),
    ...(secret?.startsWith(OAUTH_PREFIX) === true ? [BETA_OAUTH] : []),
  ];
}

/** The cache mark of a block, empty when nothing is to be cached. */
function cacheControl({ model }: ModelRequest): { readonly cache_control?: JsonObject } {
  const { cacheRetention, cacheControlTtl } = model.params ?? {};
  const legacy = cacheControlTtl === '1h' ? 'long' : cacheControlTtl === '5m' ? 'short' : undefined;
  const retention = cacheRetention ?? legacy ?? (model.ref.provider === 'anthropic' ? 'short' : 'none');
  if (retention !== 'short' && retention !== 'long') return {};
  return { cache_control: { type: 'ephemeral', ...(retention === 'long' ? { ttl: '1h' } : {}) } };
}

function encodeMessages(request: ModelRequest): readonly Turn[] {
  const encode = (message: ModelMessage): readonly JsonObject[] =>
    message.role === 'assistant' ? encodeAssistant(message, request) : encodeUser(message, request);
  return alternatingTurns(request.messages, encode, { type: 'text', text: BOOTSTRAP_TEXT });
}

/** Marks the end of the conversation as cacheable, so that the next call reads it from the cache. */
function withCacheMark(turns: readonly Turn[], cache: { readonly cache_control?: JsonObject }): readonly Turn[] {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (cache.cache_control === undefined || last?.role !== 'user' || block === undefined) return turns;
  return [...turns.slice(0, -1), { role: 'user', content: [...last.content.slice(0, -1), { ...block, ...cache }] }];
}

function encodeUser(message: Exclude<ModelMessage, AssistantMessage>, request: ModelRequest): readonly JsonObject[] {
  const images = imagesFor(request, message.content).map((image) => ({
    type: 'image',
    source: { type: 'base64', media_type: image.mimeType, data: image.data },
  }));
  if (message.role === 'toolResult') {
    const text = masked(resultText(message, images.length > 0));
    const content = images.length === 0 ? text : [{ type: 'text', text }, ...images];
    return [{ type: 'tool_result', tool_use_id: callId(message.toolCallId), content, is_error: message.isError }];
  }
  const text = masked(textOf(message.content));
  return [...(text.trim() === '' ? [] : [{ type: 'text', text }]), ...images];
}

function encodeAssistant(message: AssistantMessage, request: ModelRequest): readonly JsonObject[] {
  const own = new Set(ownThoughts(message, request));
  return message.content.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'text') return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
    if (part.type === 'toolCall')
      return [{ type: 'tool_use', id: callId(part.id), name: part.name, input: part.arguments }];
    const signature = own.has(part) ? part.thinkingSignature : undefined;
    if (signature === undefined || signature === '') return [];
    const redacted = signature.startsWith('{') ? parseJson(signature) : undefined;
    return [isObject(redacted) ? redacted : { type: 'thinking', thinking: part.thinking, signature }];
  });
}

function masked(text: string): string {
  return text.replace(REFUSAL_TRIGGER, 'ANTHROPIC MAGIC STRING TRIGGER REFUSAL (redacted)');
}

function createDecoder(request: ModelRequest): WireDecoder {
  const calls = new Map<unknown, { readonly id: string; readonly name: string; json: string }>();
  const signatures = new Map<unknown, string>();
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let stop: string | undefined;

  const readUsage = (raw: JsonObject): void => {
    tokens.input = finiteNumber(raw.input_tokens) ?? tokens.input;
    tokens.output = finiteNumber(raw.output_tokens) ?? tokens.output;
    tokens.cacheRead = finiteNumber(raw.cache_read_input_tokens) ?? tokens.cacheRead;
    tokens.cacheWrite = finiteNumber(raw.cache_creation_input_tokens) ?? tokens.cacheWrite;
  };
  const startBlock = (index: unknown, block: JsonObject): readonly ModelEvent[] => {
    if (block.type === 'redacted_thinking') return [{ type: 'thinkingSignature', signature: JSON.stringify(block) }];
    if (block.type === 'tool_use') {
      const whole = isObject(block.input) && Object.keys(block.input).length > 0 ? JSON.stringify(block.input) : '';
      calls.set(index, { id: stringOf(block.id) ?? '', name: stringOf(block.name) ?? '', json: whole });
    }
    return [];
  };
  const readDelta = (index: unknown, delta: JsonObject): readonly ModelEvent[] => {
    const text = stringOf(delta.text) ?? stringOf(delta.thinking) ?? '';
    if (delta.type === 'text_delta') return text === '' ? [] : [{ type: 'textDelta', text }];
    if (delta.type === 'thinking_delta') return text === '' ? [] : [{ type: 'thinkingDelta', text }];
    if (delta.type === 'signature_delta')
      signatures.set(index, (signatures.get(index) ?? '') + (stringOf(delta.signature) ?? ''));
    const call = calls.get(index);
    if (delta.type === 'input_json_delta' && call !== undefined) call.json += stringOf(delta.partial_json) ?? '';
    return [];
  };
  const stopBlock = (index: unknown): readonly ModelEvent[] => {
    const call = calls.get(index);
    const signature = signatures.get(index);
    return [
      ...(signature === undefined ? [] : [{ type: 'thinkingSignature', signature } as const]),
      ...(call === undefined ? [] : [toolCallEvent(call)]),
    ];
  };
  const close = (): readonly ModelEvent[] => {
    if (stop === 'refusal' || stop === 'sensitive') return [answerStopped(stop)];
    const stopReason = stop === 'tool_use' || calls.size > 0 ? 'toolUse' : stop === 'max_tokens' ? 'length' : 'stop';
    return [{ type: 'done', stopReason, usage: pricedUsage(tokens, request.model.cost) }];
  };

  return {
    push(data) {
      const frame = objectOf(parseJson(data));
      switch (frame.type) {
        case 'message_start':
          readUsage(objectOf(objectOf(frame.message).usage));
          return [];
        case 'content_block_start':
          return startBlock(frame.index, objectOf(frame.content_block));
        case 'content_block_delta':
          return readDelta(frame.index, objectOf(frame.delta));
        case 'content_block_stop':
          return stopBlock(frame.index);
        case 'message_delta':
          stop = stringOf(objectOf(frame.delta).stop_reason) ?? stop;
          readUsage(objectOf(frame.usage));
          return [];
        case 'message_stop':
          return close();
        case 'error':
          return [answerFailed(errorWords(frame) ?? 'The provider reported an error without words')];
        default:
          return [];
      }
    },
    end: () => (stop === undefined ? [] : close()),
  };
}
