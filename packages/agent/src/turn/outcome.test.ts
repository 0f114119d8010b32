import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentRequest, RunOutcome } from '../runtime.ts';
import { createHarness, type Harness } from '../testing/harness.ts';
import { toolCall } from '../testing/scripted-models.ts';

const TOLD = '⚠️ ✍️ Write: `of write` failed: disk full';
const textsOf = (outcome: RunOutcome): readonly string[] => outcome.payloads.map(({ text }) => text);

describe('an answer after a tool that failed', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
    for (const name of ['read', 'write']) {
      h.tools.add(name, 'none', () => ({ content: [{ type: 'text', text: 'disk full' }], isError: true }));
    }
  });
  afterEach(() => h.dispose());

  const answerAfter = async (tool: string, answer: string, request: Partial<AgentRequest> = {}) => {
    h.models.script({ toolCalls: [toolCall('c1', tool)] }, { text: answer });
    return textsOf(await h.run({ source: 'agent', ...request }));
  };

  test('says that a change was not made', async () => {
    expect(await answerAfter('write', 'All done.')).toEqual(['All done.', TOLD]);
  });

  test('tells of a look when the model said nothing, unless that is switched off', async () => {
    expect(await answerAfter('read', 'NO_REPLY')).toEqual(['⚠️ 📖 Read: `of read` failed: disk full']);
    h.setConfig({ messages: { suppressToolErrors: true } });
    expect(await answerAfter('read', 'NO_REPLY', { runId: 'r2' })).toEqual([]);
    expect(await answerAfter('write', 'NO_REPLY', { runId: 'r3' })).toEqual([TOLD]);
  });

  test('is left as it is in the web chat, whose readers see the calls, and where another agent reads it', async () => {
    expect(await answerAfter('write', 'All done.', { source: 'chat.send' })).toEqual(['All done.']);
    const sessionKey = 'agent:main:subagent:a1';
    expect(await answerAfter('write', 'All done.', { runId: 'r2', sessionKey })).toEqual(['All done.']);
  });
});
