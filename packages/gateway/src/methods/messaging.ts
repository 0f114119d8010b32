import { canonicalSessionKey, resolveSessionAgentId } from '@chela/agent';
import type { ChannelAdapter, Channels, SendEnd, SendRequest } from '@chela/channels';
import { invalidRequest, type ProtocolError, unavailable } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

const DEFAULT_CHANNEL = 'whatsapp';
const WEBCHAT = 'webchat';
/** How long a request waits for the vendor's receipt. */
const WAIT_MS = 30_000;
/** Details of polls that one channel alone has. */
const ANONYMOUS_CHANNEL = 'telegram';

/**
 * `send` and `poll` (reference protocol/methods.json). What is sent is a row under the request's key: the same key again
 * makes no second message and gets the same answer.
 */
export const messagingMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'send',
      params: 'SendParams',
      async handle(params) {
        const { message, mediaUrl, mediaUrls = [], accountId, sessionKey, idempotencyKey, gifPlayback } = params;
        const media = [mediaUrl, ...mediaUrls].flatMap((url) => url?.trim() || []);
        if (!message?.trim() && media.length === 0) {
          throw invalidRequest('invalid send params: text or media is required');
        }
        const place = destination(services, params);
        return deliver(place, idempotencyKey, {
          ...(accountId !== undefined && { accountId }),
          ...(sessionKey === undefined ? { mirrorsTarget: true } : { sessionKey, ...mirrorOf(services, sessionKey) }),
          ...(message?.trim() && { text: message }),
          ...(media.length > 0 && { mediaUrls: media }),
          ...(gifPlayback === true && { asGif: true }),
          key: `send:${idempotencyKey}`,
        });
      },
    }),
    row({
      name: 'poll',
      params: 'PollParams',
      async handle({ idempotencyKey, accountId, threadId, ...poll }) {
        const name = namedChannel(poll.channel);
        const adapter = services.channels()?.find(name);
        if (adapter === undefined || !adapter.facts.can.polls)
          throw invalidRequest(`unsupported poll channel: ${name}`);
        for (const detail of ['durationSeconds', 'isAnonymous'] as const) {
          if (poll[detail] === undefined || adapter.facts.id === ANONYMOUS_CHANNEL) continue;
          throw invalidRequest(`${detail} is only supported for Telegram polls`);
        }
        const place = destination(services, poll);
        const { pollPart } = await import('@chela/channels');
        const { question, options, maxSelections, durationSeconds, durationHours, isAnonymous, silent } = poll;
        const part = refused(() =>
          pollPart(adapter.facts, {
            question,
            options,
            ...(maxSelections !== undefined && { maxSelections }),
            ...(durationSeconds !== undefined && { durationSeconds }),
            ...(durationHours !== undefined && { durationHours }),
            ...(isAnonymous !== undefined && { isAnonymous }),
            ...(silent !== undefined && { silent }),
          }),
        );
        const address = threadId === undefined ? place.address : { ...place.address, threadId };
        return deliver({ ...place, address }, idempotencyKey, {
          ...(accountId !== undefined && { accountId }),
          parts: [part],
          key: `poll:${idempotencyKey}`,
        });
      },
    }),
  ];
};

/** The session that the request names is told, when it exists. */
function mirrorOf({ config }: GatewayServices, rawKey: string): Pick<SendRequest, 'mirror'> {
  const sessionKey = canonicalSessionKey(rawKey, config.current());
  return { mirror: { sessionKey, agentId: resolveSessionAgentId(sessionKey, config.current()) } };
}

interface Destination {
  readonly channels: Channels;
  readonly adapter: ChannelAdapter;
  readonly address: SendRequest['address'];
}

/** Throws INVALID_REQUEST when the channel is not here or the target is none of it. */
function destination(
  services: GatewayServices,
  { channel, to }: { readonly channel?: string | undefined; readonly to: string },
): Destination {
  const name = namedChannel(channel);
  const channels = services.channels();
  const adapter = channels?.find(name);
  if (channels === undefined || adapter === undefined) {
    const isInternal = name.toLowerCase() === WEBCHAT;
    const hint = ' (internal-only). Use `chat.send` for WebChat UI messages or choose a deliverable channel.';
    throw invalidRequest(`unsupported channel: ${name}${isInternal ? hint : ''}`);
  }
  const address = adapter.targets.read(to.trim());
  const { label } = adapter.facts;
  if (address === undefined)
    throw invalidRequest(`Error: Delivering to ${label} requires target ${adapter.targets.hint}`);
  return { channels, adapter, address };
}

async function deliver(
  { channels, adapter, address }: Destination,
  runId: string,
  what: Omit<SendRequest, 'adapter' | 'address' | 'timeoutMs'>,
): Promise<unknown> {
  const end = await channels.send({ ...what, adapter, address, timeoutMs: WAIT_MS }).catch((error: unknown) => {
    throw deliveryFailed(error);
  });
  if (end.kind === 'waiting') {
    throw unavailable(`Error: not delivered yet: ${end.why}. It is kept and sent as soon as it can be.`);
  }
  return { runId, ...receiptOf(adapter, end) };
}

/** The contract's members in their order: the message, the channel, where it went. */
function receiptOf({ facts }: ChannelAdapter, end: Extract<SendEnd, { kind: 'sent' }>) {
  const { placeKey } = facts.results ?? {};
  const place = placeKey && { [placeKey]: end.receipt.chatId ?? end.address.to };
  return { messageId: end.receipt.messageId, channel: facts.id, ...place };
}

function deliveryFailed(error: unknown): ProtocolError {
  return unavailable(`Error: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** What a check throws, as the caller's mistake. */
function refused<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw invalidRequest(error instanceof Error ? error.message : String(error));
  }
}

const namedChannel = (channel: string | undefined): string => channel?.trim() || DEFAULT_CHANNEL;
