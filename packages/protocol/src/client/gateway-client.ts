/**
 * A small client of the gateway socket for the command line and for tests: one connection, no reconnecting.
 * States: new → open → ready → closed. `ws` is loaded when `connect` is called.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { RawData, WebSocket } from 'ws';
import { CLOSE } from '../close.ts';
import { type DeviceIdentity, signDevice } from '../device-identity.ts';
import { type ConnectParams, type EventFrame, type HelloOk, parseServerFrame, type ResponseFrame } from '../frames.ts';
import { CHALLENGE_WAIT_MS, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION, REQUEST_TIMEOUT_MS } from '../limits.ts';
import { isObject } from '../validation/compile.ts';
import { GatewayClosedError, GatewayRequestError, GatewayTimeoutError } from './errors.ts';

export interface GatewayClientOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  readonly client: ConnectParams['client'];
  readonly token?: string;
  readonly password?: string;
  /** Without a device the gateway grants no scopes. */
  readonly device?: DeviceIdentity;
  readonly role?: 'operator' | 'node';
  readonly scopes?: readonly string[];
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** SHA-256 of the gateway's certificate in hex, colons optional; replaces the check against known authorities. */
  readonly tlsFingerprint?: string;
  /** Until hello-ok. */
  readonly connectTimeoutMs?: number;
  /** For requests that name no timeout of their own. */
  readonly requestTimeoutMs?: number;
}

export interface RequestOptions {
  /** 0 waits for ever. */
  readonly timeoutMs?: number;
  /** Wait for the second of two responses; the first one (`status: "accepted"`) goes to `onAccepted`. */
  readonly expectFinal?: boolean;
  readonly onAccepted?: (payload: unknown) => void;
}

export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
}

export interface GatewayClient {
  /** Opens, authenticates and resolves with hello-ok. A refusal rejects with GatewayClosedError whose `cause` is the refusal. */
  connect(): Promise<HelloOk>;
  /** Rejects with GatewayRequestError, GatewayTimeoutError or GatewayClosedError. */
  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown>;
  /** Calls the listener for every event from now on; returns the unsubscriber. */
  onEvent(listener: (event: EventFrame) => void): () => void;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<CloseInfo>;
  close(code?: number, reason?: string): Promise<void>;
}

interface Waiting {
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly options: RequestOptions;
  timer: NodeJS.Timeout | undefined;
}

/** How long the gateway has to close after a refusal, and to answer our own close, before the socket is cut. */
const CLOSE_WAIT_MS = 1_000;

