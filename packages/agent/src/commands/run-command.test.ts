import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { GREETING_PROMPT } from './command-texts.ts';

describe('commands', () => {
  let h: Harness;
  let count = 0;
  beforeEach(async () => {
    h = await createHarness({ config: { agents: { defaults: { models: { 'mock/m2': { alias: 'two' } } } } } });
  });
  afterEach(() => h.dispose());

  const say = async (text: string): Promise<string> => {
    const outcome = await h.run({ runId: `cmd-${count++}`, text });
    expect(outcome).toMatchObject({ kind: 'answered', command: true });
    return outcome.kind === 'answered' ? (outcome.payloads[0]?.text ?? '') : '';
  };
  const entry = async () => (await h.store.sessions.get('agent:main:main'))?.entry;

  test('/help answers without a model and stays in the history as a message of the gateway', async () => {
    expect(await say('/help')).toContain('/think <level>');
    expect(h.models.requests).toEqual([]);
    expect(h.events.map((event) => event.type)).toEqual(['ended']);
    expect(await h.history()).toMatchObject([{ role: 'assistant', model: 'gateway-injected', provider: 'openclaw' }]);
  });

  test('/status tells model, context, session and levels', async () => {
    await h.run({ runId: 'first' });
    const text = await say('/status');
    expect(text).toContain('mock/m1');
    expect(text).toContain('10/128k (0%)');
    expect(text).toContain('Tokens: 10 in / 5 out');
    expect(text).toContain('agent:main:main');
  });

  test('/think shows, sets and refuses levels', async () => {
    expect(await say('/think')).toBe('Current thinking level: off.\nOptions: off, minimal, low, medium, high.');
    await say('/think high');
    expect(await entry()).toMatchObject({ thinkingLevel: 'high' });
    expect(await say('/t off')).toBe('Thinking disabled.');
    expect(await say('/think galaxy')).toContain('"galaxy"');
    expect(await entry()).toMatchObject({ thinkingLevel: 'off' });
  });

  test('/queue shows, sets, refuses and resets the settings of the session', async () => {
    expect(await say('/queue')).toContain('mode=collect, debounce=1000ms, cap=20, drop=summarize');
    expect(await say('/queue followup debounce:2s cap:5 drop:old')).toContain('followup');
    const set = { queueMode: 'followup', queueDebounceMs: 2_000, queueCap: 5, queueDrop: 'old' };
    expect(await entry()).toMatchObject(set);
    expect(await say('/queue steer cap:none')).toContain('"none"');
    expect(await entry()).toMatchObject(set);
    await say('/queue default');
    for (const member of Object.keys(set)) expect(await entry()).not.toHaveProperty(member);
  });

  test('/verbose sets its level', async () => {
    await say('/verbose full');
    expect(await entry()).toMatchObject({ verboseLevel: 'full' });
  });

  test('/model shows the current model, sets an override and takes it back', async () => {
    h.models.stock([
      { provider: 'mock', id: 'm1', name: 'm1' },
      { provider: 'mock', id: 'm2', name: 'm2' },
    ]);
    h.models.parseRef = (raw) => ({ provider: 'mock', model: raw.replace('mock/', '') });
    expect(await say('/model')).toContain('Current: mock/m1');
    expect(await say('/model m2')).toBe('Model set to mock/m2.');
    expect(await entry()).toMatchObject({ providerOverride: 'mock', modelOverride: 'm2' });
    expect(await say('/model mock/m1')).toBe('Model reset to default (mock/m1).');
    expect(await entry()).not.toHaveProperty('modelOverride');
  });

  test('the next message tells the model what was switched, once', async () => {
    h.models.stock([{ provider: 'mock', id: 'm2', name: 'm2' }]);
    await say('/model mock/m2');
    await say('/reasoning on');
    await say('/reasoning on');
    await h.run({ runId: 'first' });
    const [switched] = h.models.requests.at(-1)?.messages.at(-1)?.content ?? [];
    expect(switched).toMatchObject({
      text: expect.stringMatching(
        /^System: \[.*\] Model switched to mock\/m2\.\nSystem: \[.*\] Reasoning ON[^\n]*\n\n/,
      ),
    });
    await h.run({ runId: 'second' });
    const [after] = h.models.requests.at(-1)?.messages.at(-1)?.content ?? [];
    expect(JSON.stringify(after)).not.toContain('System:');
  });

  test.each([
    ['/think high /model nobody/zz', 'Model "nobody/zz" is not allowed.'],
    ['/verbose on /think bogus', '"bogus" is no thinking level.'],
    ['/queue steer /exec host=moon', '"moon" is no exec host.'],
    ['/think /verbose full', 'Current thinking level: off.'],
  ])('%s changes nothing', async (text, words) => {
    expect(await say(text)).toMatch(words);
    const members = ['thinkingLevel', 'verboseLevel', 'modelOverride', 'queueMode', 'execHost'];
    for (const name of members) expect((await entry()) ?? {}).not.toHaveProperty(name);
  });

  test('a model that is not allowed is refused by name', async () => {
    h.models.allowed = async () => false;
    expect(await say('/model nope/x')).toContain('Model "nope/x" is not allowed.');
  });

  test('/new archives the talk, keeps how answers are thought and told, and has the model greet', async () => {
    await say('/think high');
    await say('/queue steer');
    await h.run({ runId: 'first' });
    const before = (await entry())?.sessionId;
    await h.run({ runId: 'second', text: '/new' });
    expect(h.models.requests.at(-1)?.messages).toMatchObject([{ role: 'user', content: [{ text: GREETING_PROMPT }] }]);
    expect(await entry()).toMatchObject({ thinkingLevel: 'high' });
    expect(await entry()).not.toHaveProperty('queueMode');
    expect((await entry())?.sessionId).not.toBe(before);
  });

  test('/reset with a text runs the text in a fresh session', async () => {
    await h.run({ runId: 'first' });
    await h.run({ runId: 'r2', text: '/reset tell me a fact', sender: { messageId: 'r2', name: 'test' } });
    const messages = h.models.requests.at(-1)?.messages ?? [];
    expect(messages).toHaveLength(1);
    expect(messages[0]?.content[0]).toMatchObject({ text: expect.stringMatching(/```\n\ntell me a fact$/) });
  });

  test('/new with a model runs the rest of the text on it, from then on', async () => {
    h.models.stock([{ provider: 'mock', id: 'm2', name: 'm2' }]);
    await h.run({ runId: 'r1', text: '/new mock/m2 tell me a fact' });
    expect(await entry()).toMatchObject({ providerOverride: 'mock', modelOverride: 'm2' });
    const shown = JSON.stringify(h.models.requests.at(-1)?.messages);
    expect(shown).toContain('tell me a fact');
    expect(shown).not.toContain('mock/m2 tell');
    await h.run({ runId: 'r2', text: '/new mock/m9 is that a model?' });
    expect(JSON.stringify(h.models.requests.at(-1)?.messages)).toContain('mock/m9 is that a model?');
  });

  test('a command inside a message is answered in a message of its own and taken out', async () => {
    await h.run({ runId: 'r1', text: 'hey /whoami who am I?', channel: 'telegram' });
    expect(h.models.requests[0]?.messages.at(-1)?.content[0]).toMatchObject({
      text: expect.stringMatching(/\] hey who am I\?$/),
    });
    const history = await h.history();
    expect(history.map(({ model }) => model)).toContain('gateway-injected');
    const answered = h.events.filter(({ type }) => type === 'ended').map(({ runId }) => runId);
    expect(answered).toEqual(['r1:/whoami', 'r1']);
  });

  test('a directive beside other text is taken out and changes nothing', async () => {
    await h.run({ text: '/think high what is 2+2?' });
    expect(h.models.requests[0]?.messages[0]?.content[0]).toMatchObject({
      text: expect.stringMatching(/UTC\] what is 2\+2\?$/),
    });
    expect(await entry()).not.toHaveProperty('thinkingLevel');
  });

  test('an unknown command goes to the model as text', async () => {
    await h.run({ text: '/frobnicate now' });
    expect(h.models.requests[0]?.messages[0]?.content[0]).toMatchObject({
      text: expect.stringContaining('/frobnicate now'),
    });
  });

  test('a command is answered while a turn runs', async () => {
    h.models.script({ text: 'x', hang: true });
    const running = h.run({ runId: 'long' });
    await h.seen('text');
    expect(await say('/status')).toContain('mock/m1');
    await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' });
    await running;
  });
});
