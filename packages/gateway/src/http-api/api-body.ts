import type { Clock } from '@chela/observability';
import type { Exchange } from '../http/exchange.ts';
import { replyApiError, replyInvalid } from './api-error.ts';
import { readJsonBody } from './read-body.ts';

const LAST_ANSWER = { Connection: 'close' } as const;

/** The JSON body of a `/v1` or `/tools` request; undefined when the request is answered already. */
export async function readApiBody(
  exchange: Exchange,
  limits: { readonly maxBytes: number; readonly clock: Clock },
): Promise<{ readonly value: unknown } | undefined> {
  const body = await readJsonBody(exchange.request, limits);
  if (body.kind === 'json') return body;
  if (body.kind === 'gone') return undefined;
  if (body.status === 400) replyInvalid(exchange, body.message);
  else {
    const message = body.status === 413 ? 'Payload too large' : 'Request body timeout';
    replyApiError(exchange, body.status, 'invalid_request_error', message, LAST_ANSWER);
  }
  return undefined;
}