export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  const waiting = new Map<string | number, Waiting>();
  const listeners = new Set<(event: EventFrame) => void>();
  const ended = Promise.withResolvers<CloseInfo>();
  const challenge = Promise.withResolvers<string | undefined>();
  let socket: WebSocket | undefined;
  let closeInfo: CloseInfo | undefined;

  function settle(frame: ResponseFrame): void {
    const request = waiting.get(frame.id);
    if (!request) return;
    const isFirstOfTwo =
      request.options.expectFinal === true && isObject(frame.payload) && frame.payload.status === 'accepted';
    if (frame.ok && isFirstOfTwo) {
      request.options.onAccepted?.(frame.payload);
      return;
    }
    waiting.delete(frame.id);
    clearTimeout(request.timer);
    if (frame.ok) request.resolve(frame.payload);
    else request.reject(new GatewayRequestError(frame.error, frame.payload));
  }

  function receive(data: RawData): void {
    const frame = parseServerFrame(data.toString());
    if (!frame) return;
    if (frame.type === 'res') {
      settle(frame);
      return;
    }
    if (frame.event === 'connect.challenge') {
      challenge.resolve(isObject(frame.payload) ? String(frame.payload.nonce) : undefined);
    }
    for (const listener of listeners) listener(frame);
  }

  function finish(info: CloseInfo): void {
    closeInfo = info;
    challenge.resolve(undefined);
    for (const request of waiting.values()) {
      clearTimeout(request.timer);
      request.reject(new GatewayClosedError(info.code, info.reason));
    }
    waiting.clear();
    ended.resolve(info);
  }

  async function open(): Promise<WebSocket> {
    const { WebSocket } = await import('ws');
    const pin = options.tlsFingerprint;
    const opening = new WebSocket(options.url, {
      headers: { ...options.headers },
      maxPayload: MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
      ...(pin !== undefined && { rejectUnauthorized: false }),
    });
    // The certificate is known before the first frame is sent or read.
    if (pin !== undefined) opening.on('upgrade', (response) => checkPin(response.socket, pin, opening));
    const opened = Promise.withResolvers<WebSocket>();
    opening.on('open', () => opened.resolve(opening));
    opening.on('message', receive);
    // An error is always followed by `close`; before the opening it is the reason to show.
    opening.on('error', (error) => opened.reject(error));
    opening.on('close', (code, reason) => {
      finish({ code, reason: reason.toString() });
      opened.reject(new GatewayClosedError(code, reason.toString()));
    });
    socket = opening;
    return opened.promise;
  }

  function connectParams(nonce: string | undefined): ConnectParams {
    const { client, token, password, device } = options;
    const role = options.role ?? 'operator';
    const scopes = options.scopes ?? [];
    const auth = { ...(token !== undefined && { token }), ...(password !== undefined && { password }) };
    const signed = { clientId: client.id, clientMode: client.mode, role, scopes, signedAtMs: Date.now(), token, nonce };
    return {
      minProtocol: PROTOCOL_VERSION,
      maxProtocol: PROTOCOL_VERSION,
      client,
      role,
      scopes: [...scopes],
      caps: [...(options.caps ?? [])],
      ...(options.commands && { commands: [...options.commands] }),
      ...(Object.keys(auth).length > 0 && { auth }),
      ...(device && { device: signDevice(device, signed) }),
    };
  }

  /** The nonce of the challenge, or undefined when none comes in time: old gateways send none. */
  async function awaitChallenge(): Promise<string | undefined> {
    const timer = setTimeout(() => challenge.resolve(undefined), CHALLENGE_WAIT_MS);
    try {
      return await challenge.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async function shut(code: number, reason: string): Promise<void> {
    if (!socket || closeInfo) return;
    socket.close(code, reason);
    const cut = setTimeout(() => socket?.terminate(), CLOSE_WAIT_MS);
    await ended.promise;
    clearTimeout(cut);
  }

  /** A refused connect is followed by the gateway's close, whose code and reason say it best. */
  async function refused(error: unknown): Promise<Error> {
    const cut = setTimeout(() => void shut(CLOSE.policy, 'connect failed'), CLOSE_WAIT_MS);
    const { code, reason } = await ended.promise;
    clearTimeout(cut);
    const closed = new GatewayClosedError(code, reason);
    closed.cause = error;
    return closed;
  }

  async function handshake(): Promise<HelloOk> {
    await open();
    const params = connectParams(await awaitChallenge());
    try {
      const hello = await request('connect', params, { timeoutMs: 0 });
      if (!isHello(hello)) throw new Error('the gateway answered connect with something else than hello-ok');
      return hello;
    } catch (error) {
      if (error instanceof GatewayRequestError) throw await refused(error);
      throw error;
    }
  }

  function request(method: string, params?: unknown, requestOptions: RequestOptions = {}): Promise<unknown> {
    if (closeInfo) return Promise.reject(new GatewayClosedError(closeInfo.code, closeInfo.reason));
    if (!socket) return Promise.reject(new Error('connect first'));
    const id = randomUUID();
    const answer = Promise.withResolvers<unknown>();
    const timeoutMs = requestOptions.timeoutMs ?? options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    const expire = (): void => {
      waiting.delete(id);
      answer.reject(new GatewayTimeoutError(timeoutMs));
    };
    const timer = timeoutMs > 0 ? setTimeout(expire, timeoutMs) : undefined;
    waiting.set(id, { resolve: answer.resolve, reject: answer.reject, options: requestOptions, timer });
    socket.send(JSON.stringify({ type: 'req', id, method, ...(params !== undefined && { params }) }));
    return answer.promise;
  }

  return {
    closed: ended.promise,
    request,
    async connect() {
      const timeoutMs = options.connectTimeoutMs ?? REQUEST_TIMEOUT_MS;
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        late.reject(new GatewayTimeoutError(timeoutMs));
        socket?.terminate();
      }, timeoutMs);
      try {
        return await Promise.race([handshake(), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: (code = CLOSE.normal, reason = '') => shut(code, reason),
  };
}

/** Colons, spaces and a leading `sha256:` are how different tools write the same fingerprint. */
const bareHex = (fingerprint: string): string =>
  fingerprint
    .toLowerCase()
    .replace(/^\s*sha-?256\s*[:=]?/, '')
    .replace(/[^0-9a-f]/g, '');

function checkPin(peer: Socket, pin: string, opening: WebSocket): void {
  const shown = isTls(peer) ? peer.getPeerCertificate().fingerprint256 : undefined;
  if (shown !== undefined && bareHex(shown) === bareHex(pin)) return;
  opening.emit('error', new Error('the gateway shows another TLS certificate than the pinned one'));
  opening.terminate();
}

/** Not by class: a gateway that opens no such connection need not load TLS. */
const isTls = (peer: Socket): peer is TLSSocket => 'encrypted' in peer && peer.encrypted === true;

function isHello(value: unknown): value is HelloOk {
  return isObject(value) && value.type === 'hello-ok' && isObject(value.server) && isObject(value.snapshot);
}
