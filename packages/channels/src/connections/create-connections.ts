import { join } from 'node:path';
import { type Config, type ConfigService, type Env, equalJson, isTruthy } from '@chela/config';
import type { Clock, KnownSecrets, Logger, Metrics } from '@chela/observability';
import { accountInput } from '../accounts/account-input.ts';
import { accountIds, accountSettings, isAccountEnabled } from '../accounts/account-settings.ts';
import { wantedChannels } from '../catalog/wanted-channels.ts';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { ConnectionPort } from '../contract/connection.ts';
import type { AccountName, AdapterCatalog, Inbound, Ingress } from '../kernel.ts';
import { isRecord } from '../record.ts';
import type { AccountPlan } from './account-plan.ts';
import { type AccountRunner, type AccountRunnerDeps, type AccountView, createAccountRunner } from './account-runner.ts';
import type { ConnectionSupervisor } from './connections.ts';
import { createIdentityLocks } from './identity-locks.ts';

export interface ConnectionsDeps {
  readonly config: Pick<ConfigService, 'current'>;
  readonly catalog: AdapterCatalog;
  readonly env: Env;
  readonly stateDir: string;
  readonly secrets: Pick<KnownSecrets, 'learn' | 'redact'>;
  readonly receive: Inbound['receive'];
  readonly ingress: Pick<Ingress, 'add'>;
  /** Commands for a vendor's own menu. */
  readonly nativeCommands: (account: AccountName) => ReturnType<ConnectionPort['nativeCommands']>;
  readonly onAlarm: AccountRunnerDeps['onAlarm'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** From 0 to 1; default `Math.random`. */
  readonly random?: () => number;
}

/** `OPENCLAW_SKIP_CHANNELS` and the variable that older guides name. */
const SKIP_VARIABLES = ['OPENCLAW_SKIP_CHANNELS', 'OPENCLAW_SKIP_PROVIDERS'];

/**
 * The one supervisor of all connections (design rule 8): adapters open, emit and close; this decides when. An account
 * that fails waits, is tried again or waits for the operator, and its neighbours never notice.
 */
export function createConnections(deps: ConnectionsDeps): ConnectionSupervisor {
  const { config, catalog, env, clock, logger, metrics } = deps;
  const runners = new Map<string, AccountRunner>();
  const adapters = new Map<string, ChannelAdapter>();
  const missing = new Set<string>();
  const locks = createIdentityLocks();
  const listeners = new Set<(view: AccountView) => void>();
  const isOff = SKIP_VARIABLES.some((name) => isTruthy(env[name]));
  let isClosed = false;
  let work: Promise<void> = Promise.resolve();

  async function adapterOf(channel: string): Promise<ChannelAdapter | undefined> {
    try {
      const adapter = await catalog.load(channel);
      if (adapter === undefined || adapter.facts.id !== channel) throw new Error('this release has no adapter for it');
      adapters.set(channel, adapter);
      missing.delete(channel);
      return adapter;
    } catch (error) {
      if (!missing.has(channel)) logger.warn(`channel ${channel} stays off`, { error: String(error) });
      missing.add(channel);
      return undefined;
    }
  }

  function addRunner(account: AccountName, adapter: ChannelAdapter): AccountRunner {
    const { channel, accountId } = account;
    const runner = createAccountRunner({
      account,
      plan: () => plan(account, adapter),
      port: (signal, signs) => ({
        ...account,
        signal,
        logger: logger.child(`${channel}/${accountId}`),
        clock,
        folder: join(deps.stateDir, channel),
        receive(event) {
          runner.noteInbound();
          return deps.receive(account, event);
        },
        ...signs,
        nativeCommands: () => deps.nativeCommands(account),
        ingress: (route) => deps.ingress.add(account, route, signal),
      }),
      onState: changed,
      onAlarm: deps.onAlarm,
      redact: deps.secrets.redact,
      random: deps.random ?? Math.random,
      clock,
      logger: logger.child(`${channel}/${accountId}`),
      metrics,
    });
    runners.set(keyOf(account), runner);
    return runner;
  }

  function changed(view: AccountView): void {
    const open = [...runners.values()].filter(
      (runner) => runner.account.channel === view.channel && runner.connection() !== undefined,
    );
    metrics.gauge('chela_channel_connections', open.length, { channel: view.channel });
    for (const listener of listeners) listener(view);
  }

  async function plan(account: AccountName, adapter: ChannelAdapter): Promise<AccountPlan> {
    const { channel, accountId } = account;
    const current = config.current();
    const reading = await adapter.readAccount(accountInput(current, account, env));
    if (!isAccountEnabled(current, channel, accountId)) {
      return { state: 'disabled', reason: 'disabled', shown: reading.shown };
    }
    if (reading.state === 'unconfigured') return reading;
    const key = keyOf(account);
    const identity = `${channel} ${reading.identity}`;
    deps.secrets.learn(`channel:${key}`, reading.secrets);
    const holder = locks.take(identity, key);
    if (holder !== undefined) {
      const reason = `the same credential is in use by account "${holder}"; give each account its own`;
      return { state: 'misconfigured', reason, shown: reading.shown };
    }
    const release = (): void => {
      for (const waiting of locks.release(identity, key)) runners.get(waiting)?.restart();
    };
    return { ...reading, release };
  }

  /** Makes runners for new accounts and ends those of accounts that are gone. */
  async function sync(current: Config): Promise<void> {
    const wanted = new Map<string, { readonly account: AccountName; readonly adapter: ChannelAdapter }>();
    for (const channel of wantedChannels(current, env, catalog.ids)) {
      const adapter = await adapterOf(channel);
      for (const accountId of adapter === undefined ? [] : accountIds(current, channel)) {
        const account = { channel, accountId };
        if (adapter !== undefined) wanted.set(keyOf(account), { account, adapter });
      }
    }
    const gone = [...runners].filter(([key]) => !wanted.has(key));
    await Promise.all(
      gone.map(async ([key, runner]) => {
        await runner.stop();
        runners.delete(key);
      }),
    );
    if (isClosed) return;
    for (const [key, { account, adapter }] of wanted) {
      if (!runners.has(key)) addRunner(account, adapter);
    }
  }

  function startAll(): void {
    if (isOff || isClosed) return;
    for (const runner of runners.values()) if (runner.view().state.kind === 'idle') runner.start();
  }

  /** Whether a change concerns an account: its merged settings, or another path its channel restarts on. */
  function concerns({ account }: AccountRunner, next: Config, previous: Config): boolean {
    const { channel, accountId } = account;
    const of = (current: Config) => [
      accountSettings(current, channel, accountId),
      isAccountEnabled(current, channel, accountId),
      ...(adapters.get(channel)?.facts.restartsOn ?? []).map((path) => valueAt(current, path)),
    ];
    return !equalJson(of(next), of(previous));
  }

  /** Changes are taken over one after the other. */
  function inTurn(task: () => Promise<void>): Promise<void> {
    work = work
      .then(task)
      .catch((error: unknown) => logger.error('channels could not be brought up to date', { error }));
    return work;
  }

  const runnerOf = (account: AccountName): AccountRunner | undefined => runners.get(keyOf(account));

  return {
    get: (account) => runnerOf(account)?.connection(),
    revoked: (account, reason) => runnerOf(account)?.revoked(reason),
    noteOutbound: (account) => runnerOf(account)?.noteOutbound(),
    noteInbound: (account) => runnerOf(account)?.noteInbound(),
    start: () =>
      inTurn(async () => {
        if (isOff) logger.info('channels are not started (OPENCLAW_SKIP_CHANNELS)');
        await sync(config.current());
        startAll();
      }),
    apply: (next, previous) =>
      inTurn(async () => {
        const known = new Set(runners.values());
        await sync(next);
        if (isOff || isClosed) return;
        for (const runner of runners.values()) {
          if (!known.has(runner) || !concerns(runner, next, previous)) continue;
          logger.info(`restarting channel ${runner.account.channel}/${runner.account.accountId}: its settings changed`);
          runner.restart();
        }
        startAll();
      }),
    views: (channel) =>
      [...runners.values()]
        .filter(({ account }) => channel === undefined || account.channel === channel)
        .map((runner) => runner.view())
        .sort((a, b) => keyOf(a).localeCompare(keyOf(b))),
    startAccount(account) {
      runnerOf(account)?.start();
      return runnerOf(account) !== undefined;
    },
    restartAccount(account) {
      runnerOf(account)?.restart();
      return runnerOf(account) !== undefined;
    },
    async stopAccount(account) {
      await runnerOf(account)?.stop();
      return runnerOf(account) !== undefined;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    adapter: (channel) => adapters.get(channel),
    async close() {
      isClosed = true;
      await work;
      await Promise.all([...runners.values()].map((runner) => runner.stop()));
    },
  };
}

const keyOf = ({ channel, accountId }: AccountName): string => `${channel}/${accountId}`;

function valueAt(config: Config, path: string): unknown {
  let at: unknown = config;
  for (const key of path.split('.')) at = isRecord(at) ? at[key] : undefined;
  return at ?? null;
}
