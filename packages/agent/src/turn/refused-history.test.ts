import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { STARTED_OVER_NOTICE } from './refused-history.ts';

const ROLES = { failure: { message: '400 messages: roles must alternate between "user" and "assistant"' } };
const INPUT = { failure: { message: '400 messages.1.content.0.tool_use.input: Field required' } };
const TRY_AGAIN = expect.stringMatching(/^Message ordering conflict - please try again/);

describe('a history that its provider refuses', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  const session = async () => (await h.store.sessions.get('agent:main:main'))?.entry;
  const told = async (runId: string, source: 'chat.send' | 'agent' = 'chat.send') => {
    const outcome = await h.run({ runId, source });
    return outcome.kind === 'errored' ? outcome.errorMessage : outcome.payloads.map(({ text }) => text);
  };

  test('is left at the second time: the session starts over, what was set for it stays', async () => {
    h.models.script({ text: 'One.' }, ROLES, INPUT, { text: 'Anew.' });
    await told('r1');
    await h.store.sessions.upsert('agent:main:main', 'main', (current) => ({
      ...(current ?? { sessionId: '', updatedAt: 0 }),
      thinkingLevel: 'high',
      modelOverride: 'm1',
      providerOverride: 'mock',
      compactionCount: 2,
    }));
    const before = await session();
    expect(await told('r2')).toEqual(TRY_AGAIN);
    expect((await session())?.sessionId).toBe(before?.sessionId);
    expect(await told('r3')).toBe(STARTED_OVER_NOTICE);
    const after = await session();
    expect(after?.sessionId).not.toBe(before?.sessionId);
    expect(after).toMatchObject({ thinkingLevel: 'high', modelOverride: 'm1', compactionCount: 0, systemSent: false });
    expect(await h.history()).toEqual([]);
    expect(await told('r4')).toEqual(['Anew.']);
    expect(h.models.requests.at(-1)?.messages).toHaveLength(1);
  });

  test('is kept when an answer came in between, and for programs', async () => {
    h.models.script(ROLES, { text: 'Two.' }, ROLES, ROLES, { text: 'Five.' });
    await told('r1');
    const before = await session();
    await told('r2');
    expect(await told('r3')).toEqual(TRY_AGAIN);
    expect(await told('r4', 'agent')).toEqual(TRY_AGAIN);
    expect(await told('r5')).toEqual(['Five.']);
    expect((await session())?.sessionId).toBe(before?.sessionId);
  });
});
