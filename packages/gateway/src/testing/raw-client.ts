/** A socket without manners: sends what a test says and keeps what comes back. */
import { once } from 'node:events';
import { type DeviceIdentity, signDevice } from '@chela/protocol';
import { WebSocket } from 'ws';

export interface RawFrame {
  readonly type: string;
  readonly id?: string;
  readonly event?: string;
  readonly ok?: boolean;
  readonly seq?: number;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown };
}

export interface RawClient extends Disposable {
  readonly socket: WebSocket;
  readonly frames: RawFrame[];
  readonly nonce: string;
  send(message: unknown): void;
  /** The first frame, past or to come, that fits. */
  frame(fits: (frame: RawFrame) => boolean): Promise<RawFrame>;
  response(id: string): Promise<RawFrame>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Opens a socket and waits for the challenge. */
export async function openRaw(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawClient> {
  const socket = new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false, maxPayload: 2 ** 30 });
  const frames: RawFrame[] = [];
  const watchers = new Set<(frame: RawFrame) => void>();
  const ended = Promise.withResolvers<{ code: number; reason: string }>();
  socket.on('message', (data) => {
    const incoming: RawFrame = JSON.parse(data.toString());
    frames.push(incoming);
    for (const watch of watchers) watch(incoming);
  });
  socket.on('error', () => {});
  socket.on('close', (code, reason) => ended.resolve({ code, reason: reason.toString() }));
  const frame = (fits: (frame: RawFrame) => boolean): Promise<RawFrame> => {
    const seen = frames.find(fits);
    if (seen) return Promise.resolve(seen);
    const found = Promise.withResolvers<RawFrame>();
    const watch = (incoming: RawFrame): void => {
      if (!fits(incoming)) return;
      watchers.delete(watch);
      found.resolve(incoming);
    };
    watchers.add(watch);
    return found.promise;
  };
  await once(socket, 'open');
  const challenge = await frame((incoming) => incoming.event === 'connect.challenge');
  return {
    socket,
    frames,
    nonce: String(challenge.payload?.nonce),
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    frame,
    response: (id) => frame((incoming) => incoming.type === 'res' && incoming.id === id),
    closed: ended.promise,
    [Symbol.dispose]: () => socket.terminate(),
  };
}

export interface ConnectChanges {
  readonly params?: object;
  readonly client?: object;
  readonly auth?: { readonly token?: string; readonly password?: string };
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly device?: DeviceIdentity;
  readonly skewMs?: number;
  /** null leaves it out (v1). */
  readonly nonce?: string | null;
  readonly deviceChanges?: object;
}

/** Connect params as a well-behaved client sends them, with the changes a test wants. */
export function connectRequest(id: string, nonce: string, changes: ConnectChanges): object {
  const client = { id: 'test', mode: 'test', version: '1.0.0', platform: 'linux', ...changes.client };
  const scopes = changes.scopes ?? ['operator.admin'];
  const signed = changes.device && {
    ...signDevice(changes.device, {
      clientId: client.id,
      clientMode: client.mode,
      role: changes.role ?? 'operator',
      scopes,
      signedAtMs: Date.now() + (changes.skewMs ?? 0),
      token: changes.auth?.token,
      nonce: changes.nonce === null ? undefined : (changes.nonce ?? nonce),
    }),
    ...changes.deviceChanges,
  };
  const params = {
    minProtocol: 3,
    maxProtocol: 3,
    client,
    scopes,
    ...(changes.role !== undefined && { role: changes.role }),
    ...(changes.auth && { auth: changes.auth }),
    ...(signed && { device: signed }),
    ...changes.params,
  };
  return { type: 'req', id, method: 'connect', params };
}
