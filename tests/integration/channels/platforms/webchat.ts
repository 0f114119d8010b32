import { randomUUID } from 'node:crypto';
import { connectOperator, messageText, type Operator } from '../../../harness/operator.ts';
import type { Place, Platform } from '../conformance.ts';

const BY_LOGIN = 'who may write is settled by the login of the gateway, not by a policy of the channel';
/** The history shortens long texts; whoever listened has them whole. */
const CUT_MARK = '\n...(truncated)...';
const NO_VENDOR = 'there is no vendor between the gateway and its clients';

/** WebChat, by a client of the gateway itself: each person has a session of their own. */
export function webchatPlatform(): Platform {
  let operator: Operator | undefined;
  let last: { readonly sessionKey: string; readonly message: string; readonly idempotencyKey: string } | undefined;
  const finals = new Set<string>();
  const hear = ({ state, message }: { readonly state?: unknown; readonly message?: unknown }): void => {
    if (state === 'final') finals.add(messageText(message));
  };
  const whole = (text: string): string => {
    if (!text.endsWith(CUT_MARK)) return text;
    const start = text.slice(0, -CUT_MARK.length);
    return [...finals].find((final) => final.startsWith(start)) ?? text;
  };
  const sessionOf = (person: string): string => `agent:main:${person}`;

  return {
    channel: 'webchat',
    skips: {
      pairing: BY_LOGIN,
      allowlist: BY_LOGIN,
      disabled: BY_LOGIN,
      mention: 'it has no groups',
      busy: NO_VENDOR,
      broken: NO_VENDOR,
      'cut-before': NO_VENDOR,
      'cut-after': NO_VENDOR,
      'vendor-restart': NO_VENDOR,
      revoked: NO_VENDOR,
      'killed-in-send': NO_VENDOR,
    },
    messageChars: 4_000,
    start: async () => ({}),
    stop: async () => operator?.close(),
    section: () => ({}),
    async attach({ url, token }) {
      await operator?.close();
      operator = await connectOperator(url, token);
      operator.client.onEvent(({ event, payload }) => {
        if (event === 'chat') hear(Object(payload));
      });
    },
    async says(person, text) {
      last = { sessionKey: sessionOf(person), message: text, idempotencyKey: randomUUID() };
      await operator?.request('chat.send', last);
    },
    async repeatLast() {
      await operator?.request('chat.send', last);
    },
    async seen(place: Place) {
      const person = 'person' in place ? place.person : place.group;
      const { messages } = Object(await operator?.request('chat.history', { sessionKey: sessionOf(person) }));
      const list: readonly unknown[] = Array.isArray(messages) ? messages : [];
      return list
        .filter((message) => Object(message).role === 'assistant')
        .map((message) => whole(messageText(message)) || String(Object(message).errorMessage ?? ''))
        .filter((text) => text !== '' && text !== 'NO_REPLY');
    },
    inject() {},
    restart: async () => {},
    async revoke() {},
    async reset() {
      finals.clear();
    },
  };
}
