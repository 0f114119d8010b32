import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandlerReply } from '../running/hook-handler.ts';
import type { BundledRooms } from './bundled-rooms.ts';

const BOOT_FILE = 'BOOT.md';
/** More is no list of things to do at a start. */
const BOOT_MAX_BYTES = 65_536;

/** Each workspace's BOOT.md becomes a message for its agent (reference agent/automation.md §4.3). */
export async function bootFromFiles(rooms: Pick<BundledRooms, 'workspaces' | 'boot'>): Promise<HandlerReply> {
  for (const { agentId, workspaceDir } of rooms.workspaces()) {
    const text = (await readStart(join(workspaceDir, BOOT_FILE)))?.trim() ?? '';
    if (text !== '') await rooms.boot(agentId, bootMessage(text));
  }
  return {};
}

function bootMessage(text: string): string {
  return [
    'The gateway has just started. Carry out what BOOT.md of your workspace says; here it is:',
    '',
    text,
    '',
    'If somebody is to be told something, send it with the message tool (action "send"), naming channel and target.',
    'Your answer is shown to nobody: when you are done, and also when there is nothing to do, answer NO_REPLY.',
  ].join('\n');
}

async function readStart(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BOOT_MAX_BYTES), 0, BOOT_MAX_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  }
}
