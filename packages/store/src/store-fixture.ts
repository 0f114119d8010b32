import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, type Logger, silentLogger } from '@chela/observability';
import { onTestFinished } from 'vitest';
import { createStore } from './open-store.ts';
import type { SessionEntry } from './sessions.ts';
import type { Store, StoreOptions } from './store.ts';
import type { NewTranscriptEntry } from './transcript.ts';

/** For tests: state directories that go away, stores that are closed, and messages to put into them. */

export const NOW = Date.UTC(2026, 1, 17, 10, 0, 0);

/** A clock that a test moves by hand; timers run when their time has come and the test says so. */
export interface ManualClock extends Clock {
  advance(byMs: number): void;
}

export function manualClock(startAt = NOW): ManualClock {
  let now = startAt;
  const timers = new Set<{ at: number; task: () => void }>();
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      now += byMs;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.task();
      }
    },
  };
}

/** A new empty state directory, removed when the test ends. */
export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chela-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a store that is closed when the test ends, if the test did not close it. */
export async function openStore(stateDir: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await createStore({
    stateDir,
    mirror: false,
    workspaceDir: (agentId) => `/home/user/workspace-${agentId}`,
    clock: manualClock(),
    logger: silentLogger(),
    ...options,
  });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await store.close();
  };
  onTestFinished(close);
  return { ...store, close };
}

/** A logger that keeps warnings for the test to look at. */
export function recordingLogger(): Logger & { readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  return { ...silentLogger(), warnings, warn: (message) => void warnings.push(message) };
}

export function sessionsJson(stateDir: string, agentId = 'main'): string {
  return join(stateDir, 'agents', agentId, 'sessions', 'sessions.json');
}

export function transcriptJsonl(stateDir: string, sessionId: string, agentId = 'main'): string {
  return join(stateDir, 'agents', agentId, 'sessions', `${sessionId}.jsonl`);
}

/** Writes a file with its folders; objects become JSON, arrays become lines of JSON. */
export async function writeFixture(file: string, content: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  if (typeof content === 'string') await writeFile(file, content);
  else if (Array.isArray(content)) await writeFile(file, content.map((line) => `${JSON.stringify(line)}\n`).join(''));
  else await writeFile(file, JSON.stringify(content, null, 2));
}

export function userMessage(text: string): NewTranscriptEntry {
  return { type: 'message', message: { role: 'user', content: [{ type: 'text', text }], timestamp: NOW } };
}

export function assistantMessage(text: string): NewTranscriptEntry {
  return { type: 'message', message: { role: 'assistant', content: [{ type: 'text', text }], timestamp: NOW } };
}

export function session(sessionId: string, members: Partial<SessionEntry> = {}): SessionEntry {
  return { sessionId, updatedAt: NOW, ...members };
}

/** The seven sessions and two transcripts that the contract's session traces start from. */
export async function seedTraceState(stateDir: string): Promise<void> {
  const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
  await writeFixture(sessionsJson(stateDir), {
    'agent:main:main': session(id(1), { updatedAt: NOW - 60_000, chatType: 'direct', model: 'm1', totalTokens: 18 }),
    'agent:main:work': session(id(2), { updatedAt: NOW - 120_000, label: 'Work', thinkingLevel: 'low' }),
    'agent:main:telegram:group:-100200': session(id(3), {
      updatedAt: NOW - 180_000,
      subject: 'Family',
      displayName: 'telegram:g-family',
    }),
    'agent:main:subagent:aaaa': session(id(4), {
      updatedAt: NOW - 240_000,
      spawnedBy: 'agent:main:main',
      label: 'Helper',
    }),
    'agent:main:cron:job1': session(id(5), { updatedAt: NOW - 86_000_000, label: 'Cron: nightly' }),
    global: session(id(6), { updatedAt: NOW - 300_000 }),
    unknown: session(id(7), { updatedAt: NOW - 300_000 }),
  });
  await writeFixture(transcriptJsonl(stateDir, id(1)), [
    header(id(1)),
    line('m1', null, 'user', 'What is the capital of France?'),
    line('m2', 'm1', 'assistant', 'Paris is the capital of France.'),
    line('m3', 'm2', 'user', 'And of Spain?'),
    line('m4', 'm3', 'assistant', 'Madrid.'),
  ]);
  await writeFixture(transcriptJsonl(stateDir, id(2)), [
    header(id(2)),
    line('m1', null, 'user', 'Plan the sprint'),
    line('m2', 'm1', 'assistant', 'Here is the plan.'),
  ]);
}

export const MAIN_ID = '00000000-0000-4000-8000-000000000001';
export const WORK_ID = '00000000-0000-4000-8000-000000000002';

export function header(sessionId: string): Readonly<Record<string, unknown>> {
  return {
    type: 'session',
    version: 3,
    id: sessionId,
    timestamp: '2026-02-17T10:00:00.000Z',
    cwd: '/home/user/workspace',
  };
}

export function line(
  id: string,
  parentId: string | null,
  role: string,
  text: string,
): Readonly<Record<string, unknown>> {
  return {
    type: 'message',
    id,
    parentId,
    timestamp: '2026-02-17T10:00:00.000Z',
    message: { role, content: [{ type: 'text', text }], timestamp: 1771322400000 },
  };
}
