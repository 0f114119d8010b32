import { expect, it } from 'vitest';
import { openMethodBench } from '../methods/testing/method-bench.ts';
import { createAnnouncer } from './create-announcer.ts';

const MAIN = 'agent:main:main';

async function open(lastChannel: string | undefined) {
  const bench = await openMethodBench();
  const sessionId = '11111111-1111-4111-8111-111111111111';
  await bench.services.store.sessions.upsert(MAIN, 'main', () => ({
    sessionId,
    updatedAt: 1,
    ...(lastChannel !== undefined && { lastChannel, lastTo: 'ann' }),
  }));
  const hello = { role: 'user', content: 'hello', timestamp: 1 } as const;
  await bench.services.store.transcripts.append(sessionId, [{ type: 'message', message: hello }]);
  return { bench, sessionId, announcer: createAnnouncer(() => bench.services) };
}

const said = { key: 'cron:1', agentId: 'main', text: 'News.', mediaUrls: [] };

it('puts an announcement for the last place into the conversation when that is the web chat, and shows it', async () => {
  const { bench, sessionId, announcer } = await open('webchat');
  await using _ = bench;
  expect(await announcer.announce({ ...said, channel: 'last' })).toEqual({ channel: 'webchat' });
  const [, note] = await bench.services.store.transcripts.tail(sessionId, 5);
  expect(note).toMatchObject({ type: 'message', message: { role: 'assistant', content: [{ text: 'News.' }] } });
  expect(bench.broadcasts).toMatchObject([{ event: 'chat', payload: { sessionKey: MAIN, state: 'final' } }]);
  expect(await announcer.target({ agentId: 'main', channel: 'last' })).toBeUndefined();
});

it.each([
  ['telegram', 'telegram', 'Unsupported channel: telegram'],
  ['telegram', 'last', 'Unsupported channel: telegram'],
  [undefined, 'last', 'Unsupported channel: whatsapp'],
])('refuses when the last channel is %s and %s is asked for', async (lastChannel, channel, message) => {
  const { bench, announcer } = await open(lastChannel);
  await using _ = bench;
  await expect(announcer.announce({ ...said, channel })).rejects.toThrow(message);
});

it('knows where the last message came from, and nothing for none', async () => {
  const { bench, announcer } = await open('telegram');
  await using _ = bench;
  expect(await announcer.target({ agentId: 'main', channel: 'last' })).toEqual({ channel: 'telegram', to: 'ann' });
  expect(await announcer.target({ agentId: 'main', channel: 'slack' })).toEqual({ channel: 'slack' });
  expect(await announcer.target({ agentId: 'main', channel: 'none' })).toBeUndefined();
});

it('a last channel without a recipient is no target', async () => {
  const { bench, sessionId, announcer } = await open(undefined);
  await using _ = bench;
  await bench.services.store.sessions.upsert(MAIN, 'main', () => ({
    sessionId,
    updatedAt: 2,
    lastChannel: 'whatsapp',
  }));
  expect(await announcer.target({ agentId: 'main', channel: 'last' })).toBeUndefined();
});
