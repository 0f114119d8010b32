import { join } from 'node:path';
import {
  agentConfig,
  agentWorkspaceDir,
  type Config,
  normalizeAgentId,
  resolveUserPath,
  type StatePaths,
} from '@chela/config';
import { type Fields, num, section, str, texts } from './fields.ts';
import type { Chunking } from './text/chunk-text.ts';

export type MemorySource = 'memory' | 'sessions';

/** Who turns text into vectors. `local` needs a model on this machine, which this gateway does not run. */
export type EmbeddingVendor = 'openai' | 'gemini' | 'voyage' | 'local';

/** How an agent's memory is indexed and searched, defaults filled in (reference agent/automation.md §5). */
export interface MemorySettings {
  readonly agentId: string;
  readonly enabled: boolean;
  readonly workspaceDir: string;
  /** The index file, shared with the original. */
  readonly indexPath: string;
  /** Absolute paths of files and folders beside the workspace's own. */
  readonly extraPaths: readonly string[];
  /** As the configuration lists them. */
  readonly extraPathsAsWritten: readonly string[];
  readonly vendor: EmbeddingVendor | 'auto';
  readonly fallback: EmbeddingVendor | 'none';
  /** Absent: the vendor's default. */
  readonly model: string | undefined;
  readonly remote: {
    readonly baseUrl: string | undefined;
    readonly apiKey: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
    /** The vendor's interface for large jobs; half the price, in the vendor's own time. */
    readonly batch: {
      readonly enabled: boolean;
      /** False: a pass hands jobs over and ends; a later one collects what they brought. */
      readonly wait: boolean;
      readonly concurrency: number;
      readonly pollIntervalMs: number;
      readonly timeoutMs: number;
    };
  };
  /** What is indexed: notes, and conversations where the experiment is switched on. */
  readonly sources: readonly MemorySource[];
  readonly chunking: Chunking;
  readonly sync: {
    readonly onSessionStart: boolean;
    readonly onSearch: boolean;
    readonly watch: boolean;
    readonly watchDebounceMs: number;
    /** 0: never by the clock alone. */
    readonly intervalMs: number;
    /** How much a conversation grows before it is indexed again; 0: with every change. */
    readonly sessions: { readonly deltaBytes: number; readonly deltaMessages: number };
  };
  readonly query: {
    readonly maxResults: number;
    readonly minScore: number;
    readonly hybrid: boolean;
    /** They sum to 1. */
    readonly weights: { readonly vector: number; readonly text: number };
    readonly candidateMultiplier: number;
    /** 0 to 1; absent: off. */
    readonly mmrLambda: number | undefined;
    readonly halfLifeDays: number | undefined;
  };
  readonly cache: { readonly enabled: boolean; readonly maxEntries: number };
}

const VENDORS = ['openai', 'gemini', 'voyage', 'local'] as const;
/** Entries of the cache of vectors when the configuration sets no limit; about 300 MB with long vectors. */
const CACHE_MAX_ENTRIES = 50_000;

