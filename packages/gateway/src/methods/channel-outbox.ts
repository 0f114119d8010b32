import type { Delivery, DeliveryState, OutboundPart } from '@chela/channels';
import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { ownMethod } from './own-method.ts';

const STATES: readonly DeliveryState[] = ['pending', 'sending', 'ambiguous', 'delivered', 'dead'];
const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 500;
const PREVIEW_CHARS = 120;

/** Messages to channels that wait or failed: for `outbox` and the page. */
export const channelOutboxMethods: MethodFamily = (services) => [
  ownMethod({
    name: 'channels.outbox.list',
    scope: 'read',
    async handle({ channel, states, limit }) {
      const outbound = services.channels()?.outbound;
      if (states !== undefined && !(Array.isArray(states) && states.every(isState))) {
        throw invalidRequest(`states must be a list of ${STATES.join(', ')}`);
      }
      const deliveries = await outbound?.list({
        limit: typeof limit === 'number' ? Math.min(Math.max(1, Math.trunc(limit)), LIMIT_MAX) : DEFAULT_LIMIT,
        ...(typeof channel === 'string' && { channel }),
        ...(states !== undefined && { states }),
      });
      return { deliveries: (deliveries ?? []).map(shown) };
    },
  }),
  ...(['retry', 'drop'] as const).map((what) =>
    ownMethod({
      name: `channels.outbox.${what}`,
      scope: 'write',
      async handle({ id }) {
        if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw invalidRequest('id must be a whole number');
        const outbound = services.channels()?.outbound;
        if (outbound === undefined) throw invalidRequest('no channel is set up');
        try {
          return { ok: true, delivery: shown(await outbound[what](id)) };
        } catch (error) {
          throw invalidRequest(error instanceof Error ? error.message : String(error));
        }
      },
    }),
  ),
];

const isState = (value: unknown): value is DeliveryState => STATES.some((state) => state === value);

/** A row without its content, but for a few words. */
function shown({ part, ...delivery }: Delivery) {
  return { ...delivery, kind: part.kind, preview: previewOf(part) };
}

function previewOf(part: OutboundPart): string {
  const words = wordsOf(part).replace(/\s+/g, ' ').trim();
  return words.length > PREVIEW_CHARS ? `${words.slice(0, PREVIEW_CHARS - 1)}…` : words;
}

function wordsOf(part: OutboundPart): string {
  switch (part.kind) {
    case 'text':
    case 'edit':
      return part.text.plain;
    case 'media':
      return `[${part.media.kind} ${part.media.fileName}] ${part.caption?.plain ?? ''}`;
    case 'poll':
      return `[poll] ${part.question}`;
    case 'sticker':
      return '[sticker]';
    case 'delete':
      return `[delete ${part.messageId}]`;
    default:
      return '';
  }
}
