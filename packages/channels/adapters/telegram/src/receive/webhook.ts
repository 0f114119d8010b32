import { timingSafeEqual } from 'node:crypto';
import type { ConnectionPort, IngressRoute } from '@chela/channels/adapter';
import type { Update } from 'grammy/types';
import type { BotApi } from '../api/client.ts';
import { UPDATE_KINDS } from '../inbound.ts';
import type { WebhookSettings } from '../settings.ts';
import { isUpdate } from './polling.ts';

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
/** Reference channels/telegram.md §2. */
const MAX_BODY_BYTES = 1 << 20;

/** Opens the route and tells the vendor of it. */
export async function startWebhook(deps: {
  readonly api: BotApi;
  readonly port: Pick<ConnectionPort, 'ingress' | 'signal' | 'alive'>;
  readonly webhook: WebhookSettings;
  readonly take: (update: Update) => Promise<void>;
}): Promise<void> {
  const { api, port, webhook, take } = deps;
  await port.ingress(
    webhookRoute(webhook, async (update) => {
      port.alive();
      await take(update);
    }),
  );
  const params = { url: webhook.url, secret_token: webhook.secret, allowed_updates: UPDATE_KINDS };
  await api.call('setWebhook', params, port.signal);
}

export function webhookRoute(webhook: WebhookSettings, take: (update: Update) => Promise<void>): IngressRoute {
  const isOurs = (headers: Readonly<Record<string, string>>): boolean =>
    isSame(headers[SECRET_HEADER] ?? '', webhook.secret);
  return {
    path: webhook.path,
    listen: { host: webhook.host, port: webhook.port },
    maxBytes: MAX_BODY_BYTES,
    verifyHeaders: isOurs,
    verify: ({ headers }) => isOurs(headers),
    async handle({ body }) {
      const update = parsed(body);
      // An answer other than 200 makes the vendor send it again; what is no update never becomes one.
      if (isUpdate(update)) await take(update);
      return { status: 200 };
    },
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Takes the same time wherever two secrets differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
