import type { OutgoingHttpHeaders } from 'node:http';
import { type Exchange, replyJson, replyText } from '../http/exchange.ts';

/** `error.type` of the bodies below `/v1` and `/tools` (reference protocol/http.md §0). */
export type ApiErrorType = 'invalid_request_error' | 'unauthorized' | 'rate_limited' | 'api_error';

export function replyApiError(
  exchange: Exchange,
  status: number,
  type: ApiErrorType,
  message: string,
  headers?: OutgoingHttpHeaders,
): true {
  return replyJson(exchange, status, { error: { message, type } }, headers);
}

export const replyInvalid = (exchange: Exchange, message: string): true =>
  replyApiError(exchange, 400, 'invalid_request_error', message);

/** For everything but POST on an endpoint that only takes POST. */
export const replyPostOnly = (exchange: Exchange): true =>
  replyText(exchange, 405, 'Method Not Allowed', { Allow: 'POST' });
