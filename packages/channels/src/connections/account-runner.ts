import type { Clock, Logger, Metrics } from '@chela/observability';
import { ChannelError } from '../contract/channel-error.ts';
import type { ChannelConnection, ConnectionEnd, ConnectionPort } from '../contract/connection.ts';
import type { AccountName } from '../kernel.ts';
import { within } from '../within.ts';
import type { AccountPlan } from './account-plan.ts';
import {
  type ConnectionAction,
  type ConnectionEvent,
  type ConnectionState,
  IDLE_MACHINE,
  step,
  type TerminalKind,
} from './connection-machine.ts';

/** What is known of an account's connection; times in milliseconds since the epoch. */
export interface AccountView extends AccountName {
  readonly state: ConnectionState;
  /** Losses in a row. */
  readonly failures: number;
  /** False while the connection says that its transport is down. */
  readonly isTransportUp: boolean;
  /** Members that the adapter shows of the account. */
  readonly shown: Readonly<Record<string, unknown>>;
  readonly self?: ChannelConnection['self'];
  readonly lastStartAt?: number;
  readonly lastStopAt?: number;
  readonly lastConnectedAt?: number;
  readonly lastDisconnect?: { readonly at: number; readonly error: string; readonly loggedOut?: true };
  readonly lastError?: string | undefined;
  readonly lastAliveAt?: number;
  readonly lastInboundAt?: number;
  readonly lastOutboundAt?: number;
}

export interface AccountRunner {
  readonly account: AccountName;
  /** The open connection; undefined while there is none. */
  connection(): ChannelConnection | undefined;
  view(): AccountView;
  start(): void;
  restart(): void;
  /** Its credential was refused in the middle of work. */
  revoked(reason: string): void;
  noteInbound(): void;
  noteOutbound(): void;
  /** Resolves once nothing is open any more; an adapter that hangs is left behind after a deadline. */
  stop(): Promise<void>;
}

export interface AccountRunnerDeps {
  readonly account: AccountName;
  /** Reads the account as it is configured now. */
  readonly plan: () => Promise<AccountPlan>;
  readonly port: (signal: AbortSignal, signs: Pick<ConnectionPort, 'alive' | 'connected'>) => ConnectionPort;
  readonly onState: (view: AccountView) => void;
  readonly onAlarm: (alarm: AccountName & { readonly why: TerminalKind; readonly reason: string }) => void;
  readonly redact: (text: string) => string;
  readonly random: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const CONNECT_DEADLINE_MS = 60_000;
const CLOSE_DEADLINE_MS = 15_000;
const MS_PER_SECOND = 1_000;

/** One connection of an account, from being opened to being gone. */
interface Generation {
  readonly number: number;
  readonly abort: AbortController;
  /** Never rejects; undefined when nothing was opened. */
  opening: Promise<ChannelConnection | undefined>;
  release(): void;
  timers: (() => void)[];
}

/** Keeps one account connected: does what the machine says and tells it what happened. */
export function createAccountRunner(deps: AccountRunnerDeps): AccountRunner {
  const { account, clock, logger, metrics } = deps;
  let machine = IDLE_MACHINE;
  let live: Generation | undefined;
  let connection: ChannelConnection | undefined;
  let cancelWait: (() => void) | undefined;
  let facts: Omit<AccountView, 'state' | 'failures' | 'channel' | 'accountId'> = { isTransportUp: false, shown: {} };
  const atRest = new Set<() => void>();

  const note = (next: Partial<typeof facts>): void => {
    facts = { ...facts, ...next };
  };

  function view(): AccountView {
    return { ...account, ...facts, state: machine.state, failures: machine.failures };
  }

  function dispatch(event: ConnectionEvent): void {
    const before = machine.state;
    const { machine: next, actions } = step(machine, event, { now: clock.now(), jitter: deps.random() });
    machine = next;
    if (next.state === before) return;
    cancelWait?.();
    cancelWait = undefined;
    if (next.state.kind !== 'connected') connection = undefined;
    for (const action of actions) perform(action);
    deps.onState(view());
    if (isResting(machine.state)) for (const resolve of atRest) resolve();
  }

  function perform(action: ConnectionAction): void {
    switch (action.do) {
      case 'connect':
        return open(action.generation);
      case 'close':
        return close(action.generation);
      case 'wait':
        logger.info(`auto-restart attempt ${machine.failures} in ${Math.round(action.ms / MS_PER_SECOND)}s`);
        cancelWait = clock.after(action.ms, () => dispatch({ type: 'due' }));
        return;
      case 'alarm':
        return deps.onAlarm({ ...account, why: action.why, reason: action.reason });
    }
  }

  function open(number: number): void {
    const generation: Generation = {
      number,
      abort: new AbortController(),
      opening: Promise.resolve(undefined),
      release: () => {},
      timers: [],
    };
    live = generation;
    note({ lastStartAt: clock.now(), isTransportUp: false });
    generation.timers.push(
      clock.after(CONNECT_DEADLINE_MS, () =>
        lost(number, `not connected within ${CONNECT_DEADLINE_MS / MS_PER_SECOND} s`),
      ),
    );
    generation.opening = connect(generation).catch((error: unknown) => {
      failed(number, error);
      return undefined;
    });
  }

  async function connect(generation: Generation): Promise<ChannelConnection | undefined> {
    const { number, abort } = generation;
    const plan = await deps.plan();
    note({ shown: plan.shown });
    if (plan.state !== 'ready') {
      note({ lastError: plan.reason });
      const { state: kind, reason } = plan;
      const state = kind === 'misconfigured' ? ({ kind: 'terminal', why: kind, reason } as const) : { kind, reason };
      dispatch({ type: 'rested', generation: number, state });
      return undefined;
    }
    if (abort.signal.aborted) {
      plan.release();
      return undefined;
    }
    generation.release = plan.release;
    const opened = await plan.connect(deps.port(abort.signal, signsOf(generation)));
    if (abort.signal.aborted) return opened;
    followEnd(number, opened);
    for (const cancel of generation.timers.splice(0)) cancel();
    const now = clock.now();
    connection = opened;
    note({ self: opened.self, isTransportUp: true, lastConnectedAt: now, lastAliveAt: now, lastError: undefined });
    dispatch({ type: 'opened', generation: number });
    watchSilence(generation, opened.silenceMs);
    return opened;
  }

  /** What an older connection still reports is not news: the machine looks at the number, and so does this. */
  function signsOf({ number, abort }: Generation): Pick<ConnectionPort, 'alive' | 'connected'> {
    const isCurrent = (): boolean => live?.number === number && !abort.signal.aborted;
    return {
      alive() {
        if (isCurrent()) note({ lastAliveAt: clock.now() });
      },
      connected(isConnected) {
        if (!isCurrent() || facts.isTransportUp === isConnected) return;
        note({ isTransportUp: isConnected, ...(isConnected && { lastConnectedAt: clock.now() }) });
        deps.onState(view());
      },
    };
  }

  function followEnd(number: number, opened: ChannelConnection): void {
    opened.ended.then(
      (end) => endedWith(number, end),
      (error: unknown) => failed(number, error),
    );
  }

  function endedWith(number: number, end: ConnectionEnd): void {
    if (end.kind === 'lost') return failed(number, end.error);
    if (end.kind === 'closed') return lost(number, 'the connection was closed');
    ended(number, end.kind, end.reason);
  }

  function failed(number: number, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof ChannelError && error.class === 'unauthorized') return ended(number, 'revoked', reason);
    if (error instanceof ChannelError && error.class === 'refused') return ended(number, 'misconfigured', reason);
    if (isMissingPackage(error)) {
      return ended(number, 'misconfigured', `a package that this channel needs is not installed: ${reason}`);
    }
    lost(number, reason);
  }

