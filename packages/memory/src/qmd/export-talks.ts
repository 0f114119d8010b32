import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@chela/observability';
import type { SessionTalks } from '../talks.ts';
import type { QmdSettings } from './qmd-settings.ts';

const DAY_MS = 86_400_000;
const SUFFIX = '.md';

/** Writes the conversations of an agent that changed as notes the program can index, and removes those that are gone or too old. */
export async function exportTalks(
  talks: SessionTalks,
  { exportDir, retentionDays }: NonNullable<QmdSettings['sessions']>,
  agentId: string,
  clock: Clock,
): Promise<void> {
  await mkdir(exportDir, { recursive: true, mode: 0o700 });
  const oldest = retentionDays === undefined ? 0 : clock.now() - retentionDays * DAY_MS;
  const listed = (await talks.list(agentId)).filter(
    ({ sessionId, updatedAtMs }) => updatedAtMs >= oldest && /^[\w.-]+$/.test(sessionId),
  );
  for (const { sessionId, updatedAtMs } of listed) {
    const path = join(exportDir, sessionId + SUFFIX);
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined && Math.trunc(info.mtimeMs) === Math.trunc(updatedAtMs)) continue;
    const text = await talks.read(sessionId);
    if (text === '') continue;
    await writeFile(path, `# Session ${sessionId}\n\n${text}\n`, { mode: 0o600 });
    // The time of the file is that of the conversation, so that it is not written again.
    await utimes(path, new Date(updatedAtMs), new Date(updatedAtMs));
  }
  const kept = new Set(listed.map(({ sessionId }) => sessionId + SUFFIX));
  for (const name of await readdir(exportDir)) {
    if (name.endsWith(SUFFIX) && !kept.has(name)) await rm(join(exportDir, name), { force: true });
  }
}
