/** The recorded updates and calls, against the pure mappings alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InboundMessage, OutboundPart } from '@chela/channels/adapter';
import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { eventsOf, type InboundRules } from './inbound.ts';
import { callOf } from './outbound/call.ts';
import { messageIn } from './testing/telegram-bench.ts';

const FOLDER = fileURLToPath(new URL('../../../../parity/corpus/channels/telegram/', import.meta.url));

interface Golden {
  readonly config: { channels?: { telegram?: { groups?: Record<string, unknown>; reactionNotifications?: 'all' } } };
  readonly steps: readonly { push?: readonly Update[] }[];
  readonly expected: { vendorCalls: readonly { method: string; params: Record<string, unknown> }[] };
}

const golden = (id: string): Golden => {
  const name = readdirSync(FOLDER).find((file) => file.startsWith(id));
  return JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8'));
};

const rules = (one: Golden): InboundRules => ({
  self: { id: '7000000001', username: 'clawd_bot', name: 'Clawd' },
  nativeName: (name) =>
    ['think', 'status', 'whoami', 'activation', 'export-session'].find((own) => own.replace('-', '_') === name),
  isOurs: () => false,
  now: 1771322400000,
  settings: {
    inlineButtons: 'allowlist',
    reactionNotifications: one.config.channels?.telegram?.reactionNotifications ?? 'own',
    groups: one.config.channels?.telegram?.groups && Object.keys(one.config.channels.telegram.groups),
  },
});

const eventsIn = (id: string) => {
  const one = golden(id);
  return one.steps.flatMap(({ push = [] }) => push).flatMap((update) => eventsOf(update, rules(one)));
};
const messages = (id: string): readonly InboundMessage[] => eventsIn(id).map(messageIn);

const PRIVATE = { type: 'direct', id: '4242' };
const ANN = { id: '4242', name: 'Ann Lee', username: 'ann' };

describe('updates', () => {
  test('a text in a private chat (tg-001)', () => {
    expect(messages('tg-001')).toEqual([
      {
        kind: 'message',
        messageId: '7371',
        at: 1771322400000,
        conversation: PRIVATE,
        replyTo: { to: '4242' },
        sender: ANN,
        text: 'hi there',
        mention: { isDetectable: true, ofUs: false, ofOthers: false, isReplyToUs: false },
        attachments: [],
      },
    ]);
  });

  test('a mention in a group (tg-018)', () => {
    const [first, second] = messages('tg-018');
    expect(first).toMatchObject({ sender: { id: '51', name: 'Bob' }, mention: { ofUs: false } });
    expect(second).toMatchObject({
      conversation: { type: 'group', id: '-1000000887201', label: 'Book Club id:-1000000887201', subject: 'Book Club' },
      mention: { ofUs: true, ofOthers: false },
      text: '@clawd_bot what did Bob say?',
    });
  });

  test('topics of a forum, and General without one (tg-027, tg-028)', () => {
    expect(messages('tg-027')[0]).toMatchObject({
      conversation: {
        threadId: '99',
        threadSuffix: 'topic:99',
        isForum: true,
        label: 'Book Club id:-1000000887207 topic:99',
      },
      replyTo: { to: '-1000000887207', threadId: '99' },
    });
    expect(messages('tg-028')[0]?.conversation).toMatchObject({ threadId: '1', threadSuffix: 'topic:1' });
  });

  test('a quote and where a forwarded message came from (tg-034)', () => {
    expect(messages('tg-034')[0]).toMatchObject({
      quote: { messageId: '321', body: 'original', sender: 'Ann', isExcerpt: true },
      forward: {
        from: 'News (Ed)',
        type: 'channel',
        username: 'newsch',
        title: 'News',
        signature: 'Ed',
        chatType: 'channel',
        at: 1771321900000,
      },
    });
  });

  test('the largest size of a photo, and the parts of an album (tg-036, tg-037)', () => {
    expect(messages('tg-036')[0]).toMatchObject({
      text: 'look',
      attachments: [{ kind: 'image', ref: { fileId: 'bigphoto' } }],
    });
    const [first, second] = messages('tg-037');
    expect(first?.part).toEqual(second?.part);
    expect(first?.part).toMatchObject({ quietMs: 500 });
  });

  test('places (tg-040)', () => {
    expect(messages('tg-040').map(({ location }) => location)).toEqual([
      { latitude: 48.858844, longitude: 2.294351, accuracyMeters: 12 },
      { latitude: 48.8, longitude: 2.3, name: 'Eiffel Tower', address: 'Paris' },
    ]);
  });

  test('a still sticker, with what stands for it (tg-042)', () => {
    expect(messages('tg-042')[0]).toMatchObject({
      attachments: [{ kind: 'sticker' }],
      note: '[Sticker 😀 from "CatSet"]',
    });
  });

  test('a text that an app cut says that more may follow (tg-044)', () => {
    const [first, second] = messages('tg-044');
    expect(first?.part).toMatchObject({ quietMs: 1500, separator: '', follows: first?.messageId, maxParts: 12 });
    expect(second?.part).toBeUndefined();
  });

  test('a reaction, in the contract’s words (tg-046)', () => {
    expect(eventsIn('tg-046')[0]).toMatchObject({
      kind: 'note',
      conversation: PRIVATE,
      text: 'Telegram reaction added: 👍 by Ann Lee (@ann) on msg 777',
    });
  });

  test('a pressed button is said by the person who pressed it (tg-047)', () => {
    expect(messages('tg-047')[0]).toMatchObject({
      messageId: 'cb1',
      text: 'confirm_yes',
      sender: ANN,
      mention: { isForced: true },
      replyTo: { to: '4242' },
    });
  });

  test('commands of the menu (tg-050), and texts that look like one when it is off', () => {
    expect(messages('tg-050')[0]).toMatchObject({ text: '/think', isNativeCommand: true });
    const one = golden('tg-050');
    const [update] = one.steps[0]?.push ?? [];
    if (!update) throw new Error('no update');
    const [event] = eventsOf(update, { ...rules(one), nativeName: () => undefined });
    expect(messageIn(event).isNativeCommand).toBeUndefined();
  });

  test('a post of a channel that is listed (tg-067), and of one that is not', () => {
    expect(messages('tg-067')[0]).toMatchObject({
      conversation: { type: 'group', id: '-1001888', label: 'Announce id:-1001888' },
      sender: { id: '-1001888', name: 'Announce' },
    });
    const one = golden('tg-067');
    const [update] = one.steps[0]?.push ?? [];
    if (!update) throw new Error('no update');
    const base = rules(one);
    expect(eventsOf(update, { ...base, settings: { ...base.settings, groups: ['-1'] } })).toEqual([]);
    expect(eventsOf(update, { ...base, settings: { ...base.settings, groups: undefined } })).toEqual([]);
  });
});

describe('updates without a recording', () => {
  const base = rules(golden('tg-001'));
  const chat = { id: -1001, type: 'supergroup' as const, title: 'Club' };
  const from = { id: 4242, is_bot: false, first_name: 'Ann' };
  const update = (message: object): Update =>
    JSON.parse(JSON.stringify({ update_id: 1, message: { message_id: 1, date: 1, chat, from, ...message } }));
  const only = (message: object): InboundMessage => messageIn(eventsOf(update(message), base)[0]);

  test('an edited message changes nothing', () => {
    const { message: edited_message } = update({ text: 'better' });
    const edit: Update = JSON.parse(JSON.stringify({ update_id: 2, edited_message }));
    expect(eventsOf(edit, base)).toEqual([]);
  });

  test('a moving sticker and a service message are nobody’s business', () => {
    const sticker = { file_id: 's', file_unique_id: 'u', type: 'regular', is_animated: true, is_video: false };
    expect(eventsOf(update({ sticker }), base)).toEqual([]);
    expect(eventsOf(update({ new_chat_title: 'New' }), base)).toEqual([]);
  });

  test('a group that becomes a supergroup moves', () => {
    expect(eventsOf(update({ migrate_to_chat_id: -100555 }), base)).toEqual([
      { kind: 'moved', from: '-1001', to: '-100555' },
    ]);
  });

  test('hidden links are written out, and the last one does not move the first', () => {
    const entities = [
      { type: 'text_link', offset: 4, length: 4, url: 'https://a.example' },
      { type: 'text_link', offset: 13, length: 4, url: 'https://b.example' },
    ];
    expect(only({ text: 'see this and that', entities }).text).toBe(
      'see [this](https://a.example) and [that](https://b.example)',
    );
  });

  test('a command for another bot is a text, one for us loses our name', () => {
    expect(only({ text: '/status@other_bot' })).toMatchObject({ mention: { ofUs: false, ofOthers: true } });
    expect(only({ text: '/status@other_bot' }).isNativeCommand).toBeUndefined();
    const entities = [{ type: 'bot_command', offset: 0, length: 17 }];
    expect(only({ text: '/status@Clawd_Bot now', entities })).toMatchObject({
      commandText: '/status now',
      isNativeCommand: true,
      mention: { ofUs: true },
    });
  });

  test('a command with a hyphen is chosen from the menu under a name without one', () => {
    const entities = [{ type: 'bot_command', offset: 0, length: 15 }];
    expect(only({ text: '/export_session now', entities })).toMatchObject({
      commandText: '/export-session now',
      isNativeCommand: true,
    });
  });

  test('a command that no app marked as one is a text like others (recorded)', () => {
    const entities = [{ type: 'bot_command', offset: 4, length: 7 }];
    expect([only({ text: '/status' }), only({ text: 'say /status', entities })]).toMatchObject([
      { text: '/status' },
      { text: 'say /status' },
    ]);
    expect(only({ text: '/status' })).not.toHaveProperty('isNativeCommand');
  });

  test('an anonymous administrator speaks for a person', () => {
    const from = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };
    expect(only({ from, sender_chat: chat, text: 'hello' }).sender).toEqual({
      id: '1087968824',
      name: 'Group',
      username: 'GroupAnonymousBot',
    });
  });

  const press = (data: string, message: object = {}): InboundMessage | undefined => {
    const button = { message_id: 7, date: 1, chat, text: 'Page', ...message };
    const query = { id: 'cb1', from, chat_instance: 'x', data, message: button };
    const [event] = eventsOf(JSON.parse(JSON.stringify({ update_id: 3, callback_query: query })), base);
    return event && messageIn(event);
  };

  test.each([
    ['commands_page_2:main', '/commands 2'],
    ['mdl_prov', '/models'],
    ['mdl_back', '/models'],
    ['mdl_list_google-vertex_3', '/models google-vertex 3'],
  ])('%s turns a page in place', (data, text) => {
    expect(press(data)).toMatchObject({
      text,
      isNativeCommand: true,
      button: { messageId: '7', turnsPage: true },
    });
  });

  test('a model that is chosen is said, a page number is nothing, a picture cannot become a page', () => {
    expect(press('mdl_sel_groq/openai/gpt-oss-20b')).toMatchObject({ text: '/model groq/openai/gpt-oss-20b' });
    expect(press('mdl_sel_groq/x')?.button).toEqual({ messageId: '7', isForListed: true });
    expect(press('commands_page_noop:main')).toBeUndefined();
    expect(press('mdl_prov', { text: undefined, caption: 'x' })?.button).not.toHaveProperty('turnsPage');
  });

  test('a name that only begins like ours is somebody else’s', () => {
    const entities = [{ type: 'mention', offset: 0, length: 12 }];
    expect(only({ text: '@clawd_bot_2 hi', entities }).mention).toMatchObject({ ofUs: false, ofOthers: true });
  });

  test('a thread id outside of forums is none, in a private chat it is one', () => {
    expect(only({ text: 'x', message_thread_id: 7 }).conversation.threadId).toBeUndefined();
    const inPrivate = only({ text: 'x', message_thread_id: 5, chat: { id: 4242, type: 'private' } });
    expect(inPrivate.conversation).toMatchObject({ threadId: '5', threadSuffix: 'thread:5' });
  });
});

describe('calls', () => {
  const settings = { hasLinkPreview: true };
  const text = (html: string): OutboundPart => ({ kind: 'text', text: { text: html, plain: html } });
  const recorded = (id: string, method: string) =>
    golden(id).expected.vendorCalls.find((call) => call.method === method);

  test.each(['tg-002', 'tg-005', 'tg-027', 'tg-028'])('a text of %s', (id) => {
    const want = recorded(id, 'sendMessage');
    const [message] = messages(id);
    if (!want || !message) throw new Error('nothing recorded');
    expect(callOf(message.replyTo, text(String(want.params.text)), settings)).toEqual(want);
  });

  test('a reply on every chunk (tg-030)', () => {
    const part = { ...text('be split in pieces.'), replyToId: '7406' };
    expect(callOf({ to: '4242' }, part, settings)).toEqual(golden('tg-030').expected.vendorCalls[2]);
  });

  test('buttons (tg-050)', () => {
    const want = recorded('tg-050', 'sendMessage');
    const buttons = [
      [
        { text: 'off', data: '/think off' },
        { text: 'minimal', data: '/think minimal' },
      ],
      [
        { text: 'low', data: '/think low' },
        { text: 'medium', data: '/think medium' },
      ],
      [{ text: 'high', data: '/think high' }],
    ];
    expect(callOf({ to: '4242' }, { ...text('x'), buttons }, settings).params.reply_markup).toEqual(
      want?.params.reply_markup,
    );
  });

  test.each([
    [{ kind: 'image', mimeType: 'image/png', fileName: 'a.png' }, 'sendPhoto', 'photo'],
    [{ kind: 'gif', mimeType: 'image/gif', fileName: 'a.gif' }, 'sendAnimation', 'animation'],
    [{ kind: 'video', mimeType: 'video/mp4', fileName: 'a.mp4' }, 'sendVideo', 'video'],
    [{ kind: 'video', mimeType: 'video/mp4', fileName: 'a.mp4', asVideoNote: true }, 'sendVideoNote', 'video_note'],
    [{ kind: 'voice', mimeType: 'audio/ogg', fileName: 'a.ogg' }, 'sendVoice', 'voice'],
    [{ kind: 'voice', mimeType: 'audio/wav', fileName: 'a.wav' }, 'sendAudio', 'audio'],
    [{ kind: 'audio', mimeType: 'audio/mpeg', fileName: 'a.mp3' }, 'sendAudio', 'audio'],
    [{ kind: 'document', mimeType: 'text/plain', fileName: 'a.txt' }, 'sendDocument', 'document'],
  ] as const)('%o goes by %s', (media, method, field) => {
    const part: OutboundPart = {
      kind: 'media',
      media: { path: '/x', ...media },
      caption: { text: '<b>c</b>', plain: 'c' },
    };
    const call = callOf({ to: '1' }, part, settings);
    expect([call.method, call.file?.field]).toEqual([method, field]);
    // Round videos have no caption.
    expect(call.params.caption).toBe(method === 'sendVideoNote' ? undefined : '<b>c</b>');
  });

  test('plain texts, silence, quotes, no preview, polls', () => {
    const plain: OutboundPart = { kind: 'text', text: { text: 'a < b', plain: 'a < b', isPlain: true }, silent: true };
    expect(callOf({ to: '1' }, plain, { hasLinkPreview: false }).params).toEqual({
      chat_id: '1',
      text: 'a < b',
      link_preview_options: { is_disabled: true },
      disable_notification: true,
    });
    const quoted = { ...text('x'), replyToId: '9', quoteText: 'said' };
    expect(callOf({ to: '1' }, quoted, settings).params).toMatchObject({
      reply_parameters: { message_id: 9, quote: 'said' },
    });
    const poll: OutboundPart = {
      kind: 'poll',
      question: 'Q?',
      options: ['a', 'b'],
      maxSelections: 2,
      durationSeconds: 3600,
    };
    expect(callOf({ to: '1' }, poll, settings).params).toEqual({
      chat_id: '1',
      question: 'Q?',
      options: [{ text: 'a' }, { text: 'b' }],
      allows_multiple_answers: true,
      is_anonymous: true,
      open_period: 600,
    });
  });
});
