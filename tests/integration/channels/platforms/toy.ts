import { createFakeToy, type ToyUpdate } from '@chela/channel-lab';
import type { Access, Fault, Place, Platform } from '../conformance.ts';

const GROUP = 'g-1';

const EFFECTS = {
  busy: { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: { error: 'not so fast' } },
  broken: { kind: 'answer', status: 502, body: { error: 'bad gateway' } },
  'cut-before': { kind: 'drop', when: 'before' },
  'cut-after': { kind: 'drop', when: 'after' },
  'hang-after': { kind: 'hang', when: 'after' },
} as const satisfies Record<Fault, unknown>;

/** The toy vendor; `prepare` makes the adapter and resolves with the variables that show it to the gateway. */
export function toyPlatform(prepare: () => Promise<Readonly<Record<string, string>>>): Platform {
  const vendor = createFakeToy();
  let count = 0;
  let last: ToyUpdate | undefined;

  return {
    channel: 'toy',
    skips: {},
    messageChars: 4_000,
    async start() {
      return { ...(await prepare()), CHELA_TOY_API_ROOT: await vendor.start() };
    },
    stop: () => vendor.stop(),
    section: ({ dmPolicy, allowed = [] }: Access) => ({
      token: vendor.token,
      dmPolicy,
      allowFrom: dmPolicy === 'open' ? ['*'] : allowed,
      groupPolicy: 'open',
      groups: { '*': { requireMention: true } },
    }),
    attach: async () => undefined,
    async says(person, text, { group, mention = false } = {}) {
      count += 1;
      const chat = group === undefined ? { id: person, isGroup: false } : { id: GROUP, isGroup: true, title: group };
      const from = { id: person, name: person };
      last = { id: `u-${count}`, at: Date.now(), chat, from, text, mentions: mention ? [vendor.self.id] : [] };
      vendor.push(last);
    },
    async repeatLast() {
      if (last !== undefined) vendor.push(last);
    },
    async seen(place: Place) {
      const to = 'person' in place ? place.person : GROUP;
      return vendor.messages.filter((message) => message.to === to).map(({ text }) => text);
    },
    inject(fault) {
      vendor.faults.add({ method: /^messages$/, effect: EFFECTS[fault] });
    },
    restart: () => vendor.restart(),
    revoke: async () => vendor.revoke(),
    async reset() {
      vendor.restore();
      vendor.faults.clear();
      vendor.clear();
    },
  };
}
