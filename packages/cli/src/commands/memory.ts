import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultAgentId } from '@chela/config';
import { BATCH_FAILURES_MAX, type MemoryService } from '@chela/memory';
import { type CliContext, CliFailure } from '../context.ts';
import { tildePath } from '../format.ts';
import { type MemoryDesk, withMemory } from '../memory-desk.ts';
import { numberFlag } from '../number-flag.ts';

type Status = Awaited<ReturnType<MemoryService['status']>>;

/** The vendor's interface for large jobs (reference cli/samples/memory-status-json). */
function batchOf({ settings, batchFailures: failures }: Status) {
  const { enabled, concurrency, pollIntervalMs, timeoutMs } = settings.remote.batch;
  return { enabled, failures, limit: BATCH_FAILURES_MAX, wait: true, concurrency, pollIntervalMs, timeoutMs };
}

const requested = ({ settings }: Status): string => settings.vendor;

function statusJson(status: Status) {
  const { settings, choice, facts, dirty } = status;
  const { embedder } = choice;
  return {
    backend: status.backend,
    files: facts.files,
    chunks: facts.chunks,
    dirty,
    workspaceDir: settings.workspaceDir,
    dbPath: settings.indexPath,
    provider: embedder?.provider ?? 'none',
    ...(embedder && { model: embedder.model }),
    requestedProvider: requested(status),
    sources: settings.sources,
    extraPaths: settings.extraPathsAsWritten,
    sourceCounts: settings.sources.map((source) => ({ source, ...facts.sources[source] })),
    cache: { enabled: settings.cache.enabled, entries: facts.cacheEntries },
    fts: { enabled: true, available: true },
    vector: { enabled: true, ...(embedder && { available: true }) },
    batch: batchOf(status),
    ...('fallback' in choice && { fallback: choice.fallback }),
    custom: {
      searchMode: embedder && settings.query.hybrid ? 'hybrid' : embedder ? 'vector' : 'fts-only',
      ...('reason' in choice && { providerUnavailableReason: choice.reason }),
    },
  };
}

async function issuesOf({ settings }: Status, home: string): Promise<readonly string[]> {
  const dir = join(settings.workspaceDir, 'memory');
  const exists = await stat(dir).then(
    (info) => info.isDirectory(),
    () => false,
  );
  return exists ? [] : [`memory directory missing (${tildePath(dir, home)})`];
}

function statusLines(agentId: string, status: Status, home: string, probe: Probe | undefined): readonly string[] {
  const { settings, choice, facts, dirty, filesOnDisk } = status;
  const { embedder } = choice;
  const { memory, sessions } = facts.sources;
  const indexed = `${memory.files}/${filesOnDisk} files · ${memory.chunks} chunks`;
  return [
    `Memory Search (${agentId})`,
    `Provider: ${embedder?.provider ?? 'none'} (requested: ${requested(status)})`,
    `Model: ${embedder?.model ?? 'none'}`,
    `Sources: ${settings.sources.join(', ')}`,
    ...(settings.extraPathsAsWritten.length > 0 ? [`Extra paths: ${settings.extraPathsAsWritten.join(', ')}`] : []),
    `Indexed: ${indexed}`,
    `Dirty: ${dirty ? 'yes' : 'no'}`,
    `Store: ${tildePath(settings.indexPath, home)}`,
    `Workspace: ${tildePath(settings.workspaceDir, home)}`,
    ...(probe ? [`Embeddings: ${probe.ok ? 'ready' : 'unavailable'}`] : []),
    ...(probe?.error ? [`Embeddings error: ${probe.error}`] : []),
    ...('fallback' in choice && choice.fallback ? [`Fallback: ${choice.fallback.from}`] : []),
    'By source:',
    `  memory · ${indexed}`,
    ...(settings.sources.includes('sessions')
      ? [`  sessions · ${sessions.files} files · ${sessions.chunks} chunks`]
      : []),
    `Vector: ${embedder ? 'ready' : 'unknown'}`,
    'FTS: ready',
    `Embedding cache: ${settings.cache.enabled ? 'enabled' : 'disabled'} (${facts.cacheEntries} entries)`,
    `Batch: ${settings.remote.batch.enabled ? 'enabled' : 'disabled'} (failures ${status.batchFailures}/${BATCH_FAILURES_MAX})`,
  ];
}

