import { readFile } from 'node:fs/promises';
import { isRecord } from '../call/arguments.ts';
import { asExecAsk, asExecSecurity, type ExecAsk, type ExecSecurity } from './settings.ts';

export interface AllowlistEntry {
  readonly pattern: string;
  readonly id?: string;
  readonly lastUsedAt?: number;
  readonly lastUsedCommand?: string;
  readonly lastResolvedPath?: string;
}

export interface ApprovalSettings {
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly autoAllowSkills: boolean;
}

export interface ResolvedApprovals {
  readonly defaults: ApprovalSettings;
  readonly agent: ApprovalSettings;
  readonly allowlist: readonly AllowlistEntry[];
}

const FILE_MAX_BYTES = 4 * 1024 * 1024;
const BUILT_IN: ApprovalSettings = {
  security: 'deny',
  ask: 'on-miss',
  askFallback: 'deny',
  autoAllowSkills: false,
};

interface AgentEntry {
  readonly settings: Partial<ApprovalSettings>;
  readonly allowlist: readonly AllowlistEntry[];
}

function settingsOf(value: unknown): Partial<ApprovalSettings> {
  if (!isRecord(value)) return {};
  const security = asExecSecurity(value.security);
  const ask = asExecAsk(value.ask);
  const askFallback = asExecSecurity(value.askFallback);
  const { autoAllowSkills } = value;
  return {
    ...(security && { security }),
    ...(ask && { ask }),
    ...(askFallback && { askFallback }),
    ...(typeof autoAllowSkills === 'boolean' && { autoAllowSkills }),
  };
}

function allowlistEntry(value: unknown): AllowlistEntry | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : { pattern: value.trim() };
  if (!isRecord(value) || typeof value.pattern !== 'string' || value.pattern.trim() === '') return undefined;
  const { id, lastUsedAt, lastUsedCommand, lastResolvedPath } = value;
  return {
    pattern: value.pattern,
    ...(typeof id === 'string' && { id }),
    ...(typeof lastUsedAt === 'number' && { lastUsedAt }),
    ...(typeof lastUsedCommand === 'string' && { lastUsedCommand }),
    ...(typeof lastResolvedPath === 'string' && { lastResolvedPath }),
  };
}

function agentEntry(value: unknown): AgentEntry {
  const list = isRecord(value) && Array.isArray(value.allowlist) ? value.allowlist : [];
  return {
    settings: settingsOf(value),
    allowlist: list.map(allowlistEntry).filter((entry) => entry !== undefined),
  };
}

function merge(entries: readonly AgentEntry[]): AgentEntry {
  return {
    settings: Object.assign({}, ...entries.map((entry) => entry.settings)),
    allowlist: entries.flatMap((entry) => entry.allowlist),
  };
}

/**
 * What an approvals file says about an agent: the agent's own values, then those of `*`, then the file's defaults, then
 * the caller's, then the built-in ones (reference agent/tools.md §4.13). A file of another version counts as empty.
 */
export function resolveApprovals(
  file: unknown,
  agentId = 'main',
  fallback: Partial<Pick<ApprovalSettings, 'security' | 'ask' | 'askFallback' | 'autoAllowSkills'>> = {},
): ResolvedApprovals {
  const content = isRecord(file) && file.version === 1 ? file : {};
  const agents = isRecord(content.agents) ? content.agents : {};
  const everyone = agentEntry(agents['*']);
  // Files of an early release call the main agent `default`.
  const own =
    agentId === 'main' ? merge([agentEntry(agents.default), agentEntry(agents.main)]) : agentEntry(agents[agentId]);
  const defaults = { ...BUILT_IN, ...fallback, ...settingsOf(content.defaults) };
  return {
    defaults,
    agent: { ...defaults, ...everyone.settings, ...own.settings },
    allowlist: [...everyone.allowlist, ...own.allowlist],
  };
}

/** Reads the approvals file; a missing one is empty, one that cannot be parsed throws so that nothing runs by accident. */
export async function readApprovalsFile(path: string): Promise<unknown> {
  const raw = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (raw === undefined) return { version: 1 };
  if (raw.length > FILE_MAX_BYTES) throw new Error(`${path} is too large to be an approvals file`);
  try {
    return JSON.parse(raw);
  } catch {
    throw new Error(`exec denied: ${path} is not valid JSON; mend or remove it`);
  }
}
