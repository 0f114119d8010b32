import { describe, expect, test } from 'vitest';
import { allowlist } from './allowlist.ts';
import { type IrcMessage, inboundMessage } from './inbound.ts';
import adapter from './index.ts';
import { fallbackNick } from './nick-choice.ts';
import { lineBudget, linesOf } from './outbound.ts';
import { createPace } from './pace.ts';
import { readSettings } from './settings.ts';
import { targets } from './targets.ts';

const CONTEXT = { ownNick: 'clawbot', now: 1_000, newId: () => 'id-1' };

const said = (text: string, more: Partial<IrcMessage> = {}): IrcMessage => ({
  type: 'privmsg',
  nick: 'alice',
  user: '~alice',
  host: 'user.fake.test',
  target: '#claw',
  text,
  ...more,
});

const textPart = (text: string) => ({ kind: 'text', text: { text, plain: text } }) as const;

describe('a message of a channel', () => {
  test('is a group message of nick!user@host and answered in the channel', () => {
    expect(inboundMessage(said('clawbot: status?'), CONTEXT)).toMatchObject({
      messageId: 'id-1',
      at: 1_000,
      conversation: { type: 'group', id: '#claw', label: '#claw', subject: '#claw' },
      sender: { id: 'alice!~alice@user.fake.test', name: 'alice' },
      replyTo: { to: '#claw' },
      text: 'clawbot: status?',
      mention: { isDetectable: true, ofUs: true },
    });
  });

  test.each([
    ['clawbot, hi', true],
    ['hi CLAWBOT', true],
    ['@clawbot hi', true],
    ['clawbot_ hi', false],
    ['myclawbot', false],
    ['just chatting', false],
  ])('%s mentions us: %s', (text, ofUs) => {
    expect(inboundMessage(said(text), CONTEXT)?.mention.ofUs).toBe(ofUs);
  });
});

test.each([
  ['clawbot: /status', '/status'],
  ['@ClawBot: /think high', '/think high'],
  ['clawbot, /whoami', '/whoami'],
  ['bob: /status', undefined],
  ['/status', undefined],
  ['clawbot /status', undefined],
  ['clawbot: what does /status say', undefined],
])('the command in %j is %j', (text, command) => {
  expect(inboundMessage(said(text), CONTEXT)?.commandText).toBe(command);
});

describe('a private message', () => {
  test('belongs to the sender and is answered to the nick', () => {
    const message = inboundMessage(said('hello bot', { target: 'clawbot' }), CONTEXT);
    expect(message).toMatchObject({ conversation: { type: 'direct', id: 'alice' }, replyTo: { to: 'alice' } });
  });

  test("keeps the server's own id and time", () => {
    expect(inboundMessage(said('x', { id: 'abc', at: 5 }), CONTEXT)).toMatchObject({ messageId: 'abc', at: 5 });
  });
});

test.each([
  ['\u0002bold\u0002 and \u000304,12red\u0003', 'bold and red'],
  ['\u00031 2', '2'],
  ['\u000212 monkeys', '12 monkeys'],
])('format codes of terminals are no words: %j', (raw, text) => {
  expect(inboundMessage(said(raw), CONTEXT)?.text).toBe(text.trim());
});

test('what /me says tells who does it', () => {
  expect(inboundMessage(said('waves', { type: 'action' }), CONTEXT)?.text).toBe('* alice waves');
});

test.each([said(' \u0002 '), said('hi', { nick: 'ClawBot' })])('blank words and our own are no messages', (message) => {
  expect(inboundMessage(message, CONTEXT)).toBeUndefined();
});

describe('targets', () => {
  test.each([
    ['#claw', '#claw'],
    ['irc:#claw', '#claw'],
    ['channel:claw', '#claw'],
    ['irc:channel:&local', '&local'],
    ['user:alice', 'alice'],
    [' alice ', 'alice'],
  ])('%s is %s', (target, to) => {
    expect(targets.read(target)).toEqual({ to });
  });

  test.each(['#cl aw', 'a:b', 'alice\r\nQUIT', '#a,#b', '', '1abc'])('%j is none', (target) => {
    expect(targets.read(target)).toBeUndefined();
  });
});

test('allowlists match nick, mask and account in any case', () => {
  const sender = inboundMessage(said('x', { account: 'Alice' }), CONTEXT)?.sender;
  const writings = sender === undefined ? [] : allowlist.writingsOf(sender);
  expect(writings[0]).toBe('alice!~alice@user.fake.test');
  for (const entry of ['irc:ALICE', 'alice!~alice', 'Alice@user.fake.test', 'account:alice']) {
    expect(writings).toContain(allowlist.readEntry(entry));
  }
});

