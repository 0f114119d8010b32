import { backoffMs } from './backoff.ts';

/**
 * The life of one account's connection (design rule 3). Pure: `step` says where an event leads and what has to be done;
 * the runner does it and comes back with what happened.
 */

/** Ends that wait for the operator. */
export type TerminalKind = 'revoked' | 'loggedOut' | 'misconfigured';

/** States without a connection. */
export type RestingState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'disabled'; readonly reason: string }
  | { readonly kind: 'unconfigured'; readonly reason: string }
  /** Lost; tried again at `until`. */
  | { readonly kind: 'waiting'; readonly until: number; readonly reason: string }
  /** Somebody stopped it; only somebody starts it again. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'terminal'; readonly why: TerminalKind; readonly reason: string };

export type ConnectionState =
  | RestingState
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'connected'; readonly since: number }
  /** The old connection is on its way out; nothing new is opened before it is gone. */
  | { readonly kind: 'closing'; readonly next: RestingState | { readonly kind: 'connecting' } };

export interface ConnectionMachine {
  readonly state: ConnectionState;
  /** Counts connections; what an older one reports is not news. */
  readonly generation: number;
  /** Losses in a row; a connection that held for a while makes it 0 again. */
  readonly failures: number;
}

export type ConnectionEvent =
  /** It should be open: at start, and after a change that may have mended it. */
  | { readonly type: 'start' }
  /** It should be made anew, whatever it does now. */
  | { readonly type: 'restart' }
  | { readonly type: 'stop' }
  /** The pause is over. */
  | { readonly type: 'due' }
  /** It cannot be opened as it is configured. */
  | {
      readonly type: 'rested';
      readonly generation: number;
      readonly state: Extract<RestingState, { kind: 'disabled' | 'unconfigured' | 'terminal' }>;
    }
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'lost'; readonly generation: number; readonly reason: string }
  | {
      readonly type: 'ended';
      readonly generation: number;
      readonly why: TerminalKind;
      readonly reason: string;
    }
  | { readonly type: 'closed'; readonly generation: number };

export type ConnectionAction =
  | { readonly do: 'connect'; readonly generation: number }
  | { readonly do: 'close'; readonly generation: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'alarm'; readonly why: TerminalKind; readonly reason: string };

export interface ConnectionStep {
  readonly machine: ConnectionMachine;
  readonly actions: readonly ConnectionAction[];
}

/** A connection that held so long was a good one. */
export const HEALTHY_MS = 60_000;

export const IDLE_MACHINE: ConnectionMachine = { state: { kind: 'idle' }, generation: 0, failures: 0 };

export function step(
  machine: ConnectionMachine,
  event: ConnectionEvent,
  { now, jitter }: { readonly now: number; readonly jitter: number },
): ConnectionStep {
  const { state, generation } = machine;
  if ('generation' in event && event.generation !== generation) return unchanged(machine);
  switch (event.type) {
    case 'start':
      if (state.kind === 'closing') return { machine: { ...machine, state: closingToConnect }, actions: [] };
      return isOpen(state) ? unchanged(machine) : connect({ ...machine, failures: 0 }, now);
    case 'restart':
      return leave({ ...machine, failures: 0 }, { kind: 'connecting' }, now);
    case 'stop':
      return leave({ ...machine, failures: 0 }, { kind: 'stopped' }, now);
    case 'due':
      return state.kind === 'waiting' ? connect(machine, now) : unchanged(machine);
    case 'rested':
      return state.kind === 'connecting' ? leave(machine, event.state, now) : unchanged(machine);
    case 'opened':
      if (state.kind !== 'connecting') return unchanged(machine);
      return { machine: { ...machine, state: { kind: 'connected', since: now } }, actions: [] };
    case 'lost':
      return isOpen(state) ? lose(machine, event.reason, now, jitter) : unchanged(machine);
    case 'ended':
      if (!isOpen(state)) return unchanged(machine);
      return leave(machine, { kind: 'terminal', why: event.why, reason: event.reason }, now);
    case 'closed':
      return state.kind === 'closing' ? settle(machine, state.next, now) : unchanged(machine);
  }
}

const closingToConnect = { kind: 'closing', next: { kind: 'connecting' } } as const;

function unchanged(machine: ConnectionMachine): ConnectionStep {
  return { machine, actions: [] };
}

function isOpen(state: ConnectionState): state is Extract<ConnectionState, { kind: 'connecting' | 'connected' }> {
  return state.kind === 'connecting' || state.kind === 'connected';
}

function connect(machine: ConnectionMachine, now: number): ConnectionStep {
  const generation = machine.generation + 1;
  return {
    machine: { ...machine, generation, state: { kind: 'connecting', since: now } },
    actions: [{ do: 'connect', generation }],
  };
}

function lose(machine: ConnectionMachine, reason: string, now: number, jitter: number): ConnectionStep {
  const { state } = machine;
  const wasHealthy = state.kind === 'connected' && now - state.since >= HEALTHY_MS;
  const failures = wasHealthy ? 1 : machine.failures + 1;
  const until = now + backoffMs(failures, jitter);
  return leave({ ...machine, failures }, { kind: 'waiting', until, reason }, now);
}

/** Goes to `next`; first the connection is closed when there is one. */
function leave(
  machine: ConnectionMachine,
  next: RestingState | { readonly kind: 'connecting' },
  now: number,
): ConnectionStep {
  const { state, generation } = machine;
  if (state.kind === 'closing') return { machine: { ...machine, state: { kind: 'closing', next } }, actions: [] };
  if (!isOpen(state)) return settle(machine, next, now);
  return { machine: { ...machine, state: { kind: 'closing', next } }, actions: [{ do: 'close', generation }] };
}

function settle(
  machine: ConnectionMachine,
  next: RestingState | { readonly kind: 'connecting' },
  now: number,
): ConnectionStep {
  if (next.kind === 'connecting') return connect(machine, now);
  return { machine: { ...machine, state: next }, actions: actionsOf(next, now) };
}

function actionsOf(state: RestingState, now: number): readonly ConnectionAction[] {
  if (state.kind === 'waiting') return [{ do: 'wait', ms: Math.max(0, state.until - now) }];
  if (state.kind === 'terminal') return [{ do: 'alarm', why: state.why, reason: state.reason }];
  return [];
}
