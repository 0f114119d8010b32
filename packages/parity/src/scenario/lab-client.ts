/**
 * A protocol client that hides nothing: every frame is kept in a log in the order it came, requests are matched by id
 * (one may get several responses), and a cursor says up to where the log was looked at.
 */
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { isJsonObject, type JsonObject, parseJson, stringOf, valueAt } from '../json-value.ts';
import { connectParams } from './connect-params.ts';
import type { Profile } from './scenario.ts';

export type Frame = JsonObject;

interface LoggedFrame {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly frame: Frame;
}

interface CloseFacts {
  readonly code: number;
  readonly reason: string;
}

export interface LabClient {
  /** Every frame received, over all connections of this client. */
  readonly log: readonly LoggedFrame[];
  /** Set once the current connection is closed. */
  readonly closed: CloseFacts | undefined;
  /** Index in `log` up to which frames were consumed. */
  cursor: number;
  /** Opens the socket and waits for the challenge. */
  open(timeoutMs?: number): Promise<void>;
  /** Opens, sends connect (members of `override` replace computed params), resolves with the response frame. */
  connect(override?: JsonObject, timeoutMs?: number): Promise<Frame>;
  /** Sends a request and returns its id. */
  post(method: string, params?: unknown): string;
  raw(text: string): void;
  /** The nth response to a request, counted from 1. */
  response(id: string, nth?: number, timeoutMs?: number): Promise<Frame>;
  request(method: string, params?: unknown, timeoutMs?: number): Promise<Frame>;
  /** Consumes and returns the events up to and including the first that `done` accepts. */
  waitEvent(done: (event: Frame) => boolean, timeoutMs?: number): Promise<readonly Frame[]>;
  /** Consumes and returns every frame once nothing that `counts` came for `quietMs`. */
  drain(quietMs: number, counts: (frame: Frame) => boolean): Promise<readonly Frame[]>;
  /** Waits until `probe`, asked after every frame and at the close, gives a value. */
  until<T>(probe: () => T | undefined, timeoutMs: number, what: string): Promise<T>;
  waitClose(timeoutMs?: number): Promise<CloseFacts>;
  close(): Promise<void>;
}

const OPEN_TIMEOUT_MS = 15_000;
const ANSWER_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 5_000;
const MAX_FRAME_BYTES = 64 << 20;

/** A client of the gateway on a loopback port. It owns its socket until `close`. */
export function createLabClient(gateway: { port: number; token: string }, profile: Profile = {}): LabClient {
  const log: LoggedFrame[] = [];
  const watchers = new Set<() => void>();
  let socket: WebSocket | undefined;
  let closed: CloseFacts | undefined;
  let cursor = 0;
  let posted = 0;

  const wake = (): void => {
    for (const watch of [...watchers]) watch();
  };

  const until = async <T>(probe: () => T | undefined, timeoutMs: number, what: string): Promise<T> => {
    const first = probe();
    if (first !== undefined) return first;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => reject(new Error(`timeout after ${timeoutMs} ms: ${what}`)), timeoutMs);
    const watch = (): void => {
      const hit = probe();
      if (hit !== undefined) resolve(hit);
    };
    watchers.add(watch);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      watchers.delete(watch);
    }
  };

  const listen = (ws: WebSocket): void => {
    ws.on('message', (data) => {
      const frame = parseJson(data.toString());
      log.push({ at: Date.now(), frame: isJsonObject(frame) ? frame : { unparsable: data.toString() } });
      wake();
    });
    ws.on('close', (code, reason) => {
      closed = { code, reason: reason.toString() };
      wake();
    });
    // A refused connection shows as a missing challenge; the close event tells the rest.
    ws.on('error', () => {});
  };

  const open = async (timeoutMs = OPEN_TIMEOUT_MS): Promise<void> => {
    closed = undefined;
    cursor = log.length;
    socket = new WebSocket(`ws://127.0.0.1:${gateway.port}`, {
      ...(profile.headers && { headers: profile.headers }),
      maxPayload: MAX_FRAME_BYTES,
    });
    listen(socket);
    await until(() => challengeIn(log.slice(cursor)), timeoutMs, 'connect.challenge');
  };

  const raw = (text: string): void => {
    if (!socket) throw new Error('the client is not open');
    socket.send(text);
  };

  const post = (method: string, params?: unknown): string => {
    const id = `${++posted}-${randomUUID()}`;
    raw(JSON.stringify({ type: 'req', id, method, ...(params !== undefined && { params }) }));
    return id;
  };

  const response = (id: string, nth = 1, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Frame> =>
    until(
      () => log.filter(({ frame }) => frame.type === 'res' && frame.id === id)[nth - 1]?.frame,
      timeoutMs,
      `response ${nth} to ${id}`,
    );

  const request = (method: string, params?: unknown, timeoutMs?: number): Promise<Frame> =>
    response(post(method, params), 1, timeoutMs);

  const waitClose = (timeoutMs = ANSWER_TIMEOUT_MS): Promise<CloseFacts> => until(() => closed, timeoutMs, 'close');

  return {
    log,
    get closed() {
      return closed;
    },
    get cursor() {
      return cursor;
    },
    set cursor(index) {
      cursor = index;
    },
    open,
    async connect(override = {}, timeoutMs = OPEN_TIMEOUT_MS) {
      await open(timeoutMs);
      const nonce = stringOf(valueAt(challengeIn(log.slice(cursor)), 'payload.nonce')) ?? '';
      const params = { ...connectParams(profile, { token: gateway.token, nonce }), ...override };
      return request('connect', params, timeoutMs);
    },
    post,
    raw,
    response,
    request,
    async waitEvent(done, timeoutMs = ANSWER_TIMEOUT_MS) {
      const isHit = ({ frame }: LoggedFrame, index: number): boolean =>
        index >= cursor && frame.type === 'event' && done(frame);
      const end = await until(() => log.findIndex(isHit) + 1 || undefined, timeoutMs, 'event');
      const events = log.slice(cursor, end).map(({ frame }) => frame);
      cursor = end;
      return events.filter((frame) => frame.type === 'event');
    },
    async drain(quietMs, counts) {
      let last = Date.now();
      for (let waitMs = quietMs; waitMs > 0; waitMs = last + quietMs - Date.now()) {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        const counted = log.slice(cursor).filter(({ frame }) => counts(frame));
        last = Math.max(last, ...counted.map(({ at }) => at));
      }
      const frames = log.slice(cursor).map(({ frame }) => frame);
      cursor = log.length;
      return frames;
    },
    until,
    waitClose,
    async close() {
      const ws = socket;
      if (!ws || ws.readyState === WebSocket.CLOSED) return;
      ws.close();
      await waitClose(CLOSE_TIMEOUT_MS).catch(() => ws.terminate());
    },
  };
}

const challengeIn = (log: readonly LoggedFrame[]): Frame | undefined =>
  log.find(({ frame }) => frame.event === 'connect.challenge')?.frame;
