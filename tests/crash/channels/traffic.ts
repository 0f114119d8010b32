import type { Reply } from '@chela/parity';

/** Where people write: a private chat, a group, or a topic of a forum. */
export interface Conversation {
  readonly chatId: number;
  readonly topic?: number;
  readonly messages: readonly PlannedMessage[];
}

export interface PlannedMessage {
  /** Stands in the message and nowhere else. */
  readonly mark: string;
  /** What the model says to it, and so what is to be seen. */
  readonly answer: string;
}

const GROUPS = 10;
const FORUMS = 2;
const TOPICS = 3;
const CONVERSATIONS = 50;
/** Telegram takes 20 messages a minute for a group, and a forum is one: they get fewer, so that the pace is not the test. */
const SHARES = { direct: 2, group: 2, topic: 1 };
const FIRST_PERSON = 50_001;
const FIRST_GROUP = -1_001_000_000_001;
const FIRST_FORUM = -1_002_000_000_001;
/** Every how manieth answer is written slowly, so that it is first seen as a draft. */
const SLOW_EVERY = 12;
const SLOW_CHUNK_MS = 300;

/** `count` messages over 50 conversations. */
export function planTraffic(count: number): readonly Conversation[] {
  const places = [
    ...Array.from({ length: GROUPS }, (_, at) => ({ chatId: FIRST_GROUP - at, share: SHARES.group })),
    ...Array.from({ length: FORUMS * TOPICS }, (_, at) => ({
      chatId: FIRST_FORUM - Math.floor(at / TOPICS),
      topic: 2 + (at % TOPICS),
      share: SHARES.topic,
    })),
    ...Array.from({ length: CONVERSATIONS - GROUPS - FORUMS * TOPICS }, (_, at) => ({
      chatId: FIRST_PERSON + at,
      share: SHARES.direct,
    })),
  ];
  const shares = places.flatMap(({ share }, at) => Array.from({ length: share }, () => at));
  const dealt = Map.groupBy(
    Array.from({ length: count }, (_, number) => number),
    (number) => shares[number % shares.length] ?? 0,
  );
  return places.map(({ share: _, ...place }, at) => ({
    ...place,
    messages: (dealt.get(at) ?? []).map(plannedMessage),
  }));
}

function plannedMessage(number: number): PlannedMessage {
  const mark = `message-${String(number).padStart(4, '0')}`;
  return { mark, answer: `The answer to ${mark}${isSlow(number) ? ` ${FILLER.join('')}` : ''}` };
}

const isSlow = (number: number): boolean => number % SLOW_EVERY === 0;
const FILLER = ['comes slowly, ', 'word by word, ', 'and is seen ', 'while it grows.'];

/** What the fake model says; the same however often it is asked. */
export const repliesTo = (conversations: readonly Conversation[]): readonly Reply[] =>
  conversations.flatMap(({ messages }) =>
    messages.map(({ mark, answer }): Reply => {
      const isLong = answer.endsWith(FILLER.at(-1) ?? '');
      return {
        when: { includes: mark },
        repeat: 'always',
        ...(isLong ? { text: [`The answer to ${mark} `, ...FILLER], chunkDelayMs: SLOW_CHUNK_MS } : { text: answer }),
      };
    }),
  );
