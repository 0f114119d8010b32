import type {
  AssistantMessage,
  ImagePart,
  ModelRequest,
  TextPart,
  ThinkingPart,
  ToolOffer,
  ToolResultMessage,
} from '../driver.ts';
import { finiteNumber } from '../json-shape.ts';

/** Readers of requests and message content that every codec needs. */

type Part = TextPart | ImagePart;

export function textOf(parts: readonly { readonly type: string; readonly text?: string }[]): string {
  return parts.flatMap((part) => (part.type === 'text' && part.text !== undefined ? [part.text] : [])).join('');
}

/** The images of a message, none for a model that takes text only. */
export function imagesFor(request: ModelRequest, parts: readonly Part[]): readonly ImagePart[] {
  if (!request.model.input.includes('image')) return [];
  return parts.filter((part) => part.type === 'image');
}

/** Text of a tool result; a result of images only says so, because an empty one is refused. */
export function resultText(message: ToolResultMessage, hasImages: boolean): string {
  const text = textOf(message.content);
  return text === '' && hasImages ? '(see attached image)' : text;
}

/** Thoughts go back only to the model that had them: another one cannot check their signature. */
export function ownThoughts(message: AssistantMessage, request: ModelRequest): readonly ThinkingPart[] {
  const { model } = request;
  const isOwn =
    message.api === model.api && message.provider === model.ref.provider && message.model === model.ref.model;
  return isOwn ? message.content.filter((part) => part.type === 'thinking') : [];
}

/** The id of a call as its API knows it: stored ids may carry an item id behind a bar. */
export function callId(id: string): string {
  const bar = id.indexOf('|');
  return bar < 0 ? id : id.slice(0, bar);
}

/** Tools as chat completions and its relatives want them. */
export function encodeFunctions(
  request: ModelRequest,
): readonly { readonly type: 'function'; readonly function: ToolOffer }[] {
  return request.tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
}

/** Output tokens asked for when nobody says: what the model can, but not a whole book. */
const OUTPUT_LIMIT_DEFAULT = 32_000;

/** The output limit of a call: the request's, else the model's `params.maxTokens`, else its own, capped. */
export function outputLimit(request: ModelRequest): number {
  const written = finiteNumber(request.model.params?.maxTokens);
  return request.maxTokens ?? written ?? Math.min(request.model.maxTokens, OUTPUT_LIMIT_DEFAULT);
}

/** `params.temperature` as a body member. */
export function temperatureOf(request: ModelRequest): { readonly temperature?: number } {
  const temperature = finiteNumber(request.model.params?.temperature);
  return temperature === undefined ? {} : { temperature };
}

/** Joins a base address and a path with exactly one slash. */
export function joinUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}
