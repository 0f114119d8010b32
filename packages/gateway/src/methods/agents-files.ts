import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentWorkspaceDir, BOOTSTRAP_NAMES, MEMORY_NAMES, normalizeAgentId } from '@chela/config';
import { invalidRequest, unavailable } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { rosterIds } from './agent-roster.ts';
import { isRecord } from './record.ts';
import { createRowBuilder } from './row.ts';

/** Far above what a prompt can carry; keeps a huge file out of memory and frames. */
const FILE_MAX_BYTES = 4 * 1024 * 1024;
const FILE_NAMES: ReadonlySet<string> = new Set([...BOOTSTRAP_NAMES, ...MEMORY_NAMES]);

interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly missing: boolean;
  readonly size?: number;
  readonly updatedAtMs?: number;
  readonly content?: string;
}

/** `agents.files.list`, `.get` and `.set`: the files of a workspace that a prompt is made of (reference protocol/methods.json). */
export const agentFileMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'agents.files.list',
      params: 'AgentsFilesListParams',
      async handle({ agentId }) {
        const place = workspaceOf(services, agentId);
        const names = BOOTSTRAP_NAMES.filter((name) => name !== 'BOOTSTRAP.md');
        const onboarding = (await isOnboarded(place.workspace)) ? [] : ['BOOTSTRAP.md'];
        const files = await Promise.all([...names, ...onboarding].map((name) => entryOf(place.workspace, name, false)));
        return { ...place, files: [...files, await memoryEntry(place.workspace)] };
      },
    }),
    row({
      name: 'agents.files.get',
      params: 'AgentsFilesGetParams',
      async handle({ agentId, name }) {
        const place = workspaceOf(services, agentId);
        return { ...place, file: await entryOf(place.workspace, supported(name), true) };
      },
    }),
    row({
      name: 'agents.files.set',
      params: 'AgentsFilesSetParams',
      async handle({ agentId, name, content }) {
        const place = workspaceOf(services, agentId);
        const file = supported(name);
        if (Buffer.byteLength(content) > FILE_MAX_BYTES) throw invalidRequest(`file too large: ${file}`);
        await mkdir(place.workspace, { recursive: true });
        await writeFile(join(place.workspace, file), content, 'utf8');
        return { ok: true, ...place, file: { ...(await entryOf(place.workspace, file, false)), content } };
      },
    }),
  ];
};

function workspaceOf(
  { config }: GatewayServices,
  rawId: string,
): { readonly agentId: string; readonly workspace: string } {
  const agentId = normalizeAgentId(rawId);
  if (!rosterIds(config.current()).includes(agentId)) throw invalidRequest('unknown agent id');
  return { agentId, workspace: agentWorkspaceDir(config.current(), config.paths, agentId) };
}

/** The names are a fixed set, so that none of them can lead out of the workspace. */
function supported(name: string): string {
  if (!FILE_NAMES.has(name)) throw invalidRequest(`unsupported file "${name}"`);
  return name;
}

/** The memory file under whichever of its two names exists. */
async function memoryEntry(workspace: string): Promise<FileEntry> {
  const entries = await Promise.all(MEMORY_NAMES.map((name) => entryOf(workspace, name, false)));
  return (
    entries.find(({ missing }) => !missing) ?? { name: 'MEMORY.md', path: join(workspace, 'MEMORY.md'), missing: true }
  );
}

/** What is no plain file counts as missing: a pipe must not hold the request up. */
async function entryOf(workspace: string, name: string, withContent: boolean): Promise<FileEntry> {
  const path = join(workspace, name);
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) return { name, path, missing: true };
  const entry = { name, path, missing: false, size: facts.size, updatedAtMs: Math.floor(facts.mtimeMs) };
  if (!withContent) return entry;
  if (facts.size > FILE_MAX_BYTES) throw unavailable(`file too large to show: ${name}`);
  return { ...entry, content: await readFile(path, 'utf8') };
}

/** The guide for the first conversation is out of the way once that was held (reference protocol/state-layout.md §3.15). */
async function isOnboarded(workspace: string): Promise<boolean> {
  try {
    const state: unknown = JSON.parse(await readFile(join(workspace, '.openclaw', 'workspace-state.json'), 'utf8'));
    return isRecord(state) && typeof state.onboardingCompletedAt === 'string' && state.onboardingCompletedAt !== '';
  } catch {
    return false;
  }
}
