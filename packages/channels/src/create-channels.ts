import { join } from 'node:path';
import { normalizeAccountId, type SystemEvents } from '@chela/agent';
import type { ConfigService, Env } from '@chela/config';
import type { Clock, KnownSecrets, Logger, Metrics } from '@chela/observability';
import type { Store } from '@chela/store';
import { accountInput } from './accounts/account-input.ts';
import { accountSettings, channelSection, defaultAccountId } from './accounts/account-settings.ts';
import { createLinkAccount } from './accounts/link-account.ts';
import { createMessageActions } from './actions/message-actions.ts';
import { readTarget } from './actions/resolve-target.ts';
import { SendFailedError, sendThrough } from './actions/send-through.ts';
import { createAdapterCatalog } from './catalog/adapter-catalog.ts';
import { adapterFolders } from './catalog/adapter-places.ts';
import type { Channels } from './channels.ts';
import { createConnections } from './connections/create-connections.ts';
import { createHealthWatch, type HealthWatch } from './connections/health-watch.ts';
import { createOperatorNotice } from './connections/operator-notice.ts';
import { createIngress } from './ingress/create-ingress.ts';
import type { AccountName, AdapterCatalog, Connections, Inbound, Outbound } from './kernel.ts';
import { type MenuInput, nativeMenu } from './native-menu.ts';
import { mirrorPlace } from './outbound/mirror-place.ts';
import { isRecord } from './record.ts';
import { createStatusReader } from './status/channels-status.ts';

/** What the halves of the kernel are given. */
export interface KernelRooms {
  readonly catalog: AdapterCatalog;
  readonly connections: Connections;
  /** The settings of an account, merged, as they are now. */
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
}

