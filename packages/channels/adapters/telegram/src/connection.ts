/** An account that is open. Everything it starts ends with the port's signal or with `close`. */
import type { ChannelConnection, ConnectionEnd, ConnectionPort } from '@chela/channels/adapter';
import type { ChatMemberUpdated, Update } from 'grammy/types';
import { createActions } from './actions.ts';
import { type BotApi, createClient, type TelegramClient } from './api/client.ts';
import { createDirectory } from './directory.ts';
import { toChannelError } from './errors.ts';
import { eventsOf, type InboundRules } from './inbound.ts';
import { numberIn, stringIn } from './json.ts';
import { publishMenu } from './menu.ts';
import { createReconcile } from './outbound/reconcile.ts';
import { createSeenIds } from './outbound/seen-ids.ts';
import { createSender } from './outbound.ts';
import { createFileFetcher } from './receive/files.ts';
import { createOffsetFile } from './receive/offset-file.ts';
import { poll } from './receive/polling.ts';
import { createStickerCache, stickerWords } from './receive/sticker-cache.ts';
import { startWebhook } from './receive/webhook.ts';
import type { Self } from './self.ts';
import { type AccountSettings, commandName } from './settings.ts';

/** A poll comes back every half minute, with or without news. */
const SILENCE_MS = 120_000;

export interface ConnectInput {
  readonly token: string;
  readonly settings: AccountSettings;
  readonly port: ConnectionPort;
}

/** Resolves once the vendor knows us; updates flow from then on. Rejects with a ChannelError. */
export async function connect({ token, settings, port }: ConnectInput): Promise<ChannelConnection> {
  const closing = new AbortController();
  const client = await createClient(settings, token);
  try {
    return await open(client, settings, { ...port, signal: AbortSignal.any([port.signal, closing.signal]) }, closing);
  } catch (error) {
    closing.abort();
    client.close();
    throw toChannelError(error);
  }
}

async function open(
  client: TelegramClient,
  settings: AccountSettings,
  port: ConnectionPort,
  closing: AbortController,
): Promise<ChannelConnection> {
  const { signal, logger, clock, folder, accountId } = port;
  const self = await whoWeAre(client, signal);
  const webhookInfo = await client.call('getWebhookInfo', {}, signal).catch(() => undefined);
  const native = settings.hasNativeCommands ? await port.nativeCommands() : [];
  const nativeNames = new Map(native.map(({ name }) => [commandName(name), name]));
  const seen = createSeenIds(clock);
  const stickers = createStickerCache(folder, () => clock.now());
  const offsets = createOffsetFile(folder, accountId);
  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
  logger.info(`starting provider (@${self.username})`, { webhook: stringIn(webhookInfo, 'url') ?? '' });

  const rules = (): InboundRules => ({
    self,
    settings,
    nativeName: (name) => nativeNames.get(commandName(name)),
    isOurs: seen.isOurs,
    now: clock.now(),
  });

  const take = async (update: Update): Promise<void> => {
    if (update.callback_query) answerButton(update.callback_query.id);
    if (update.my_chat_member) logMembership(update.my_chat_member);
    const { message } = update;
    if (message) seen.noteOthers(String(message.chat.id), String(message.message_id));
    for (const event of eventsOf(update, rules())) await port.receive(event);
    await rememberSticker(update);
  };

  /** Ends the clock that the app shows on a button. What the press means does not depend on it. */
  const answerButton = (id: string): void => {
    client.call('answerCallbackQuery', { callback_query_id: id }, signal).catch((error: unknown) => {
      if (!signal.aborted)
        logger.debug('a button press was not acknowledged', { error: toChannelError(error).message });
    });
  };

  const logMembership = ({ chat, new_chat_member: member }: ChatMemberUpdated): void => {
    logger.info(`the bot is now "${member.status}" in ${chat.title ?? 'a private chat'}`, { chatId: chat.id });
  };

  const rememberSticker = async ({ message }: Update): Promise<void> => {
    const { sticker, from } = message ?? {};
    if (!sticker) return;
    const { file_id: fileId, file_unique_id: uniqueId, emoji, set_name: setName } = sticker;
    const receivedFrom = from && `telegram:${from.id}`;
    const known = {
      fileId,
      ...(emoji && { emoji }),
      ...(setName && { setName }),
      ...(receivedFrom && { receivedFrom }),
    };
    await stickers.remember(uniqueId, known).catch((error: unknown) => {
      logger.warn('the sticker cache could not be written', { error: String(error) });
    });
  };

  const sender = createSender({
    api: client,
    settings,
    signal,
    noteSent: ({ chatId = '', messageId }) => seen.noteOurs(chatId, messageId),
    noteMoved(from, to) {
      port.receive({ kind: 'moved', from, to }).catch((error: unknown) => {
        logger.warn('the new id of a group could not be noted', { from, to, error: String(error) });
      });
    },
  });

  const { webhook } = settings;
  if (webhook) await startWebhook({ api: client, port, webhook, take });
  const ended: Promise<ConnectionEnd> = webhook
    ? new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'closed' }), { once: true }))
    : poll({ api: client, port, offsets, take });
  const menu = publishMenu(client, native, { settings, signal, logger }).catch((error: unknown) => {
    if (!signal.aborted) logger.warn('the command menu was not set', { error: toChannelError(error).message });
  });

  return {
    self,
    ended,
    // A webhook may be silent for ever.
    ...(!webhook && { silenceMs: SILENCE_MS }),
    ...sender,
    reconcile: createReconcile({ api: client, settings, highestSeen: seen.highest, isKnown: seen.isKnown, pause }),
    act: createActions({ api: client, stickers }),
    fetchAttachment: createFileFetcher(client, pause),
    fileWords: stickerWords(stickers),
    directory: createDirectory({ api: client, self, groups: settings.groups ?? [], signal }),
    async close() {
      closing.abort();
      // A poll that hangs on would make the next one a conflict: it is over before this resolves.
      await Promise.all([ended, menu]);
      client.close();
    },
  };
}

async function whoWeAre(api: BotApi, signal: AbortSignal): Promise<Self> {
  const me = await api.call('getMe', {}, signal);
  const id = numberIn(me, 'id');
  const username = stringIn(me, 'username');
  if (id === undefined || username === undefined) throw new Error('Telegram did not say who the bot is');
  return { id: String(id), username, name: stringIn(me, 'first_name') ?? username };
}
