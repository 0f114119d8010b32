import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent, RunOutcome } from './runtime.ts';
import { dyingStore } from './testing/dying-store.ts';
import { createHarness, type Harness, testRequest } from './testing/harness.ts';
import { until } from './testing/manual-clock.ts';
import { toolCall } from './testing/scripted-models.ts';
import { textResult } from './testing/scripted-tools.ts';

describe('a crash', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'chela-crash-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Tool with side effects, then an answer that depends on whether the tool's result is known. */
  function prepare(h: Harness, counts: { written: number }): void {
    h.tools.add('write', 'possible', () => {
      counts.written += 1;
      return textResult('written');
    });
    h.models.otherwise((request) => {
      const result = request.messages.findLast((message) => message.role === 'toolResult');
      if (result === undefined) return { text: 'Writing.', toolCalls: [toolCall('c1', 'write')] };
      return { text: result.isError ? 'I must check.' : 'Done.' };
    });
  }

  async function crashAt(dieAt: number, moment: 'before' | 'after') {
    const counts = { written: 0 };
    let dying: ReturnType<typeof dyingStore> | undefined;
    const first = await createHarness({
      dir,
      wrapStore: (store) => {
        dying = dyingStore(store, dieAt, moment);
        return dying.store;
      },
    });
    prepare(first, counts);
    let done = false;
    const submitted = first.runtime.submit(testRequest()).then(async (result) => {
      if (result.status === 'started') await result.outcome;
      done = true;
    });
    await until(() => done || dying?.isDead() === true);
    const heardBefore = ended(first.events);
    if (done) {
      await submitted;
      await first.dispose();
      return { finished: true as const, calls: dying?.calls() ?? 0 };
    }
    await first.store.close();

    const second = await createHarness({ dir });
    prepare(second, counts);
    await second.runtime.recover();
    await until(() => second.runtime.active().length === 0);
    const row = await second.store.ledger.find('chat.send', 'run-1');
    const resubmitted = row === undefined;
    if (resubmitted) await second.run();
    const history = await second.history();
    const kept = (await second.store.ledger.find('chat.send', 'run-1'))?.response;
    const integrity = await second.store.integrity();
    const pending = await second.store.ledger.pendingOutbox(10);
    const heard = [...heardBefore, ...ended(second.events)];
    await second.dispose();
    return { finished: false as const, counts, history, kept, heard, integrity, pending };
  }

  test.each(['before', 'after'] as const)('%s any call to the store ends in exactly one outcome', async (moment) => {
    let points = 0;
    for (let dieAt = 1; ; dieAt += 1) {
      const result = await crashAt(dieAt, moment);
      await rm(dir, { recursive: true, force: true });
      if (result.finished) break;
      points += 1;
      const where = `${moment} call ${dieAt}`;
      expect(result.heard.length, where).toBeGreaterThan(0);
      for (const outcome of result.heard) expect(outcome, where).toEqual(result.kept);
      expect(result.counts.written, where).toBeLessThanOrEqual(1);
      expect(
        result.history.filter((message) => message.role === 'user'),
        where,
      ).toHaveLength(1);
      expect(result.history.at(-1), where).toMatchObject({ role: 'assistant', stopReason: 'stop' });
      expect(
        result.history.filter((message) => message.role === 'toolResult'),
        where,
      ).toHaveLength(1);
      expect([result.integrity, result.pending], where).toEqual([[], []]);
    }
    expect(points).toBeGreaterThan(8);
  });
});

