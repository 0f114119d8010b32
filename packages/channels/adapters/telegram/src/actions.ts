/** Actions of the message tool that are no sends (reference channels/framework.md §18, telegram.md §4). */
import { type ChannelConnection, ChannelError } from '@chela/channels/adapter';
import type { BotApi } from './api/client.ts';
import { isAlreadyGone, refusalIn, toChannelError } from './errors.ts';
import { isRecord, numberIn, stringIn } from './json.ts';
import { reactionParams } from './outbound.ts';
import type { StickerCache } from './receive/sticker-cache.ts';
import { targets } from './targets.ts';

type Act = NonNullable<ChannelConnection['act']>;
type Params = Readonly<Record<string, unknown>>;

const TOPIC_NAME_CHARS = 128;
const STICKERS_SHOWN = 10;

export function createActions({ api, stickers }: { api: BotApi; stickers: StickerCache }): Act {
  const actions: Readonly<Record<string, (params: Params, signal: AbortSignal) => Promise<unknown>>> = {
    react: async (params, signal) => {
      const isRemoval = params.remove === true;
      const emoji = isRemoval ? undefined : text(params, 'emoji') || undefined;
      try {
        await api.call('setMessageReaction', reactionParams(chatOf(params), messageOf(params), emoji), signal);
      } catch (error) {
        if (!/REACTION_INVALID/.test(refusalIn(error)?.description ?? '')) throw error;
        return { ok: false, warning: `Reaction unavailable: ${emoji}`, ...(emoji !== undefined && { added: emoji }) };
      }
      return emoji === undefined ? { ok: true, removed: true } : { ok: true, added: emoji };
    },
    delete: async (params, signal) => {
      try {
        await api.call('deleteMessage', { chat_id: chatOf(params), message_id: Number(messageOf(params)) }, signal);
      } catch (error) {
        if (!isAlreadyGone(error)) throw error;
      }
      return { ok: true, deleted: true };
    },
    pin: async (params, signal) => {
      const message = { chat_id: chatOf(params), message_id: Number(messageOf(params)) };
      await api.call('pinChatMessage', { ...message, disable_notification: params.silent !== false }, signal);
      return { ok: true, pinned: true };
    },
    unpin: async (params, signal) => {
      await api.call('unpinChatMessage', { chat_id: chatOf(params), message_id: Number(messageOf(params)) }, signal);
      return { ok: true, pinned: false };
    },
    'topic-create': async (params, signal) => {
      const chat = chatOf(params);
      const name = (text(params, 'name') || text(params, 'threadName')).trim();
      if (!name) throw new ChannelError('refused', 'name required');
      if (name.length > TOPIC_NAME_CHARS) {
        throw new ChannelError('refused', `Forum topic name must be ${TOPIC_NAME_CHARS} characters or fewer`);
      }
      const icon = text(params, 'iconCustomEmojiId');
      const color = numberIn(params, 'iconColor');
      const topic = await api.call(
        'createForumTopic',
        {
          chat_id: chat,
          name,
          ...(color !== undefined && { icon_color: color }),
          ...(icon && { icon_custom_emoji_id: icon }),
        },
        signal,
      );
      return {
        ok: true,
        topicId: numberIn(topic, 'message_thread_id'),
        name: stringIn(topic, 'name') ?? name,
        chatId: chat,
      };
    },
    'sticker-search': async (params) => {
      const found = await stickers.search(text(params, 'query'), numberIn(params, 'limit') ?? STICKERS_SHOWN);
      return { ok: true, count: found.length, stickers: found };
    },
  };

  return async (action, params, signal) => {
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!run) throw new ChannelError('refused', `Unsupported Telegram action: ${action}`);
    try {
      return await run(params, signal);
    } catch (error) {
      throw toChannelError(error, isRecord(params) ? text(params, 'to') : undefined);
    }
  };
}

const text = (params: Params, key: string): string => {
  const value = params[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

function chatOf(params: Params): string {
  const target = text(params, 'to') || text(params, 'target') || text(params, 'chatId') || text(params, 'channelId');
  const address = targets.read(target);
  if (!address) throw new ChannelError('refused', 'to required');
  return address.to;
}

function messageOf(params: Params): string {
  const id = text(params, 'messageId');
  if (!/^\d+$/.test(id)) throw new ChannelError('refused', 'messageId required');
  return id;
}
