import type { AssistantMessage, ModelEvent, ModelMessage, ModelRequest, Usage } from '../driver.ts';
import { cleanGeminiSchema } from '../gemini-schema.ts';
import { finiteNumber, isObject, type JsonObject, listOf, objectOf, parseJson, stringOf } from '../json-shape.ts';
import { pricedUsage } from '../usage.ts';
import { BOOTSTRAP_TEXT } from './alternating-turns.ts';
import { answerFailed, answerStopped } from './answer-failed.ts';
import { thinkingConfig } from './google-thinking.ts';
import { imagesFor, joinUrl, outputLimit, ownThoughts, resultText, temperatureOf, textOf } from './message-parts.ts';
import { toolCallEvent } from './tool-arguments.ts';
import { createWireDriver, type WireCodec, type WireDecoder, type WireDeps } from './wire.ts';
import { errorWords } from './wire-words.ts';

/** Google's generative language API. It names calls but does not number them; ids are ours. */
export const googleGenerativeAi: WireCodec = {
  api: 'google-generative-ai',
  framing: 'sse',
  encode,
  decoder: createDecoder,
};

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(googleGenerativeAi, deps);
}

/** Google's own word for a call whose thought signature is not known. */
const NO_SIGNATURE = 'skip_thought_signature_validator';

function encode(request: ModelRequest, secret: string | undefined): ReturnType<WireCodec['encode']> {
  const { model } = request;
  const thinking = thinkingConfig(request);
  const declarations = request.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: cleanGeminiSchema(parameters),
  }));
  return {
    url: joinUrl(model.baseUrl, `models/${encodeURIComponent(model.ref.model)}:streamGenerateContent?alt=sse`),
    headers: { ...(secret === undefined ? {} : { 'x-goog-api-key': secret }), ...model.headers },
    body: {
      contents: encodeContents(request),
      ...(request.systemPrompt === '' ? {} : { systemInstruction: { parts: [{ text: request.systemPrompt }] } }),
      ...(declarations.length === 0 ? {} : { tools: [{ functionDeclarations: declarations }] }),
      generationConfig: {
        maxOutputTokens: outputLimit(request),
        ...temperatureOf(request),
        ...(thinking === undefined ? {} : { thinkingConfig: thinking }),
      },
    },
  };
}

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: readonly JsonObject[];
}

function encodeContents(request: ModelRequest): readonly Content[] {
  const contents: Content[] = [];
  for (const message of request.messages) {
    const next = encodeMessage(message, request);
    const last = contents.at(-1);
    if (next.parts.length === 0) continue;
    const joins = last?.role === next.role && (next.role === 'model' || (isResults(last) && isResults(next)));
    if (joins) contents[contents.length - 1] = { role: next.role, parts: [...last.parts, ...next.parts] };
    else contents.push(next);
  }
  return contents[0]?.role === 'model' ? [{ role: 'user', parts: [{ text: BOOTSTRAP_TEXT }] }, ...contents] : contents;
}

function isResults(content: Content): boolean {
  return content.parts.some((part) => part.functionResponse !== undefined);
}

function encodeMessage(message: ModelMessage, request: ModelRequest): Content {
  if (message.role === 'assistant') return { role: 'model', parts: encodeAssistant(message, request) };
  const images = imagesFor(request, message.content).map(({ mimeType, data }) => ({ inlineData: { mimeType, data } }));
  if (message.role === 'toolResult') {
    const text = resultText(message, images.length > 0);
    const response = message.isError ? { error: text } : { output: text };
    return { role: 'user', parts: [{ functionResponse: { name: message.toolName, response } }, ...images] };
  }
  const text = textOf(message.content);
  return { role: 'user', parts: [...(text === '' ? [] : [{ text }]), ...images] };
}

function encodeAssistant(message: AssistantMessage, request: ModelRequest): readonly JsonObject[] {
  const own = new Set(ownThoughts(message, request));
  const wantsSignature = request.model.ref.model.toLowerCase().includes('gemini-3');
  return message.content.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'text') return part.text === '' ? [] : [{ text: part.text }];
    if (part.type === 'thinking') {
      if (!own.has(part) || part.thinking === '') return [];
      const signature = part.thinkingSignature;
      return [
        { thought: true, text: part.thinking, ...(signature === undefined ? {} : { thoughtSignature: signature }) },
      ];
    }
    const signature = part.thoughtSignature ?? (wantsSignature ? NO_SIGNATURE : undefined);
    return [
      {
        functionCall: { name: part.name, args: part.arguments },
        ...(signature === undefined ? {} : { thoughtSignature: signature }),
      },
    ];
  });
}

function createDecoder(request: ModelRequest, newId: () => string): WireDecoder {
  let finish: string | undefined;
  let hasCalls = false;
  let usage = pricedUsage({}, request.model.cost);

  const readPart = (part: JsonObject): readonly ModelEvent[] => {
    const signature = stringOf(part.thoughtSignature);
    if (isObject(part.functionCall)) {
      hasCalls = true;
      const name = stringOf(part.functionCall.name) ?? '';
      const id = stringOf(part.functionCall.id) ?? `${name}_${newId()}`;
      const json = JSON.stringify(part.functionCall.args ?? {});
      return [toolCallEvent({ id, name, json, ...(signature === undefined ? {} : { thoughtSignature: signature }) })];
    }
    const text = stringOf(part.text) ?? '';
    if (part.thought !== true) return text === '' ? [] : [{ type: 'textDelta', text }];
    return [
      ...(text === '' ? [] : [{ type: 'thinkingDelta', text } as const]),
      ...(signature === undefined ? [] : [{ type: 'thinkingSignature', signature } as const]),
    ];
  };

  return {
    push(data) {
      const chunk = objectOf(parseJson(data));
      if (chunk.error !== undefined)
        return [answerFailed(errorWords(chunk) ?? 'The provider reported an error without words')];
      const blocked = stringOf(objectOf(chunk.promptFeedback).blockReason);
      if (blocked !== undefined) return [answerStopped(blocked)];
      if (isObject(chunk.usageMetadata)) usage = readUsage(chunk.usageMetadata, request);
      const candidate = objectOf(listOf(chunk.candidates)[0]);
      finish = stringOf(candidate.finishReason) ?? finish;
      return listOf(objectOf(candidate.content).parts).flatMap((part) => readPart(objectOf(part)));
    },
    end() {
      if (finish === undefined) return [];
      if (finish !== 'STOP' && finish !== 'MAX_TOKENS') return [answerStopped(finish)];
      const stopReason = hasCalls ? 'toolUse' : finish === 'MAX_TOKENS' ? 'length' : 'stop';
      return [{ type: 'done', stopReason, usage }];
    },
  };
}

/** `input` counts cached tokens too, as the contract's sessions show it; the cost does not pay them twice. */
function readUsage(raw: JsonObject, request: ModelRequest): Usage {
  const count = (name: string): number => finiteNumber(raw[name]) ?? 0;
  const input = count('promptTokenCount');
  const cacheRead = count('cachedContentTokenCount');
  const output = count('candidatesTokenCount') + count('thoughtsTokenCount');
  const fresh = pricedUsage({ input: Math.max(0, input - cacheRead), output, cacheRead }, request.model.cost);
  return { ...fresh, input, totalTokens: count('totalTokenCount') };
}