  function lost(number: number, given: string): void {
    if (number !== live?.number) return;
    const reason = deps.redact(given);
    logger.warn(`channel exited: ${reason}`);
    metrics.count('chela_channel_losses_total', { channel: account.channel });
    note({ lastError: reason, lastDisconnect: { at: clock.now(), error: reason } });
    dispatch({ type: 'lost', generation: number, reason });
  }

  function ended(number: number, why: TerminalKind, given: string): void {
    if (number !== live?.number) return;
    const reason = deps.redact(given);
    const loggedOut = why !== 'misconfigured' && ({ loggedOut: true } as const);
    note({ lastError: reason, lastDisconnect: { at: clock.now(), error: reason, ...loggedOut } });
    dispatch({ type: 'ended', generation: number, why, reason });
  }

  /** A connection that shows no sign of life for too long is half open. */
  function watchSilence(generation: Generation, silenceMs: number | undefined): void {
    if (silenceMs === undefined) return;
    const look = (): void => {
      const quietMs = clock.now() - (facts.lastAliveAt ?? 0);
      if (quietMs >= silenceMs) {
        return lost(generation.number, `no sign of life for ${Math.round(quietMs / MS_PER_SECOND)} s`);
      }
      generation.timers = [clock.after(silenceMs - quietMs, look)];
    };
    look();
  }

  function close(number: number): void {
    const generation = live;
    if (generation === undefined || generation.number !== number) return;
    live = undefined;
    for (const cancel of generation.timers.splice(0)) cancel();
    generation.abort.abort();
    // A connection that only comes up now is closed all the same.
    const gone = generation.opening
      .then((opened) => opened?.close())
      .catch((error: unknown) => logger.warn('a connection did not close cleanly', { error }));
    const done = (isGone: boolean): void => {
      if (!isGone) {
        logger.warn('a connection did not close in time and is left behind', { deadlineMs: CLOSE_DEADLINE_MS });
        metrics.count('chela_channel_forced_closes_total', { channel: account.channel });
      }
      generation.release();
      note({ lastStopAt: clock.now(), isTransportUp: false });
      dispatch({ type: 'closed', generation: number });
    };
    const inTime = gone.then(() => true);
    within(inTime, CLOSE_DEADLINE_MS, clock, () => false).then(done, (error: unknown) => {
      logger.error('a connection could not be closed', { error });
    });
  }

  return {
    account,
    connection: () => connection,
    view,
    start: () => dispatch({ type: 'start' }),
    restart: () => dispatch({ type: 'restart' }),
    revoked: (reason) => ended(machine.generation, 'revoked', reason),
    noteInbound: () => note({ lastInboundAt: clock.now(), lastAliveAt: clock.now() }),
    noteOutbound: () => note({ lastOutboundAt: clock.now(), lastAliveAt: clock.now() }),
    async stop() {
      const resting = new Promise<void>((resolve) => {
        const done = (): void => {
          atRest.delete(done);
          resolve();
        };
        atRest.add(done);
      });
      dispatch({ type: 'stop' });
      if (isResting(machine.state)) for (const resolve of atRest) resolve();
      await resting;
    },
  };
}

function isResting({ kind }: ConnectionState): boolean {
  return kind !== 'connecting' && kind !== 'connected' && kind !== 'closing';
}

/** An adapter's vendor library may be an optional install. */
function isMissingPackage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
