/**
 * The life of a gateway socket, apart from I/O (reference protocol/protocol.md §2.1):
 *
 *   challenged ──connect──▶ authenticating ──accepted──▶ ready
 *        └────────────────────────┴──────refused, time-out, gone, stop──────┴──▶ closed
 *
 * A step takes the state and what happened and says the next state and what to do, in order. Whatever happens to a
 * closed connection has no effect.
 */
import { CLOSE, type ErrorShape, type IncomingFrame, type RequestFrame } from '@chela/protocol';

export type ConnectionState = 'challenged' | 'authenticating' | 'ready' | 'closed';

/** Why a connect is refused; the close reason is the message unless one is given. */
export interface Refusal {
  readonly error: ErrorShape;
  readonly closeCode: number;
}

export type ConnectionInput<Session> =
  | { readonly type: 'frame'; readonly frame: IncomingFrame }
  | { readonly type: 'accepted'; readonly id: string; readonly session: Session }
  | { readonly type: 'refused'; readonly id: string; readonly refusal: Refusal }
  | { readonly type: 'handshake timeout' }
  | { readonly type: 'stop'; readonly code: number; readonly reason: string }
  | { readonly type: 'gone' };

export type ConnectionEffect<Session> =
  | { readonly do: 'authenticate'; readonly id: string; readonly params: unknown }
  | { readonly do: 'dispatch'; readonly request: RequestFrame }
  | { readonly do: 'answer error'; readonly id: string | number; readonly error: ErrorShape }
  /** Send hello-ok and join the others. */
  | { readonly do: 'welcome'; readonly id: string; readonly session: Session }
  | { readonly do: 'note unparsable' }
  | { readonly do: 'stop timer' }
  | { readonly do: 'leave' }
  | { readonly do: 'close'; readonly code: number; readonly reason: string };

export interface ConnectionStep<Session> {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect<Session>[];
}

const FIRST_REQUEST = 'invalid handshake: first request must be connect';

const invalid = (message: string): ErrorShape => ({ code: 'INVALID_REQUEST', message });

function closed<Session>(
  from: ConnectionState,
  effects: readonly ConnectionEffect<Session>[],
): ConnectionStep<Session> {
  return { state: 'closed', effects: [{ do: from === 'ready' ? 'leave' : 'stop timer' }, ...effects] };
}

function firstFrame<Session>(frame: IncomingFrame): ConnectionStep<Session> {
  if (frame.kind === 'unparsable') return closed('challenged', [{ do: 'close', code: CLOSE.normal, reason: '' }]);
  if (frame.kind === 'invalid') {
    return closed('challenged', [{ do: 'close', code: CLOSE.policy, reason: 'invalid request frame' }]);
  }
  const { id, method, params } = frame.request;
  if (method === 'connect') return { state: 'authenticating', effects: [{ do: 'authenticate', id, params }] };
  return closed('challenged', [
    { do: 'answer error', id, error: invalid(FIRST_REQUEST) },
    { do: 'close', code: CLOSE.policy, reason: FIRST_REQUEST },
  ]);
}

function laterFrame<Session>(frame: IncomingFrame): ConnectionEffect<Session> {
  if (frame.kind === 'unparsable') return { do: 'note unparsable' };
  if (frame.kind === 'request') return { do: 'dispatch', request: frame.request };
  return { do: 'answer error', id: frame.id, error: invalid(`invalid request frame: ${frame.problem}`) };
}

function frameStep<Session>(state: ConnectionState, frame: IncomingFrame): ConnectionStep<Session> {
  if (state === 'challenged') return firstFrame(frame);
  if (state === 'authenticating') throw new Error('a frame has to wait until the handshake is decided');
  return { state, effects: [laterFrame(frame)] };
}

export function stepConnection<Session>(
  state: ConnectionState,
  input: ConnectionInput<Session>,
): ConnectionStep<Session> {
  if (state === 'closed') return { state, effects: [] };
  switch (input.type) {
    case 'frame':
      return frameStep(state, input.frame);
    case 'accepted':
      if (state !== 'authenticating') throw new Error(`a connection cannot be accepted while ${state}`);
      return {
        state: 'ready',
        effects: [{ do: 'stop timer' }, { do: 'welcome', id: input.id, session: input.session }],
      };
    case 'refused':
      if (state !== 'authenticating') throw new Error(`a connection cannot be refused while ${state}`);
      return closed(state, [
        { do: 'answer error', id: input.id, error: input.refusal.error },
        { do: 'close', code: input.refusal.closeCode, reason: input.refusal.error.message },
      ]);
    case 'handshake timeout':
      if (state === 'ready') throw new Error('the handshake of a ready connection cannot time out');
      return closed(state, [{ do: 'close', code: CLOSE.normal, reason: '' }]);
    case 'stop':
      return closed(state, [{ do: 'close', code: input.code, reason: input.reason }]);
    case 'gone':
      return closed(state, []);
  }
}
