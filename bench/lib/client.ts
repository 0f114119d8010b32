/** Minimal gateway client: the protocol 3/4 handshake with a signed device identity, requests, events, raw frames. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import WebSocket, { type RawData } from 'ws';
import { isJsonObject, type JsonObject, numberAt, textAt } from './json.ts';

/** Start of a frame as text, without decoding the rest. */
export const head = (raw: Buffer, bytes: number): string => raw.toString('latin1', 0, Math.min(bytes, raw.length));

const SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'];
// Identity used in the connect request. One place, so that every suite looks the same to the server.
const CLIENT = { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend' };
const RAW_KEY_BYTES = 32;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 2_000;

export interface Device {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

export function createDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES);
  return { id: createHash('sha256').update(raw).digest('hex'), publicKey: raw.toString('base64url'), privateKey };
}

export interface ClientOptions {
  /** ws://127.0.0.1:PORT */
  readonly url: string;
  readonly token: string;
  readonly device: Device;
  readonly caps?: readonly string[];
  readonly timeoutMs?: number;
  /** Sees every frame after hello-ok first; true means handled, do not parse. */
  readonly onRaw?: (raw: Buffer, at: number) => boolean;
}

interface EventFrame {
  readonly event: unknown;
  readonly payload: unknown;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface BenchClient {
  /** Why the connection is gone, null while it is not. */
  readonly closed: string | null;
  /** Milliseconds from the call of `connect` to challenge and hello-ok. */
  readonly timing: { readonly challengeMs: number | null; readonly helloMs: number | null };
  /** Requests without an answer, by id; the fast path of the rpc suite resolves them itself. */
  readonly pending: Map<string, Pending>;
  onRaw: ((raw: Buffer, at: number) => boolean) | undefined;
  /** Resolves with the payload of hello-ok. */
  connect(): Promise<JsonObject>;
  call(method: string, params?: JsonObject, timeoutMs?: number): Promise<unknown>;
  /** Adds a listener and returns its remover. */
  onEvent(listener: (frame: EventFrame, at: number) => void): () => void;
  /** Stops reading from the socket for good: a client that hangs. */
  stall(): void;
  terminate(): void;
  close(): Promise<void>;
}

export function createClient(options: ClientOptions): BenchClient {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const pending = new Map<string, Pending>();
  const listeners = new Set<(frame: EventFrame, at: number) => void>();
  const timing: { challengeMs: number | null; helloMs: number | null } = { challengeMs: null, helloMs: null };
  let socket: WebSocket | undefined;
  let closed: string | null = null;
  let isReady = false;
  let nextId = 1;

  const answer = (frame: JsonObject): void => {
    const waiting = pending.get(String(frame.id));
    if (!waiting) return;
    pending.delete(String(frame.id));
    if (frame.ok) waiting.resolve(frame.payload);
    else waiting.reject(new Error(`${textAt(frame, 'error.code')}: ${textAt(frame, 'error.message')}`));
  };

  const client: BenchClient = {
    get closed() {
      return closed;
    },
    timing,
    pending,
    onRaw: options.onRaw,
    connect() {
      const startedAt = performance.now();
      const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
      const ws = new WebSocket(options.url, {
        perMessageDeflate: false,
        maxPayload: MAX_FRAME_BYTES,
        handshakeTimeout: timeoutMs,
      });
      socket = ws;
      const fail = (error: Error): void => {
        clearTimeout(timer);
        closed ??= error.message;
        for (const waiting of pending.values()) waiting.reject(error);
        pending.clear();
        reject(error);
        ws.terminate();
      };
      const timer = setTimeout(() => fail(new Error('connect timeout')), timeoutMs);
      ws.on('error', fail);
      ws.on('close', (code, reason) => fail(new Error(`closed ${code} ${reason.toString()}`)));
      ws.on('message', (data) => {
        const at = performance.now();
        const raw = bufferOf(data);
        if (isReady && client.onRaw?.(raw, at)) return;
        const frame: unknown = JSON.parse(raw.toString());
        if (!isJsonObject(frame)) return;
        if (frame.type === 'event' && frame.event === 'connect.challenge' && !isReady) {
          timing.challengeMs = at - startedAt;
          const params = connectParams(options, textAt(frame, 'payload.nonce'), numberAt(frame, 'payload.ts'));
          ws.send(JSON.stringify({ type: 'req', id: 'hello', method: 'connect', params }));
          return;
        }
        if (frame.type === 'res' && frame.id === 'hello') {
          clearTimeout(timer);
          if (!frame.ok) return fail(new Error(`connect refused: ${JSON.stringify(frame.error)}`));
          timing.helloMs = performance.now() - startedAt;
          isReady = true;
          return resolve(isJsonObject(frame.payload) ? frame.payload : {});
        }
        if (frame.type === 'res') return answer(frame);
        const event = { event: frame.event, payload: frame.payload };
        if (frame.type === 'event') for (const listener of listeners) listener(event, at);
      });
      return promise;
    },
    call(method, params = {}, callTimeoutMs = 60_000) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      if (closed !== null || !socket) return Promise.reject(new Error(closed ?? 'not connected'));
      const id = String(nextId++);
      const timer = setTimeout(() => {
        pending.delete(id);
        reject(new Error(`timeout: ${method}`));
      }, callTimeoutMs);
      pending.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      socket.send(JSON.stringify({ type: 'req', id, method, params }));
      return promise;
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stall: () => socket?.pause(),
    terminate: () => socket?.terminate(),
    async close() {
      const ws = socket;
      if (!ws || ws.readyState === WebSocket.CLOSED) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          ws.terminate();
          resolve();
        }, CLOSE_TIMEOUT_MS);
        ws.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        ws.close();
      });
    },
  };
  return client;
}

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function connectParams(options: ClientOptions, nonce: string | undefined, challengeAt: number | undefined): JsonObject {
  const { token, device } = options;
  const signedAt = Number.isInteger(challengeAt) ? challengeAt : Date.now();
  const signed = [
    'v2',
    device.id,
    CLIENT.id,
    CLIENT.mode,
    'operator',
    SCOPES.join(','),
    String(signedAt),
    token,
    nonce,
  ];
  const signature = sign(null, Buffer.from(signed.join('|')), device.privateKey).toString('base64url');
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: CLIENT,
    role: 'operator',
    scopes: SCOPES,
    caps: options.caps ?? [],
    auth: { token },
    device: { id: device.id, publicKey: device.publicKey, signature, signedAt, nonce },
  };
}
