import { expect, test } from 'vitest';
import { directMessage } from '../testing/fake-adapter.ts';
import { createInboundBench, type InboundBench, telegramConfig } from '../testing/inbound-bench.ts';

const texts = (bench: InboundBench): readonly string[] => bench.submitted.map(({ text }) => text);

test('a word that stops the run does not wait behind what it stops', async () => {
  const held = Promise.withResolvers<void>();
  const bench = await createInboundBench({
    wrap: (deps) => ({
      ...deps,
      agent: {
        submit: async (request) => {
          if (request.text !== '/stop') await held.promise;
          return deps.agent.submit(request);
        },
      },
    }),
  });
  await bench.receive(directMessage({ messageId: '1', text: 'work' }));
  await bench.receive(directMessage({ messageId: '2', text: 'Stop' }));
  while (bench.submitted.length === 0) await new Promise((resume) => setImmediate(resume));
  expect(texts(bench)).toEqual(['/stop']);
  held.resolve();
  await bench.settled();
  expect(texts(bench)).toEqual(['/stop', 'work']);
});

test('a reaction stands before the next turn, a reaction of somebody who may not write nowhere (golden tg-046)', async () => {
  const bench = await createInboundBench({ config: telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['4242'] }) });
  const { conversation, sender } = directMessage();
  const note = { kind: 'note', at: 0, text: 'Telegram reaction added: 👍 by Ann Lee (@ann) on msg 777' } as const;
  await bench.receive({ ...note, eventId: '1', conversation, sender });
  await bench.receive({ ...note, eventId: '2', conversation: { type: 'direct', id: '5' }, sender: { id: '5' } });
  await bench.settled();
  expect(bench.systemEvents).toEqual([{ sessionKey: 'agent:main:main', text: note.text }]);
});

test('the settings of a group move with its id unless the channel may not write the configuration', async () => {
  const groups = { '-100': { requireMention: false } };
  const bench = await createInboundBench({ config: telegramConfig({ groups }) });
  await bench.receive({ kind: 'moved', from: '-100', to: '-200' });
  await bench.settled();
  bench.setConfig(telegramConfig({ groups, configWrites: false }));
  await bench.receive({ kind: 'moved', from: '-100', to: '-300' });
  await bench.settled();
  const path = ['channels', 'telegram', 'groups'];
  expect(bench.edits).toEqual([
    { path: [...path, '-200'], value: { requireMention: false } },
    { path: [...path, '-100'], value: undefined },
  ]);
});
