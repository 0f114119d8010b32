import { randomUUID } from 'node:crypto';
import { joinUrl } from '../drivers/message-parts.ts';
import type { Transport, TransportResponse } from '../drivers/transport.ts';
import { answerWords } from '../drivers/wire-words.ts';
import { filledString, type JsonObject, listOf, objectOf, parseJson } from '../json-shape.ts';
import type { MediaKind, MediaModel } from './settings.ts';

/** Media as it arrived. */
export interface Media {
  readonly data: Buffer;
  readonly mimeType: string;
  readonly fileName: string;
}

export interface MediaCall {
  readonly transport: Transport;
  readonly kind: MediaKind;
  readonly model: MediaModel & { readonly provider: string; readonly model: string };
  readonly media: Media;
  readonly secret: string;
  readonly signal: AbortSignal;
}

/** What providers other than those of image models understand, and the model that is asked when none is named (reference agent/models.md §10). */
export const MEDIA_PROVIDERS: Readonly<
  Record<string, { readonly audio?: string; readonly video?: string; readonly baseUrl: string }>
> = {
  openai: { audio: 'gpt-4o-mini-transcribe', baseUrl: 'https://api.openai.com/v1' },
  groq: { audio: 'whisper-large-v3-turbo', baseUrl: 'https://api.groq.com/openai/v1' },
  deepgram: { audio: 'nova-3', baseUrl: 'https://api.deepgram.com/v1' },
  google: {
    audio: 'gemini-3-flash-preview',
    video: 'gemini-3-flash-preview',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  },
};

const BODY_LIMIT_CHARS = 4 * 1024 * 1024;
/** Base64 of a video beyond this is refused by the provider (reference agent/models.md §10). */
const VIDEO_BASE64_MAX_CHARS = 70 * 1024 * 1024;

/** Sends audio or video to its provider and returns the words. Rejects with the provider's own words. */
export async function transcribe(call: MediaCall): Promise<string> {
  const { provider } = call.model;
  const text =
    provider === 'deepgram'
      ? await byDeepgram(call)
      : provider === 'google'
        ? await byGoogle(call)
        : await byOpenAi(call);
  const words = text.trim();
  if (words === '') throw new Error(`${provider} returned no text`);
  return words;
}

function baseUrlOf({ model }: MediaCall): string {
  return model.baseUrl ?? MEDIA_PROVIDERS[model.provider]?.baseUrl ?? '';
}

/** OpenAI's transcription endpoint and those that copy it. */
async function byOpenAi(call: MediaCall): Promise<string> {
  const { model, media, secret } = call;
  const boundary = `chela-${randomUUID()}`;
  const field = (name: string, value: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const fileHead = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${media.fileName.replace(/["\r\n]/g, '_')}"\r\ncontent-type: ${media.mimeType}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(
      field('model', model.model) +
        (model.language === undefined ? '' : field('language', model.language)) +
        field('prompt', model.prompt) +
        fileHead,
    ),
    media.data,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const answer = await post(call, joinUrl(baseUrlOf(call), 'audio/transcriptions'), body, {
    authorization: `Bearer ${secret}`,
    'content-type': `multipart/form-data; boundary=${boundary}`,
  });
  return filledString(answer.text) ?? '';
}

async function byDeepgram(call: MediaCall): Promise<string> {
  const { model, media, secret } = call;
  const url = new URL(joinUrl(baseUrlOf(call), 'listen'));
  url.searchParams.set('model', model.model);
  if (model.language !== undefined) url.searchParams.set('language', model.language);
  for (const [name, value] of Object.entries(model.options)) url.searchParams.set(name, String(value));
  const answer = await post(call, url.href, media.data, {
    authorization: `Token ${secret}`,
    'content-type': media.mimeType,
  });
  const channel = objectOf(listOf(objectOf(answer.results).channels)[0]);
  return filledString(objectOf(listOf(channel.alternatives)[0]).transcript) ?? '';
}

async function byGoogle(call: MediaCall): Promise<string> {
  const { model, media, secret, kind } = call;
  const data = media.data.toString('base64');
  if (kind === 'video' && data.length > VIDEO_BASE64_MAX_CHARS) throw new Error('the video is too large for google');
  const parts = [{ text: model.prompt }, { inlineData: { mimeType: media.mimeType, data } }];
  const body = Buffer.from(JSON.stringify({ contents: [{ role: 'user', parts }] }));
  const url = joinUrl(baseUrlOf(call), `models/${encodeURIComponent(model.model)}:generateContent`);
  const answer = await post(call, url, body, { 'x-goog-api-key': secret, 'content-type': 'application/json' });
  const content = objectOf(objectOf(listOf(answer.candidates)[0]).content);
  return listOf(content.parts)
    .map((part) => filledString(objectOf(part).text) ?? '')
    .join('\n');
}

async function post(
  { transport, model, signal, secret }: MediaCall,
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const response = await transport({ url, method: 'POST', headers: { ...headers, ...model.headers }, body, signal });
  const text = await readAll(response);
  if (response.status < 200 || response.status >= 300) {
    throw new Error(answerWords(response.status, text).replaceAll(secret, '***'));
  }
  return objectOf(parseJson(text));
}

async function readAll(response: TransportResponse): Promise<string> {
  let text = '';
  for await (const piece of response.body) {
    text += piece;
    if (text.length > BODY_LIMIT_CHARS) throw new Error('the answer is too long');
  }
  return text;
}
