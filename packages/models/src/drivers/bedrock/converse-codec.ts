import type { AssistantMessage, ModelEvent, ModelMessage, ModelRequest } from '../../driver.ts';
import { finiteNumber, isObject, type JsonObject, objectOf, parseJson, stringOf } from '../../json-shape.ts';
import { pricedUsage } from '../../usage.ts';
import { alternatingTurns, BOOTSTRAP_TEXT, type Turn } from '../alternating-turns.ts';
import { answerFailed, answerStopped } from '../answer-failed.ts';
import { encodeThinking } from '../anthropic-thinking.ts';
import {
  callId,
  imagesFor,
  joinUrl,
  outputLimit,
  ownThoughts,
  resultText,
  temperatureOf,
  textOf,
} from '../message-parts.ts';
import { toolCallEvent } from '../tool-arguments.ts';
import type { WireCodec, WireDecoder } from '../wire.ts';
import { createAwsEventFrames } from './event-frames.ts';

/** Bedrock's Converse stream. A frame's name is its member `:event-type`, an error's `:exception-type`. */
export const converseStream: WireCodec = {
  api: 'bedrock-converse-stream',
  framing: createAwsEventFrames,
  encode,
  decoder: createDecoder,
};

const CALL_ID_MAX_CHARS = 64;
function encode(request: ModelRequest): ReturnType<WireCodec['encode']> {
  const { model } = request;
  const { max_tokens: limit, ...thinking } = isClaude(request) ? encodeThinking(request) : {};
  const cache = cachePoint(request);
  return {
    url: joinUrl(model.baseUrl, `model/${encodeURIComponent(model.ref.model)}/converse-stream`),
    headers: { accept: 'application/vnd.amazon.eventstream', ...model.headers },
    body: {
      messages: encodeMessages(request),
      ...(request.systemPrompt === '' ? {} : { system: [{ text: request.systemPrompt }, ...cache] }),
      inferenceConfig: {
        maxTokens: finiteNumber(limit) ?? outputLimit(request),
        ...(thinking.thinking === undefined ? temperatureOf(request) : {}),
      },
      ...(request.tools.length === 0
        ? {}
        : {
            toolConfig: {
              tools: request.tools.map(({ name, description, parameters }) => ({
                toolSpec: { name, description, inputSchema: { json: parameters } },
              })),
            },
          }),
      ...(Object.keys(thinking).length === 0 ? {} : { additionalModelRequestFields: thinking }),
    },
  };
}

function isClaude({ model }: ModelRequest): boolean {
  return model.ref.model.includes('anthropic.claude');
}

function cachePoint(request: ModelRequest): readonly JsonObject[] {
  const retention = request.model.params?.cacheRetention ?? 'short';
  return isClaude(request) && retention !== 'none' ? [{ cachePoint: { type: 'default' } }] : [];
}

function encodeMessages(request: ModelRequest): readonly Turn[] {
  const encode = (message: ModelMessage): readonly JsonObject[] =>
    message.role === 'assistant' ? encodeAssistant(message, request) : encodeUser(message, request);
  return alternatingTurns(request.messages, encode, { text: BOOTSTRAP_TEXT });
}

function encodeUser(message: Exclude<ModelMessage, AssistantMessage>, request: ModelRequest): readonly JsonObject[] {
  const images = imagesFor(request, message.content).map(({ mimeType, data }) => ({
    image: { format: mimeType.slice(mimeType.indexOf('/') + 1).replace('jpg', 'jpeg'), source: { bytes: data } },
  }));
  if (message.role === 'toolResult') {
    const text = resultText(message, images.length > 0);
    const content = [{ text: text === '' ? '(no output)' : text }, ...images];
    return [
      {
        toolResult: {
          toolUseId: toolUseId(message.toolCallId),
          content,
          status: message.isError ? 'error' : 'success',
        },
      },
    ];
  }
  const text = textOf(message.content);
  return [...(text.trim() === '' ? [] : [{ text }]), ...images];
}

