import { createFakeTelegram } from '@chela/channel-lab';
import type { Access, Fault, Place, Platform } from '../conformance.ts';

const IDS: Readonly<Record<string, number>> = { ann: 4242, bob: 5151, cleo: 6161 };
const GROUP = -1_001_000_000_001;
/** Calls that make something visible. */
const VISIBLE = /^(send(?!ChatAction)|editMessageText)/;

const idOf = (person: string): number => IDS[person] ?? 9_999;

/** Telegram, by a fake Bot API. */
export function telegramPlatform(): Platform {
  const vendor = createFakeTelegram();
  let count = 0;
  let last: { readonly update_id: number } | undefined;

  const EFFECTS = {
    busy: {
      kind: 'answer',
      status: 429,
      body: {
        ok: false,
        error_code: 429,
        description: 'Too Many Requests: retry after 1',
        parameters: { retry_after: 1 },
      },
    },
    broken: { kind: 'answer', status: 502, body: { ok: false, error_code: 502, description: 'Bad Gateway' } },
    'cut-before': { kind: 'drop', when: 'before' },
    'cut-after': { kind: 'drop', when: 'after' },
    'hang-after': { kind: 'hang', when: 'after' },
  } as const satisfies Record<Fault, unknown>;

  return {
    channel: 'telegram',
    skips: {},
    messageChars: 4_096,
    async start() {
      return { CHELA_TELEGRAM_API_ROOT: await vendor.start() };
    },
    stop: () => vendor.stop(),
    section: ({ dmPolicy, allowed = [] }: Access) => ({
      botToken: vendor.token,
      dmPolicy,
      allowFrom: dmPolicy === 'open' ? ['*'] : allowed.map((person) => String(idOf(person))),
      groupPolicy: 'open',
      groups: { '*': { requireMention: true } },
    }),
    async attach() {},
    async says(person, text, { group, mention } = {}) {
      count += 1;
      const id = idOf(person);
      const chat =
        group === undefined
          ? { id, type: 'private', first_name: person }
          : { id: GROUP, type: 'supergroup', title: group };
      const said = mention ? `@clawd_bot ${text}` : text;
      const entities = mention ? { entities: [{ type: 'mention', offset: 0, length: 10 }] } : {};
      const from = { id, is_bot: false, first_name: person };
      const date = Math.floor(Date.now() / 1000);
      last = {
        update_id: count,
        ...{ message: { message_id: 100_000 + count, date, chat, from, text: said, ...entities } },
      };
      vendor.push(last);
    },
    async repeatLast() {
      if (last !== undefined) vendor.push(last);
    },
    async seen(place: Place) {
      const chat = 'person' in place ? idOf(place.person) : GROUP;
      return vendor.messages
        .in(String(chat))
        .filter(({ isOurs }) => isOurs)
        .map(({ content }) => content.text);
    },
    inject(fault) {
      vendor.faults.add({ method: VISIBLE, effect: EFFECTS[fault] });
    },
    restart: () => vendor.restart(),
    async revoke() {
      vendor.revoke();
    },
    async reset() {
      vendor.restore();
      vendor.faults.clear();
      // A gateway that ended between an answer and its next poll confirmed nothing; the next one would answer once more.
      vendor.forget();
      for (const { chatId, id } of [...vendor.messages.all]) vendor.messages.remove(chatId, id);
    },
  };
}
