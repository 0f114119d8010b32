import type { AccountView } from '../connections/account-runner.ts';
import type { ChannelIssue } from '../contract/adapter.ts';
import type { AccountHealth } from './account-health.ts';

/** What a probe said, and when. */
export interface ProbeResult {
  readonly at: number;
  readonly probe: Readonly<Record<string, unknown>>;
}

type Snapshot = Readonly<Record<string, unknown>>;

const isRunning = ({ state }: AccountView): boolean => state.kind === 'connecting' || state.kind === 'connected';

/** The members that account and channel share, in the contract's order. */
function commonMembers(view: AccountView): Snapshot {
  const { name: _name, ...shown } = view.shown;
  return {
    configured: view.state.kind !== 'unconfigured',
    ...shown,
    running: isRunning(view),
    lastStartAt: view.lastStartAt ?? null,
    lastStopAt: view.lastStopAt ?? null,
    lastError: view.lastError ?? null,
  };
}

/** `channels.<id>` of `channels.status`: the default account in short (reference channels/framework.md §19). Pure. */
export function channelSummary(view: AccountView, probed: ProbeResult | undefined, isFresh: boolean): Snapshot {
  return {
    ...commonMembers(view),
    ...(isFresh && probed && { probe: probed.probe }),
    lastProbeAt: probed?.at ?? null,
  };
}

/** How the link of a device to its account is doing. */
function linkMembers(view: AccountView): Snapshot {
  return {
    connected: view.state.kind === 'connected' && view.isTransportUp,
    reconnectAttempts: view.failures,
    lastConnectedAt: view.lastConnectedAt ?? null,
    lastDisconnect: view.lastDisconnect ?? null,
  };
}

/** A member of `channelAccounts.<id>`. `health` and `issues` are ours; they stand behind what programs know. Pure. */
export function accountSnapshot(
  view: AccountView,
  facts: {
    readonly name: string | undefined;
    readonly isEnabled: boolean;
    /** The account is linked like a device, which programs follow by more members. */
    readonly isLinked: boolean;
    readonly probed: ProbeResult | undefined;
    readonly isFresh: boolean;
    readonly health: AccountHealth;
    readonly issues: readonly ChannelIssue[];
    readonly details?: Snapshot;
  },
): Snapshot {
  const { name, probed, isFresh, health, issues, details } = facts;
  return {
    accountId: view.accountId,
    ...(name !== undefined && { name }),
    enabled: facts.isEnabled,
    ...commonMembers(view),
    ...(facts.isLinked && linkMembers(view)),
    ...(isFresh && probed && { probe: probed.probe }),
    ...details,
    lastInboundAt: view.lastInboundAt ?? null,
    lastOutboundAt: view.lastOutboundAt ?? null,
    ...(probed && { lastProbeAt: probed.at }),
    health,
    ...(issues.length > 0 && { issues }),
  };
}
