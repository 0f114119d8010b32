import type { ChannelAdapter } from '../../contract/adapter.ts';
import type { ChannelConnection, ConnectionEnd, ConnectionPort } from '../../contract/connection.ts';
import type { ChannelFacts } from '../../contract/facts.ts';
import type { AdapterCatalog } from '../../kernel.ts';

/** A connection that a test holds in its hand. */
export interface StandInConnection {
  readonly accountId: string;
  readonly port: ConnectionPort;
  readonly settings: Readonly<Record<string, unknown>>;
  end(end: ConnectionEnd): void;
  isClosed: boolean;
}

export interface StandInChannel {
  readonly adapter: ChannelAdapter;
  readonly catalog: AdapterCatalog;
  /** Every connection that was opened, oldest first. */
  readonly opened: StandInConnection[];
  /** What the next connects do; default: they succeed. */
  readonly connects: (() => Promise<void>)[];
  /** What closing does; default: nothing. */
  closing: () => Promise<void>;
  extra: Partial<ChannelConnection>;
}

export const STAND_IN_FACTS: ChannelFacts = {
  id: 'toy',
  label: 'Toy',
  detailLabel: 'Toy Bot',
  blurb: 'A channel for tests.',
  aliases: ['plaything'],
  order: 50,
  systemImage: 'cube',
  chatTypes: ['direct', 'group'],
  can: {
    reactions: true,
    edit: true,
    unsend: false,
    reply: true,
    threads: false,
    polls: true,
    media: true,
    typing: true,
    nativeCommands: false,
    blockStreaming: false,
    draftStreaming: false,
  },
  limits: { textChars: 4000, mediaMb: 5, history: 50, pollOptions: 10 },
  dialect: 'plain',
  tables: 'code',
  takesIdempotencyKey: false,
  keepsReplyTags: false,
  commandsNeedOwner: false,
  actions: [
    { name: 'send', isOpen: true },
    { name: 'react', gate: 'reactions', isOpen: true },
    { name: 'edit', isOpen: true },
    { name: 'pin', gate: 'pins', isOpen: false },
  ],
  login: 'token',
  setup: [],
  pairingIdLabel: 'Your Toy user id',
};

/** A channel whose vendor is the test itself. Accounts are configured by `token`, which is also their identity. */
export function createStandInChannel(facts: Partial<ChannelFacts> = {}): StandInChannel {
  const channel: StandInChannel = {
    opened: [],
    connects: [],
    closing: async () => {},
    extra: {},
    adapter: {
      facts: { ...STAND_IN_FACTS, ...facts },
      configSchema: { type: 'object', additionalProperties: true },
      targets: {
        hint: '<id>',
        read: (target) => {
          const to = target.replace(/^toy:/, '').trim();
          return to === '' || to.includes(' ') ? undefined : { to };
        },
        looksLikeId: (target) => /^(toy:)?[\d#]/.test(target),
        conversationAt: ({ to }) => ({ type: to.startsWith('#') ? 'group' : 'direct', id: to }),
        write: ({ to }) => `toy:${to}`,
      },
      allowlist: { readEntry: (entry) => entry, writingsOf: ({ id }) => [id] },
      async readAccount({ accountId, settings }) {
        const token = typeof settings.token === 'string' ? settings.token : undefined;
        if (token === undefined)
          return { state: 'unconfigured', reason: 'not configured', shown: { tokenSource: 'none' } };
        return {
          state: 'ready',
          identity: token,
          secrets: [token],
          shown: { tokenSource: 'config', mode: 'polling' },
          async connect(port) {
            await (channel.connects.shift() ?? (async () => {}))();
            return connectionOf(accountId, settings, port);
          },
          probe: async () => ({ ok: true, bot: { id: 1 } }),
          logout: async () => ({ removeKeys: ['token'] }),
        };
      },
    },
    catalog: {
      ids: [facts.id ?? 'toy'],
      load: async (id) =>
        [channel.adapter.facts.id, ...channel.adapter.facts.aliases].includes(id) ? channel.adapter : undefined,
    },
  };

  function connectionOf(
    accountId: string,
    settings: Readonly<Record<string, unknown>>,
    port: ConnectionPort,
  ): ChannelConnection {
    let end: (end: ConnectionEnd) => void = () => {};
    const ended = new Promise<ConnectionEnd>((resolve) => {
      end = resolve;
    });
    const held: StandInConnection = { accountId, port, settings, end, isClosed: false };
    channel.opened.push(held);
    return {
      self: { id: 'bot', username: 'toy_bot' },
      ended,
      send: async (address) => ({ messageId: '1', chatId: address.to }),
      async close() {
        await channel.closing();
        held.isClosed = true;
        end({ kind: 'closed' });
      },
      ...channel.extra,
    };
  }
  return channel;
}
