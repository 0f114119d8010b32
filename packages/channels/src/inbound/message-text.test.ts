import { expect, test } from 'vitest';
import { directMessage, groupMessage } from '../testing/fake-adapter.ts';
import { createEnvelope } from './envelope.ts';
import { fileType } from './file-type.ts';
import { conversationLabel, historyLabel, messageText } from './message-text.ts';

test.each([
  ['a pin', { latitude: 48.858844, longitude: 2.294351, accuracyMeters: 12 }, '📍 48.858844, 2.294351 ±12m'],
  [
    'a named place',
    { latitude: 48.8, longitude: 2.3, name: 'Eiffel Tower', address: 'Paris' },
    '📍 Eiffel Tower — Paris (48.800000, 2.300000)',
  ],
  ['a position that is followed', { latitude: 1, longitude: -2, isLive: true }, '🛰 Live location: 1.000000, -2.000000'],
] as const)('%s is told in words (golden tg-040)', (_what, location, words) => {
  expect(messageText(directMessage({ text: '', location }))).toBe(words);
});

test('a file without words has a placeholder, a place keeps its caption', () => {
  const voice = { kind: 'voice', ref: {} } as const;
  expect(messageText(directMessage({ text: '', attachments: [voice] }))).toBe('<media:audio>');
  const location = { latitude: 51.5, longitude: -0.12, accuracyMeters: 10 };
  expect(messageText(directMessage({ text: 'Office', location }))).toBe('📍 51.500000, -0.120000 ±10m Office');
});

test.each([
  [{ id: '51', name: 'Bob' }, 'Bob id:51'],
  [{ id: '4242', name: 'Ann Lee', username: 'ann' }, 'Ann Lee (@ann) id:4242'],
  [{ id: 'x', name: 'Ann', e164: '+15550002222' }, 'Ann (+15550002222)'],
  [{ id: '222', label: 'Bob (bob)' }, 'Bob (bob)'],
])('history names %o', (sender, label) => {
  expect(historyLabel(sender)).toBe(label);
});

test.each([
  [{ type: 'group', id: '-100', subject: 'Club' }, 'Club id:-100'],
  [{ type: 'group', id: '-100', subject: 'Club id:-100' }, 'Club id:-100'],
  [{ type: 'channel', id: '5001', channelName: '#general' }, '#general'],
  [{ type: 'group', id: '#claw', subject: '#claw' }, '#claw'],
  [{ type: 'direct', id: '7' }, undefined],
] as const)('the label of %o', (conversation, label) => {
  expect(conversationLabel(conversation)).toBe(label);
});

test('the envelope says where, when and how long after, and nothing in it can end it early', () => {
  const envelope = createEnvelope('UTC');
  const facts = { config: {}, label: 'Telegram' };
  const ann = directMessage({ sender: { id: '1', name: 'An[n]\nLee' } });
  expect(envelope({ ...facts, message: ann, lastUsedAt: ann.at - 125_000 })).toBe(
    '[Telegram An(n) Lee +2m Tue 2026-02-17 10:00 UTC] hi there',
  );
  const plain = { envelopeElapsed: 'off', envelopeTimestamp: 'off' };
  const config = { agents: { defaults: plain } };
  expect(envelope({ ...facts, config, message: groupMessage(), lastUsedAt: 0 })).toBe(
    '[Telegram Book Club id:-1000000887201] Ann Lee: hi there',
  );
});

test.each([
  ['a picture that calls itself a page', '\x89PNG\r\n\x1a\n', 'text/html', 'a.html', 'image/png', '.png'],
  ['an archive that calls itself a picture', 'PK\x03\x04', 'image/png', 'a.png', 'application/octet-stream', '.png'],
  [
    'a document',
    'PK\x03\x04',
    'application/vnd.oasis.opendocument.text',
    'a.odt',
    'application/vnd.oasis.opendocument.text',
    '.odt',
  ],
  ['words', 'hello', 'text/plain; charset=utf-8', 'notes.TXT', 'text/plain', '.txt'],
  ['nobody knows', '????', undefined, undefined, 'application/octet-stream', ''],
])('the type of %s', (_what, head, claimed, name, mimeType, extension) => {
  expect(fileType(Buffer.from(head, 'latin1'), claimed, name)).toEqual({ mimeType, extension });
});
