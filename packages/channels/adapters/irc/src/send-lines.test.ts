import type { IrcLine } from 'irc-framework';
import { expect, test } from 'vitest';
import { createLineSender } from './send-lines.ts';

const { signal } = new AbortController();

function open() {
  const written: string[] = [];
  const user = { nick: 'clawbot', username: 'clawbot', host: 'host.test' };
  const sender = createLineSender(
    { user, raw: (...parts) => void written.push(parts.join(' ')) },
    { take: async () => undefined },
  );
  const line = (command: string, params: readonly string[], nick = '', tags: IrcLine['tags'] = {}): void =>
    sender.onLine({ command, params, nick, ident: '', hostname: '', tags });
  return {
    sender,
    written,
    line,
    echo: (text: string, id: string) => line('PRIVMSG', ['#room', text], 'clawbot', { msgid: id }),
  };
}

test('a message is through when the server answers the question behind it', async () => {
  const { sender, written, line } = open();
  const sending = sender.send('#room', ['one', 'two'], signal);
  await expect.poll(() => written).toEqual(['PRIVMSG #room one', 'PRIVMSG #room two', 'PING chela-1']);
  line('PONG', ['irc.test', 'chela-1']);
  expect(await sending).toBeUndefined();
});

test('a server that gives lines back names the last one, and what is cut behind it is no doubt', async () => {
  const { sender, written, echo } = open();
  const sending = sender.send('#room', ['one', 'two'], signal);
  await expect.poll(() => written.length).toBe(3);
  echo('one', 'id-1');
  echo('two', 'id-2');
  sender.onLost();
  expect(await sending).toBe('id-2');
});

test('when the server gave back a part, the message is in doubt', async () => {
  const { sender, written, echo } = open();
  const sending = sender.send('#room', ['one', 'two'], signal);
  await expect.poll(() => written.length).toBe(3);
  echo('one', 'id-1');
  sender.onLost();
  await expect(sending).rejects.toMatchObject({ class: 'ambiguous' });
});

test('the same words of somebody else, or to somebody else, give nothing back', async () => {
  const { sender, written, line } = open();
  const sending = sender.send('#room', ['one'], signal);
  await expect.poll(() => written.length).toBe(2);
  line('PRIVMSG', ['#room', 'one'], 'alice', { msgid: 'x' });
  line('PRIVMSG', ['#other', 'one'], 'clawbot', { msgid: 'y' });
  sender.onLost();
  await expect(sending).rejects.toMatchObject({ class: 'ambiguous' });
});

test('a refusal behind the line is told, and the next message goes its own way', async () => {
  const { sender, written, line } = open();
  const refused = sender.send('nobody', ['one'], signal);
  await expect.poll(() => written.length).toBe(2);
  line('401', ['clawbot', 'nobody', 'No such nick']);
  await expect(refused).rejects.toMatchObject({ class: 'refused' });
  const next = sender.send('#room', ['two'], signal);
  await expect.poll(() => written.at(-1)).toBe('PING chela-2');
  line('PONG', ['irc.test', 'chela-2']);
  await next;
});
