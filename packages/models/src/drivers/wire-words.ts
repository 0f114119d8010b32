import type { FailoverReason } from '../driver.ts';
import { reasonOfAnswer } from '../failures/classify.ts';
import { isObject, objectOf, parseJson, stringOf } from '../json-shape.ts';
import type { TransportResponse } from './transport.ts';

/** Puts a failed exchange into words: the provider's own where there are any. */

const WORDS_LIMIT_CHARS = 2000;
const SECRET_MIN_CHARS = 4;

/** `401 Incorrect API key provided`: the status and the message inside the body, else the body's text. */
export function answerWords(status: number, body: string): string {
  const text = body.trim();
  if (text === '') return `${status} status code (no body)`;
  const words = errorWords(parseJson(text)) ?? plainWords(text);
  return words.startsWith(`${status} `) ? words : `${status} ${words}`;
}

/** The status and the whole of an error object with a type (`{type: 'error', error: {type, message}}`), which says more than its message. */
export function typedAnswerWords(status: number, body: string): string {
  const text = body.trim();
  const { type, error } = objectOf(parseJson(text));
  return type === 'error' && isObject(error) ? `${status} ${cut(text)}` : answerWords(status, body);
}

/** The message of an error object in any of the shapes providers use; undefined when there is none. */
export function errorWords(body: unknown): string | undefined {
  if (Array.isArray(body)) return errorWords(body[0]);
  if (!isObject(body)) return undefined;
  const { error } = body;
  const words =
    stringOf(error) ??
    stringOf(objectOf(error).message) ??
    stringOf(body.message) ??
    stringOf(body.detail) ??
    undefined;
  if (words !== undefined && words.trim() !== '') return cut(words);
  return error === undefined || error === null ? undefined : cut(JSON.stringify(error));
}

/** How a connection broke; an error that tried several addresses is told by its first. */
export function connectionWords(error: unknown): string {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const words = first instanceof Error ? first.message || stringOf(objectOf(first).code) : String(first);
  return `Connection error: ${cut(words ?? 'unknown')}`;
}

export function idleWords(limitMs: number): string {
  return `Request timed out: the provider sent nothing for ${Math.round(limitMs / 1000)} s`;
}

/** What to say of a body that ended without an end of its answer. `start` is how it began; undefined if it was a stream. */
export function unfinishedWords(start: string | undefined): {
  readonly message: string;
  readonly reason: FailoverReason | 'context_overflow';
} {
  if (start === undefined)
    return { message: "The provider's stream ended before the answer was complete", reason: 'timeout' };
  const text = start.trim();
  if (text === '') return { message: 'The provider closed the stream without sending any chunks', reason: 'timeout' };
  const words = errorWords(parseJson(text));
  const message = words ?? `The provider sent something that is no answer: ${plainWords(text)}`;
  const reason = reasonOfAnswer(undefined, words ?? '');
  return { message, reason: reason === 'aborted' || reason === 'budget' ? 'unknown' : reason };
}

/** Milliseconds a provider asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfterMs(response: Pick<TransportResponse, 'header'>, nowMs: number): number | undefined {
  const precise = Number.parseFloat(response.header('retry-after-ms') ?? '');
  if (Number.isFinite(precise) && precise >= 0) return precise;
  const raw = response.header('retry-after');
  if (raw === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(raw)) return Number.parseFloat(raw) * 1000;
  const at = Date.parse(raw);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Providers like to quote the key they refuse. */
export function withoutSecret(message: string, secret: string | undefined): string {
  if (secret === undefined || secret.length < SECRET_MIN_CHARS) return message;
  return message.replaceAll(secret, '***');
}

function plainWords(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  const plain = (title ?? text.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return cut(plain === '' ? '(no readable text)' : plain);
}

function cut(text: string): string {
  return text.length > WORDS_LIMIT_CHARS ? `${text.slice(0, WORDS_LIMIT_CHARS)}…` : text;
}
