import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { testModel, toolCall } from '../testing/scripted-models.ts';
import { textResult } from '../testing/scripted-tools.ts';

const OVERFLOW = { failure: { message: '400 prompt is too long', reason: 'context_overflow' as const } };
const entryOf = async (h: Harness) => (await h.store.sessions.get('agent:main:main'))?.entry;
const typesOf = async (h: Harness) => {
  const sessionId = (await entryOf(h))?.sessionId ?? '';
  return (await h.store.transcripts.branch(sessionId)).map((entry) => entry.type);
};

describe('compaction in a turn', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  test('a request that was too long is sent again behind a summary, and the person only reads the answer', async () => {
    h.models.script({ text: 'Earlier answer.' }, OVERFLOW, { text: 'SUMMARY' }, { text: 'The answer.' });
    await h.run({ runId: 'r1', text: 'first' });
    const outcome = await h.run({ runId: 'r2', text: 'second' });
    expect(outcome).toMatchObject({ kind: 'answered', payloads: [{ text: 'The answer.' }] });
    expect(await entryOf(h)).toMatchObject({ compactionCount: 1 });
    expect((await typesOf(h)).slice(-3)).toEqual(['message', 'compaction', 'message']);
    expect(JSON.stringify(h.models.requests.at(-1)?.messages)).toContain('SUMMARY');
    const phases = h.events.flatMap((event) => (event.type.startsWith('compaction') ? [event] : []));
    expect(phases).toMatchObject([
      { type: 'compactionStarted', runId: 'r2' },
      { type: 'compactionEnded', compacted: true, willRetry: true },
    ]);
  });

  test('a single message that is too long is cut until it fits', async () => {
    h.models.script(OVERFLOW, OVERFLOW, { text: 'Got it.' });
    const outcome = await h.run({ runId: 'r1', text: 'x'.repeat(500_000) });
    expect(outcome).toMatchObject({ kind: 'answered', payloads: [{ text: 'Got it.' }] });
    const sizes = h.models.requests.map(({ messages }) => JSON.stringify(messages).length);
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
    expect(sizes[2]).toBeLessThan(sizes[1] ?? 0);
  });

  test('a provider that always says too long is given up after a bounded number of requests', async () => {
    await h.run({ runId: 'r1', text: 'first' });
    h.models.otherwise((request) => (request.tools.length === 0 && isSummary(request) ? { text: 'S' } : OVERFLOW));
    const before = h.models.requests.length;
    const outcome = await h.run({ runId: 'r2', text: 'second' });
    expect(outcome.kind).toBe('errored');
    expect(h.models.requests.length - before).toBeLessThanOrEqual(9);
  });

  test('a history near the window is summarised before it is sent', async () => {
    h.models.script({ text: 'Old.', usage: { input: 110_000, output: 100 } }, { text: 'SUMMARY' }, { text: 'New.' });
    await h.run({ runId: 'r1', text: 'first' });
    h.setConfig({ agents: { defaults: { compaction: { memoryFlush: { enabled: false } } } } });
    expect(await h.run({ runId: 'r2', text: 'second' })).toMatchObject({ payloads: [{ text: 'New.' }] });
    expect(await entryOf(h)).toMatchObject({ compactionCount: 1, totalTokens: 10 });
  });

  test('the rules of AGENTS.md stand in front of the message after a compaction, once', async () => {
    await mkdir(join(h.dir, 'workspace'), { recursive: true });
    await writeFile(join(h.dir, 'workspace', 'AGENTS.md'), '# A\n\n## Red Lines\n- no leaks\n\n## Other\nx\n');
    h.models.script({ text: 'Earlier.' }, OVERFLOW, { text: 'SUMMARY' }, { text: 'Now.' });
    for (const runId of ['r1', 'r2', 'r3', 'r4']) await h.run({ runId, text: runId });
    const said = (await h.history()).flatMap(({ role, content }) => (role === 'user' ? [JSON.stringify(content)] : []));
    const reminded = said.filter((text) => text.includes('Critical rules from AGENTS.md:'));
    expect(reminded).toHaveLength(1);
    expect(reminded[0]).toContain('## Red Lines\\n- no leaks');
    expect(reminded[0]).toContain('r3');
  });

  test('files that should have been read again are named after it, unless they were', async () => {
    const workspace = join(h.dir, 'workspace');
    await mkdir(join(workspace, 'memory'), { recursive: true });
    await writeFile(join(workspace, 'WORKFLOW_AUTO.md'), 'x');
    for (const day of ['2026-02-16', '2026-02-17']) await writeFile(join(workspace, 'memory', `${day}.md`), 'x');
    h.tools.add('read', 'none', () => textResult('x'));
    const read = toolCall('c1', 'read', { path: './memory/2026-02-16.md' });
    const steps = [OVERFLOW, { text: 'SUMMARY' }];
    h.models.script({ text: 'Earlier.' }, ...steps, { text: 'Now.' }, { text: 'More.' });
    for (const runId of ['r1', 'r2', 'r3']) await h.run({ runId, text: runId });
    h.models.script(...steps, { toolCalls: [read] }, { text: 'Read.' }, { text: 'End.' });
    for (const runId of ['r4', 'r5']) await h.run({ runId, text: runId });
    const said = (await h.history()).flatMap(({ role, content }) => (role === 'user' ? [JSON.stringify(content)] : []));
    const audits = said.filter((text) => text.includes('Post-Compaction Audit:'));
    expect(audits).toHaveLength(2);
    expect(audits[0]).toContain('- WORKFLOW_AUTO.md\\n  - memory/2026-02-17.md');
    expect(audits[0]).toContain('r3');
    expect(audits[1]).not.toContain('memory/2026');
  });

  test('a turn whose tools fill the window goes on behind a summary that quotes what it was asked', async () => {
    h.models.choose({ primary: testModel('mock', 'm1', { contextWindow: 20_000 }), fallbacks: [], source: 'config' });
    h.tools.add('look', 'none', () => textResult('found '.repeat(2_000)));
    h.models.script(
      { toolCalls: [toolCall('c1', 'look')], usage: { input: 500 } },
      { toolCalls: [toolCall('c2', 'look')], usage: { input: 18_000 } },
      { text: 'SUMMARY' },
      { text: 'Done.' },
    );
    expect(await h.run({ text: 'count the stars' })).toMatchObject({ kind: 'answered', payloads: [{ text: 'Done.' }] });
    expect(JSON.stringify(h.models.requests.at(-1)?.messages)).toContain('count the stars');
  });
});

