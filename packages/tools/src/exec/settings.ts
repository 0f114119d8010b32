import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';

export type ExecHost = 'sandbox' | 'gateway' | 'node';
export type ExecSecurity = 'deny' | 'allowlist' | 'full';
export type ExecAsk = 'off' | 'on-miss' | 'always';

/** How commands run for one agent: `tools.exec`, the agent's entry over the global one. */
export interface ExecSettings {
  readonly host: ExecHost;
  /** The only node that commands may go to. */
  readonly node: string | undefined;
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly yieldMs: number;
  readonly timeoutSec: number;
  readonly cleanupMs: number;
  readonly pathPrepend: readonly string[];
  readonly safeBins: readonly string[];
  readonly notifyOnExit: boolean;
  readonly notifyOnExitEmptySuccess: boolean;
  /** Time after which an approved command that still runs is mentioned; 0 is never. */
  readonly approvalRunningNoticeMs: number | undefined;
}

const YIELD_DEFAULT_MS = 10_000;
const YIELD_MIN_MS = 10;
const YIELD_MAX_MS = 120_000;
const TIMEOUT_DEFAULT_SEC = 1800;
const CLEANUP_DEFAULT_MS = 30 * 60_000;
const CLEANUP_MIN_MS = 60_000;
const CLEANUP_MAX_MS = 3 * 60 * 60_000;
const HOSTS: readonly ExecHost[] = ['sandbox', 'gateway', 'node'];
const SECURITIES: readonly ExecSecurity[] = ['deny', 'allowlist', 'full'];
const ASKS: readonly ExecAsk[] = ['off', 'on-miss', 'always'];
export const SAFE_BINS: readonly string[] = ['jq', 'grep', 'cut', 'sort', 'uniq', 'head', 'tail', 'tr', 'wc'];

type Environment = Readonly<Record<string, string | undefined>>;

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return known.find((entry) => entry === text);
}
export const asExecHost = (value: unknown): ExecHost | undefined => oneOf(HOSTS, value);
export const asExecSecurity = (value: unknown): ExecSecurity | undefined => oneOf(SECURITIES, value);
export const asExecAsk = (value: unknown): ExecAsk | undefined => oneOf(ASKS, value);

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** A number of the environment, or undefined when it is absent or no number. */
export function envNumber(env: Environment, name: string): number | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The time in milliseconds after which a command goes to the background, within the contract's bounds. */
export function clampYield(ms: number): number {
  return clamp(ms, YIELD_MIN_MS, YIELD_MAX_MS);
}

function numeric(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

/** The settings of an agent (reference agent/tools.md, §4.12). */
export function execSettings(config: Config, agentId: string, env: Environment): ExecSettings {
  const agent = config.agents?.list?.find((entry) => entry.id === agentId)?.tools?.exec;
  const merged: Readonly<Record<string, unknown>> = {
    ...(isRecord(config.tools?.exec) ? config.tools.exec : {}),
    ...(isRecord(agent) ? agent : {}),
  };
  const host = asExecHost(merged.host) ?? 'sandbox';
  return {
    host,
    node: typeof merged.node === 'string' && merged.node.trim() !== '' ? merged.node.trim() : undefined,
    security: asExecSecurity(merged.security) ?? (host === 'sandbox' ? 'deny' : 'allowlist'),
    ask: asExecAsk(merged.ask) ?? 'on-miss',
    yieldMs: clampYield(numeric(merged.backgroundMs) ?? envNumber(env, 'PI_BASH_YIELD_MS') ?? YIELD_DEFAULT_MS),
    timeoutSec: numeric(merged.timeoutSec) ?? TIMEOUT_DEFAULT_SEC,
    cleanupMs: clamp(
      numeric(merged.cleanupMs) ?? envNumber(env, 'PI_BASH_JOB_TTL_MS') ?? CLEANUP_DEFAULT_MS,
      CLEANUP_MIN_MS,
      CLEANUP_MAX_MS,
    ),
    pathPrepend: texts(merged.pathPrepend) ?? [],
    safeBins: texts(merged.safeBins) ?? SAFE_BINS,
    notifyOnExit: merged.notifyOnExit !== false,
    notifyOnExitEmptySuccess: merged.notifyOnExitEmptySuccess === true,
    approvalRunningNoticeMs: numeric(merged.approvalRunningNoticeMs),
  };
}
