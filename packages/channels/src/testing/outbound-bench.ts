import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRequest, ReplyOrigin, ReplyPayload, RunEvent, RunOutcome } from '@chela/agent';
import type { Config } from '@chela/config';
import { silentLogger, silentMetrics } from '@chela/observability';
import { createStore, type Store } from '@chela/store';
import { expect, vi } from 'vitest';
import type { ChannelConnection, SendAttempt } from '../contract/connection.ts';
import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundAddress, OutboundPart, SendReceipt } from '../contract/outbound.ts';
import type { AccountName } from '../kernel.ts';
import { createOutbound, type OutboundDeps, type OutboundKernel } from '../outbound/create-outbound.ts';
import { FAKE_FACTS } from './fake-adapter.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** For tests: the outbound half over a real store, with a channel that remembers what it was asked. */

export const START = Date.UTC(2026, 1, 17, 10, 0, 0);
export const ACCOUNT: AccountName = { channel: 'telegram', accountId: 'default' };
export const ORIGIN: ReplyOrigin = { ...ACCOUNT, to: '4242', messageId: '7371', chatType: 'direct' };

/** What Telegram is, as far as answers go. */
export const FACTS: ChannelFacts = { ...FAKE_FACTS, chatTypes: ['direct', 'group'] };

/** What the vendor was asked, in order. */
export type Call =
  | {
      readonly call: 'send';
      readonly to: string;
      readonly part: OutboundPart;
      readonly key: string;
      readonly at: number;
    }
  | { readonly call: 'draft'; readonly text: string; readonly messageId: string; readonly at: number }
  | { readonly call: 'typing'; readonly at: number }
  | { readonly call: 'react'; readonly emoji: string | undefined; readonly at: number };

/** How the vendor takes a send: a receipt, or an error; the message may be shown in either case. */
export interface FakeVendor {
  readonly calls: Call[];
  /** What people see, in order. */
  readonly shown: { readonly to: string; readonly text: string; readonly key: string }[];
  send: (address: OutboundAddress, part: OutboundPart, attempt: SendAttempt) => Promise<SendReceipt>;
  reconcile: ChannelConnection['reconcile'];
  isConnected: boolean;
  readonly revoked: string[];
  /** Shows a message and gives its receipt. */
  show(address: OutboundAddress, part: OutboundPart, attempt: SendAttempt): SendReceipt;
}

