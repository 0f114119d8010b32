import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import { type SandboxMode, sandboxMode } from '../policy/sandbox-mode.ts';

/** Which sessions share a sandbox. */
export type SandboxScope = 'session' | 'agent' | 'shared';
/** What a sandbox sees of the agent's workspace: nothing, the files, or the files to change. */
export type WorkspaceAccess = 'none' | 'ro' | 'rw';

/** `sandbox.docker`; bubblewrap goes by the part of it that does not need an image. */
export interface ContainerSettings {
  readonly image: string;
  readonly containerPrefix: string;
  /** Where the workspace lies inside. */
  readonly workdir: string;
  readonly readOnlyRoot: boolean;
  readonly tmpfs: readonly string[];
  readonly network: string;
  readonly capDrop: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly binds: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly setupCommand: string | undefined;
  readonly seccompProfile: string | undefined;
  readonly apparmorProfile: string | undefined;
  readonly dns: readonly string[];
  readonly extraHosts: readonly string[];
  readonly pidsLimit: number | undefined;
  readonly memory: string | undefined;
  readonly memorySwap: string | undefined;
  readonly cpus: number | undefined;
  readonly ulimits: Readonly<Record<string, Ulimit>>;
}

/** A limit as text (`1024:2048`), one number for both ends, or both ends. */
export type Ulimit = string | number | { readonly soft?: number; readonly hard?: number };

export interface SandboxSettings {
  readonly mode: SandboxMode;
  readonly scope: SandboxScope;
  readonly workspaceAccess: WorkspaceAccess;
  /** Absent: the folder `sandboxes` of the state directory. */
  readonly workspaceRoot: string | undefined;
  /** Somebody wrote a `docker` section, so that a container is what is wanted. */
  readonly wantsDocker: boolean;
  readonly docker: ContainerSettings;
  /** Hours unused and days of age after which a sandbox goes; 0 is never. */
  readonly prune: { readonly idleHours: number; readonly maxAgeDays: number };
}

export const DEFAULT_IMAGE = 'openclaw-sandbox:bookworm-slim';
const IDLE_HOURS = 24;
const MAX_AGE_DAYS = 7;

type Section = Readonly<Record<string, unknown>>;

const section = (value: unknown): Section => (isRecord(value) ? value : {});
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
const amount = (value: unknown): string | undefined => (typeof value === 'number' ? String(value) : text(value));

function strings(value: unknown): Record<string, string> {
  const pairs = Object.entries(section(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(pairs);
}

function ulimit(value: unknown): Ulimit | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (!isRecord(value)) return undefined;
  const soft = number(value.soft);
  const hard = number(value.hard);
  return { ...(soft !== undefined && { soft }), ...(hard !== undefined && { hard }) };
}

function ulimits(value: unknown): Readonly<Record<string, Ulimit>> {
  const known = Object.entries(section(value)).flatMap(([name, entry]): [string, Ulimit][] => {
    const limit = ulimit(entry);
    return limit === undefined ? [] : [[name, limit]];
  });
  return Object.fromEntries(known);
}

/** The scope as configured; `perSession` is its older spelling (reference agent/tools.md §10). */
export function sandboxScope(scope: unknown, perSession: unknown): SandboxScope {
  if (scope === 'session' || scope === 'agent' || scope === 'shared') return scope;
  if (typeof perSession === 'boolean') return perSession ? 'session' : 'shared';
  return 'agent';
}

/** `sandbox.docker` with the contract's defaults. */
export function containerSettings(docker: unknown): ContainerSettings {
  const given = section(docker);
  return {
    image: text(given.image) ?? DEFAULT_IMAGE,
    containerPrefix: text(given.containerPrefix) ?? 'openclaw-sbx-',
    workdir: text(given.workdir) ?? '/workspace',
    readOnlyRoot: given.readOnlyRoot !== false,
    tmpfs: texts(given.tmpfs) ?? ['/tmp', '/var/tmp', '/run'],
    network: text(given.network) ?? 'none',
    capDrop: texts(given.capDrop) ?? ['ALL'],
    env: isRecord(given.env) ? strings(given.env) : { LANG: 'C.UTF-8' },
    binds: texts(given.binds),
    user: text(given.user),
    setupCommand: text(given.setupCommand),
    seccompProfile: text(given.seccompProfile),
    apparmorProfile: text(given.apparmorProfile),
    dns: texts(given.dns) ?? [],
    extraHosts: texts(given.extraHosts) ?? [],
    pidsLimit: number(given.pidsLimit),
    memory: amount(given.memory),
    memorySwap: amount(given.memorySwap),
    cpus: number(given.cpus),
    ulimits: ulimits(given.ulimits),
  };
}

/** Two `docker` sections as one: the agent's over the defaults; variables, limits and binds are united. */
function mergedDocker(base: Section, own: Section): Section {
  const env = isRecord(base.env) || isRecord(own.env) ? { ...section(base.env), ...section(own.env) } : undefined;
  const binds = [...(texts(base.binds) ?? []), ...(texts(own.binds) ?? [])];
  return {
    ...base,
    ...own,
    ulimits: { ...section(base.ulimits), ...section(own.ulimits) },
    ...(env && { env }),
    ...(binds.length > 0 && { binds }),
  };
}

function workspaceAccess(value: unknown): WorkspaceAccess | undefined {
  return value === 'none' || value === 'ro' || value === 'rw' ? value : undefined;
}

/** The sandbox of an agent: its own settings over the defaults, field by field (reference agent/tools.md §10). */
export function sandboxSettings(config: Config, agentId: string): SandboxSettings {
  const base = section(config.agents?.defaults?.sandbox);
  const own = section(config.agents?.list?.find((entry) => entry.id === agentId)?.sandbox);
  const scope = sandboxScope(own.scope ?? base.scope, own.perSession ?? base.perSession);
  // What several agents share cannot follow one of them.
  const ownDocker = scope === 'shared' ? {} : section(own.docker);
  const ownPrune = scope === 'shared' ? {} : section(own.prune);
  const docker = mergedDocker(section(base.docker), ownDocker);
  const prune = { ...section(base.prune), ...ownPrune };
  return {
    mode: sandboxMode(config, agentId),
    scope,
    workspaceAccess: workspaceAccess(own.workspaceAccess) ?? workspaceAccess(base.workspaceAccess) ?? 'none',
    workspaceRoot: text(own.workspaceRoot) ?? text(base.workspaceRoot),
    wantsDocker: isRecord(base.docker) || Object.keys(ownDocker).length > 0,
    docker: containerSettings(docker),
    prune: {
      idleHours: number(prune.idleHours) ?? IDLE_HOURS,
      maxAgeDays: number(prune.maxAgeDays) ?? MAX_AGE_DAYS,
    },
  };
}
