/** An account of the adapter on a fake Bot API, with a port that keeps what came in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeTelegram, type FakeTelegram, type FakeTelegramOptions, type Update } from '@chela/channel-lab';
import type {
  ChannelConnection,
  ConnectionPort,
  InboundEvent,
  InboundMessage,
  IngressRoute,
} from '@chela/channels/adapter';
import { silentLogger } from '@chela/observability';
import { readAccount } from '../account.ts';

export interface TelegramBench {
  readonly vendor: FakeTelegram;
  readonly events: readonly InboundEvent[];
  readonly routes: readonly IngressRoute[];
  /** What the adapter told of its transport, in order. */
  readonly transport: readonly boolean[];
  readonly folder: string;
  connect(settings?: Readonly<Record<string, unknown>>): Promise<ChannelConnection>;
  /** Texts that came in, once there are `count`. */
  texts(count: number): Promise<readonly string[]>;
  /** The next call of `receive` fails, as when the disk is full. */
  failReceive(): void;
  dispose(): Promise<void>;
}

const WAIT_MS = 10_000;

export async function createTelegramBench(options: FakeTelegramOptions = {}): Promise<TelegramBench> {
  const vendor = createFakeTelegram(options);
  await vendor.start();
  const folder = await mkdtemp(join(tmpdir(), 'telegram-'));
  const events: InboundEvent[] = [];
  const routes: IngressRoute[] = [];
  const transport: boolean[] = [];
  const open = new Set<ChannelConnection>();
  const ending = new AbortController();
  let failures = 0;
  let wake: (() => void) | undefined;

  const port: ConnectionPort = {
    channel: 'telegram',
    accountId: 'default',
    signal: ending.signal,
    logger: silentLogger(),
    // Pauses are over at once; deadlines of half a minute and more are real ones, cut to what a test can wait for.
    clock: {
      now: () => Date.now(),
      after(delayMs, task) {
        const timer = setTimeout(task, delayMs >= 40_000 ? 500 : 1);
        return () => clearTimeout(timer);
      },
    },
    folder,
    async receive(event) {
      if (failures > 0) {
        failures -= 1;
        throw new Error('the disk is full');
      }
      events.push(event);
      wake?.();
      return 'new';
    },
    alive: () => undefined,
    connected: (isConnected) => void transport.push(isConnected),
    nativeCommands: async () => [{ name: 'think', description: 'Set the thinking level' }],
    async ingress(route) {
      routes.push(route);
    },
  };

  return {
    vendor,
    events,
    routes,
    transport,
    folder,
    async connect(settings = {}) {
      const reading = await readAccount({
        accountId: 'default',
        settings: { botToken: vendor.token, ...settings },
        env: { CHELA_TELEGRAM_API_ROOT: vendor.url },
        readSecretFile: async () => undefined,
      });
      if (reading.state !== 'ready') throw new Error(reading.reason);
      const connection = await reading.connect(port);
      open.add(connection);
      return connection;
    },
    async texts(count) {
      const texts = (): string[] => events.flatMap((event) => (event.kind === 'message' ? [event.text] : []));
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      const timer = setTimeout(() => reject(new Error(`only ${JSON.stringify(texts())} came in`)), WAIT_MS);
      wake = () => {
        if (texts().length >= count) resolve(texts());
      };
      wake();
      return promise.finally(() => clearTimeout(timer));
    },
    failReceive() {
      failures += 1;
    },
    async dispose() {
      ending.abort();
      await Promise.all([...open].map((connection) => connection.close()));
      await vendor.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const ANN = { id: 4242, is_bot: false, first_name: 'Ann', last_name: 'Lee', username: 'ann' };

/** A message of Ann's to the bot. */
export function said(text: string, id: number, more: Readonly<Record<string, unknown>> = {}): Update {
  const chat = { id: ANN.id, type: 'private', first_name: 'Ann', username: 'ann' };
  return { update_id: 500_000 + id, message: { message_id: id, date: 1771322400, chat, from: ANN, text, ...more } };
}

export const messageIn = (event: InboundEvent | undefined): InboundMessage => {
  if (event?.kind !== 'message') throw new Error('no message came in');
  return event;
};