function encodeAssistant(message: AssistantMessage, request: ModelRequest): readonly JsonObject[] {
  const own = new Set(ownThoughts(message, request));
  return message.content.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'text') return part.text.trim() === '' ? [] : [{ text: part.text }];
    if (part.type === 'toolCall')
      return [{ toolUse: { toolUseId: toolUseId(part.id), name: part.name, input: part.arguments } }];
    const signature = own.has(part) ? part.thinkingSignature : undefined;
    if (signature === undefined || signature === '') return [];
    return [{ reasoningContent: { reasoningText: { text: part.thinking, signature } } }];
  });
}

function toolUseId(id: string): string {
  return callId(id)
    .replace(/[^\w-]/g, '_')
    .slice(0, CALL_ID_MAX_CHARS);
}

function createDecoder(request: ModelRequest): WireDecoder {
  const calls = new Map<unknown, { readonly id: string; readonly name: string; json: string }>();
  const signatures = new Map<unknown, string>();
  let stop: string | undefined;
  let usage = pricedUsage({}, request.model.cost);

  const readDelta = (index: unknown, delta: JsonObject): readonly ModelEvent[] => {
    const text = stringOf(delta.text);
    if (text !== undefined) return text === '' ? [] : [{ type: 'textDelta', text }];
    const call = calls.get(index);
    if (isObject(delta.toolUse) && call !== undefined) call.json += stringOf(delta.toolUse.input) ?? '';
    const thought = objectOf(delta.reasoningContent);
    const signature = stringOf(thought.signature);
    if (signature !== undefined) signatures.set(index, (signatures.get(index) ?? '') + signature);
    const thinking = stringOf(thought.text) ?? '';
    return thinking === '' ? [] : [{ type: 'thinkingDelta', text: thinking }];
  };
  const stopBlock = (index: unknown): readonly ModelEvent[] => {
    const call = calls.get(index);
    const signature = signatures.get(index);
    return [
      ...(signature === undefined ? [] : [{ type: 'thinkingSignature', signature } as const]),
      ...(call === undefined ? [] : [toolCallEvent(call)]),
    ];
  };
  return {
    push(data) {
      const frame = objectOf(parseJson(data));
      const exception = stringOf(frame[':exception-type']) ?? stringOf(frame[':error-code']);
      if (exception !== undefined)
        return [answerFailed(exceptionWords(exception, stringOf(frame.message) ?? stringOf(frame[':error-message'])))];
      switch (frame[':event-type']) {
        case 'contentBlockStart': {
          const start = objectOf(objectOf(frame.start).toolUse);
          const name = stringOf(start.name);
          if (name !== undefined)
            calls.set(frame.contentBlockIndex, { id: stringOf(start.toolUseId) ?? '', name, json: '' });
          return [];
        }
        case 'contentBlockDelta':
          return readDelta(frame.contentBlockIndex, objectOf(frame.delta));
        case 'contentBlockStop':
          return stopBlock(frame.contentBlockIndex);
        case 'messageStop':
          stop = stringOf(frame.stopReason);
          return [];
        case 'metadata': {
          const counts = objectOf(frame.usage);
          const count = (name: string): number => finiteNumber(counts[name]) ?? 0;
          usage = pricedUsage(
            {
              input: count('inputTokens'),
              output: count('outputTokens'),
              cacheRead: count('cacheReadInputTokens'),
              cacheWrite: count('cacheWriteInputTokens'),
            },
            request.model.cost,
          );
          return [];
        }
        default:
          return [];
      }
    },
    end() {
      if (stop === undefined) return [];
      if (stop === 'guardrail_intervened' || stop === 'content_filtered') return [answerStopped(stop)];
      const stopReason = calls.size > 0 ? 'toolUse' : stop === 'max_tokens' ? 'length' : 'stop';
      return [{ type: 'done', stopReason, usage }];
    },
  };
}

/** The vendor's words, with the status people know an exception by. */
function exceptionWords(name: string, message: string | undefined): string {
  const status = STATUS_OF_EXCEPTION[name.charAt(0).toLowerCase() + name.slice(1)];
  return [status, message ?? name].filter((word) => word !== undefined).join(' ');
}

const STATUS_OF_EXCEPTION: Readonly<Record<string, number>> = {
  throttlingException: 429,
  serviceUnavailableException: 503,
  internalServerException: 500,
  modelStreamErrorException: 500,
  validationException: 400,
  accessDeniedException: 403,
};
