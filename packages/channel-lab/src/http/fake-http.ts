/**
 * A vendor's HTTP API on loopback: reads requests whole, logs them with times, plays the scripted faults, and asks the
 * platform for the answer. Owns its server and every connection.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type CallLog, createCallLog } from '../call-log.ts';
import { createFaultScript, type FaultEffect, type FaultScript } from '../faults.ts';
import { type FormPart, readMultipart } from './multipart.ts';

/** A request as the platform understands it. */
export interface PlatformRequest {
  readonly verb: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly files: readonly FormPart[];
  /** Members of a JSON, form or multipart body, and of the query. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Aborted when the client goes away; long polls end with it. */
  readonly gone: AbortSignal;
}

export interface PlatformAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body: unknown;
}

export interface Platform {
  /** The name a call is logged and matched under; undefined: it is not logged, and no fault hits it. */
  nameOf(request: PlatformRequest): string | undefined;
  answer(request: PlatformRequest): Promise<PlatformAnswer> | PlatformAnswer;
}

export interface FakeHttp {
  readonly log: CallLog;
  readonly faults: FaultScript;
  /** `http://127.0.0.1:PORT`; known after `start`. */
  readonly url: string;
  start(port?: number): Promise<string>;
  /** Cuts every connection; the server goes on listening. */
  dropConnections(): void;
  /** Goes away and comes back on the same port. */
  restart(whileAway?: () => void): Promise<void>;
  stop(): Promise<void>;
}

/** `faults`: what goes wrong; default a script that is empty at first. */
export function createFakeHttp(platform: Platform, faults: FaultScript = createFaultScript()): FakeHttp {
  const log = createCallLog();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming, response);
    const name = platform.nameOf(request);
    const effect = name === undefined ? undefined : faults.take(name, request.params);
    if (name !== undefined) {
      const { params, files } = request;
      log.add({ method: name, params, files, at: Date.now(), ...failureOf(effect) });
    }
    if (effect?.kind === 'answer') return send(response, { ...effect, body: effect.body ?? '' });
    if (effect?.kind === 'drop' && effect.when === 'before') return void response.destroy();
    if (effect?.kind === 'hang' && effect.when === 'before') return;
    const answer = await platform.answer(request);
    if (effect?.kind === 'drop') return void response.destroy();
    if (effect?.kind === 'hang') return;
    if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms));
    send(response, answer);
  };

  const listen = (): Promise<void> => {
    const listening = createServer((incoming, response) => {
      serve(incoming, response).catch(() => response.destroy());
    });
    listening.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server = listening;
    return new Promise((resolve, reject) => {
      listening.once('error', reject).listen(port, '127.0.0.1', () => {
        const address = listening.address();
        if (address !== null && typeof address === 'object') port = address.port;
        resolve();
      });
    });
  };

  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  const stop = (): Promise<void> => {
    const closing = server;
    server = undefined;
    dropConnections();
    return new Promise((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
  };

  return {
    log,
    faults,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    async start(wanted = 0) {
      port = wanted;
      await listen();
      return `http://127.0.0.1:${port}`;
    },
    dropConnections,
    async restart(whileAway) {
      await stop();
      whileAway?.();
      await listen();
    },
    stop,
  };
}

function failureOf(effect: FaultEffect | undefined): { failure?: number | 'drop' | 'hang' } {
  if (!effect || effect.kind === 'slow') return {};
  return { failure: effect.kind === 'answer' ? effect.status : effect.kind };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: PlatformAnswer): void {
  if (response.destroyed) return;
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { ...(!isRaw && { 'content-type': 'application/json' }), ...headers });
  response.end(isRaw ? body : JSON.stringify(body));
}

async function readRequest(incoming: IncomingMessage, response: ServerResponse): Promise<PlatformRequest> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const url = new URL(incoming.url ?? '/', 'http://fake');
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(Buffer.from(piece));
  const body = Buffer.concat(pieces);
  const type = incoming.headers['content-type'] ?? '';
  const parts = type.startsWith('multipart/') ? readMultipart(body, type) : [];
  const query = Object.fromEntries(url.searchParams);
  return {
    verb: incoming.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body,
    files: parts.filter(({ fileName }) => fileName !== undefined),
    params: { ...query, ...membersOf(type, body, parts) },
    gone: gone.signal,
  };
}

function membersOf(type: string, body: Buffer, parts: readonly FormPart[]): Record<string, unknown> {
  if (parts.length > 0) {
    const fields = parts.filter(({ fileName }) => fileName === undefined);
    return Object.fromEntries(fields.map(({ name, bytes }) => [name, fieldValue(bytes.toString('utf8'))]));
  }
  if (type.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Objects travel as JSON in a form; everything else is text. */
function fieldValue(text: string): unknown {
  if (!/^[{[]/.test(text) && text !== 'true' && text !== 'false') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