interface Probe {
  readonly ok: boolean;
  readonly error?: string;
}

async function probeOf(memory: MemoryService, agentId: string): Promise<Probe> {
  const error = await memory.probe(agentId, new AbortController().signal);
  return error === undefined ? { ok: true } : { ok: false, error };
}

export interface StatusFlags {
  readonly agent?: string;
  readonly json?: boolean;
  readonly deep?: boolean;
  readonly index?: boolean;
  readonly verbose?: boolean;
}

/** `memory status` (reference cli/samples/memory-status-json, memory-status-plain). */
export async function memoryStatus(context: CliContext, flags: StatusFlags): Promise<void> {
  await withMemory(context, flags.agent, async ({ memory, agents, loaded }) => {
    const { output } = context;
    const home = loaded.paths.homeDir;
    const reports = [];
    for (const agentId of agents) {
      if (flags.index) await memory.sync(agentId, { force: false });
      const probe = flags.deep || flags.index ? await probeOf(memory, agentId) : undefined;
      const status = await memory.status(agentId);
      const issues = await issuesOf(status, home);
      const totalFiles = status.filesOnDisk;
      reports.push({
        agentId,
        status: statusJson(status),
        ...(probe && { embeddingProbe: probe }),
        scan: { sources: [{ source: 'memory', totalFiles, issues }], totalFiles, issues },
      });
      if (flags.json) continue;
      for (const line of statusLines(agentId, status, home, probe)) output.line(line);
      if (flags.verbose && 'reason' in status.choice) output.line(`Words only, because: ${status.choice.reason}`);
      if (issues.length > 0) output.line('Issues:');
      for (const issue of issues) output.line(`  ${issue}`);
      output.line('');
    }
    if (flags.json) output.json(reports);
  });
}

async function indexAgent(context: CliContext, desk: MemoryDesk, agentId: string, flags: IndexFlags): Promise<void> {
  const { output } = context;
  if (flags.verbose) {
    const status = await desk.memory.status(agentId);
    output.line(`Memory Index (${agentId})`);
    output.line(`Provider: ${status.choice.embedder?.provider ?? 'none'} (requested: ${requested(status)})`);
    output.line(`Model: ${status.choice.embedder?.model ?? 'none'}`);
  }
  const { total, indexed, problem } = await desk.memory.sync(agentId, { force: flags.force === true });
  if (flags.verbose) output.line(`Files: ${total}, new or changed: ${indexed}`);
  if (problem !== undefined) throw new CliFailure([`Memory index of ${agentId} has texts without vectors: ${problem}`]);
  output.line(`Memory index updated (${agentId}).`);
}

export interface IndexFlags {
  readonly agent?: string;
  readonly force?: boolean;
  readonly verbose?: boolean;
}

/** `memory index`. */
export async function memoryIndex(context: CliContext, flags: IndexFlags): Promise<void> {
  await withMemory(context, flags.agent, async (desk) => {
    for (const agentId of desk.agents) await indexAgent(context, desk, agentId, flags);
  });
}

export interface SearchFlags {
  readonly agent?: string;
  readonly maxResults?: string;
  readonly minScore?: string;
  readonly json?: boolean;
}

/** `memory search` (reference cli/samples/memory-search-json). */
export async function memorySearch(context: CliContext, question: string, flags: SearchFlags): Promise<void> {
  await withMemory(context, flags.agent, async ({ memory, agents, loaded }) => {
    const { output } = context;
    const minScore = Number(flags.minScore);
    const maxResults = numberFlag(flags.maxResults, 0);
    const agentId = flags.agent === undefined ? defaultAgentId(loaded.current) : (agents[0] ?? 'main');
    const { results } = await memory.search(agentId, {
      question,
      signal: new AbortController().signal,
      ...(maxResults > 0 && { maxResults }),
      ...(flags.minScore !== undefined && Number.isFinite(minScore) && { minScore }),
    });
    if (flags.json) return output.json({ results });
    if (results.length === 0) return output.line('No matches.');
    for (const { path, startLine, endLine, score, snippet } of results) {
      output.line(`${score.toFixed(3)} ${path}:${startLine}-${endLine}`);
      output.line(snippet);
      output.line('');
    }
  });
}
