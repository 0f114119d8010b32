import type { FailoverReason, ModelFailure } from '../driver.ts';
import { objectOf, stringOf } from '../json-shape.ts';
import { isContextOverflow } from './overflow.ts';
import {
  isAuthText,
  isBillingText,
  isFormatText,
  isImageText,
  isOverloadedText,
  isRateLimitText,
  isTimeoutText,
  isTransientStatusText,
} from './patterns.ts';

const REASON_OF_STATUS: Readonly<Record<number, FailoverReason>> = {
  402: 'billing',
  429: 'rate_limit',
  401: 'auth',
  403: 'auth',
  408: 'timeout',
  400: 'format',
};

/** The status a wrapped failure carries (reference agent/models.md §6.3). */
export const STATUS_OF_REASON: Readonly<Partial<Record<FailoverReason, number>>> = {
  billing: 402,
  rate_limit: 429,
  auth: 401,
  timeout: 408,
  format: 400,
};

const REASONS: readonly FailoverReason[] = ['auth', 'format', 'rate_limit', 'billing', 'timeout', 'unknown'];

const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ECONNRESET', 'ECONNABORTED']);

/** Why a message calls for another candidate; undefined when none would help (reference agent/models.md §6.2). */
export function classifyMessage(text: string): FailoverReason | undefined {
  if (isImageText(text)) return undefined;
  if (isTransientStatusText(text)) return 'timeout';
  if (isRateLimitText(text) || isOverloadedText(text)) return 'rate_limit';
  if (isFormatText(text)) return 'format';
  if (isBillingText(text)) return 'billing';
  if (isTimeoutText(text)) return 'timeout';
  if (isAuthText(text)) return 'auth';
  return undefined;
}

/** Classifies anything thrown: reason, status, code, name, then its words (reference agent/models.md §6.1). */
export function classifyError(error: unknown): FailoverReason | undefined {
  const fields = objectOf(error);
  const wrapped = fields.name === 'FailoverError' ? REASONS.find((reason) => reason === fields.reason) : undefined;
  if (wrapped !== undefined) return wrapped;
  const status = statusOf(fields.status) ?? statusOf(fields.statusCode);
  const byStatus = status === undefined ? undefined : REASON_OF_STATUS[status];
  if (byStatus !== undefined) return byStatus;
  if (TIMEOUT_CODES.has((stringOf(fields.code) ?? '').trim().toUpperCase())) return 'timeout';
  const message = messageOf(error);
  if (isTimeoutError(fields, message)) return 'timeout';
  return message === '' ? undefined : classifyMessage(message);
}

/**
 * The reason of a failed provider answer. Its words speak first, the status where they say nothing, except for 400:
 * a request one provider finds malformed is not sent to the next one unless its words are known (§6.2).
 */
export function reasonOfAnswer(status: number | undefined, message: string): ModelFailure['reason'] {
  if (isContextOverflow(message)) return 'context_overflow';
  const byStatus = status === undefined || status === 400 ? undefined : REASON_OF_STATUS[status];
  return classifyMessage(message) ?? byStatus ?? 'unknown';
}

function isTimeoutError(fields: Readonly<Record<string, unknown>>, message: string): boolean {
  if (fields.name === 'TimeoutError' || isTimeoutText(message)) return true;
  if (fields.name !== 'AbortError') return false;
  if (/request was aborted|request aborted/i.test(message)) return true;
  return [fields.cause, fields.reason].some((hint) => {
    const text = messageOf(hint);
    return isTimeoutText(text) || objectOf(hint).name === 'TimeoutError';
  });
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (error instanceof Error) return error.message;
  return stringOf(objectOf(error).message) ?? '';
}

function statusOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
}
