import { isLoopbackName } from './address.ts';

export const ORIGIN_REFUSAL =
  'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)';

/** Whether a page of this origin may connect (reference protocol/protocol.md §2.5). */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined || origin === 'null' || !URL.canParse(origin)) return false;
  const asked = origin.trim().toLowerCase();
  if (allowedOrigins.some((allowed) => allowed.trim().toLowerCase().replace(/\/$/, '') === asked)) return true;
  const { host: originHost, hostname: originName } = new URL(origin);
  const ownHost = host?.trim().toLowerCase();
  if (ownHost === undefined) return false;
  if (originHost.toLowerCase() === ownHost) return true;
  const ownUrl = `http://${ownHost}`;
  return URL.canParse(ownUrl) && isLoopbackName(originName) && isLoopbackName(new URL(ownUrl).hostname);
}
