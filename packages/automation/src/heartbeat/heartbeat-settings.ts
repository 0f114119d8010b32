import type { ActiveHours } from '@chela/agent';
import { agentConfigs, type Config, defaultAgentId, normalizeAgentId } from '@chela/config';
import { isRecord, textOf } from '../record.ts';

/** An agent's heartbeat as it is configured (reference agent/sessions.md §13). Pure. */
export interface HeartbeatSettings {
  readonly enabled: boolean;
  /** As written, e.g. `30m`; `disabled` for an agent without a heartbeat. */
  readonly every: string;
  /** Null when it never beats. */
  readonly everyMs: number | null;
  readonly prompt: string;
  readonly target: string;
  readonly ackMaxChars: number;
  /** Where news goes: a recipient of the target channel, and the account to send from. */
  readonly to?: string;
  readonly accountId?: string;
  /** The session it talks in, when that is not the main one. */
  readonly session?: string;
  readonly model?: string;
  readonly activeHours?: ActiveHours;
  /** What the model thought is told too, in a session that shows it. */
  readonly includeReasoning?: true;
  /** Nobody is told of tools that failed. */
  readonly suppressToolErrorWarnings?: true;
}

const DEFAULT_EVERY = '30m';
const DEFAULT_TARGET = 'last';
const DEFAULT_ACK_MAX_CHARS = 300;
/** For the model; the file and the token are names that programs look for. */
const DEFAULT_PROMPT =
  'If the workspace has a HEARTBEAT.md, read it and do what it says, nothing else. ' +
  'Leave tasks of earlier conversations alone. With nothing to attend to, answer HEARTBEAT_OK.';

const OPTIONAL_TEXTS = ['to', 'accountId', 'session', 'model'] as const;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)?/g;

export const heartbeatSettings = (config: Config, agentId: string): HeartbeatSettings =>
  heartbeatLookup(config)(agentId);

/** The settings of each agent of a configuration; for whoever asks for all of them. */
export function heartbeatLookup(config: Config): (agentId: string) => HeartbeatSettings {
  const shared = config.agents?.defaults?.heartbeat;
  const agents = agentConfigs(config);
  // Once an agent has its own heartbeat, only agents with their own have one; before that the default agent has.
  const withOwn = new Set([...agents].filter(([, agent]) => isRecord(agent.heartbeat)).map(([id]) => id));
  const beating = withOwn.size > 0 ? withOwn : new Set([defaultAgentId(config)]);
  return (agentId) => {
    const id = normalizeAgentId(agentId);
    const own = agents.get(id)?.heartbeat;
    return settingsOf({ ...shared, ...(isRecord(own) ? own : {}) }, beating.has(id));
  };
}

function settingsOf(merged: Readonly<Record<string, unknown>>, enabled: boolean): HeartbeatSettings {
  const every = textOf(merged.every) || DEFAULT_EVERY;
  return {
    enabled,
    every: enabled ? every : 'disabled',
    everyMs: enabled ? durationMs(every) : null,
    prompt: textOf(merged.prompt) ?? DEFAULT_PROMPT,
    target: textOf(merged.target) ?? DEFAULT_TARGET,
    ackMaxChars: typeof merged.ackMaxChars === 'number' ? Math.max(0, merged.ackMaxChars) : DEFAULT_ACK_MAX_CHARS,
    ...textsOf(merged),
    ...(merged.includeReasoning === true && { includeReasoning: true }),
    ...(merged.suppressToolErrorWarnings === true && { suppressToolErrorWarnings: true }),
    ...(isRecord(merged.activeHours) && { activeHours: hoursOf(merged.activeHours) }),
  };
}

function textsOf(merged: Readonly<Record<string, unknown>>): Pick<HeartbeatSettings, (typeof OPTIONAL_TEXTS)[number]> {
  return Object.fromEntries(
    OPTIONAL_TEXTS.flatMap((name) => (textOf(merged[name]) === undefined ? [] : [[name, textOf(merged[name])]])),
  );
}

function hoursOf(raw: Readonly<Record<string, unknown>>): ActiveHours {
  const { start, end, timezone } = raw;
  return {
    ...(typeof start === 'string' && { start }),
    ...(typeof end === 'string' && { end }),
    ...(typeof timezone === 'string' && { timezone }),
  };
}

/** `15m`, `1h30m`, `45` (minutes); null for nothing, zero and what is no duration. */
export function durationMs(raw: string): number | null {
  const compact = raw.trim().toLowerCase();
  const parts = [...compact.matchAll(DURATION_PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== compact) return null;
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? 'm'] ?? 0), 0);
  return total > 0 ? Math.round(total) : null;
}
