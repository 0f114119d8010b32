import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SkillInvocation, SkillsSnapshot } from '@chela/skills';
import { afterEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { until } from '../testing/manual-clock.ts';
import { textResult } from '../testing/scripted-tools.ts';
import type { TurnSkills } from '../turn/turn-deps.ts';

/** Skills as a conversation meets them. */

const LIST =
  '<available_skills>\n  <skill>\n    <name>tea</name>\n    <description>Brew.</description>\n    <location>~/tea/SKILL.md</location>\n  </skill>\n</available_skills>';

const snapshot = (version: number): SkillsSnapshot => ({
  prompt: LIST,
  skills: [{ name: 'tea' }],
  resolvedSkills: [],
  version,
});

const called = (name: string, input: string, tool?: string): SkillInvocation => ({
  command: { name, skillName: name, description: '', ...(tool !== undefined && { tool }) },
  input,
});

function skillsWith(change: Partial<TurnSkills> = {}): TurnSkills {
  return { snapshot: async () => snapshot(1), invocation: async () => undefined, ...change };
}

let h: Harness;
afterEach(() => h.dispose());

const entry = async () => (await h.store.sessions.get('agent:main:main'))?.entry;
const asked = () => h.models.requests.at(-1);

describe('the prompt', () => {
  test('lists the skills, the session keeps what it was offered, and the report counts it', async () => {
    h = await createHarness({ skills: skillsWith() });
    h.tools.add('read', 'none', () => textResult(''));
    await h.run();
    expect(asked()?.systemPrompt).toContain(`## Skills (mandatory)\n`);
    expect(asked()?.systemPrompt).toContain(LIST);
    expect(await entry()).toMatchObject({
      skillsSnapshot: { skills: [{ name: 'tea' }], version: 1 },
      systemPromptReport: { skills: { promptChars: LIST.length, entries: [{ name: 'tea', blockChars: 116 }] } },
    });
  });

  test('says nothing of skills that cannot be read', async () => {
    h = await createHarness({ skills: skillsWith() });
    await h.run();
    expect(asked()?.systemPrompt).not.toContain('## Skills');
  });

  test('the next turn shows what the last one was offered, a new session begins without it', async () => {
    const stored: unknown[] = [];
    h = await createHarness({
      skills: skillsWith({
        async snapshot(_agentId, before) {
          stored.push(before);
          return snapshot(stored.length);
        },
      }),
    });
    await h.run({ runId: 'one' });
    await h.run({ runId: 'two' });
    await h.run({ runId: 'three', text: '/new hello' });
    expect(stored).toEqual([undefined, snapshot(1), undefined]);
  });
});

describe('a slash command of a skill', () => {
  test('is put into words for the model', async () => {
    h = await createHarness({ skills: skillsWith({ invocation: async () => called('tea', 'green, please') }) });
    await h.run({ text: '/tea green, please' });
    const text = JSON.stringify(asked()?.messages.at(-1));
    expect(text).toContain('Use the skill \\"tea\\" for this message');
    expect(text).toContain('green, please');
    expect(text).not.toContain('/tea');
  });

  test('is left alone in a run of `agent`', async () => {
    h = await createHarness({ skills: skillsWith({ invocation: async () => called('tea', 'x', 'brew') }) });
    await h.run({ source: 'agent', text: '/tea x' });
    expect(JSON.stringify(asked()?.messages.at(-1))).toContain('/tea x');
  });

  test('that dispatches to a tool calls it without a model and answers with its words', async () => {
    h = await createHarness({ skills: skillsWith({ invocation: async () => called('tea', 'green', 'brew') }) });
    h.tools.add('brew', 'possible', () => textResult('brewing'));
    const outcome = await h.run({ text: '/tea green' });
    expect(outcome).toMatchObject({ kind: 'answered', command: true, payloads: [{ text: 'brewing' }] });
    expect(h.models.requests).toEqual([]);
    expect(h.tools.calls).toEqual([
      { name: 'brew', arguments: { command: 'green', commandName: 'tea', skillName: 'tea' } },
    ]);
    expect((await h.history()).map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('answers with the reason when its tool fails', async () => {
    h = await createHarness({ skills: skillsWith({ invocation: async () => called('tea', '', 'brew') }) });
    h.tools.add('brew', 'possible', () => {
      throw new Error('no water');
    });
    expect(await h.run({ text: '/tea' })).toMatchObject({ kind: 'answered', payloads: [{ text: '❌ no water' }] });
  });

  test('can be stopped while its tool runs', async () => {
    h = await createHarness({ skills: skillsWith({ invocation: async () => called('tea', '', 'brew') }) });
    h.tools.add(
      'brew',
      'possible',
      (_args, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const outcome = h.run({ text: '/tea' });
    await until(() => h.tools.calls.length > 0);
    await h.runtime.abort({ sessionKey: 'agent:main:main', origin: 'rpc' });
    expect(await outcome).toMatchObject({ payloads: [{ text: expect.stringContaining('was stopped') }] });
  });

  test('ends soon after a stop when its tool does not listen', async () => {
    h = await createHarness({ skills: skillsWith({ invocation: async () => called('tea', '', 'brew') }) });
    h.tools.add('brew', 'possible', () => new Promise(() => {}));
    const outcome = h.run({ text: '/tea' });
    await until(() => h.tools.calls.length > 0);
    await h.runtime.abort({ sessionKey: 'agent:main:main', origin: 'rpc' });
    await h.clock.advance(2_000);
    expect(await outcome).toMatchObject({ payloads: [{ text: expect.stringContaining('stopped') }] });
  });

  test('does not run its tool again after a crash: the model is told what was asked', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'chela-skill-tool-'));
    const skills = skillsWith({ invocation: async () => called('tea', '', 'brew') });
    const full = async (): Promise<never> => {
      throw new Error('disk full');
    };
    h = await createHarness({
      dir,
      skills,
      wrapStore: (store) => ({ ...store, ledger: { ...store.ledger, endTurn: full } }),
    });
    h.tools.add('brew', 'possible', () => textResult('brewed'));
    void h.run({ text: '/tea' });
    await until(() => h.tools.calls.length > 0);
    await h.dispose();
    h = await createHarness({ dir, skills });
    h.tools.add('brew', 'possible', () => textResult('brewed twice'));
    await h.runtime.recover();
    await h.seen('ended', 'run-1');
    expect(h.tools.calls).toEqual([]);
    expect(h.models.requests).toHaveLength(1);
    await rm(dir, { recursive: true, force: true });
  });
});
