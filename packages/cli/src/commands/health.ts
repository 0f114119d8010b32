import { accountHealth } from '../channels/account-line.ts';
import type { CliContext } from '../context.ts';
import { formatAge } from '../format.ts';
import { callGateway } from '../gateway-call.ts';
import { resolveTarget, type TargetFlags } from '../gateway-target.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';

/** Lines for people from a health snapshot. */
export function healthLines(health: unknown, now: number): string[] {
  const channels = recordAt(health, 'channels');
  const labels = recordAt(health, 'channelLabels');
  const channelLines = Object.keys(channels).flatMap((id) =>
    channelStates(textAt(labels, id) ?? id, channels[id], now),
  );
  const defaultAgent = textAt(health, 'defaultAgentId') ?? 'main';
  const agents = arrayAt(health, 'agents').map((agent) => textAt(agent, 'agentId') ?? '?');
  const seconds = numberAt(health, 'heartbeatSeconds') ?? 0;
  const sessions = recordAt(health, 'sessions');
  const recent = arrayAt(sessions, 'recent').map(
    (row) => `- ${textAt(row, 'key')} (${formatAge(now - (numberAt(row, 'updatedAt') ?? now))})`,
  );
  return [
    ...channelLines,
    `Agents: ${agents.map((id) => (id === defaultAgent ? `${id} (default)` : id)).join(', ')}`,
    `Heartbeat interval: ${seconds > 0 ? `${Math.round(seconds / 60)}m` : 'disabled'} (${defaultAgent})`,
    `Session store (${defaultAgent}): ${textAt(sessions, 'path') ?? '?'} (${numberAt(sessions, 'count') ?? 0} entries)`,
    ...recent,
  ];
}

/** A line an account; one of a gateway that tells no accounts stands for the whole channel. */
function channelStates(label: string, channel: unknown, now: number): readonly string[] {
  const accounts = Object.values(recordAt(channel, 'accounts')).filter((account) => 'health' in Object(account));
  if (accounts.length === 0 || isRefused(channel)) return [`${label}: ${channelState(channel)}`];
  return accounts.map((account) => {
    const id = textAt(account, 'accountId') ?? 'default';
    const { state, facts } = accountHealth(account, now);
    return `${label}${id === 'default' ? '' : ` ${id}`}: ${[state, ...facts].join(', ')}`;
  });
}

const isRefused = (channel: unknown): boolean => recordAt(channel, 'probe').ok === false;

function channelState(channel: unknown): string {
  const probe = recordAt(channel, 'probe');
  if (probe.ok === true) return 'ok';
  if (isRefused(channel))
    return `failed (${textAt(probe, 'status') ?? 'unknown'}) - ${textAt(probe, 'error') ?? 'no reason given'}`;
  return recordAt({ channel }, 'channel').configured === true ? 'configured' : 'not configured';
}

export interface HealthFlags extends TargetFlags {
  readonly json?: boolean;
  readonly timeout: string;
  readonly verbose?: boolean;
  readonly debug?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** `health` and `gateway health`. */
export async function health(context: CliContext, flags: HealthFlags): Promise<void> {
  const target = resolveTarget(context, await loadConfig(context), flags);
  const params = flags.verbose || flags.debug ? { probe: true } : {};
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  const snapshot = await callGateway(context, target, 'health', params, { timeoutMs });
  if (flags.json) return context.output.json(snapshot);
  for (const line of healthLines(snapshot, context.now())) context.output.line(line);
}
