import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HookEvent } from '../hook-event.ts';
import type { HandlerReply } from '../running/hook-handler.ts';

const LOG_MAX_BYTES = 5_000_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** One line of JSON a command (reference agent/automation.md §4.3). */
export async function logCommand(file: string, event: HookEvent, now: number): Promise<HandlerReply> {
  const { senderId, commandSource } = event.context;
  const line = JSON.stringify({
    timestamp: new Date(now).toISOString(),
    action: event.action,
    sessionKey: event.sessionKey,
    senderId: typeof senderId === 'string' ? senderId : 'unknown',
    source: typeof commandSource === 'string' ? commandSource : 'unknown',
  });
  await mkdir(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > LOG_MAX_BYTES) await rename(file, `${file}.1`);
  await appendFile(file, `${line}\n`, { mode: PRIVATE_FILE });
  return {};
}
