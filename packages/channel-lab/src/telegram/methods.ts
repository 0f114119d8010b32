/** The methods that a bot of ours calls, with the vendor's results and refusals. */
import type { PlatformRequest } from '../http/fake-http.ts';
import type { Files } from './files.ts';
import type { Messages, StoredMessage } from './messages.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { Updates } from './updates.ts';
import type { Webhook } from './webhook.ts';

export interface BotState {
  readonly messages: Messages;
  readonly updates: Updates;
  readonly files: Files;
  readonly webhook: Webhook;
  readonly missing: ReadonlySet<string>;
  readonly migrated: ReadonlyMap<string, number>;
  readonly bot: { readonly id: number; readonly username: string; readonly first_name: string };
}

type Params = PlatformRequest['params'];
type Method = (params: Params, state: BotState, request: PlatformRequest) => unknown;

const MS_PER_SECOND = 1000;
const UPDATES_MAX = 100;
const FIRST_TOPIC = 77;
const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

const METHODS: Readonly<Record<string, Method>> = {
  getMe: (_params, { bot }) => ({
    ...bot,
    is_bot: true,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  }),
  getWebhookInfo: (_params, { webhook }) => ({
    url: webhook.url,
    has_custom_certificate: false,
    pending_update_count: 0,
  }),
  setWebhook({ url, secret_token: secret }, { webhook }) {
    webhook.set(String(url), String(secret ?? ''));
    return true;
  },
  deleteWebhook(_params, { webhook }) {
    webhook.set('', '');
    return true;
  },
  async getUpdates({ offset, limit, timeout }, { updates, webhook }, { gone }) {
    if (webhook.url !== '') throw new Refusal(409, WEBHOOK_ACTIVE);
    return updates.take({
      ...(offset !== undefined && { offset: Number(offset) }),
      limit: Number(limit ?? UPDATES_MAX),
      timeoutMs: Number(timeout ?? 0) * MS_PER_SECOND,
      gone,
    });
  },
  getFile({ file_id: fileId }, { files }) {
    const { path, bytes } = files.find(String(fileId));
    return { file_id: fileId, file_unique_id: `u-${fileId}`, file_size: bytes.length, file_path: path };
  },
  getChat: ({ chat_id: id }) => ({ id: Number(id), type: 'supergroup', title: `Chat ${id}` }),
  getChatMember: (_params, { bot }) => ({ status: 'member', user: { ...bot, is_bot: true } }),
  getChatAdministrators: (_params, { bot }) => [{ status: 'administrator', user: { ...bot, is_bot: true } }],
  createForumTopic: ({ name }) => ({ message_thread_id: FIRST_TOPIC, name, icon_color: 7322096 }),
  deleteMessage({ chat_id: chat, message_id: id }, { messages }) {
    messages.remove(String(chat), Number(id));
    return true;
  },
  editMessageText: edit('editMessageText'),
  editMessageCaption: edit('editMessageCaption'),
  editMessageReplyMarkup: edit('editMessageReplyMarkup'),
};

/** Answered with `true` whatever they are given. */
const SIGNS = new Set([
  'answerCallbackQuery',
  'deleteMyCommands',
  'pinChatMessage',
  'sendChatAction',
  'setMessageReaction',
  'setMyCommands',
  'unpinChatMessage',
]);

export async function callMethod(method: string, request: PlatformRequest, state: BotState): Promise<unknown> {
  const { params } = request;
  checkChat(params, state);
  if (SIGNS.has(method)) return true;
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (known) return known(params, state, request);
  if (!method.startsWith('send')) throw new Refusal(404, 'Not Found');
  checkReply(params, state);
  return view(state.messages.send(method, params), state);
}

function edit(method: string): Method {
  return (params, state) => view(state.messages.edit(method, params), state);
}

function checkChat({ chat_id: chat, message_thread_id: thread }: Params, { missing, migrated }: BotState): void {
  if (chat === undefined) return;
  const next = migrated.get(String(chat));
  if (next !== undefined) {
    throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: next });
  }
  if (missing.has(String(chat))) throw badRequest('chat not found');
  if (thread !== undefined && missing.has(`${chat}:${thread}`)) throw badRequest('message thread not found');
}

function checkReply({ chat_id: chat, reply_to_message_id: id }: Params, { messages }: BotState): void {
  if (id !== undefined && !messages.find(String(chat), Number(id))) throw badRequest('message to be replied not found');
}

function view({ chatId, id, content, kind, threadId }: StoredMessage, { bot }: BotState): Record<string, unknown> {
  const chat = Number(chatId);
  return {
    message_id: id,
    from: { ...bot, is_bot: true },
    chat: Number.isNaN(chat)
      ? { id: -1009000000001, type: 'channel', username: chatId.replace('@', '') }
      : { id: chat, type: chat > 0 ? 'private' : 'supergroup' },
    date: Math.floor(Date.now() / MS_PER_SECOND),
    ...(threadId !== undefined && { message_thread_id: threadId }),
    [kind === 'sendMessage' ? 'text' : 'caption']: content.text,
  };
}
