/** One part of an answer, sent. Throws ChannelError; tries nothing twice that may have been seen once. */
import type { ChannelConnection, OutboundAddress, OutboundPart, SendReceipt } from '@chela/channels/adapter';
import type { BotApi } from './api/client.ts';
import { isAlreadyGone, isNotModified, isReplyGone, isThreadGone, refusalIn, toChannelError } from './errors.ts';
import { numberIn, recordIn } from './json.ts';
import { callOf, chatNumber, previewParam, textParams, type VendorCall } from './outbound/call.ts';
import type { AccountSettings } from './settings.ts';

export type Sender = Required<Pick<ChannelConnection, 'send' | 'draft' | 'typing' | 'react'>>;

export interface SenderDeps {
  readonly api: BotApi;
  readonly settings: Pick<AccountSettings, 'hasLinkPreview'>;
  readonly signal: AbortSignal;
  /** A message of ours is there. */
  readonly noteSent: (receipt: SendReceipt) => void;
  /** The vendor says that a group lives under another id now. */
  readonly noteMoved: (from: string, to: string) => void;
}

export function createSender(deps: SenderDeps): Sender {
  const { api, settings, signal: ended } = deps;

  const once = async (address: OutboundAddress, part: OutboundPart, signal: AbortSignal): Promise<SendReceipt> => {
    const receipt = await perform(api, callOf(address, part, settings), part, signal);
    deps.noteSent(receipt);
    return receipt;
  };

  /** For what is only a sign and is sent by nobody else: an error is told as its class. */
  const sign = async (method: string, params: VendorCall['params'], to: string): Promise<void> => {
    try {
      await api.call(method, params, ended);
    } catch (error) {
      if (!isNotModified(error)) throw toChannelError(error, to);
    }
  };

  return {
    /**
     * Some refusals name a detail that the message can do without: a topic or a replied message that is gone, the old id of
     * a group, a person who takes no voice messages. Nothing was shown then, so it goes out once more without it.
     */
    async send(address, part, { signal }) {
      try {
        return await once(address, part, signal);
      } catch (error) {
        const next = withoutObstacle(error, address, part);
        if (!next) throw toChannelError(error, address.to);
        if (next.address.to !== address.to) deps.noteMoved(address.to, next.address.to);
        try {
          return await once(next.address, next.part, signal);
        } catch (again) {
          throw toChannelError(again, next.address.to);
        }
      }
    },
    draft: ({ to }, text, messageId) => {
      const params = {
        chat_id: chatNumber(to),
        message_id: Number(messageId),
        ...textParams({ ...text, isPlain: true }),
      };
      return sign('editMessageText', { ...params, ...previewParam(settings) }, to);
    },
    typing({ to, threadId }, what) {
      const action = what === 'voice' ? 'record_voice' : 'typing';
      // Unlike a send, the sign is shown in General only with its id.
      const thread = threadId === undefined ? {} : { message_thread_id: Number(threadId) };
      return sign('sendChatAction', { chat_id: chatNumber(to), action, ...thread }, to);
    },
    react: ({ to }, messageId, emoji) =>
      sign('setMessageReaction', reactionParams(chatNumber(to), messageId, emoji), to),
  };
}

export const reactionParams = (
  chat: number | string,
  messageId: string,
  emoji: string | undefined,
): VendorCall['params'] => ({
  chat_id: chat,
  message_id: Number(messageId),
  reaction: emoji === undefined ? [] : [{ type: 'emoji', emoji }],
});

async function perform(api: BotApi, call: VendorCall, part: OutboundPart, signal: AbortSignal): Promise<SendReceipt> {
  const chat = String(call.params.chat_id);
  if (part.kind === 'delete' || part.kind === 'edit') {
    try {
      await api.call(call.method, call.params, signal);
    } catch (error) {
      const isDone = part.kind === 'edit' ? isNotModified(error) : isAlreadyGone(error);
      if (!isDone) throw error;
    }
    return { messageId: part.messageId, chatId: chat };
  }
  const message = await (call.file
    ? api.upload(call.method, call.params, call.file, signal)
    : api.call(call.method, call.params, signal));
  const id = numberIn(message, 'message_id');
  if (id === undefined) throw new Error(`Telegram answered ${call.method} without a message`);
  return { messageId: String(id), chatId: String(numberIn(recordIn(message, 'chat'), 'id') ?? chat) };
}

interface Sending {
  readonly address: OutboundAddress;
  readonly part: OutboundPart;
}

/** What to send instead, when the refusal is about a detail; undefined when it is about the message. Pure. */
function withoutObstacle(error: unknown, address: OutboundAddress, part: OutboundPart): Sending | undefined {
  const refusal = refusalIn(error);
  if (!refusal) return undefined;
  if (refusal.migratedTo !== undefined) return { address: { ...address, to: String(refusal.migratedTo) }, part };
  if (isThreadGone(error) && address.threadId !== undefined) return { address: { to: address.to }, part };
  if (isReplyGone(error) && part.replyToId !== undefined) {
    const { replyToId: _, quoteText: __, ...rest } = part;
    return { address, part: rest };
  }
  const isVoiceRefused = /VOICE_MESSAGES_FORBIDDEN/.test(refusal.description);
  if (part.kind === 'media' && isVoiceRefused && part.caption) {
    const { media: _, caption, ...rest } = part;
    return { address, part: { ...rest, kind: 'text', text: caption } };
  }
  return undefined;
}
