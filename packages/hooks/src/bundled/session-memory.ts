import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFields, textField } from '@chela/skills';
import type { HookEvent } from '../hook-event.ts';
import type { HookEntry } from '../hook-settings.ts';
import type { BundledRooms, SaidMessage } from './bundled-rooms.ts';

const DEFAULT_MESSAGES = 15;
const MAX_MESSAGES = 200;
const SLUG_MAX_CHARS = 40;
/** As much of a conversation as a title needs. */
const TITLE_MAX_CHARS = 2_000;
/** Files of one day and slug; beyond that something is wrong. */
const MAX_SAME_NAME = 100;
const PRIVATE_FILE = 0o600;

/** Everything a memory file is made of; taken when the session ends, because what it names may be gone later. */
export interface EndedSession {
  readonly sessionId: string;
  readonly source: string;
  readonly messages: readonly SaidMessage[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The session that a command ends; undefined when nothing was said in it. */
export async function endedSession(
  rooms: Pick<BundledRooms, 'lastMessages'>,
  { context }: HookEvent,
  { fields }: HookEntry,
  at: number,
): Promise<EndedSession | undefined> {
  const entry = isFields(context.previousSessionEntry) ? context.previousSessionEntry : context.sessionEntry;
  const sessionId = isFields(entry) ? textField(entry.sessionId) : undefined;
  if (sessionId === undefined) return undefined;
  const wanted = typeof fields.messages === 'number' ? Math.floor(fields.messages) : DEFAULT_MESSAGES;
  const limit = wanted > 0 ? Math.min(wanted, MAX_MESSAGES) : DEFAULT_MESSAGES;
  const messages = (await rooms.lastMessages(sessionId, limit)).filter(({ text }) => !text.trimStart().startsWith('/'));
  if (messages.length === 0) return undefined;
  return { sessionId, source: textField(context.commandSource) ?? 'unknown', messages, at };
}

/** Writes the memory file of an ended session; resolves with its path. Nothing that is there is overwritten. */
export async function writeMemory(
  rooms: Pick<BundledRooms, 'workspaceOf' | 'title'>,
  sessionKey: string,
  ended: EndedSession,
  signal: AbortSignal,
): Promise<string> {
  const { agentId, workspaceDir } = rooms.workspaceOf(sessionKey);
  const conversation = ended.messages.map(({ role, text }) => `${role}: ${text}`).join('\n');
  const title = await rooms.title(agentId, conversation.slice(-TITLE_MAX_CHARS), signal);
  const [date = '', time = ''] = new Date(ended.at).toISOString().split(/[T.]/);
  const slug = slugOf(title ?? '') || time.slice(0, 5).replace(':', '');
  const text = [
    `# Session: ${date} ${time} UTC`,
    '',
    `- **Session Key**: ${sessionKey}`,
    `- **Session ID**: ${ended.sessionId}`,
    `- **Source**: ${ended.source}`,
    '',
    '## Conversation',
    '',
    conversation,
    '',
  ].join('\n');
  const folder = join(workspaceDir, 'memory');
  await mkdir(folder, { recursive: true });
  for (let copy = 1; copy <= MAX_SAME_NAME; copy += 1) {
    const path = join(folder, `${date}-${slug}${copy === 1 ? '' : `-${copy}`}.md`);
    if (await writeNew(path, text)) return path;
  }
  throw new Error(`more than ${MAX_SAME_NAME} memory files are called ${date}-${slug}`);
}

/** False when the file is there already. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: PRIVATE_FILE });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, SLUG_MAX_CHARS)
    .replaceAll(/^-+|-+$/g, '');
}
