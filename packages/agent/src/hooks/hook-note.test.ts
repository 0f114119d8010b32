import { afterEach, expect, it } from 'vitest';
import type { AgentRequest } from '../runtime.ts';
import { createHarness, type Harness } from '../testing/harness.ts';

let h: Harness;
afterEach(() => h.dispose());

const talkative = (messages: readonly string[]) => ({
  hears: (type: string) => type === 'command',
  ring: async () => ({ messages, context: {} }),
  tell: () => {},
});
const NEW: Partial<AgentRequest> = { source: 'chat.send', text: '/new What now?' };
const texts = async (): Promise<readonly unknown[]> =>
  (await h.history()).map(({ role, model, content }) => [role, model, Array.isArray(content) ? content[0] : content]);

it('what hooks say of a new session stands in the web chat before the answer, and is shown at once', async () => {
  h = await createHarness({ hooks: talkative(['Notes are kept.', 'All told.']) });
  h.models.script({ text: 'Let us begin.' });
  const outcome = await h.run(NEW);
  expect(outcome).toMatchObject({ kind: 'answered', payloads: [{ text: 'Let us begin.' }] });
  const told = { type: 'text', text: 'Notes are kept.\n\nAll told.' };
  expect(await texts()).toEqual([
    ['assistant', 'gateway-injected', told],
    ['user', undefined, expect.anything()],
    ['assistant', expect.anything(), expect.objectContaining({ text: 'Let us begin.' })],
  ]);
  expect(h.events.filter(({ type }) => type === 'noted')).toMatchObject([{ message: { content: [told] } }]);
});

it('on a channel they go out with the answer and leave no message of their own', async () => {
  h = await createHarness({ hooks: talkative(['Notes are kept.']) });
  h.models.script({ text: 'Let us begin.' });
  const origin = { channel: 'telegram', accountId: 'default', to: '42', messageId: '7', chatType: 'direct' as const };
  const outcome = await h.run({ ...NEW, channel: 'telegram', origin });
  expect(outcome).toMatchObject({ payloads: [{ text: 'Notes are kept.' }, { text: 'Let us begin.' }] });
  expect(h.events.filter(({ type }) => type === 'noted')).toEqual([]);
});

it('hooks that say nothing leave the conversation as it is', async () => {
  h = await createHarness({ hooks: talkative([]) });
  h.models.script({ text: 'Let us begin.' });
  await h.run(NEW);
  expect(await texts()).toHaveLength(2);
});

it('what hooks say of a stop is said in the web chat', async () => {
  h = await createHarness({ hooks: talkative(['Stopped, and noted.']) });
  h.models.script({ text: 'First.' });
  await h.run({ source: 'chat.send', text: 'Hi' });
  const [{ sessionKey } = { sessionKey: '' }] = h.events;
  await h.runtime.abort({ sessionKey, origin: 'stop-command' });
  expect((await texts()).at(-1)).toEqual([
    'assistant',
    'gateway-injected',
    { type: 'text', text: 'Stopped, and noted.' },
  ]);
  expect(h.events.at(-1)).toMatchObject({ type: 'noted' });
});
