import type { HttpHandler } from '../http/exchange.ts';
import type { GatewayServices } from '../method.ts';

/**
 * The webhooks of channels on the gateway's port. A vendor has no token of ours: who it is, is judged by the webhook's own
 * signature (reference protocol/http.md §0).
 */
export function createChannelRoutes({ channels, clock }: Pick<GatewayServices, 'channels' | 'clock'>): HttpHandler {
  return async ({ url, request, response, peer }) => {
    const ingress = channels()?.ingress;
    if (ingress === undefined || !ingress.claims(url.pathname)) return false;
    const { serveWebhook } = await import('@chela/channels');
    await serveWebhook({ request, response, remoteAddress: peer.ip }, ingress.handle, clock);
    return true;
  };
}