describe('recovery', () => {
  let dir: string;
  let h: Harness;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'chela-recover-'));
    h = await createHarness({ dir });
  });
  afterEach(async () => {
    await h.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  /** Ends the process in the middle of whatever it does and starts the next one. */
  async function restart(): Promise<void> {
    await h.dispose();
    h = await createHarness({ dir });
  }

  test('a tool with side effects that was running is not run again, and the model is told', async () => {
    h.tools.add('send', 'possible', () => new Promise(() => {}));
    h.models.script({ toolCalls: [toolCall('c1', 'send')] });
    void h.run();
    await h.seen('toolStarted');
    await restart();
    h.tools.add('send', 'possible', () => textResult('sent'));
    h.models.script({ text: 'I will check.' });
    expect(await h.runtime.recover()).toEqual({ resumed: 1, ended: 0, published: 0 });
    expect(await h.runtime.wait('run-1', 60_000)).toMatchObject({
      kind: 'answered',
      payloads: [{ text: 'I will check.' }],
    });
    expect(h.tools.calls).toEqual([]);
    expect(h.models.requests[0]?.messages.at(-1)).toMatchObject({
      role: 'toolResult',
      isError: true,
      content: [{ text: expect.stringContaining('check before repeating') }],
    });
  });

  test('a harmless tool that was running is run again', async () => {
    h.tools.add('read', 'none', () => new Promise(() => {}));
    h.models.script({ toolCalls: [toolCall('c1', 'read')] });
    void h.run();
    await h.seen('toolStarted');
    await restart();
    h.tools.add('read', 'none', () => textResult('content'));
    h.models.script({ text: 'Read.' });
    await h.runtime.recover();
    expect(await h.runtime.wait('run-1', 60_000)).toMatchObject({ kind: 'answered' });
    expect(h.tools.calls).toHaveLength(1);
  });

  test('messages that waited run in their order', async () => {
    h.models.otherwise(() => ({ text: 'x', hang: true }));
    for (const runId of ['run-1', 'run-2', 'run-3']) void h.run({ runId, text: runId });
    await h.asked(1);
    await restart();
    expect(await h.runtime.recover()).toEqual({ resumed: 3, ended: 0, published: 0 });
    await until(() => ended(h.events).length === 3);
    expect(h.events.flatMap((event) => (event.type === 'ended' ? [event.runId] : []))).toEqual([
      'run-1',
      'run-2',
      'run-3',
    ]);
    expect((await h.history()).filter((message) => message.role === 'user')).toHaveLength(3);
  });

  test('a turn that was started three times is given up with a notice in its session', async () => {
    for (let start = 0; start < 3; start += 1) {
      h.models.script({ text: 'x', hang: true });
      if (start === 0) void h.run();
      else await h.runtime.recover();
      await h.seen('text');
      await restart();
    }
    expect(await h.runtime.recover()).toEqual({ resumed: 0, ended: 1, published: 0 });
    expect(ended(h.events)).toMatchObject([{ kind: 'errored', errorMessage: expect.stringContaining('given up') }]);
    expect((await h.history()).at(-1)).toMatchObject({
      role: 'assistant',
      content: [{ text: expect.stringContaining('Please send it again') }],
    });
    expect(await h.runtime.recover()).toEqual({ resumed: 0, ended: 0, published: 0 });
  });

  test('a message whose session was reset in the meantime is declined, not answered in the new one', async () => {
    h.models.script({ text: 'x', hang: true });
    void h.run();
    await h.seen('text');
    await restart();
    await h.store.sessions.renew('agent:main:main', (current) => ({
      ...current,
      sessionId: 'new-session',
      updatedAt: 1,
    }));
    await h.runtime.recover();
    expect(await h.runtime.wait('run-1', 60_000)).toMatchObject({
      kind: 'errored',
      errorMessage: expect.stringContaining('reset'),
    });
    expect(h.models.requests).toEqual([]);
  });

  test('closing waits for a running turn and leaves the waiting ones for the next process', async () => {
    let answer: (value: unknown) => void = () => {};
    h.models.script({ after: new Promise((resume) => (answer = resume)), text: 'Finished.' });
    const first = h.run();
    const second = h.run({ runId: 'run-2' });
    await h.asked(1);
    const closing = h.runtime.close(60_000);
    answer(undefined);
    await closing;
    expect(await first).toMatchObject({ kind: 'answered' });
    expect(await second).toMatchObject({ kind: 'aborted', stopReason: 'restart' });
    await expect(h.runtime.submit(testRequest({ runId: 'run-3' }))).rejects.toThrow('shutting down');
    expect((await h.store.ledger.find('chat.send', 'run-2'))?.state).toBe('received');
  });
});

function ended(events: readonly RunEvent[]): readonly RunOutcome[] {
  return events.flatMap((event) => (event.type === 'ended' ? [event.outcome] : []));
}