describe('lines', () => {
  const budget = lineBudget('clawbot!~clawbot@user.fake.test', 'alice');

  test('each line of an answer is one, blank ones are none', () => {
    expect(linesOf(textPart('one\n\ntwo\r\nthree '), budget)).toEqual(['one', 'two', 'three']);
  });

  test('a notice of ours is one line', () => {
    expect(linesOf({ ...textPart('a\n\nb\nc'), isNotice: true }, budget)).toEqual(['a  b c']);
  });

  test('control characters cannot start another command', () => {
    expect(linesOf(textPart('hi\u0000\u0001there'), budget)).toEqual(['hi  there']);
  });

  test('no line is longer than the protocol allows, and no character is broken', () => {
    const text = `${'日本語'.repeat(200)} ${'👩‍👩‍👧'.repeat(60)} ${'x'.repeat(1_200)}`;
    const lines = linesOf(textPart(text), budget);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(budget);
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    expect(lines.every((line) => !line.startsWith('\u200d'))).toBe(true);
  });
});

test('six lines: five at once, the sixth after two seconds', async () => {
  const due: { readonly at: number; readonly task: () => void }[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    after: (delayMs: number, task: () => void) => {
      due.push({ at: now + delayMs, task });
      return () => undefined;
    },
  };
  const pace = createPace(clock);
  const { signal } = new AbortController();
  for (let line = 0; line < 5; line += 1) await pace.take(signal);
  const sixth = pace.take(signal);
  expect(due.map(({ at }) => at)).toEqual([2_000]);
  now = 2_000;
  due[0]?.task();
  await expect(sixth).resolves.toBeUndefined();
});

test('a taken nick gets one more stroke each time, then the login is given up', () => {
  expect([1, 2, 3, 4, 5].map((attempt) => fallbackNick('claw bot!', attempt))).toEqual([
    'clawbot_',
    'clawbot__',
    'clawbot___',
    'clawbot____',
    undefined,
  ]);
});

describe('an account', () => {
  const read = (settings: Record<string, unknown>, env = {}, accountId = 'default') =>
    readSettings({ accountId, settings, env, readSecretFile: async (path) => `secret of ${path}` });

  test('needs host and nick', async () => {
    expect(await read({ host: 'irc.test' })).toBe('host and nick are required');
    expect(
      await adapter.readAccount({ accountId: 'x', settings: {}, env: {}, readSecretFile: async () => undefined }),
    ).toMatchObject({
      state: 'unconfigured',
    });
  });

  test('is read from settings with TLS as the default', async () => {
    expect(await read({ host: 'irc.test', nick: 'claw' })).toMatchObject({
      port: 6697,
      tls: true,
      username: 'claw',
      realname: 'OpenClaw',
      nickserv: { service: 'NickServ' },
    });
    expect(await read({ host: 'irc.test', nick: 'claw', tls: false })).toMatchObject({ port: 6667 });
  });

  test('the environment counts for the default account alone', async () => {
    const env = { IRC_HOST: 'irc.env', IRC_NICK: 'envy', IRC_TLS: 'off', IRC_CHANNELS: '#a, #b;#c', IRC_PASSWORD: 'p' };
    expect(await read({}, env)).toMatchObject({
      host: 'irc.env',
      tls: false,
      channels: ['#a', '#b', '#c'],
      password: 'p',
    });
    expect(await read({}, env, 'work')).toBe('host and nick are required');
  });

  test('secrets come from files where they are named', async () => {
    const settings = { host: 'h', nick: 'n', passwordFile: '/p', nickserv: { passwordFile: '/n' } };
    expect(await read(settings)).toMatchObject({ password: 'secret of /p', nickserv: { password: 'secret of /n' } });
  });

  test("takes the section's words on NickServ where it has none of its own", async () => {
    const section = { host: 'h', nick: 'n', nickserv: { service: 'Q', password: 'x', register: true } };
    const settings = { ...section, nickserv: { register: false, password: 'own' } };
    const input = { accountId: 'work', settings, section, env: {}, readSecretFile: async () => undefined };
    expect(await readSettings(input)).toMatchObject({ nickserv: { service: 'Q', password: 'own' } });
    expect(adapter.issues?.(input, undefined)).toEqual([]);
  });

  test('tells where the password of the server comes from', () => {
    const source = (settings: Record<string, unknown>, env = {}, accountId = 'default'): unknown =>
      adapter.details?.({ accountId, settings, env, readSecretFile: async () => undefined });
    const both = { password: 'x', passwordFile: '/p' };
    expect([source({}), source({ password: 'x' }), source(both)]).toEqual([
      { passwordSource: 'none' },
      { passwordSource: 'config' },
      { passwordSource: 'passwordFile' },
    ]);
    expect(source(both, { IRC_PASSWORD: 'p' })).toEqual({ passwordSource: 'env' });
    expect(source(both, { IRC_PASSWORD: 'p' }, 'work')).toEqual({ passwordSource: 'passwordFile' });
  });
});
