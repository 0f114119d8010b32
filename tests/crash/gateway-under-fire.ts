/**
 * Keeps one gateway process alive against its will: it is killed after a random number of frames that clients saw, and
 * started again on the same state and port. Frames are the clock, so that a kill can come anywhere in a turn and no
 * time is slept away.
 */
import { createDeviceIdentity, createGatewayClient, type GatewayClient } from '@chela/protocol';
import { type GatewayHome, type GatewayProcess, startGateway } from '../harness/gateway-process.ts';
import type { SeededRandom } from './seeded-random.ts';

interface Link {
  readonly client: GatewayClient;
  /** Aborted when this connection is gone. */
  readonly gone: AbortSignal;
}

export interface GatewayUnderFire {
  readonly kills: number;
  /** The current connection, or the next one when there is none. */
  link(): Promise<Link>;
  /** Stops killing. */
  cease(): void;
  /** Ends the gateway in order and resolves with what it printed last. */
  stop(): Promise<string>;
}

export interface FireOptions {
  readonly home: GatewayHome;
  readonly random: SeededRandom;
  readonly killLimit: number;
  /** Sees every event of every connection. `connection` counts the connections. */
  readonly onEvent: (event: { event: string; payload?: unknown }, connection: number) => void;
}

/** Frames between a connection and the kill that ends it: now and then a kill comes before anything was served. */
const FRAMES_MIN = 0;
const FRAMES_MAX = 60;

export async function createGatewayUnderFire(options: FireOptions): Promise<GatewayUnderFire> {
  const { home, random, killLimit } = options;
  const device = createDeviceIdentity();
  let gateway: GatewayProcess = await startGateway(home);
  const { port } = gateway;
  let kills = 0;
  let connections = 0;
  let isCeased = false;
  let current: Promise<Link>;

  const restart = async (): Promise<Link> => {
    await gateway.end('SIGKILL');
    gateway = await startGateway(home, { port });
    return connect();
  };

  const connect = async (): Promise<Link> => {
    const ending = new AbortController();
    const connection = connections++;
    const client = createGatewayClient({
      url: gateway.url,
      token: home.token,
      scopes: ['operator.admin'],
      client: { id: 'test', version: '1.0.0', platform: 'linux', mode: 'test' },
      caps: ['tool-events'],
      device,
    });
    let framesLeft = random.between(FRAMES_MIN, FRAMES_MAX);
    const count = (): void => {
      framesLeft -= 1;
      if (framesLeft >= 0 || isCeased || kills >= killLimit || ending.signal.aborted) return;
      kills += 1;
      ending.abort();
      current = restart();
    };
    client.onEvent((event) => {
      options.onEvent(event, connection);
      count();
    });
    try {
      await client.connect();
    } catch (error) {
      // The kill came during the handshake; whoever waits for this connection takes the next.
      if (ending.signal.aborted) return current;
      throw error;
    }
    return { client, gone: ending.signal };
  };

  current = connect();
  return {
    get kills() {
      return kills;
    },
    link: () => current,
    cease() {
      isCeased = true;
    },
    async stop() {
      isCeased = true;
      const { client } = await current;
      await client.close();
      await gateway.end('SIGTERM');
      return gateway.output();
    },
  };
}
