/** The messages of every chat, with the vendor's counts of ids: one for all private chats and basic groups, one a supergroup. */
import { type ParsedText, parseText } from './html.ts';
import { badRequest } from './refusal.ts';

export interface StoredMessage {
  readonly chatId: string;
  readonly id: number;
  readonly isOurs: boolean;
  /** The method that made it, e.g. `sendMessage`. */
  readonly kind: string;
  readonly threadId?: number;
  readonly replyTo?: number;
  content: ParsedText;
  /** Of the keyboard, as JSON. */
  keyboard: string;
  /** How often it was changed after it was sent. */
  edits: number;
}

export interface Messages {
  readonly all: readonly StoredMessage[];
  /** Ids of ours in the order in which they were made, also of those that are gone. */
  readonly made: readonly number[];
  in(chatId: string): readonly StoredMessage[];
  find(chatId: string, id: number): StoredMessage | undefined;
  /** The id that the next message in a chat gets. */
  idAhead(chatId: string): number;
  /** A message of a person: the count goes on from its id. */
  noteForeign(chatId: string, id: number): void;
  send(method: string, params: Readonly<Record<string, unknown>>): StoredMessage;
  edit(method: string, params: Readonly<Record<string, unknown>>): StoredMessage;
  remove(chatId: string, id: number): void;
}

/** The vendor's limits of what is read. */
const TEXT_CHARS = 4096;
const CAPTION_CHARS = 1024;
const FIRST_ID = 1000;
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

type Params = Readonly<Record<string, unknown>>;

export function createMessages(): Messages {
  const all: StoredMessage[] = [];
  const made: number[] = [];
  const counts = new Map<string, number>();
  const find = (chatId: string, id: number): StoredMessage | undefined =>
    all.find((message) => message.chatId === chatId && message.id === id);

  const idAhead = (chatId: string): number => (counts.get(countOf(chatId)) ?? FIRST_ID) + 1;
  const nextId = (chatId: string): number => {
    const id = idAhead(chatId);
    counts.set(countOf(chatId), id);
    return id;
  };

  return {
    all,
    made,
    in: (chatId) => all.filter((message) => message.chatId === chatId),
    find,
    idAhead,
    noteForeign(chatId, id) {
      counts.set(countOf(chatId), Math.max(counts.get(countOf(chatId)) ?? FIRST_ID, id));
      if (find(chatId, id)) return;
      all.push({
        chatId,
        id,
        isOurs: false,
        kind: 'foreign',
        content: { text: '', marks: '' },
        keyboard: '',
        edits: 0,
      });
    },
    send(method, params) {
      const chatId = String(params.chat_id);
      const content = contentOf(params);
      if (method === 'sendMessage' && content.text.trim() === '') throw badRequest('message text is empty');
      const replyTo = replyIn(params);
      const threadId = params.message_thread_id === undefined ? undefined : Number(params.message_thread_id);
      const message: StoredMessage = {
        chatId,
        id: nextId(chatId),
        isOurs: true,
        kind: method,
        content,
        keyboard: keyboardOf(params),
        edits: 0,
        ...(threadId !== undefined && { threadId }),
        ...(replyTo !== undefined && { replyTo }),
      };
      all.push(message);
      made.push(message.id);
      return message;
    },
    edit(method, params) {
      const message = find(String(params.chat_id), Number(params.message_id));
      if (!message) throw badRequest('message to edit not found');
      if (!message.isOurs) throw badRequest("message can't be edited");
      if (method === 'editMessageText' && message.kind !== 'sendMessage') {
        throw badRequest('there is no text in the message to edit');
      }
      if (method === 'editMessageCaption' && message.kind === 'sendMessage') {
        throw badRequest('there is no caption in the message to edit');
      }
      const content = method === 'editMessageReplyMarkup' ? message.content : contentOf(params);
      const keyboard = keyboardOf(params);
      if (isSame(content, message.content) && keyboard === message.keyboard) throw badRequest(NOT_MODIFIED);
      message.content = content;
      message.keyboard = keyboard;
      message.edits += 1;
      return message;
    },
    remove(chatId, id) {
      const at = all.findIndex((message) => message.chatId === chatId && message.id === id);
      if (at < 0) throw badRequest('message to delete not found');
      all.splice(at, 1);
    },
  };
}

const countOf = (chatId: string): string => (chatId.startsWith('-100') ? chatId : 'account');

const isSame = (a: ParsedText, b: ParsedText): boolean => a.text === b.text && a.marks === b.marks;

function contentOf(params: Params): ParsedText {
  const [source, limit] =
    typeof params.text === 'string' ? [params.text, TEXT_CHARS] : [String(params.caption ?? ''), CAPTION_CHARS];
  const parsed = parsedText(source, params.parse_mode);
  if (parsed.text.length > limit)
    throw badRequest(limit === TEXT_CHARS ? 'message is too long' : 'message caption is too long');
  // The vendor trims what is sent.
  return { text: parsed.text.trim(), marks: parsed.marks };
}

function parsedText(source: string, mode: unknown): ParsedText {
  try {
    return parseText(source, mode);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

const keyboardOf = ({ reply_markup: markup }: Params): string => {
  if (markup === undefined) return '';
  return typeof markup === 'string' ? markup : JSON.stringify(markup);
};

function replyIn({ reply_to_message_id: id, reply_parameters: parameters }: Params): number | undefined {
  if (id !== undefined) return Number(id);
  if (typeof parameters !== 'object' || parameters === null || !('message_id' in parameters)) return undefined;
  return Number(parameters.message_id);
}
