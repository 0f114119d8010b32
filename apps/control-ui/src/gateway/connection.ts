import { type ReadonlySignal, signal } from '@preact/signals';
import { isRecord } from '../json-record.ts';
import {
  type DeviceIdentity,
  dropDeviceToken,
  loadDeviceIdentity,
  readDeviceToken,
  writeDeviceToken,
} from './device-identity.ts';

/** Where the connection stands; `refused` waits for a person, `waiting` for the next try. */
export type ConnectionState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'ready'; readonly version: string; readonly mainSessionKey: string }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly reason: string; readonly retryAt: number }
  | { readonly kind: 'refused'; readonly reason: string };

export interface GatewayEvent {
  readonly event: string;
  readonly payload: unknown;
}

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Connection {
  readonly state: ReadonlySignal<ConnectionState>;
  request(method: string, params: unknown): Promise<unknown>;
  onEvent(listener: (event: GatewayEvent) => void): () => void;
  /** Tries again at once, with the given secret if there is one. */
  retry(): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly win: Window;
  readonly url: () => string;
  readonly token: () => string;
  readonly password: () => string | undefined;
}

const SCOPES = ['operator.admin', 'operator.approvals', 'operator.pairing'];
const FIRST_RETRY_MS = 800;
const RETRY_FACTOR = 1.7;
const RETRY_MAX_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CLOSE_CONNECT_FAILED = 4008;
const CLOSE_SERVICE_RESTART = 1012;
const CLOSE_POLICY = 1008;

interface Pending {
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: number;
}

export function retryDelayMs(attempt: number): number {
  return Math.min(RETRY_MAX_MS, FIRST_RETRY_MS * RETRY_FACTOR ** attempt);
}

