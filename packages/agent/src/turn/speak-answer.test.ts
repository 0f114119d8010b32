import { afterEach, expect, test, vi } from 'vitest';
import { takeSpeechTags } from '../reply/speech-tags.ts';
import type { AgentRequest } from '../runtime.ts';
import { createHarness, type Harness } from '../testing/harness.ts';

let h: Harness;
afterEach(() => h.dispose());

const convert = vi.fn(async () => ({ audioPath: '/tmp/openclaw/tts-1/voice.opus', voiceCompatible: true }));

const CHAT: Partial<AgentRequest> = {
  channel: 'telegram',
  origin: { channel: 'telegram', accountId: 'default', to: '42', messageId: '7', chatType: 'direct' },
};
const AUDIO = { path: '/x/voice.ogg', mimeType: 'audio/ogg' };

async function answer(mode: string, text: string, request: Partial<AgentRequest> = CHAT, takesSpokenText = true) {
  convert.mockClear();
  h = await createHarness({ speech: { auto: async () => mode, takesSpokenText: () => takesSpokenText, convert } });
  h.models.script({ text });
  const outcome = await h.run(request);
  return outcome.kind === 'answered' ? outcome.payloads : [];
}

const VOICE = {
  text: '',
  mediaUrl: '/tmp/openclaw/tts-1/voice.opus',
  mediaUrls: ['/tmp/openclaw/tts-1/voice.opus'],
  delivery: { asVoice: true },
};

test('an answer on a channel is spoken when all are', async () => {
  const payloads = await answer('always', '**Good** morning, see [the page](https://x.example/a).');
  expect(payloads).toMatchObject([{ text: '**Good** morning, see [the page](https://x.example/a).' }, VOICE]);
  expect(convert).toHaveBeenCalledWith(
    expect.objectContaining({ text: 'Good morning, see the page.', channel: 'telegram' }),
  );
});

test('only tagged answers are spoken in that mode, and what is for the ear is not shown', async () => {
  expect(await answer('tagged', 'Nothing to hear here.')).toMatchObject([{ text: 'Nothing to hear here.' }]);
  expect(convert).not.toHaveBeenCalled();
  await h.dispose();
  const tagged = 'Here you go.\n\n[[tts:voice=nova]]\n[[tts:text]](laughs) Once more, then.[[/tts:text]]';
  expect(await answer('tagged', tagged)).toMatchObject([{ text: 'Here you go.' }, VOICE]);
  expect(convert).toHaveBeenCalledWith(
    expect.objectContaining({ text: '(laughs) Once more, then.', wishes: [['voice', 'nova']] }),
  );
});

test('words for the ear are passed over where a model may not give any', async () => {
  const tagged =
    'Here you go, all of it.\n[[TTS: Voice=nova speed = Speed=1.1 bare]][[tts:text]](laughs) No.[[/tts:text]]';
  expect(await answer('always', tagged, CHAT, false)).toMatchObject([{ text: 'Here you go, all of it.' }, VOICE]);
  expect(convert).toHaveBeenCalledWith(
    expect.objectContaining({
      text: 'Here you go, all of it.',
      wishes: [
        ['voice', 'nova'],
        ['speed', '1.1'],
      ],
    }),
  );
});

test('a recording is answered with one in the mode inbound', async () => {
  expect(await answer('inbound', 'You wrote, so do I.')).toHaveLength(1);
  await h.dispose();
  const inbound = {
    messageId: '7',
    chatType: 'direct' as const,
    chatId: 'telegram:42',
    from: 'telegram:42',
    sender: { id: '42' },
    history: [],
    media: [AUDIO],
  };
  expect(await answer('inbound', 'You spoke, so do I.', { ...CHAT, inbound })).toMatchObject([{}, VOICE]);
});

test.each([
  ['off', 'A whole sentence to hear.', CHAT],
  ['always', 'Short.', CHAT],
  ['always', 'NO_REPLY', CHAT],
  ['always', 'With a picture of its own.\nMEDIA:https://x.example/a.png', CHAT],
  ['always', 'The web chat is read, not heard.', {}],
] as const)('in the mode %s "%s" is read', async (mode, text, request) => {
  await answer(mode, text, request);
  expect(convert).not.toHaveBeenCalled();
});

test('an answer that cannot be spoken is read', async () => {
  convert.mockRejectedValueOnce(new Error('no voice'));
  h = await createHarness({ speech: { auto: async () => 'always', takesSpokenText: () => true, convert } });
  h.models.script({ text: 'Then read this, please.' });
  expect(await h.run(CHAT)).toMatchObject({ kind: 'answered', payloads: [{ text: 'Then read this, please.' }] });
});

test('text without tags stays as it is', async () => {
  h = await createHarness();
  expect(takeSpeechTags('a [[list]] of\n\n\n\nthings')).toEqual({
    text: 'a [[list]] of\n\n\n\nthings',
    wishes: [],
    found: false,
  });
});
