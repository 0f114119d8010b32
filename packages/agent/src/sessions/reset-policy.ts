import { isRecord } from '../messages/content-parts.ts';
import { classifySessionKey } from './session-kind.ts';

/** When a session starts over by itself (reference agent/sessions.md §5.1, §5.2). Pure. */

export type ResetType = 'direct' | 'group' | 'thread';

export interface ResetRule {
  readonly mode?: string;
  readonly atHour?: number;
  readonly idleMinutes?: number;
}

export interface ResetConfig {
  readonly idleMinutes?: number;
  readonly reset?: ResetRule;
  readonly resetByType?: Readonly<Partial<Record<ResetType | 'dm', ResetRule>>>;
  readonly resetByChannel?: Readonly<Record<string, ResetRule>>;
}

/** Reads the reset part of `session`; members of another type are as good as missing. */
export function readResetConfig(session: unknown): ResetConfig {
  const value = recordOf(session);
  const reset = ruleOf(value.reset);
  const rules = (name: string): Readonly<Record<string, ResetRule>> | undefined => {
    const entries = Object.entries(recordOf(value[name])).flatMap(([key, entry]) => {
      const rule = ruleOf(entry);
      return rule === undefined ? [] : [[key, rule] as const];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  const byType = rules('resetByType');
  const byChannel = rules('resetByChannel');
  return {
    ...(typeof value.idleMinutes === 'number' ? { idleMinutes: value.idleMinutes } : {}),
    ...(reset === undefined ? {} : { reset }),
    ...(byType === undefined ? {} : { resetByType: byType }),
    ...(byChannel === undefined ? {} : { resetByChannel: byChannel }),
  };
}

export interface ResetPolicy {
  readonly mode: 'daily' | 'idle';
  /** Hour of the day in the gateway's own time zone. */
  readonly atHour: number;
  readonly idleMinutes?: number;
}

const DEFAULT_AT_HOUR = 4;
const LAST_HOUR = 23;
const DEFAULT_IDLE_MINUTES = 60;
const MINUTE_MS = 60_000;

export function resetTypeOf(
  key: string | null | undefined,
  facts: { isGroup?: boolean; isThread?: boolean },
): ResetType {
  if (facts.isThread === true) return 'thread';
  const found = classifySessionKey(key);
  if (found.thread) return 'thread';
  return facts.isGroup === true || found.kind === 'group' ? 'group' : 'direct';
}

/** `session.resetByChannel[channel]`, which replaces every other source; undefined when the channel has none. */
export function channelResetRule(config: ResetConfig | undefined, channel: string | undefined): ResetRule | undefined {
  const name = channel?.trim().toLowerCase() ?? '';
  if (name === '') return undefined;
  return config?.resetByChannel?.[name];
}

/** The policy in force for a kind of conversation. `override` is the channel's own rule. */
export function resetPolicy(config: ResetConfig | undefined, type: ResetType, override?: ResetRule): ResetPolicy {
  const byType = config?.resetByType?.[type] ?? (type === 'direct' ? config?.resetByType?.dm : undefined);
  const rule = override ?? byType ?? config?.reset;
  const configured = config?.reset !== undefined || config?.resetByType !== undefined || override !== undefined;
  const legacyIdle = override === undefined ? config?.idleMinutes : undefined;
  const mode = modeOf(rule?.mode) ?? (!configured && legacyIdle !== undefined ? 'idle' : 'daily');
  const idle = rule?.idleMinutes ?? legacyIdle;
  const idleMinutes = idle === undefined ? (mode === 'idle' ? DEFAULT_IDLE_MINUTES : undefined) : wholeMinutes(idle);
  const base = { mode, atHour: hourOf(rule?.atHour) };
  return idleMinutes === undefined ? base : { ...base, idleMinutes };
}

export interface Freshness {
  readonly fresh: boolean;
  readonly dailyResetAt?: number;
  readonly idleExpiresAt?: number;
}

/** Whether a session last touched at `updatedAt` goes on at `now`; all milliseconds since the epoch, boundaries in local time. */
export function sessionFreshness(updatedAt: number, now: number, policy: ResetPolicy): Freshness {
  const dailyResetAt = policy.mode === 'daily' ? lastBoundary(now, policy.atHour) : undefined;
  const idleExpiresAt = policy.idleMinutes === undefined ? undefined : updatedAt + policy.idleMinutes * MINUTE_MS;
  const stale =
    (dailyResetAt !== undefined && updatedAt < dailyResetAt) || (idleExpiresAt !== undefined && now > idleExpiresAt);
  return {
    fresh: !stale,
    ...(dailyResetAt === undefined ? {} : { dailyResetAt }),
    ...(idleExpiresAt === undefined ? {} : { idleExpiresAt }),
  };
}

function ruleOf(value: unknown): ResetRule | undefined {
  if (!isRecord(value)) return undefined;
  const { mode, atHour, idleMinutes } = value;
  return {
    ...(typeof mode === 'string' ? { mode } : {}),
    ...(typeof atHour === 'number' ? { atHour } : {}),
    ...(typeof idleMinutes === 'number' ? { idleMinutes } : {}),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function lastBoundary(now: number, atHour: number): number {
  const boundary = new Date(now);
  boundary.setHours(atHour, 0, 0, 0);
  if (boundary.getTime() > now) boundary.setDate(boundary.getDate() - 1);
  return boundary.getTime();
}

function modeOf(mode: string | undefined): ResetPolicy['mode'] | undefined {
  return mode === 'daily' || mode === 'idle' ? mode : undefined;
}

function hourOf(hour: number | undefined): number {
  if (hour === undefined || !Number.isFinite(hour)) return DEFAULT_AT_HOUR;
  return Math.min(LAST_HOUR, Math.max(0, Math.floor(hour)));
}

function wholeMinutes(minutes: number): number {
  return Number.isFinite(minutes) ? Math.max(1, Math.floor(minutes)) : DEFAULT_IDLE_MINUTES;
}
