import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStore, stateFolder, transcriptJsonl } from './store-fixture.ts';
import type { TranscriptEntry } from './transcript.ts';

const CHILD = fileURLToPath(new URL('./durability-child.ts', import.meta.url));
/**
 * When each child is killed: after so many lines it said (between two lie several transactions), or after so many
 * milliseconds, which for the first ones is while it opens or migrates the database.
 */
const KILLS: readonly ({ lines: number } | { ms: number })[] = [
  ...[180, 220, 260, 300].map((ms) => ({ ms })),
  ...[1, 2, 3, 5, 8, 40, 13, 90, 21, 4, 60, 7, 33, 150].map((lines) => ({ lines })),
];

/** Runs a child until its kill is due and returns all it said. */
async function runAndKill(state: string, round: number, kill: (typeof KILLS)[number]): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, state, String(round)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += String(data);
  });
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (text) => {
    said.push(text);
    if ('lines' in kill && said.length === kill.lines) child.kill('SIGKILL');
  });
  const timer = 'ms' in kill ? setTimeout(() => child.kill('SIGKILL'), kill.ms) : undefined;
  await Promise.all([once(child, 'exit'), once(reader, 'close')]);
  clearTimeout(timer);
  expect(child.signalCode, complaint).toBe('SIGKILL');
  return said;
}

function contentsOf(entries: readonly TranscriptEntry[]): readonly unknown[] {
  return entries.map((entry) => (entry.type === 'message' ? entry.message.content : undefined));
}

test('a process killed again and again loses no message and gives none two outcomes', {
  timeout: 120_000,
}, async () => {
  const state = await stateFolder();
  const said: string[] = [];
  for (const [round, kill] of KILLS.entries()) {
    said.push(...(await runAndKill(state, round, kill)));
    const store = await openStore(state);
    expect(await store.integrity()).toEqual([]);
    await store.close();
  }

  const store = await openStore(state, { mirror: true });
  const runsSaid = (word: string) =>
    said.filter((text) => text.startsWith(word)).map((text) => text.slice(word.length + 1));
  const accepted = runsSaid('accepted');
  expect(accepted.length).toBeGreaterThan(100);
  expect(new Set(accepted).size).toBe(accepted.length);
  const ended = runsSaid('ended');
  expect(new Set(ended).size).toBe(ended.length);

  const contents: unknown[] = [];
  for (const sessionId of ['session-0', 'session-1', 'session-2', 'session-3']) {
    const entries = await store.transcripts.branch(sessionId);
    contents.push(...contentsOf(entries));
    await store.transcripts.append(sessionId, [{ type: 'session_info', name: 'end' }]);
    await store.mirrored();
    const lines = (await readFile(transcriptJsonl(state, sessionId), 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines.slice(0, -1).map((text) => JSON.parse(text))).toEqual(entries);
  }
  const open = new Set((await store.ledger.unfinished()).map(({ inbox }) => inbox.runId));
  for (const runId of accepted) {
    const row = await store.ledger.find('chat.send', runId);
    expect(row?.state, runId).toBe(open.has(runId) ? row?.state : 'answered');
    expect(contents.filter((content) => content === `ask ${runId}`).length).toBeLessThanOrEqual(1);
    expect(contents.filter((content) => content === `answer ${runId}`).length).toBe(row?.state === 'answered' ? 1 : 0);
  }
  for (const runId of ended) expect((await store.ledger.find('chat.send', runId))?.state).toBe('answered');
});
