/**
 * One gateway socket: runs the connection machine over a WebSocket. It owns the socket, the handshake timer and the
 * abort signal of the connection's requests, and stops reading while too much is unanswered or unsent, so that one
 * client's burst or laziness cannot grow the gateway's memory.
 */
import { setMaxListeners } from 'node:events';
import type { Clock, Logger } from '@chela/observability';
import {
  CLOSE,
  cutCloseReason,
  HANDSHAKE_TIMEOUT_MS,
  type HelloOk,
  parseRequest,
  type ResponseFrame,
  SLOW_CONSUMER_REASON,
  type Validators,
} from '@chela/protocol';
import type { WebSocket } from 'ws';
import type { Peer } from '../auth/peer.ts';
import type { BroadcastClient } from '../create-broadcast.ts';
import type { Caller } from '../method.ts';
import type { Dispatcher } from '../requests/dispatch.ts';
import { responseBytes } from '../requests/ready-json.ts';
import type { Admission, AuthenticateOutcome } from './authenticate.ts';
import { callerOf } from './caller.ts';
import { createIntake } from './intake.ts';
import { type ConnectionEffect, type ConnectionInput, type ConnectionState, stepConnection } from './machine.ts';

export interface Connection {
  readonly connId: string;
  /** The client once it is ready. */
  readonly caller: Caller | undefined;
  /** Says goodbye; resolves when the socket is gone, cut after `graceMs` if the other end does not answer. */
  stop(code: number, reason: string, graceMs: number): Promise<void>;
}

export interface ConnectionDeps {
  readonly socket: WebSocket;
  readonly connId: string;
  readonly nonce: string;
  readonly peer: Peer;
  readonly validators: Validators;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly logger: Logger;
  authenticate(params: unknown): Promise<AuthenticateOutcome>;
  /** Makes the client known and builds its hello-ok. */
  admit(admission: Admission): HelloOk;
  /** Adds it to the fan-out, right after hello-ok went out; the returned function undoes what admit and join did. */
  join(client: BroadcastClient, admission: Admission): () => void;
}

/** Requests of one connection that may run at a time; further ones wait in the socket. */
const REQUESTS_IN_FLIGHT_LIMIT = 512;
/** Unsent bytes above which no further request is read. */
const UNSENT_MARK_BYTES = 8_388_608;
/** How long a client that did not read has to take what is waiting and the close frame. */
const SLOW_CLOSE_GRACE_MS = 5_000;
const CLOSE_GRACE_MS = 2_000;

export function createConnection(deps: ConnectionDeps): Connection {
  const { socket, connId, clock, logger } = deps;
  const abort = new AbortController();
  const gone = Promise.withResolvers<void>();
  let state: ConnectionState = 'challenged';
  let caller: Caller | undefined;
  let leave: (() => void) | undefined;
  let inFlight = 0;
  let closeGraceMs = CLOSE_GRACE_MS;
  let cancelCut = (): void => {};
  // One listener a running request is no leak.
  setMaxListeners(0, abort.signal);
  const intake = createIntake({
    take: (message) => step({ type: 'frame', frame: parseRequest(message, deps.validators) }),
    // What else is in the pipe while the client is being checked waits until it is known.
    hasRoom: () =>
      state !== 'authenticating' && inFlight < REQUESTS_IN_FLIGHT_LIMIT && socket.bufferedAmount <= UNSENT_MARK_BYTES,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  });
  const cancelHandshakeTimer = clock.after(HANDSHAKE_TIMEOUT_MS, () => step({ type: 'handshake timeout' }));

  function step(input: ConnectionInput<Admission>): void {
    const next = stepConnection(state, input);
    state = next.state;
    for (const effect of next.effects) run(effect);
  }

  function run(effect: ConnectionEffect<Admission>): void {
    switch (effect.do) {
      case 'authenticate':
        void authenticate(effect.id, effect.params);
        return;
      case 'dispatch':
        void dispatch(effect.request);
        return;
      case 'answer error':
        sendResponse({ type: 'res', id: effect.id, ok: false, error: effect.error });
        return;
      case 'welcome':
        welcome(effect.id, effect.session);
        return;
      case 'note unparsable':
        logger.warn('ignored a message that is no JSON', { connId });
        return;
      case 'stop timer':
        cancelHandshakeTimer();
        return;
      case 'leave':
        abort.abort();
        leave?.();
        return;
      case 'close':
        close(effect.code, effect.reason);
        return;
    }
  }

  async function authenticate(id: string, params: unknown): Promise<void> {
    try {
      const outcome = await deps.authenticate(params);
      if (outcome.ok) step({ type: 'accepted', id, session: outcome.admission });
      else step({ type: 'refused', id, refusal: outcome.refusal });
      if (!outcome.ok)
        logger.info('refused a client', { connId, reason: outcome.refusal.error.message, ip: deps.peer.ip });
    } catch (error) {
      logger.error('the handshake failed', { connId, error });
      const message = error instanceof Error ? String(error) : `Error: ${String(error)}`;
      step({
        type: 'refused',
        id,
        refusal: { error: { code: 'UNAVAILABLE', message }, closeCode: CLOSE.internalError },
      });
    }
    intake.review();
  }

  function welcome(id: string, admission: Admission): void {
    const known = callerOf(connId, admission, deps.peer);
    caller = known;
    const hello = deps.admit(admission);
    sendResponse({ type: 'res', id, ok: true, payload: hello });
    leave = deps.join(
      {
        connId,
        role: known.role,
        scopes: known.scopes,
        caps: known.caps,
        bufferedBytes: () => socket.bufferedAmount,
        send,
        dropSlow() {
          closeGraceMs = SLOW_CLOSE_GRACE_MS;
          step({ type: 'stop', code: CLOSE.policy, reason: SLOW_CONSUMER_REASON });
        },
      },
      admission,
    );
  }

  async function dispatch(request: Parameters<Dispatcher['dispatch']>[0]): Promise<void> {
    if (!caller) return;
    inFlight += 1;
    await deps.dispatcher.dispatch(request, { caller, signal: abort.signal, respond: sendResponse });
    inFlight -= 1;
    intake.review();
  }

  function sendResponse(frame: ResponseFrame): void {
    send(responseBytes(frame));
  }

  function send(frame: Buffer): void {
    if (socket.readyState === socket.OPEN) socket.send(frame, { binary: false }, intake.review);
  }

  function close(code: number, reason: string): void {
    intake.close();
    socket.resume();
    socket.close(code, cutCloseReason(reason));
    cancelCut = clock.after(closeGraceMs, () => socket.terminate());
  }

  socket.on('message', (data) => intake.add(data.toString()));
  // `close` follows; a message over the limit has closed the socket with 1009 by itself.
  socket.on('error', (error) => logger.debug('a socket failed', { connId, error }));
  socket.on('close', () => {
    cancelCut();
    intake.close();
    step({ type: 'gone' });
    gone.resolve();
  });
  sendChallenge();

  function sendChallenge(): void {
    const payload = { nonce: deps.nonce, ts: clock.now() };
    send(Buffer.from(JSON.stringify({ type: 'event', event: 'connect.challenge', payload }), 'utf8'));
  }

  return {
    connId,
    get caller() {
      return caller;
    },
    async stop(code, reason, graceMs) {
      closeGraceMs = graceMs;
      step({ type: 'stop', code, reason });
      await gone.promise;
    },
  };
}