function isSummary({ systemPrompt }: { readonly systemPrompt: string }): boolean {
  return systemPrompt.includes('summar');
}

describe('saving memories before a compaction', () => {
  test('happens once a cycle, in a turn that nobody sees', async () => {
    const h = await createHarness();
    h.models.script({ text: 'Old.', usage: { input: 105_000 } });
    await h.run({ runId: 'r1', text: 'first' });
    h.models.script({ text: 'NO_REPLY', usage: { input: 105_100 } }, { text: 'Answer.', usage: { input: 105_200 } });
    const seen = h.events.length;
    expect(await h.run({ runId: 'r2', text: 'second' })).toMatchObject({ payloads: [{ text: 'Answer.' }] });
    expect(JSON.stringify(h.models.requests[1]?.messages)).toMatch(/memory\/\d{4}-\d{2}-\d{2}\.md/);
    expect(h.events.slice(seen).every(({ runId }) => runId === 'r2')).toBe(true);
    expect(await entryOf(h)).toMatchObject({ memoryFlushCompactionCount: 0 });
    expect(typeof (await entryOf(h))?.memoryFlushAt).toBe('number');
    const asked = h.models.requests.length;
    h.models.script({ text: 'Again.', usage: { input: 105_300 } });
    await h.run({ runId: 'r3', text: 'third' });
    expect(h.models.requests.length - asked).toBe(1);
    await h.dispose();
  });
});
