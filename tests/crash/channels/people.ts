import type { FakeTelegram, Update } from '@chela/channel-lab';
import type { SeededRandom } from '../seeded-random.ts';
import type { Conversation } from './traffic.ts';

/** What is seen in a conversation, oldest first. */
export interface SeenAnswer {
  readonly chatId: string;
  readonly topic: number | undefined;
  readonly text: string;
}

/** People who write without waiting for every answer. */
export interface People {
  /** Goes on writing where answers came; call it again and again. */
  write(): void;
  /** Every message is answered where it was written. */
  readonly areAnswered: boolean;
  readonly answered: number;
}

/** Messages that somebody writes before the answer to the first. */
const AHEAD_MAX = 3;
/** Of a hundred messages: delivered once more at once, under another number, and as part of a repeated batch. */
const TWICE_OF_HUNDRED = 5;
const REPEATED_OF_HUNDRED = 5;
const REPEATED_MAX = 20;
const MS_PER_SECOND = 1000;

interface Desk {
  readonly conversation: Conversation;
  written: number;
}

export function createPeople(
  vendor: FakeTelegram,
  conversations: readonly Conversation[],
  random: SeededRandom,
): People {
  const desks: readonly Desk[] = conversations.map((conversation) => ({ conversation, written: 0 }));
  let updateId = 0;
  let answered = 0;

  const say = ({ chatId, topic }: Conversation, mark: string): void => {
    const message = {
      message_id: vendor.messages.idAhead(String(chatId)),
      date: Math.floor(Date.now() / MS_PER_SECOND),
      chat: chatOf(chatId, topic),
      from: { id: chatId > 0 ? chatId : FIRST_MEMBER - (chatId % MEMBERS), is_bot: false, first_name: 'Ann' },
      text: `Please answer ${mark}.`,
      ...(topic !== undefined && { message_thread_id: topic, is_topic_message: true }),
    };
    const update = (): Update => ({ update_id: ++updateId, message });
    vendor.push(update());
    if (random.between(1, 100) <= TWICE_OF_HUNDRED) vendor.push(update());
    if (random.between(1, 100) <= REPEATED_OF_HUNDRED) vendor.repeat(random.between(1, REPEATED_MAX));
  };

  return {
    get areAnswered() {
      return answered === conversations.reduce((sum, { messages }) => sum + messages.length, 0);
    },
    get answered() {
      return answered;
    },
    write() {
      const answers = Map.groupBy(seenIn(vendor), ({ chatId, topic }) => placeName(chatId, topic));
      answered = 0;
      for (const desk of desks) {
        const { conversation } = desk;
        const { messages } = conversation;
        const texts = new Set(
          (answers.get(placeName(String(conversation.chatId), conversation.topic)) ?? []).map(({ text }) => text),
        );
        const done = messages.filter(({ answer }) => texts.has(answer)).length;
        answered += done;
        while (desk.written < messages.length && desk.written - done < random.between(1, AHEAD_MAX)) {
          const next = messages[desk.written];
          if (next !== undefined) say(conversation, next.mark);
          desk.written += 1;
        }
      }
    },
  };
}

const FIRST_MEMBER = 90_001;
const MEMBERS = 7;

/** Everything the bot said that can be seen now. */
export const seenIn = (vendor: FakeTelegram): readonly SeenAnswer[] =>
  vendor.messages.all
    .filter(({ isOurs }) => isOurs)
    .map(({ chatId, threadId, content }) => ({ chatId, topic: threadId, text: content.text }));

export const placeName = (chatId: string, topic: number | undefined): string =>
  topic === undefined ? chatId : `${chatId}:${topic}`;

function chatOf(id: number, topic: number | undefined): Readonly<Record<string, unknown>> {
  if (id > 0) return { id, type: 'private', first_name: 'Ann' };
  return { id, type: 'supergroup', title: `Group ${-id}`, ...(topic !== undefined && { is_forum: true }) };
}
