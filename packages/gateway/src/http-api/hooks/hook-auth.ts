import { isSameSecret } from '../../auth/same-secret.ts';
import { type Exchange, replyText } from '../../http/exchange.ts';
import type { HookThrottle } from './hook-throttle.ts';

const NO_QUERY_TOKEN =
  'Hook token must be provided via Authorization: Bearer <token> or X-OpenClaw-Token header (query parameters are not allowed).';

/** Answers and returns true unless the request carries the hooks' token in a header (reference protocol/http.md §5). */
export function refuseHook(exchange: Exchange, token: string, throttle: HookThrottle): boolean {
  const { peer, url } = exchange;
  if (url.searchParams.has('token')) return replyText(exchange, 400, NO_QUERY_TOKEN);
  const bearer = /^Bearer\s+(\S.*)$/i.exec(peer.header('authorization')?.trim() ?? '')?.[1]?.trim();
  const given = bearer ?? peer.header('x-openclaw-token')?.trim() ?? '';
  if (isSameSecret(given, token)) {
    throttle.succeeded(peer.ip);
    return false;
  }
  const waitMs = throttle.failed(peer.ip);
  if (waitMs === 0) return replyText(exchange, 401, 'Unauthorized');
  return replyText(exchange, 429, 'Too Many Requests', { 'Retry-After': Math.ceil(waitMs / 1_000) });
}
