import { batch, effect, type ReadonlySignal, signal } from '@preact/signals';
import { createAttempts } from '../gateway/attempts.ts';
import type { Connection } from '../gateway/connection.ts';
import { readList } from '../gateway/read-list.ts';
import {
  type KnownChannel,
  type PairingRequest,
  readAccounts,
  readDelivery,
  readKnownChannel,
  readPairing,
  type ShownAccount,
  type ShownDelivery,
} from './read-channels.ts';

const SHOWN_DELIVERIES = 100;
/** Ages and states are asked for again this often while the panel is open. */
const REFRESH_MS = 3_000;
const OPEN_STATES = ['pending', 'sending', 'ambiguous', 'dead'];

/** The chat services of the gateway, as the page shows them. */
export interface ChannelsStore {
  readonly known: ReadonlySignal<readonly KnownChannel[]>;
  /** By channel. */
  readonly accounts: ReadonlySignal<Readonly<Record<string, readonly ShownAccount[]>>>;
  readonly pairing: ReadonlySignal<readonly PairingRequest[]>;
  readonly deliveries: ReadonlySignal<readonly ShownDelivery[]>;
  /** Time of the last answer, for ages; milliseconds since the epoch. */
  readonly askedAt: ReadonlySignal<number>;
  readonly problem: ReadonlySignal<string | undefined>;
  readonly isOpen: ReadonlySignal<boolean>;
  readonly chosen: ReadonlySignal<string | undefined>;
  show(isOpen: boolean): void;
  choose(channel: string): void;
  setUp(channel: string, accountId: string, values: Readonly<Record<string, unknown>>): Promise<void>;
  enable(channel: string, accountId: string, isEnabled: boolean): Promise<void>;
  answer(request: PairingRequest, word: 'approve' | 'reject'): Promise<void>;
  settle(delivery: ShownDelivery, word: 'retry' | 'drop'): Promise<void>;
}

export function createChannelsStore(connection: Connection, win: Window): ChannelsStore {
  const known = signal<readonly KnownChannel[]>([]);
  const accounts = signal<Readonly<Record<string, readonly ShownAccount[]>>>({});
  const pairing = signal<readonly PairingRequest[]>([]);
  const deliveries = signal<readonly ShownDelivery[]>([]);
  const askedAt = signal(0);
  const { problem, attempt } = createAttempts();
  const isOpen = signal(false);
  const chosen = signal<string | undefined>(undefined);

  const load = async (): Promise<void> => {
    const [catalog, status, waiting, outbox] = await Promise.all([
      connection.request('channels.catalog', {}),
      connection.request('channels.status', {}),
      connection.request('channels.pairing.list', {}),
      connection.request('channels.outbox.list', { states: OPEN_STATES, limit: SHOWN_DELIVERIES }),
    ]);
    batch(() => {
      known.value = readList(catalog, 'channels', readKnownChannel);
      accounts.value = readAccounts(status);
      pairing.value = readList(waiting, 'requests', readPairing);
      deliveries.value = readList(outbox, 'deliveries', readDelivery);
      askedAt.value = Date.now();
      const shown = known.value.find(({ id }) => (accounts.value[id]?.length ?? 0) > 0) ?? known.value[0];
      if (chosen.value === undefined) chosen.value = shown?.id;
    });
  };

  effect(() => {
    if (connection.state.value.kind !== 'ready' || !isOpen.value) return;
    void attempt(load);
    const timer = win.setInterval(() => void attempt(load), REFRESH_MS);
    return () => win.clearInterval(timer);
  });

  const change = (method: string, params: unknown): Promise<void> =>
    attempt(async () => {
      await connection.request(method, params);
      await load();
    });

  return {
    known,
    accounts,
    pairing,
    deliveries,
    askedAt,
    problem,
    isOpen,
    chosen,
    show(open) {
      isOpen.value = open;
    },
    choose(channel) {
      chosen.value = channel;
    },
    setUp: (channel, accountId, values) => change('channels.setup', { channel, accountId, values }),
    enable: (channel, accountId, enabled) => change('channels.enable', { channel, accountId, enabled }),
    answer: ({ channel, code }, word) => change(`channels.pairing.${word}`, { channel, code, notify: true }),
    settle: ({ id }, word) => change(`channels.outbox.${word}`, { id }),
  };
}
