import { isObject, parseJson, stringOf } from '../json-shape.ts';
import { isCompactionFailure, isContextOverflow } from './overflow.ts';
import {
  isBillingHead,
  isBillingText,
  isOverloadedText,
  isRateLimitText,
  isTimeoutText,
  leadingStatus,
} from './patterns.ts';

/** What a person reads when a model call fails (reference agent/golden/error-text). */

const RATE_LIMIT_TEXT = '⚠️ API rate limit reached. Please try again later.';
const OVERLOADED_TEXT = 'The AI service is temporarily overloaded. Please try again in a moment.';
const TIMEOUT_TEXT = 'LLM request timed out.';
const UNKNOWN_TEXT = 'LLM request failed with an unknown error.';
const OVERFLOW_TEXT =
  'Context overflow: prompt too large for the model. Try /reset (or /new) to start a fresh session, or use a larger-context model.';
const TURN_ORDER_TEXT =
  'Message ordering conflict - please try again. If this persists, use /new to start a fresh session.';
const TOOL_INPUT_TEXT =
  'Session history looks corrupted (tool call input missing). Use /new to start a fresh session. If this keeps happening, reset the session or delete the corrupted session transcript.';

const RAW_TEXT_LIMIT = 600;
const UNAVAILABLE_STATUS = new Set([521, 522, 523, 524, 530]);

/** The text for a failed assistant message, from the provider's own words. `provider` names whose bill is meant. */
export function assistantErrorText(errorMessage: string, provider?: string): string {
  const raw = errorMessage.trim();
  if (raw === '') return UNKNOWN_TEXT;
  if (isContextOverflow(raw)) return OVERFLOW_TEXT;
  if (isTurnOrderText(raw) || /\b400\b.*\brole/i.test(raw)) return TURN_ORDER_TEXT;
  if (isToolInputText(raw)) return TOOL_INPUT_TEXT;
  const invalid = /"type":"invalid_request_error".*?"message":"([^"]+)"/.exec(raw)?.[1];
  if (invalid !== undefined) return `LLM request rejected: ${invalid}`;
  if (isRateLimitText(raw)) return RATE_LIMIT_TEXT;
  if (isOverloadedText(raw)) return OVERLOADED_TEXT;
  if (isTimeoutText(raw)) return TIMEOUT_TEXT;
  if (isBillingText(raw)) return billingText(provider);
  if (isCompactionFailure(raw)) return raw;
  return rawErrorText(raw) ?? shorten(raw);
}

/**
 * Cleans text on its way to a person: `<final>` tags, leading blank lines and a paragraph said twice in a row go.
 * With `errorContext` the text is a failure and is put into words as one.
 */
export function sanitizeUserText(text: string, errorContext: boolean): string {
  if (text === '') return text;
  const plain = text.replace(/<\s*\/?\s*final\s*>/gi, '');
  const trimmed = plain.trim();
  if (trimmed === '') return '';
  if (errorContext) {
    const asError = errorWording(trimmed);
    if (asError !== undefined) return asError;
  } else if (isBillingHead(trimmed)) {
    return billingText(undefined);
  }
  return collapseRepeats(plain.replace(/^(?:[ \t]*\r?\n)+/, ''));
}

/** Says whose account has run dry. */
export function billingText(provider: string | undefined): string {
  const name = provider?.trim();
  const [who, whose] = name === undefined || name === '' ? ['API provider', "your provider's"] : [name, `your ${name}`];
  return `⚠️ ${who} returned a billing error — your API key has run out of credits or has an insufficient balance. Check ${whose} billing dashboard and top up or switch to a different API key.`;
}

function errorWording(text: string): string | undefined {
  if (isContextOverflow(text)) return OVERFLOW_TEXT;
  if (isTurnOrderText(text)) return TURN_ORDER_TEXT;
  if (isBillingText(text)) return billingText(undefined);
  const raw = rawErrorText(text);
  if (raw !== undefined) return raw;
  if (
    !/^(?:error|api\s*error|openai\s*error|anthropic\s*error|gateway\s*error|request failed|failed|exception)[:\s-]+/i.test(
      text,
    )
  ) {
    return undefined;
  }
  if (isRateLimitText(text)) return RATE_LIMIT_TEXT;
  if (isOverloadedText(text)) return OVERLOADED_TEXT;
  if (isTimeoutText(text)) return TIMEOUT_TEXT;
  return shorten(text);
}

