import type { ConfigService, Env } from '@chela/config';
import type { Clock } from '@chela/observability';
import { accountInput } from '../accounts/account-input.ts';
import { configuredChannels, defaultAccountId, isAccountEnabled } from '../accounts/account-settings.ts';
import type { AccountView } from '../connections/account-runner.ts';
import type { AccountInput, ChannelAdapter } from '../contract/adapter.ts';
import type { AccountName, Outbound } from '../kernel.ts';
import { textOf } from '../record.ts';
import { within } from '../within.ts';
import { accountHealth } from './account-health.ts';
import { accountSnapshot, channelSummary, type ProbeResult } from './account-snapshot.ts';
import { summaryLines } from './summary-lines.ts';

export interface StatusDeps {
  readonly config: Pick<ConfigService, 'current'>;
  readonly env: Env;
  readonly views: () => readonly AccountView[];
  readonly adapter: (channel: string) => ChannelAdapter | undefined;
  readonly outbound: () => Pick<Outbound, 'list'>;
  readonly redact: (text: string) => string;
  readonly clock: Clock;
}

export interface StatusOptions {
  /** Asks the vendors who we are. */
  readonly probe: boolean;
  /** Of one probe; milliseconds. */
  readonly timeoutMs: number;
}

type Snapshot = Readonly<Record<string, unknown>>;

interface AccountReport {
  readonly summary: Snapshot;
  readonly snapshot: Snapshot;
}

const UNSENT = ['pending', 'sending', 'ambiguous', 'dead'] as const;
const UNSENT_LIMIT = 500;

export interface StatusReader {
  /** The result of `channels.status` (reference channels/framework.md §19). */
  status(options: StatusOptions): Promise<Snapshot>;
  /** `channelSummary` of `status`. */
  summary(): readonly string[];
  /** The channels' part of the health snapshot. */
  health(options: StatusOptions): Promise<{
    readonly channels: Snapshot;
    readonly channelOrder: readonly string[];
    readonly channelLabels: Readonly<Record<string, string>>;
  }>;
}

export function createStatusReader(deps: StatusDeps): StatusReader {
  const { config, clock } = deps;
  const probes = new Map<string, ProbeResult>();

  /** A channel without a section that only the environment hinted at is not there until it is configured. */
  function shownViews(): readonly AccountView[] {
    const named = new Set(configuredChannels(config.current()));
    return deps.views().filter(({ channel, state }) => named.has(channel) || state.kind !== 'unconfigured');
  }

  function listed(views: readonly AccountView[]): readonly ChannelAdapter[] {
    const channels = [...new Set(views.map(({ channel }) => channel))];
    return channels
      .flatMap((channel) => deps.adapter(channel) ?? [])
      .sort((a, b) => a.facts.order - b.facts.order || a.facts.id.localeCompare(b.facts.id));
  }

  const inputOf = (account: AccountName): AccountInput => accountInput(config.current(), account, deps.env);

  async function probeAccount(view: AccountView, adapter: ChannelAdapter, timeoutMs: number): Promise<void> {
    const reading = await adapter.readAccount(inputOf(view));
    if (reading.state !== 'ready' || reading.probe === undefined) return;
    const asked = reading.probe(timeoutMs).catch((error: unknown) => failedProbe(deps.redact(String(error))));
    const probe = await within(asked, timeoutMs, clock, () => failedProbe(`no answer within ${timeoutMs} ms`));
    probes.set(keyOf(view), { at: clock.now(), probe });
  }

  async function report(view: AccountView, adapter: ChannelAdapter, options: StatusOptions): Promise<AccountReport> {
    const { channel, accountId } = view;
    const isEnabled = isAccountEnabled(config.current(), channel, accountId);
    if (options.probe && isEnabled) await probeAccount(view, adapter, options.timeoutMs);
    const probed = probes.get(keyOf(view));
    const unsent = await deps.outbound().list({ channel, states: UNSENT, limit: UNSENT_LIMIT });
    const own = unsent.filter((row) => row.accountId === accountId);
    const input = inputOf(view);
    const facts = {
      name: textOf(input.settings.name),
      isEnabled,
      isLinked: adapter.facts.login === 'qr',
      probed,
      isFresh: options.probe,
      health: accountHealth(view, own, clock.now()),
      issues: adapter.issues?.(input, probed?.probe) ?? [],
      details: adapter.details?.(input) ?? {},
    };
    return { summary: channelSummary(view, probed, options.probe), snapshot: accountSnapshot(view, facts) };
  }

  async function reports(options: StatusOptions) {
    const views = shownViews();
    const adapters = listed(views);
    const found = await Promise.all(
      adapters.map(async (adapter) => {
        const { id } = adapter.facts;
        const own = views.filter(({ channel }) => channel === id);
        const accounts = await Promise.all(
          own.map(async (view) => ({ accountId: view.accountId, ...(await report(view, adapter, options)) })),
        );
        const defaultId = defaultAccountId(config.current(), id);
        return { facts: adapter.facts, accounts, defaultId };
      }),
    );
    const by = <T>(read: (entry: (typeof found)[number]) => T): Readonly<Record<string, T>> =>
      Object.fromEntries(found.map((entry) => [entry.facts.id, read(entry)]));
    const summaryOf = ({ accounts, defaultId }: (typeof found)[number]): Snapshot =>
      (accounts.find(({ accountId }) => accountId === defaultId) ?? accounts[0])?.summary ?? {};
    return { found, by, summaryOf };
  }

  return {
    async status(options) {
      const { found, by, summaryOf } = await reports(options);
      return {
        ts: clock.now(),
        channelOrder: found.map(({ facts }) => facts.id),
        channelLabels: by(({ facts }) => facts.label),
        channelDetailLabels: by(({ facts }) => facts.detailLabel),
        channelSystemImages: by(({ facts }) => facts.systemImage),
        channelMeta: found.map(({ facts: { id, label, detailLabel, systemImage } }) => ({
          id,
          label,
          detailLabel,
          systemImage,
        })),
        channels: by(summaryOf),
        channelAccounts: by(({ accounts }) => accounts.map(({ snapshot }) => snapshot)),
        channelDefaultAccountId: by(({ defaultId }) => defaultId),
      };
    },
    summary() {
      const views = shownViews();
      const channels = listed(views).map(({ facts: { id, label } }) => ({
        label,
        accounts: views
          .filter(({ channel }) => channel === id)
          .map((view) => ({
            accountId: view.accountId,
            name: textOf(inputOf(view).settings.name),
            isEnabled: isAccountEnabled(config.current(), id, view.accountId),
            isConfigured: view.state.kind !== 'unconfigured',
            shown: view.shown,
          })),
      }));
      return summaryLines(channels);
    },
    async health(options) {
      const { found, by, summaryOf } = await reports(options);
      return {
        channels: by((entry) => ({
          ...summaryOf(entry),
          accountId: entry.defaultId,
          accounts: Object.fromEntries(entry.accounts.map(({ accountId, snapshot }) => [accountId, snapshot])),
        })),
        channelOrder: found.map(({ facts }) => facts.id),
        channelLabels: by(({ facts }) => facts.label),
      };
    },
  };
}

const keyOf = ({ channel, accountId }: AccountName): string => `${channel}/${accountId}`;

const failedProbe = (error: string): ProbeResult['probe'] => ({ ok: false, error });
