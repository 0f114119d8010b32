import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { resolveUserPath } from '@chela/config';
import type { ArchiveKind, InstallSpec, Skill } from '../skill.ts';
import { fileNameOf } from '../status/install-options.ts';
import { type InstallOutcome, installed, notInstalled } from './install-outcome.ts';

/** Opens an address for reading; the caller decides which addresses may be reached. */
export type DownloadFetch = (request: {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}) => Promise<{
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}>;

export interface DownloadDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly stateDir: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly download?: DownloadFetch;
}

/** Larger than any tool or speech model that skills bring. */
const DOWNLOAD_MAX_BYTES = 2_147_483_648;

/**
 * Downloads a file into the skill's folder under `<state>/tools`, and unpacks archives there. Nothing is written
 * anywhere else, and what was there stays until everything has arrived.
 */
export async function downloadTool(skill: Skill, spec: InstallSpec, deps: DownloadDeps): Promise<InstallOutcome> {
  const url = spec.url === undefined ? undefined : URL.parse(spec.url);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return notInstalled('missing download url');
  if (deps.download === undefined) return notInstalled('downloads are not available here');
  const target = targetDir(skill, spec, deps);
  if (target === undefined)
    return notInstalled(`the target folder of installer ${spec.id} is outside of the tools folder`);
  const fileName = fileNameOf(url.pathname).replaceAll(/[^\w.+-]/g, '_') || 'download';
  const archive = spec.archive ?? archiveKind(fileName);
  const staging = join(deps.stateDir, 'tools', `.partial-${randomUUID()}`);
  await mkdir(staging, { recursive: true, mode: 0o700 });
  try {
    const file = join(staging, fileName);
    await fetchTo(file, url, deps.download, deps);
    if (archive === undefined || spec.extract === false) {
      await mkdir(target, { recursive: true });
      await rename(file, join(target, fileName));
      return installed(`Downloaded to ${join(target, fileName)}`);
    }
    const { extractArchive } = await import('./extract-archive.ts');
    const unpacked = join(staging, 'unpacked');
    await mkdir(unpacked);
    await extractArchive({
      file,
      archive,
      dir: unpacked,
      strip: spec.stripComponents ?? 0,
      env: deps.env,
      signal: deps.signal,
    });
    await cp(unpacked, target, { recursive: true, force: true, verbatimSymlinks: true });
    return installed(`Unpacked into ${target}`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function fetchTo(file: string, url: URL, download: DownloadFetch, deps: DownloadDeps): Promise<void> {
  const { timeoutMs, signal } = deps;
  const response = await download({ url, timeoutMs, signal });
  try {
    if (response.status < 200 || response.status >= 300) throw new Error(`Download failed (HTTP ${response.status})`);
    await pipeline(Readable.from(limited(response.body)), createWriteStream(file, { mode: 0o600 }));
    if ((await stat(file)).size === 0) throw new Error('Download failed (nothing arrived)');
  } finally {
    await response.close();
  }
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > DOWNLOAD_MAX_BYTES) throw new Error(`Download failed (larger than ${DOWNLOAD_MAX_BYTES} bytes)`);
    yield chunk;
  }
}

/** Where a download goes; undefined for a place outside of `<state>/tools/<skill>`. */
function targetDir(skill: Skill, spec: InstallSpec, deps: DownloadDeps): string | undefined {
  const tools = resolve(deps.stateDir, 'tools');
  const own = join(tools, skill.skillKey.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_'));
  if (spec.targetDir === undefined) return own;
  const isAbsolute = spec.targetDir.startsWith('/') || spec.targetDir.startsWith('~');
  const target = isAbsolute ? resolveUserPath(spec.targetDir, deps.homeDir) : resolve(own, spec.targetDir);
  return target === own || target.startsWith(own + sep) ? target : undefined;
}

function archiveKind(fileName: string): ArchiveKind | undefined {
  const name = fileName.toLowerCase();
  if (name.endsWith('.tar.gz') || name.endsWith('.tgz')) return 'tar.gz';
  if (name.endsWith('.tar.bz2') || name.endsWith('.tbz2')) return 'tar.bz2';
  return name.endsWith('.zip') ? 'zip' : undefined;
}