function vendorOf(value: unknown): EmbeddingVendor | undefined {
  return VENDORS.find((vendor) => vendor === value);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** An agent's section over the defaults; sections in it are united member by member. */
function united(base: Fields, own: Fields): Fields {
  const sections = ['remote', 'store', 'chunking', 'sync', 'query', 'cache', 'local', 'experimental'].map((key) => {
    const inner = { ...section(base, key), ...section(own, key) };
    if (key !== 'query') return [key, inner] as const;
    const hybrid = { ...section(section(base, key), 'hybrid'), ...section(section(own, key), 'hybrid') };
    return [key, { ...inner, hybrid }] as const;
  });
  return { ...base, ...own, ...Object.fromEntries(sections) };
}

function weightsOf(hybrid: Fields): { readonly vector: number; readonly text: number } {
  const vector = clamp(num(hybrid.vectorWeight) ?? 0.7, 0, 1);
  const text = clamp(num(hybrid.textWeight) ?? 0.3, 0, 1);
  const sum = vector + text;
  return sum === 0 ? { vector: 0.7, text: 0.3 } : { vector: vector / sum, text: text / sum };
}

function querySettings(query: Fields): MemorySettings['query'] {
  const hybrid = section(query, 'hybrid');
  const mmr = section(hybrid, 'mmr');
  const decay = section(hybrid, 'temporalDecay');
  return {
    maxResults: num(query.maxResults) ?? 6,
    minScore: clamp(num(query.minScore) ?? 0.35, 0, 1),
    hybrid: hybrid.enabled !== false,
    weights: weightsOf(hybrid),
    candidateMultiplier: clamp(num(hybrid.candidateMultiplier) ?? 4, 1, 20),
    mmrLambda: mmr.enabled === true ? clamp(num(mmr.lambda) ?? 0.7, 0, 1) : undefined,
    halfLifeDays: decay.enabled === true ? Math.max(1, num(decay.halfLifeDays) ?? 30) : undefined,
  };
}

function syncSettings(sync: Fields): MemorySettings['sync'] {
  const sessions = section(sync, 'sessions');
  return {
    onSessionStart: sync.onSessionStart !== false,
    onSearch: sync.onSearch !== false,
    watch: sync.watch !== false,
    watchDebounceMs: num(sync.watchDebounceMs) ?? 1500,
    intervalMs: (num(sync.intervalMinutes) ?? 0) * 60_000,
    sessions: {
      deltaBytes: Math.max(0, num(sessions.deltaBytes) ?? 100_000),
      deltaMessages: Math.max(0, num(sessions.deltaMessages) ?? 50),
    },
  };
}

function indexPathOf(store: Fields, agentId: string, paths: StatePaths): string {
  const named = str(store.path);
  return named === undefined
    ? join(paths.stateDir, 'memory', `${agentId}.sqlite`)
    : resolveUserPath(named.replaceAll('{agentId}', agentId), paths.homeDir);
}

/** Conversations only where the experiment is switched on too; notes when nothing else is left. */
function sourcesOf(fields: Fields): readonly MemorySource[] {
  const written = texts(fields.sources);
  const mayUseSessions = section(fields, 'experimental').sessionMemory === true;
  const sources = (['memory', 'sessions'] as const).filter(
    (source) => written.includes(source) && (source === 'memory' || mayUseSessions),
  );
  return sources.length === 0 ? ['memory'] : sources;
}

export function memorySettings(config: Config, paths: StatePaths, id: string): MemorySettings {
  const agentId = normalizeAgentId(id);
  const defaults = section(config.agents?.defaults, 'memorySearch');
  const own = section(agentConfig(config, agentId), 'memorySearch');
  const fields = united(defaults, own);
  const workspaceDir = agentWorkspaceDir(config, paths, agentId);
  const extra = [...new Set([...texts(defaults.extraPaths), ...texts(own.extraPaths)])];
  const remote = section(fields, 'remote');
  const batch = section(remote, 'batch');
  const chunking = section(fields, 'chunking');
  const tokens = Math.max(1, num(chunking.tokens) ?? 400);
  const cache = section(fields, 'cache');
  const headers = Object.entries(section(remote, 'headers')).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    agentId,
    enabled: fields.enabled !== false,
    workspaceDir,
    indexPath: indexPathOf(section(fields, 'store'), agentId, paths),
    extraPaths: extra.map((path) =>
      /^[~/]|^[a-z]:/i.test(path) ? resolveUserPath(path, paths.homeDir) : join(workspaceDir, path),
    ),
    extraPathsAsWritten: extra,
    vendor: vendorOf(fields.provider) ?? 'auto',
    fallback: vendorOf(fields.fallback) ?? 'none',
    model: str(fields.model)?.trim(),
    remote: {
      baseUrl: str(remote.baseUrl)?.trim(),
      apiKey: str(remote.apiKey)?.trim(),
      headers: Object.fromEntries(headers),
      batch: {
        enabled: batch.enabled === true,
        wait: batch.wait !== false,
        concurrency: Math.max(1, num(batch.concurrency) ?? 2),
        pollIntervalMs: num(batch.pollIntervalMs) ?? 2_000,
        timeoutMs: (num(batch.timeoutMinutes) ?? 60) * 60_000,
      },
    },
    sources: sourcesOf(fields),
    chunking: { tokens, overlap: clamp(num(chunking.overlap) ?? 80, 0, tokens - 1) },
    sync: syncSettings(section(fields, 'sync')),
    query: querySettings(section(fields, 'query')),
    cache: { enabled: cache.enabled !== false, maxEntries: num(cache.maxEntries) ?? CACHE_MAX_ENTRIES },
  };
}

export type CitationMode = 'auto' | 'on' | 'off';

/** `memory.citations`; `auto` when it says nothing else. */
export function citationMode(config: Config): CitationMode {
  const { citations } = section(config, 'memory');
  return citations === 'on' || citations === 'off' ? citations : 'auto';
}