export interface OutboundBench {
  readonly outbound: OutboundKernel;
  readonly store: Store;
  readonly vendor: FakeVendor;
  readonly clock: ManualClock;
  readonly stateDir: string;
  /** Hands an event of a run to those who follow the runtime. */
  emit(event: RunEvent): void;
  /** The process ends without a word and another one starts; what hangs in the vendor stays there. */
  crash(): Promise<void>;
  /** Lets time stand still until nothing waits or is sent any more; for work that no clock of the test moves. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly config?: Config;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly facts?: Partial<ChannelFacts>;
  readonly judge?: OutboundDeps['judge'];
  readonly guard?: OutboundDeps['guard'];
  readonly listener?: OutboundDeps['listener'];
}

export async function openOutboundBench(options: BenchOptions = {}): Promise<OutboundBench> {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-outbound-'));
  const clock = createManualClock(START);
  const facts = { ...FACTS, ...options.facts };
  const config = options.config ?? {};
  const vendor = createFakeVendor();
  const connection = connectionOf(vendor, clock);
  let listeners: ((event: RunEvent) => void)[] = [];

  async function open(): Promise<{ store: Store; outbound: OutboundKernel }> {
    const store = await createStore({
      stateDir,
      mirror: false,
      workspaceDir: () => join(stateDir, 'workspace'),
      clock,
      logger: silentLogger(),
    });
    const outbound = createOutbound({
      deliveries: store.deliveries,
      store,
      ...(options.listener !== undefined && { listener: options.listener }),
      catalog: {
        load: async () => ({
          facts,
          configSchema: {},
          targets: {
            hint: '<chatId>',
            read: (target) => ({ to: target.replace(/^telegram:/, '') }),
            looksLikeId: () => true,
            write: ({ to }) => `telegram:${to}`,
          },
          allowlist: { readEntry: (entry) => entry, writingsOf: ({ id }) => [id] },
          readAccount: async () => ({ state: 'unconfigured', reason: 'a fake', shown: {} }),
        }),
      },
      connections: {
        get: () => (vendor.isConnected ? connection : undefined),
        revoked: (_account, reason) => {
          vendor.isConnected = false;
          vendor.revoked.push(reason);
        },
        noteOutbound: () => {},
      },
      config: {
        paths: { homeDir: stateDir, stateDir, configPath: join(stateDir, 'openclaw.json') },
        current: () => config,
        snapshot: () => {
          throw new Error('not asked for here');
        },
        reload: () => Promise.reject(new Error('not asked for here')),
        onChange: () => () => {},
        close: async () => {},
      },
      settings: () => options.settings ?? {},
      workspaceDir: () => join(stateDir, 'workspace'),
      ...(options.judge !== undefined && { judge: options.judge }),
      ...(options.guard !== undefined && { guard: options.guard }),
      clock,
      logger: silentLogger(),
      metrics: silentMetrics(),
      random: () => 0.5,
    });
    listeners = [];
    outbound.follow({
      subscribe(listener) {
        listeners.push(listener);
        return () => {};
      },
    });
    return { store, outbound };
  }

  let { store, outbound } = await open();
  return {
    get outbound() {
      return outbound;
    },
    get store() {
      return store;
    },
    vendor,
    clock,
    stateDir,
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    async crash() {
      await store.close();
      ({ store, outbound } = await open());
    },
    async drained() {
      await vi.waitFor(async () => {
        await clock.advance(0);
        expect(await outbound.list({ limit: 1, states: ['pending', 'sending'] })).toEqual([]);
      });
    },
    async close() {
      const closing = outbound.close();
      await clock.advance(10_000);
      await closing;
      await store.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

function createFakeVendor(): FakeVendor {
  let lastId = 1000;
  const vendor: FakeVendor = {
    calls: [],
    shown: [],
    isConnected: true,
    revoked: [],
    reconcile: undefined,
    send: async (address, part, attempt) => vendor.show(address, part, attempt),
    show({ to }, part, { key }) {
      vendor.shown.push({ to, text: textOf(part), key });
      if (part.kind === 'edit') return { messageId: part.messageId };
      lastId += 1;
      return { messageId: String(lastId) };
    },
  };
  return vendor;
}

function connectionOf(vendor: FakeVendor, clock: ManualClock): ChannelConnection {
  return {
    self: { id: '1' },
    ended: new Promise(() => {}),
    async send(address, part, attempt) {
      vendor.calls.push({ call: 'send', to: address.to, part, key: attempt.key, at: clock.now() - START });
      return vendor.send(address, part, attempt);
    },
    reconcile: async (...input) => (await vendor.reconcile?.(...input)) ?? { unknown: 'nobody looked' },
    async draft(_address, text, messageId) {
      vendor.calls.push({ call: 'draft', text: text.text, messageId, at: clock.now() - START });
    },
    async typing() {
      vendor.calls.push({ call: 'typing', at: clock.now() - START });
    },
    async react(_address, _messageId, emoji) {
      vendor.calls.push({ call: 'react', emoji, at: clock.now() - START });
    },
    close: async () => {},
  };
}

export function textOf(part: OutboundPart): string {
  if (part.kind === 'text' || part.kind === 'edit') return part.text.text;
  if (part.kind === 'media') return part.caption?.text ?? '';
  return part.kind;
}

export function request(runId: string, extra: Partial<AgentRequest> = {}): AgentRequest {
  return {
    runId,
    source: 'channel',
    agentId: 'main',
    sessionKey: 'agent:main:main',
    requestedSessionKey: 'agent:main:main',
    text: 'hi',
    images: [],
    origin: ORIGIN,
    ...extra,
  };
}

export function answered(...texts: readonly (string | ReplyPayload)[]): RunOutcome & { kind: 'answered' } {
  return {
    kind: 'answered',
    payloads: texts.map((text) => (typeof text === 'string' ? { text, mediaUrl: null } : text)),
    silent: false,
    meta: { durationMs: 1, aborted: false, agentMeta: { sessionId: 's', provider: 'mock', model: 'm1' } },
    startedAt: START,
    endedAt: START + 1,
  };
}
