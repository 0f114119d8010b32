import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isRecord } from '../json-reader.ts';
import { type JsonRecord, readJsonFile } from './json-file.ts';
import type { Skipped } from './report.ts';

/** What a state directory holds besides sessions, by kind: the ids that tell one from another. */
export interface Inventory {
  readonly kinds: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly Skipped[];
}

interface Source {
  readonly kind: string;
  /** Files to look into, relative to the state directory. */
  files(stateDir: string): Promise<readonly string[]>;
  ids(content: JsonRecord, file: string): readonly string[];
}

const fixed =
  (...files: readonly string[]) =>
  async () =>
    files;

/** Reference protocol/state-layout.md §3. */
const SOURCES: readonly Source[] = [
  { kind: 'paired devices', files: fixed('devices/paired.json'), ids: (content) => Object.keys(content) },
  {
    kind: 'pairing requests',
    files: fixed('devices/pending.json', 'nodes/pending.json'),
    ids: (content) => Object.keys(content),
  },
  { kind: 'paired nodes', files: fixed('nodes/paired.json'), ids: (content) => Object.keys(content) },
  { kind: 'approved commands', files: fixed('exec-approvals.json'), ids: approvedCommands },
  { kind: 'cron jobs', files: fixed('cron/jobs.json'), ids: cronJobs },
  { kind: 'auth profiles', files: authProfileFiles, ids: authProfiles },
];

/** Looks into the files of a state directory. Nothing is written. */
export async function takeInventory(stateDir: string): Promise<Inventory> {
  const kinds = new Map<string, Set<string>>();
  const problems: Skipped[] = [];
  for (const source of SOURCES) {
    const ids = new Set<string>();
    for (const file of await source.files(stateDir)) {
      const content = await readJsonFile(join(stateDir, file));
      if ('problem' in content) problems.push({ what: file, why: content.problem });
      else for (const id of content.value === undefined ? [] : source.ids(content.value, file)) ids.add(id);
    }
    kinds.set(source.kind, ids);
  }
  kinds.set('credential files', new Set(await credentialFiles(stateDir)));
  return { kinds, problems };
}

function approvedCommands(content: JsonRecord): readonly string[] {
  if (!isRecord(content.agents)) return [];
  return Object.entries(content.agents).flatMap(([agent, settings]) => {
    const allowlist = isRecord(settings) && Array.isArray(settings.allowlist) ? settings.allowlist : [];
    return allowlist.map((entry) => `${agent}:${isRecord(entry) ? String(entry.pattern) : String(entry)}`);
  });
}

function cronJobs(content: JsonRecord): readonly string[] {
  const jobs = Array.isArray(content.jobs) ? content.jobs : [];
  return jobs.flatMap((job) => (isRecord(job) && typeof job.id === 'string' ? [job.id] : []));
}

async function authProfileFiles(stateDir: string): Promise<readonly string[]> {
  return (await namesIn(join(stateDir, 'agents'))).map((agent) => join('agents', agent, 'agent', 'auth-profiles.json'));
}

function authProfiles(content: JsonRecord, file: string): readonly string[] {
  return isRecord(content.profiles) ? Object.keys(content.profiles).map((id) => `${file}:${id}`) : [];
}

async function credentialFiles(stateDir: string): Promise<readonly string[]> {
  const folder = join(stateDir, 'credentials');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(stateDir, join(entry.parentPath, entry.name)));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
