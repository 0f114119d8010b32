import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentRuntime, AgentRuntimeDeps } from '@chela/agent';
import type { Channels } from '@chela/channels';
import { wantsChannels } from '@chela/channels/wanted';
import type { Config, ConfigService, Env } from '@chela/config';
import type { Logger } from '@chela/observability';
import type { MessageRoom } from '@chela/tools';

/** The channels of a gateway: there before the runtime that they serve, and loaded only when one is configured. */
export interface ChannelsSeat {
  /** Undefined while no channel is configured. */
  current(): Channels | undefined;
  /** The runtime's hook: the answer of a channel's message is written to the channels' outbox. */
  readonly deliver: NonNullable<AgentRuntimeDeps['deliver']>;
  /** The runtime's hook: a word of the gateway itself, into the same outbox. */
  readonly tell: NonNullable<AgentRuntimeDeps['tell']>;
  /** For the message tool. */
  readonly messages: () => MessageRoom | undefined;
  /** Before the runtime recovers: its answers need somewhere to go. */
  open(agent: AgentRuntime): Promise<void>;
  /** After the runtime recovered: goes on with what is unfinished, then opens the connections. Resolves with how much there was. */
  start(): Promise<{ readonly received: number; readonly unsent: number }>;
  /** Takes a new configuration over; the first channel in it brings the channels. */
  apply(next: Config, previous: Config): Promise<void>;
  /** Called whenever an account's state changes. */
  onChange(listener: () => void): void;
  quiesce(): Promise<void>;
  close(): Promise<void>;
}

export interface ChannelsSeatDeps {
  readonly config: ConfigService;
  readonly env: Env;
  /** Loads and wires the channels for a runtime. */
  readonly load: (agent: AgentRuntime) => Promise<Channels>;
  readonly logger: Logger;
}

/** Whoever waits for the gateway is greeted before loading the channels takes the processor. */
const GREETING_MS = 50;

export function createChannelsSeat(deps: ChannelsSeatDeps): ChannelsSeat {
  const { config, env, logger } = deps;
  let agent: AgentRuntime | undefined;
  let loading: Promise<Channels> | undefined;
  let seated: Channels | undefined;
  let isRunning = false;
  let isClosed = false;
  const listeners = new Set<() => void>();

  /** Loads the channels once; a failure may be mended and is tried again. */
  function load(): Promise<Channels> {
    if (agent === undefined || isClosed) return Promise.reject(new Error('the channels are not open'));
    loading ??= deps.load(agent).then(
      (channels) => {
        seated = channels;
        channels.subscribe(() => {
          for (const listener of listeners) listener();
        });
        return channels;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  async function begin(channels: Channels) {
    const recovered = await channels.recover();
    await channels.start();
    isRunning = true;
    return recovered;
  }

  return {
    current: () => seated,
    async deliver(request, outcome) {
      await (await load()).outbound.deliver(request, outcome);
    },
    async tell(request, word) {
      await (await load()).outbound.tell(request, word);
    },
    messages: () => seated?.messages,
    async open(runtime) {
      agent = runtime;
      if (!(await wantsChannels(config.current(), env))) return;
      await sleep(GREETING_MS);
      await load();
    },
    async start() {
      isRunning = true;
      return seated === undefined ? { received: 0, unsent: 0 } : begin(seated);
    },
    async apply(next, previous) {
      if (!isRunning || isClosed) return;
      try {
        if (seated !== undefined) await seated.apply(next, previous);
        else if (await wantsChannels(next, env)) await begin(await load());
      } catch (error) {
        logger.error('the channels could not be opened', { error });
      }
    },
    onChange: (listener) => void listeners.add(listener),
    quiesce: async () => seated?.quiesce(),
    async close() {
      isClosed = true;
      await loading?.catch(() => undefined);
      await seated?.close();
    },
  };
}
