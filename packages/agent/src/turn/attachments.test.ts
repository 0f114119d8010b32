import type { MediaUnderstanding } from '@chela/models';
import { afterEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { testModel } from '../testing/scripted-models.ts';

let h: Harness;
afterEach(() => h.dispose());

const images = [{ type: 'image' as const, data: 'cGl4ZWxz', mimeType: 'image/png' }];
let asked = 0;
const media: MediaUnderstanding = {
  async understand({ kind }) {
    asked += 1;
    return [{ kind, text: 'A white dot.', by: 'openai/gpt-5-mini' }];
  },
};
const lastUserText = (): string => {
  const message = h.models.requests.at(-1)?.messages.findLast(({ role }) => role === 'user');
  return message?.content.map((part) => (part.type === 'text' ? part.text : '<image>')).join('') ?? '';
};

test('a model that cannot see reads what is in the image, now and in the next turn', async () => {
  h = await createHarness({ media });
  await h.run({ text: 'What is it?', images });
  expect(lastUserText()).toMatch(/\[Image\]\nUser text:\nWhat is it\?\nDescription:\nA white dot\.$/);
  expect(lastUserText()).not.toContain('<image>');
  await h.run({ runId: 'run-2', text: 'And now?' });
  expect(JSON.stringify(h.models.requests.at(-1)?.messages)).toContain('A white dot.');
});

test('a model that sees gets the image itself, and nobody else is asked', async () => {
  h = await createHarness({ media });
  asked = 0;
  h.models.choose({ primary: testModel('mock', 'm1', { input: ['text', 'image'] }), fallbacks: [], source: 'config' });
  await h.run({ text: 'What is it?', images });
  expect(lastUserText()).toContain('<image>');
  expect(asked).toBe(0);
});