export interface ChannelsDeps {
  readonly config: ConfigService;
  readonly env: Env;
  readonly store: { readonly sessions: Pick<Store['sessions'], 'get'> };
  readonly secrets: Pick<KnownSecrets, 'learn' | 'redact'>;
  readonly systemEvents: Pick<SystemEvents, 'add'>;
  /** Commands of the gateway and of skills, for vendors' own menus. */
  readonly nativeCommands: () => Promise<Pick<MenuInput, 'own' | 'skills'>>;
  readonly createOutbound: (rooms: KernelRooms) => Outbound;
  readonly createInbound: (rooms: KernelRooms & { readonly outbound: Outbound }) => Inbound;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Wires the rooms of the kernel: ingress and connections, the outbox, the inbox, and what people ask of channels. */
export async function createChannels(deps: ChannelsDeps): Promise<Channels> {
  const { config, env, secrets, clock, logger, metrics } = deps;
  const { stateDir } = config.paths;
  const catalog = await createAdapterCatalog(adapterFolders(env));
  const ingress = createIngress({ clock, logger: logger.child('ingress'), metrics });
  const settings = ({ channel, accountId }: AccountName) => accountSettings(config.current(), channel, accountId);
  const connections = createConnections({
    config,
    catalog,
    env,
    stateDir,
    secrets,
    receive: (account, event) => inbound.receive(account, event),
    ingress,
    async nativeCommands(account) {
      const facts = connections.adapter(account.channel)?.facts;
      if (facts === undefined) return [];
      return nativeMenu({
        config: config.current(),
        settings: settings(account),
        facts,
        ...(await deps.nativeCommands()),
      });
    },
    onAlarm: (alarm) => {
      tellOperator(alarm).catch((error: unknown) => logger.error('the operator could not be told', { error }));
    },
    clock,
    logger,
    metrics,
  });
  const rooms: KernelRooms = { catalog, connections, settings };
  const outbound = deps.createOutbound(rooms);
  const inbound = deps.createInbound({ ...rooms, outbound });
  const tellOperator = createOperatorNotice({
    config,
    sessions: deps.store.sessions,
    systemEvents: deps.systemEvents,
    async tell(account, to, key, text) {
      const address = connections.adapter(account.channel)?.targets.read(to);
      if (address !== undefined) await outbound.enqueue({ account, address, key, text, bestEffort: true });
    },
    isConnected: (account) => connections.get(account) !== undefined,
    labelOf: (channel) => connections.adapter(channel)?.facts.label ?? channel,
    clock,
    logger,
    metrics,
  });
  const unfollow = connections.subscribe(({ channel, accountId, state }) => {
    if (state.kind === 'connected') outbound.wake({ channel, accountId });
  });
  const status = createStatusReader({
    config,
    env,
    views: () => connections.views(),
    adapter: connections.adapter,
    outbound: () => outbound,
    redact: secrets.redact,
    clock,
  });
  const messages = createMessageActions({
    config,
    catalog,
    connections,
    outbound: () => outbound,
    mediaDir: join(stateDir, 'media'),
  });
  let watch: HealthWatch | undefined;
  const listeners = new Set<() => void>();
  const unwatch = connections.subscribe(() => {
    for (const listener of listeners) listener();
  });
  const ids = (): readonly string[] => [...new Set(connections.views().map(({ channel }) => channel))];

  const hasAccount = ({ channel, accountId }: AccountName): boolean =>
    connections.views(channel).some((view) => view.accountId === accountId);
  const linkAccount = createLinkAccount({
    connections,
    adapters: () => ids().flatMap((id) => connections.adapter(id) ?? []),
    defaultAccount: (channel) => defaultAccountId(config.current(), channel),
    inputOf: (account) => accountInput(config.current(), account, env),
  });

  return {
    linkAccount,
    catalog,
    connections,
    inbound,
    outbound,
    ingress,
    messages,
    ...status,
    async recover() {
      const received = await inbound.recover();
      const unsent = await outbound.recover();
      return { received, unsent };
    },
    async start() {
      await connections.start();
      watch ??= createHealthWatch({
        config,
        views: () => connections.views(),
        restart: (account) => void connections.restartAccount(account),
        clock,
        logger: logger.child('health'),
      });
    },
    apply: connections.apply,
    ids,
    find(name) {
      const wanted = name.trim().toLowerCase();
      return ids()
        .flatMap((id) => connections.adapter(id) ?? [])
        .find(({ facts }) => facts.id === wanted || facts.aliases.includes(wanted));
    },
    descriptions: () =>
      ids().flatMap((id) => {
        const adapter = connections.adapter(id);
        if (adapter === undefined) return [];
        const { configSchema: schema, facts } = adapter;
        return [{ id, label: facts.label, help: facts.blurb, schema, settings: facts.setup }];
      }),
    defaultAccount: (channel) => defaultAccountId(config.current(), channel),
    hasAccount,
    address: readTarget,
    async send({ adapter, accountId, timeoutMs, mirrorsTarget, ...sending }) {
      const { id } = adapter.facts;
      const account = { channel: id, accountId: accountId ?? defaultAccountId(config.current(), id) };
      if (!hasAccount(account)) throw new SendFailedError(`Unknown account "${account.accountId}" of channel ${id}.`);
      const view = () => connections.views(id).find((other) => other.accountId === account.accountId);
      const mirror = mirrorsTarget === true && mirrorPlace(config.current(), adapter, account, sending.address);
      return sendThrough({ outbound, view }, { ...sending, account, ...(mirror && { mirror }) }, timeoutMs);
    },
    async logout(account) {
      const { channel, accountId } = account;
      const adapter = connections.adapter(channel);
      const reading = await adapter?.readAccount(accountInput(config.current(), account, env));
      const isLoggedIn = reading?.state === 'ready';
      if (isLoggedIn && reading.logout === undefined) return undefined;
      await connections.stopAccount(account);
      const forgotten = isLoggedIn ? await reading.logout?.() : undefined;
      const { removeKeys, remainsIn } = forgotten ?? { removeKeys: [] };
      const section = channelSection(config.current(), channel);
      const removePaths = removeKeys.flatMap((key) => pathsOf(section, account, key));
      const cleared = isLoggedIn && remainsIn === undefined;
      const loggedOut = remainsIn === undefined && removePaths.length === removeKeys.length;
      return { accountId, cleared, envToken: remainsIn === 'env', loggedOut, removePaths };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    quiesce: () => inbound.close(),
    // What is under way leaves through the connections, so they go last.
    async close() {
      watch?.close();
      unfollow();
      unwatch();
      await outbound.close();
      await connections.close();
      await ingress.close();
    },
  };
}

/** Where a key of an account stands: with the account, else in the section, where the account takes it from. */
function pathsOf(section: Readonly<Record<string, unknown>>, account: AccountName, key: string) {
  const { channel, accountId } = account;
  const accounts = isRecord(section.accounts) ? section.accounts : {};
  const own = Object.entries(accounts).find(([id]) => normalizeAccountId(id) === accountId);
  if (own !== undefined && isRecord(own[1]) && key in own[1]) return [['channels', channel, 'accounts', own[0], key]];
  return key in section ? [['channels', channel, key]] : [];
}