/** Words for a bare HTTP status line or an API error object; undefined for anything else. */
function rawErrorText(text: string): string | undefined {
  const status = leadingStatus(text, true);
  const unavailable = Number(/^(?:http\s*)?(\d{3})$/i.exec(text)?.[1] ?? status?.status);
  if (unavailable >= 500 && (UNAVAILABLE_STATUS.has(unavailable) || isPage(status?.rest ?? ''))) {
    return `The AI service is temporarily unavailable (HTTP ${unavailable}). Please try again in a moment.`;
  }
  const payload = apiErrorOf(status?.rest ?? text) ?? apiErrorOf(text);
  if (payload !== undefined) {
    const type = payload.type === undefined ? '' : ` ${payload.type}`;
    const request = payload.requestId === undefined ? '' : ` (request_id: ${payload.requestId})`;
    return `${status === undefined ? 'LLM error' : `HTTP ${status.status}`}${type}: ${payload.message}${request}`;
  }
  if (status === undefined || !looksLikeStatusText(status.rest)) return undefined;
  return `HTTP ${status.status}: ${status.rest}`;
}

/**
 * Whether a provider will not read the history of a conversation: the same request would be refused for ever (reference
 * agent/sessions.md §14.6).
 */
export function isHistoryRefused(errorMessage: string): boolean {
  return isTurnOrderText(errorMessage) || isToolInputText(errorMessage);
}

function isTurnOrderText(text: string): boolean {
  return /incorrect role information|roles must|unexpected role/i.test(text);
}

/** A call in the history has lost its arguments, in the words of both great dialects. */
function isToolInputText(text: string): boolean {
  return /\btool_(?:use|call)\.(?:input|arguments)\b.*\brequired|\bmessages\.\d+\.content\.\d+\.tool_(?:use|call)\.(?:input|arguments)\b/i.test(
    text,
  );
}

const isPage = (text: string): boolean => /^<!doctype|^<html/i.test(text);

function looksLikeStatusText(rest: string): boolean {
  return /error|bad request|not found|unauthorized|forbidden|internal server|service unavailable|gateway|rate limit|overloaded|timeout|timed out|invalid|too many requests|permission/i.test(
    rest,
  );
}

interface ApiError {
  readonly type: string | undefined;
  readonly message: string;
  /** What the provider's support asks for. */
  readonly requestId: string | undefined;
}

/** An object is an error when it says so: by its type, by a request's id, or by an object below `error`. */
function apiErrorOf(text: string): ApiError | undefined {
  const body = parseJson(text.replace(/^(?:(?:api|openai|anthropic|gateway|llm)?\s*error)[:\s-]+/i, '').trim());
  if (!isObject(body)) return undefined;
  const requestId = stringOf(body.request_id) ?? stringOf(body.requestId);
  if (!isObject(body.error) && body.type !== 'error' && requestId === undefined) return undefined;
  const inner = isObject(body.error) ? body.error : body;
  const message = stringOf(inner.message) ?? stringOf(body.message);
  if (message === undefined || message.trim() === '') return undefined;
  return { type: stringOf(inner.type) ?? stringOf(inner.code), message, requestId };
}

function collapseRepeats(text: string): string {
  const blocks = text.split(/\n{2,}/);
  if (blocks.length < 2) return text;
  const kept = blocks.filter((block, index) => {
    const words = squeeze(block);
    return words === '' || words !== squeeze(blocks[index - 1] ?? '');
  });
  return kept.length === blocks.length ? text : kept.join('\n\n').trim();
}

function squeeze(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function shorten(text: string): string {
  return text.length > RAW_TEXT_LIMIT ? `${text.slice(0, RAW_TEXT_LIMIT)}…` : text;
}
