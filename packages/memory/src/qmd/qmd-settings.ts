import { basename, join } from 'node:path';
import { type Config, normalizeAgentId, resolveUserPath, type StatePaths } from '@chela/config';
import { type Fields, isRecord, list, num, section, str } from '../fields.ts';

/** A folder that the program indexes under a name. */
export interface QmdCollection {
  readonly name: string;
  readonly path: string;
  /** Which files, a glob below the path. */
  readonly pattern: string;
  readonly source: 'memory' | 'sessions';
}

/** `memory.qmd`, defaults filled in (reference config/keys.json, agent/automation.md §5.5). Times in milliseconds. */
export interface QmdSettings {
  readonly command: string;
  readonly searchMode: 'search' | 'vsearch' | 'query';
  /** The program's own configuration and index, one an agent. */
  readonly homeDir: string;
  readonly workspaceDir: string;
  readonly collections: readonly QmdCollection[];
  /** Where conversations are written for it; absent when they are not. */
  readonly sessions: { readonly exportDir: string; readonly retentionDays: number | undefined } | undefined;
  readonly update: {
    /** 0: never by the clock. */
    readonly intervalMs: number;
    readonly embedIntervalMs: number;
    readonly debounceMs: number;
    readonly onBoot: boolean;
    readonly waitForBootSync: boolean;
  };
  readonly timeouts: {
    readonly commandMs: number;
    readonly updateMs: number;
    readonly embedMs: number;
    readonly searchMs: number;
  };
  readonly limits: { readonly maxResults: number; readonly maxSnippetChars: number; readonly maxInjectedChars: number };
  /** Where it may be asked, as written; read by `scopeAllows`. */
  readonly scope: unknown;
}

const MODES = ['search', 'vsearch', 'query'] as const;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Only in direct chats: notes are private. */
const DIRECT_ONLY = { default: 'deny', rules: [{ action: 'allow', match: { chatType: 'direct' } }] };

export function qmdSettings(config: Config, paths: StatePaths, id: string, workspaceDir: string): QmdSettings {
  const agentId = normalizeAgentId(id);
  const qmd = section(section(config, 'memory'), 'qmd');
  const update = section(qmd, 'update');
  const limits = section(qmd, 'limits');
  const sessions = section(qmd, 'sessions');
  const homeDir = join(paths.stateDir, 'agents', agentId, 'qmd');
  const named = str(sessions.exportDir);
  const exported =
    sessions.enabled === true
      ? {
          exportDir: named === undefined ? join(homeDir, 'sessions') : resolveUserPath(named, paths.homeDir),
          retentionDays: num(sessions.retentionDays),
        }
      : undefined;
  return {
    command: str(qmd.command)?.trim() ?? 'qmd',
    searchMode: MODES.find((mode) => mode === qmd.searchMode) ?? 'search',
    homeDir,
    workspaceDir,
    collections: [
      ...(qmd.includeDefaultMemory === false ? [] : defaultCollections(workspaceDir)),
      ...ownCollections(qmd, workspaceDir, paths.homeDir),
      ...(exported === undefined
        ? []
        : [{ name: 'sessions', path: exported.exportDir, pattern: '**/*.md', source: 'sessions' as const }]),
    ],
    sessions: exported,
    update: {
      intervalMs: durationMs(update.interval) ?? 5 * 60_000,
      embedIntervalMs: durationMs(update.embedInterval) ?? 60 * 60_000,
      debounceMs: num(update.debounceMs) ?? 15_000,
      onBoot: update.onBoot !== false,
      waitForBootSync: update.waitForBootSync === true,
    },
    timeouts: {
      commandMs: num(update.commandTimeoutMs) ?? 30_000,
      updateMs: num(update.updateTimeoutMs) ?? 120_000,
      embedMs: num(update.embedTimeoutMs) ?? 120_000,
      searchMs: num(limits.timeoutMs) ?? 4_000,
    },
    limits: {
      maxResults: num(limits.maxResults) ?? 6,
      maxSnippetChars: num(limits.maxSnippetChars) ?? 700,
      maxInjectedChars: num(limits.maxInjectedChars) ?? 4_000,
    },
    scope: isRecord(qmd.scope) ? qmd.scope : DIRECT_ONLY,
  };
}

function defaultCollections(workspaceDir: string): readonly QmdCollection[] {
  const source = 'memory' as const;
  return [
    { name: 'memory-root', path: workspaceDir, pattern: 'MEMORY.md', source },
    { name: 'memory-alt', path: workspaceDir, pattern: 'memory.md', source },
    { name: 'memory-dir', path: join(workspaceDir, 'memory'), pattern: '**/*.md', source },
  ];
}

function ownCollections(qmd: Fields, workspaceDir: string, homeDir: string): readonly QmdCollection[] {
  return list(qmd.paths)
    .filter(isRecord)
    .flatMap((entry, index) => {
      const written = str(entry.path)?.trim();
      if (written === undefined) return [];
      const path = /^[~/]|^[a-z]:/i.test(written) ? resolveUserPath(written, homeDir) : join(workspaceDir, written);
      const isFile = path.endsWith('.md');
      return [
        {
          name: str(entry.name)?.trim() ?? `custom-${index + 1}`,
          path: isFile ? join(path, '..') : path,
          pattern: str(entry.pattern)?.trim() ?? (isFile ? basename(path) : '**/*.md'),
          source: 'memory' as const,
        },
      ];
    });
}

/** `90s`, `5m`, `1h`; a bare number is minutes. Undefined for anything else. */
function durationMs(value: unknown): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(str(value) ?? '');
  return match === null ? undefined : Number(match[1]) * (UNIT_MS[(match[2] ?? 'm').toLowerCase()] ?? 0);
}