/** One socket at a time: it owns the socket, the pending requests and the retry timer, and ends them on `close`. */
export function createConnection({ win, url, token, password }: ConnectionOptions): Connection {
  const state = signal<ConnectionState>({ kind: 'connecting', attempt: 0 });
  const listeners = new Set<(event: GatewayEvent) => void>();
  const pending = new Map<string, Pending>();
  const identity = loadDeviceIdentity(win);
  const instanceId = win.crypto?.randomUUID?.() ?? String(Math.random());
  let socket: WebSocket | undefined;
  let retryTimer: number | undefined;
  let attempt = 0;
  let lastRefusal: string | undefined;
  let closed = false;

  const send = (method: string, params: unknown): Promise<unknown> => {
    const target = socket;
    if (!target || target.readyState !== WebSocket.OPEN)
      return Promise.reject(new RequestError('UNAVAILABLE', 'not connected to the gateway'));
    const id = win.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    return new Promise((resolve, reject) => {
      const timer = win.setTimeout(() => {
        pending.delete(id);
        reject(new RequestError('UNAVAILABLE', `the gateway did not answer ${method} in time`));
      }, REQUEST_TIMEOUT_MS);
      pending.set(id, { resolve, reject, timer });
      target.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  };

  const failPending = (reason: string): void => {
    for (const waiting of pending.values()) {
      win.clearTimeout(waiting.timer);
      waiting.reject(new RequestError('UNAVAILABLE', reason));
    }
    pending.clear();
  };

  const onResponse = (frame: Record<string, unknown>): void => {
    const waiting = typeof frame.id === 'string' ? pending.get(frame.id) : undefined;
    if (!waiting || typeof frame.id !== 'string') return;
    pending.delete(frame.id);
    win.clearTimeout(waiting.timer);
    if (frame.ok === true) return waiting.resolve(frame.payload);
    const error = isRecord(frame.error) ? frame.error : {};
    waiting.reject(
      new RequestError(String(error.code ?? 'UNAVAILABLE'), String(error.message ?? 'the gateway refused the request')),
    );
  };

  const greet = async (nonce: string): Promise<void> => {
    const device = await identity;
    const deviceToken = device ? readDeviceToken(win.localStorage, device.deviceId) : undefined;
    const secret = deviceToken ?? token();
    const client = {
      id: 'openclaw-control-ui',
      version: 'dev',
      platform: win.navigator.platform || 'web',
      mode: 'webchat',
      instanceId,
    };
    try {
      const hello = await send('connect', {
        minProtocol: 3,
        maxProtocol: 3,
        client,
        role: 'operator',
        scopes: SCOPES,
        caps: ['tool-events'],
        auth: { ...(secret && { token: secret }), ...(password() && { password: password() }) },
        userAgent: win.navigator.userAgent,
        ...(device && { device: await signedDevice(device, client, secret, nonce) }),
      });
      if (device) keepDeviceToken(device, hello);
      attempt = 0;
      state.value = { kind: 'ready', ...helloFacts(hello) };
    } catch (error) {
      lastRefusal = error instanceof Error ? error.message : String(error);
      // A device token that no longer works must not stand in the way of the shared one.
      if (deviceToken && /device token mismatch/.test(lastRefusal)) {
        dropDeviceToken(win.localStorage);
        if (token()) lastRefusal = undefined;
      }
      socket?.close(CLOSE_CONNECT_FAILED, 'connect failed');
    }
  };

  const keepDeviceToken = (device: DeviceIdentity, hello: unknown): void => {
    const auth = isRecord(hello) && isRecord(hello.auth) ? hello.auth : {};
    if (typeof auth.deviceToken === 'string')
      writeDeviceToken(win.localStorage, device.deviceId, auth.deviceToken, SCOPES);
  };

  const onFrame = (text: string): void => {
    const frame: unknown = JSON.parse(text);
    if (!isRecord(frame)) return;
    if (frame.type === 'res') return onResponse(frame);
    if (frame.type !== 'event' || typeof frame.event !== 'string') return;
    if (frame.event === 'connect.challenge') {
      const nonce = isRecord(frame.payload) && typeof frame.payload.nonce === 'string' ? frame.payload.nonce : '';
      void greet(nonce);
      return;
    }
    for (const listener of listeners) listener({ event: frame.event, payload: frame.payload });
  };

  const onClose = (code: number, reason: string): void => {
    socket = undefined;
    failPending('the connection to the gateway was lost');
    if (closed) return;
    const why = lastRefusal ?? (reason || closeText(code));
    const refused = code === CLOSE_POLICY || lastRefusal !== undefined;
    lastRefusal = undefined;
    if (refused && /unauthorized|pairing required|secure context|origin not allowed|device identity/.test(why)) {
      state.value = { kind: 'refused', reason: why };
      return;
    }
    const wait = retryDelayMs(attempt);
    attempt += 1;
    state.value = { kind: 'waiting', attempt, reason: why, retryAt: Date.now() + wait };
    retryTimer = win.setTimeout(open, wait);
  };

  function open(): void {
    win.clearTimeout(retryTimer);
    state.value = { kind: 'connecting', attempt };
    const next = new WebSocket(url());
    socket = next;
    next.onmessage = (message) => onFrame(String(message.data));
    next.onclose = (event) => {
      if (socket === next || socket === undefined) onClose(event.code, event.reason);
    };
  }

  open();
  return {
    state,
    request: send,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry() {
      attempt = 0;
      if (socket) socket.close(CLOSE_CONNECT_FAILED, 'connect failed');
      else open();
    },
    close() {
      closed = true;
      win.clearTimeout(retryTimer);
      socket?.close();
    },
  };
}

function closeText(code: number): string {
  return code === CLOSE_SERVICE_RESTART ? 'the gateway is restarting' : 'the gateway is not reachable';
}

function helloFacts(hello: unknown): { version: string; mainSessionKey: string } {
  const server = isRecord(hello) && isRecord(hello.server) ? hello.server : {};
  const snapshot = isRecord(hello) && isRecord(hello.snapshot) ? hello.snapshot : {};
  const defaults = isRecord(snapshot.sessionDefaults) ? snapshot.sessionDefaults : {};
  return {
    version: String(server.version ?? ''),
    mainSessionKey: String(defaults.mainSessionKey ?? 'agent:main:main'),
  };
}

async function signedDevice(
  device: DeviceIdentity,
  client: { id: string; mode: string },
  secret: string,
  nonce: string,
): Promise<unknown> {
  const signedAt = Date.now();
  const fields = [
    nonce ? 'v2' : 'v1',
    device.deviceId,
    client.id,
    client.mode,
    'operator',
    SCOPES.join(','),
    String(signedAt),
    secret,
    ...(nonce ? [nonce] : []),
  ];
  return {
    id: device.deviceId,
    publicKey: device.publicKey,
    signature: await device.sign(fields.join('|')),
    signedAt,
    ...(nonce && { nonce }),
  };
}
