import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { OutboundPart } from '@chela/channels/adapter';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createTelegramBench, messageIn, said, type TelegramBench } from './testing/telegram-bench.ts';

let bench: TelegramBench;

beforeEach(async () => {
  bench = await createTelegramBench();
});
afterEach(() => bench.dispose());

const text = (words: string): OutboundPart => ({ kind: 'text', text: { text: words, plain: words } });
const ANN = { to: '4242' };
const attempt = () => ({ key: 'k1', signal: new AbortController().signal });

/** The update ids that the poll asks from on. */
const offsets = (): readonly unknown[] =>
  bench.vendor.log.calls.filter(({ method }) => method === 'getUpdates').map(({ params }) => params.offset);

describe('start', () => {
  test('says who the bot is and replaces its menu, the operator’s own commands last', async () => {
    const connection = await bench.connect({
      customCommands: [
        { command: '/Backup', description: 'Git backup' },
        { command: 'think', description: 'taken' },
      ],
    });
    expect(connection.self).toEqual({ id: '7000000001', username: 'clawd_bot', name: 'Clawd' });
    const menu = await bench.vendor.log.waitFor(({ method }) => method === 'setMyCommands');
    expect(menu.params).toEqual({
      commands: [
        { command: 'think', description: 'Set the thinking level' },
        { command: 'backup', description: 'Git backup' },
      ],
    });
  });

  test('a wrong token is refused as unauthorized', async () => {
    const connecting = bench.connect({ botToken: '1:wrong' });
    await expect(connecting).rejects.toMatchObject({ name: 'ChannelError', class: 'unauthorized' });
  });

  test('everything goes through the proxy that is set', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(String(request.url));
      const onward = httpRequest(
        String(request.url),
        { method: request.method, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.closeAllConnections());
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connection = await bench.connect({ proxy: `http://127.0.0.1:${port}` });
    await connection.send(ANN, text('through'), attempt());
    expect(asked).toContainEqual(expect.stringMatching(/^http:\/\/.*\/getMe$/));
    expect(asked.length).toBeGreaterThanOrEqual(bench.vendor.log.calls.length);
  });

  test('nobody there is unreachable', async () => {
    await bench.vendor.stop();
    await expect(bench.connect()).rejects.toMatchObject({ class: 'unreachable' });
  });
});

describe('long polling', () => {
  test('updates come in order and are confirmed once they are in the inbox', async () => {
    await bench.connect();
    bench.vendor.push(said('second', 12), said('first', 11));
    expect(await bench.texts(2)).toEqual(['first', 'second']);
    await bench.vendor.log.waitFor(({ method, params }) => method === 'getUpdates' && params.offset === 500_013);
    const file = await readFile(join(bench.folder, 'update-offset-default.json'), 'utf8');
    expect(JSON.parse(file)).toEqual({ version: 1, lastUpdateId: 500_012 });
  });

  test('updates that stand in an answer in another order are all taken, in theirs', async () => {
    const shuffling = await createTelegramBench({ order: (updates) => updates.toReversed() });
    try {
      shuffling.vendor.push(said('one', 11), said('two', 12), said('three', 13));
      await shuffling.connect();
      expect(await shuffling.texts(3)).toEqual(['one', 'two', 'three']);
    } finally {
      await shuffling.dispose();
    }
  });

  test('an update that could not be written comes again after the next start', async () => {
    const connection = await bench.connect();
    bench.failReceive();
    bench.vendor.push(said('hello', 11));
    expect(await connection.ended).toMatchObject({ kind: 'lost' });
    await connection.close();
    await bench.connect();
    expect(await bench.texts(1)).toEqual(['hello']);
  });

  test('a restart goes on behind the last update', async () => {
    const first = await bench.connect();
    bench.vendor.push(said('one', 11));
    await bench.texts(1);
    await first.close();
    await bench.connect();
    bench.vendor.push(said('two', 12));
    expect(await bench.texts(2)).toEqual(['one', 'two']);
    expect(offsets()).toContain(500_012);
  });

  test('an update that the vendor repeats is not taken again', async () => {
    await bench.connect();
    bench.vendor.push(said('one', 11));
    await bench.vendor.log.waitFor(({ params }) => params.offset === 500_012);
    bench.vendor.repeat(1);
    bench.vendor.push(said('two', 12));
    expect(await bench.texts(2)).toEqual(['one', 'two']);
  });

  test('a connection that is cut in the middle of a poll is taken up again', async () => {
    await bench.connect();
    await bench.vendor.log.waitFor(({ method }) => method === 'getUpdates');
    bench.vendor.dropConnections();
    bench.vendor.push(said('after the cut', 11));
    expect(await bench.texts(1)).toEqual(['after the cut']);
    expect(bench.transport).toContain(false);
    expect(bench.transport.at(-1)).toBe(true);
  });

  test('a poll that never ends is given up and asked again', async () => {
    bench.vendor.faults.add({ method: /getUpdates/, effect: { kind: 'hang', when: 'before' } });
    await bench.connect();
    bench.vendor.push(said('still there', 11));
    expect(await bench.texts(1)).toEqual(['still there']);
  });

  test('the vendor may go away and come back', async () => {
    await bench.connect();
    await bench.vendor.restart(() => bench.vendor.push(said('while away', 11)));
    expect(await bench.texts(1)).toEqual(['while away']);
  });

  test('waits as long as the vendor asks', async () => {
    const body = {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    };
    bench.vendor.faults.add({ method: /getUpdates/, effect: { kind: 'answer', status: 429, body } });
    await bench.connect();
    bench.vendor.push(said('patient', 11));
    expect(await bench.texts(1)).toEqual(['patient']);
  });

  test('a token that is revoked ends the account for good', async () => {
    const connection = await bench.connect();
    await bench.vendor.log.waitFor(({ method }) => method === 'getUpdates');
    bench.vendor.revoke();
    expect(await connection.ended).toMatchObject({ kind: 'revoked', reason: expect.stringContaining('@BotFather') });
  });

  test('another poller on the same token is borne for a moment, then told of', async () => {
    const body = { ok: false, error_code: 409, description: 'Conflict: terminated by other getUpdates request' };
    bench.vendor.faults.add({ method: /getUpdates/, times: 3, effect: { kind: 'answer', status: 409, body } });
    const connection = await bench.connect();
    expect(await connection.ended).toMatchObject({ kind: 'lost', error: { message: expect.stringContaining('409') } });
  });

  test('a webhook that is left over gives way to polling', async () => {
    const body = {
      ok: false,
      error_code: 409,
      description: "Conflict: can't use getUpdates method while webhook is active",
    };
    bench.vendor.faults.add({ method: /getUpdates/, effect: { kind: 'answer', status: 409, body } });
    await bench.connect();
    bench.vendor.push(said('polled', 11));
    expect(await bench.texts(1)).toEqual(['polled']);
    expect(bench.vendor.log.calls.map(({ method }) => method)).toContain('deleteWebhook');
  });

  test('close ends the poll that is under way before it resolves', async () => {
    const connection = await bench.connect();
    await bench.vendor.log.waitFor(({ method }) => method === 'getUpdates');
    await connection.close();
    expect(await connection.ended).toEqual({ kind: 'closed' });
  });
});

describe('webhook', () => {
  const settings = { webhookUrl: 'https://bot.example/telegram-webhook', webhookSecret: 's3cret' };

  test('tells the vendor its URL and secret, and takes what carries the secret', async () => {
    await bench.connect(settings);
    const set = await bench.vendor.log.waitFor(({ method }) => method === 'setWebhook');
    expect(set.params).toMatchObject({ url: settings.webhookUrl, secret_token: 's3cret' });
    const [route] = bench.routes;
    if (!route) throw new Error('no route was opened');
    const request = (secret: string, body: string) => ({
      method: 'POST',
      path: '/telegram-webhook',
      query: {},
      headers: { 'x-telegram-bot-api-secret-token': secret },
      body: Buffer.from(body),
    });
    expect(route.verify(request('s3cret', ''))).toBe(true);
    expect(route.verify(request('other!', ''))).toBe(false);
    expect(await route.handle(request('s3cret', JSON.stringify(said('hooked', 11))))).toEqual({ status: 200 });
    expect(await route.handle(request('s3cret', 'no json'))).toEqual({ status: 200 });
    expect(bench.events.map((event) => messageIn(event).text)).toEqual(['hooked']);
  });

  test('an update that could not be written is not acknowledged', async () => {
    await bench.connect(settings);
    bench.failReceive();
    const body = Buffer.from(JSON.stringify(said('lost?', 11)));
    const handled = bench.routes[0]?.handle({ method: 'POST', path: '/', query: {}, headers: {}, body });
    await expect(handled).rejects.toThrow('the disk is full');
  });

  test('without a secret it does not open', async () => {
    await expect(bench.connect({ webhookUrl: 'https://bot.example/x' })).rejects.toMatchObject({ class: 'refused' });
  });
});

describe('sending', () => {
  test('a message brings the vendor’s receipt', async () => {
    const connection = await bench.connect();
    const receipt = await connection.send(ANN, text('hello'), attempt());
    expect(receipt).toEqual({ messageId: '1001', chatId: '4242' });
    expect(bench.vendor.messages.in('4242').map(({ content }) => content.text)).toEqual(['hello']);
  });

  test.each([
    [429, 'Too Many Requests: retry after 3', 'busy'],
    [502, 'Bad Gateway', 'busy'],
    [400, "Bad Request: can't parse entities: unexpected end tag", 'format'],
    [403, 'Forbidden: bot was blocked by the user', 'refused'],
    [401, 'Unauthorized', 'unauthorized'],
  ])('%i %s is %s', async (status, description, errorClass) => {
    const connection = await bench.connect();
    const parameters = status === 429 ? { retry_after: 3 } : undefined;
    const body = { ok: false, error_code: status, description, parameters };
    bench.vendor.faults.add({ method: /sendMessage/, effect: { kind: 'answer', status, body } });
    const error = await connection.send(ANN, text('x'), attempt()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ class: errorClass, retryAfterMs: status === 429 ? 3000 : undefined });
    expect(bench.vendor.messages.in('4242')).toEqual([]);
  });

  test('a chat that is not there is refused in the words that programs know', async () => {
    const connection = await bench.connect();
    bench.vendor.missing.add('909090901');
    await expect(connection.send({ to: '909090901' }, text('x'), attempt())).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('Telegram send failed: chat not found (chat_id=909090901). Likely: '),
    });
  });

  test('a cut after the request left is ambiguous, nobody listening is unreachable', async () => {
    const connection = await bench.connect();
    bench.vendor.faults.add({ method: /sendMessage/, effect: { kind: 'drop', when: 'after' } });
    await expect(connection.send(ANN, text('x'), attempt())).rejects.toMatchObject({ class: 'ambiguous' });
    await bench.vendor.stop();
    await expect(connection.send(ANN, text('x'), attempt())).rejects.toMatchObject({ class: 'unreachable' });
  });

  test('no error shows the token', async () => {
    const connection = await bench.connect();
    await bench.vendor.stop();
    const error: unknown = await connection.send(ANN, text('x'), attempt()).catch((thrown: unknown) => thrown);
    expect(
      `${error} ${JSON.stringify(error)} ${error instanceof Error ? `${error.stack} ${error.cause}` : ''}`,
    ).not.toContain('TESTTOKEN');
  });

  test('a topic or a replied message that is gone does not keep the answer back', async () => {
    const connection = await bench.connect();
    bench.vendor.missing.add('-1001:7');
    await connection.send({ to: '-1001', threadId: '7' }, text('no topic'), attempt());
    await connection.send(ANN, { ...text('no reply'), replyToId: '99' }, attempt());
    expect(
      bench.vendor.messages.all.map(({ content, threadId, replyTo }) => [content.text, threadId, replyTo]),
    ).toEqual([
      ['no topic', undefined, undefined],
      ['no reply', undefined, undefined],
    ]);
  });

  test('a group that became a supergroup is followed, and the kernel is told', async () => {
    const connection = await bench.connect();
    bench.vendor.migrated.set('-55', -100123);
    const receipt = await connection.send({ to: '-55' }, text('hello'), attempt());
    expect(receipt.chatId).toBe('-100123');
    expect(bench.events).toContainEqual({ kind: 'moved', from: '-55', to: '-100123' });
  });

  test('an edit that changes nothing and a delete of what is gone are done', async () => {
    const connection = await bench.connect();
    const { messageId } = await connection.send(ANN, text('same'), attempt());
    const words = { text: 'same', plain: 'same' };
    expect(await connection.send(ANN, { kind: 'edit', messageId, text: words }, attempt())).toMatchObject({
      messageId,
    });
    await connection.send(ANN, { kind: 'delete', messageId }, attempt());
    await connection.send(ANN, { kind: 'delete', messageId }, attempt());
    expect(bench.vendor.messages.in('4242')).toEqual([]);
  });
});

describe('looking for a message whose send was cut', () => {
  const known = (...ids: readonly string[]) => ({
    inboundMessageId: '1000',
    receipts: ids.map((messageId) => ({ messageId, chatId: '4242' })),
  });
  const signal = new AbortController().signal;

  test('it is found when it arrived, and nothing changes by that', async () => {
    const connection = await bench.connect();
    bench.vendor.faults.add({ method: /sendMessage/, effect: { kind: 'drop', when: 'after' } });
    await connection.send(ANN, text('<b>did</b> it?'), attempt()).catch(() => undefined);
    const found = await connection.reconcile?.(ANN, text('<b>did</b> it?'), known(), signal);
    expect(found).toEqual({ messageId: '1001', chatId: '4242' });
    expect(bench.vendor.messages.all.map(({ edits }) => edits)).toEqual([0]);
  });

  test('a search goes on when the vendor is busy or cuts the connection meanwhile', async () => {
    const connection = await bench.connect();
    bench.vendor.faults.add({ method: /sendMessage/, effect: { kind: 'drop', when: 'after' } });
    await connection.send(ANN, text('did it?'), attempt()).catch(() => undefined);
    const body = { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 1 } };
    bench.vendor.faults.add(
      { method: /editMessageReplyMarkup/, effect: { kind: 'drop', when: 'before' } },
      { method: /editMessageText/, times: 2, effect: { kind: 'answer', status: 429, body } },
    );
    const found = await connection.reconcile?.(ANN, text('did it?'), known(), signal);
    expect(found).toEqual({ messageId: '1001', chatId: '4242' });
  });

  test('it is absent when it did not arrive, whatever others wrote since', async () => {
    const connection = await bench.connect();
    bench.vendor.faults.add({ method: /sendMessage/, effect: { kind: 'drop', when: 'before' } });
    await connection.send(ANN, text('lost'), attempt()).catch(() => undefined);
    bench.vendor.push(said('hello?', 1005), said('anybody?', 1009));
    await bench.texts(2);
    expect(await connection.reconcile?.(ANN, text('lost'), known(), signal)).toBe('absent');
  });

  test('a search begins where the account stood, however much was said elsewhere since the question', async () => {
    const connection = await bench.connect();
    bench.vendor.push(said('hello?', 2_000));
    await bench.texts(1);
    expect(await connection.reconcile?.(ANN, text('lost'), known(), signal)).toEqual({
      unknown: 'it is not among the 600 messages that were looked at',
    });
    const earlier = [{ messageId: '1990', chatId: '5151' }];
    expect(await connection.reconcile?.(ANN, text('lost'), { ...known(), earlier }, signal)).toBe('absent');
  });

  test('messages of ours that are known are not touched', async () => {
    const connection = await bench.connect();
    const { messageId } = await connection.send(ANN, text('known'), attempt());
    expect(await connection.reconcile?.(ANN, text('lost'), known(messageId), signal)).toBe('absent');
    expect(bench.vendor.messages.all.map(({ content }) => content.text)).toEqual(['known']);
  });

  test('two unknown messages of ours are left alone, and the answer is unknown', async () => {
    const earlier = await bench.connect();
    await earlier.send(ANN, text('one'), attempt());
    await earlier.send(ANN, text('two'), attempt());
    await earlier.close();
    const connection = await bench.connect();
    expect(await connection.reconcile?.(ANN, text('two'), known(), signal)).toEqual({
      unknown: 'messages 1001, 1002 of the chat may be it',
    });
    expect(bench.vendor.messages.all.map(({ content, edits }) => [content.text, edits])).toEqual([
      ['one', 0],
      ['two', 0],
    ]);
  });

  test('a poll that may be there is unknown, one that is not is absent', async () => {
    const connection = await bench.connect();
    const poll: OutboundPart = { kind: 'poll', question: 'Lunch?', options: ['yes', 'no'], maxSelections: 1 };
    expect(await connection.reconcile?.(ANN, poll, known(), signal)).toBe('absent');
    bench.vendor.faults.add({ method: /sendPoll/, effect: { kind: 'drop', when: 'after' } });
    await connection.send(ANN, poll, attempt()).catch(() => undefined);
    expect(await connection.reconcile?.(ANN, poll, known(), signal)).toEqual({
      unknown: 'message 1001 of the chat may be it',
    });
  });

  test('a file is known by its caption', async () => {
    const connection = await bench.connect();
    const media = { path: import.meta.filename, mimeType: 'text/plain', fileName: 'a.txt', kind: 'document' as const };
    const part: OutboundPart = { kind: 'media', media, caption: { text: 'the <i>file</i>', plain: 'the file' } };
    bench.vendor.faults.add({ method: /sendDocument/, effect: { kind: 'drop', when: 'after' } });
    await connection.send(ANN, part, attempt()).catch(() => undefined);
    expect(await connection.reconcile?.(ANN, part, known(), signal)).toEqual({ messageId: '1001', chatId: '4242' });
    expect(bench.vendor.messages.all.map(({ edits }) => edits)).toEqual([0]);
  });
});

describe('files', () => {
  const signal = new AbortController().signal;
  const photo = { kind: 'image' as const, ref: { fileId: 'p1' } };

  test('are fetched to where they belong', async () => {
    const connection = await bench.connect();
    bench.vendor.addFile('p1', { path: 'photos/cat.png', bytes: Buffer.from('meow') });
    const path = join(bench.folder, 'cat');
    expect(await connection.fetchAttachment?.(photo, { path, maxBytes: 100, signal })).toEqual({ fileName: 'cat.png' });
    expect(await readFile(path, 'utf8')).toBe('meow');
  });

  test('are refused when they are too large, with the limit', async () => {
    const connection = await bench.connect();
    bench.vendor.addFile('p1', { path: 'photos/cat.png', bytes: Buffer.alloc(1_500_000) });
    const fetched = connection.fetchAttachment?.(photo, { path: join(bench.folder, 'cat'), maxBytes: 1 << 20, signal });
    await expect(fetched).rejects.toMatchObject({ class: 'refused', message: expect.stringContaining('1MB') });
  });

  test('are looked up again when the vendor stumbles', async () => {
    const connection = await bench.connect();
    bench.vendor.addFile('p1', { path: 'photos/cat.png', bytes: Buffer.from('meow') });
    const body = { ok: false, error_code: 500, description: 'Internal Server Error' };
    bench.vendor.faults.add({ method: /getFile/, times: 2, effect: { kind: 'answer', status: 500, body } });
    const fetched = connection.fetchAttachment?.(photo, { path: join(bench.folder, 'cat'), maxBytes: 100, signal });
    expect(await fetched).toEqual({ fileName: 'cat.png' });
  });
});

test('what a model saw on a sticker is found by everybody who gets it, and by a search', async () => {
  const sticker = { file_id: 'f1', file_unique_id: 'u1', type: 'regular', is_animated: false, is_video: false };
  const first = await bench.connect();
  bench.vendor.push(said('', 11, { text: undefined, sticker: { ...sticker, emoji: '😀', set_name: 'CatSet' } }));
  await bench.texts(1);
  const [received] = messageIn(bench.events[0]).attachments;
  if (received === undefined) throw new Error('the sticker did not come in');
  expect(await first.fileWords?.find(received)).toBeUndefined();
  await first.fileWords?.keep(received, 'A cat that laughs');
  await first.close();

  const second = await bench.connect();
  const ofOther = { ...received, ref: { fileId: 'f1-of-another-bot', uniqueId: 'u1' } };
  expect(await second.fileWords?.find(ofOther)).toBe('A cat that laughs');
  expect(await second.act?.('sticker-search', { query: 'laughs' }, attempt().signal)).toMatchObject({
    count: 1,
    stickers: [{ fileId: 'f1', emoji: '😀', setName: 'CatSet', description: 'A cat that laughs' }],
  });
  const file = await readFile(join(bench.folder, 'sticker-cache.json'), 'utf8');
  expect(JSON.parse(file)).toEqual({
    version: 1,
    stickers: {
      u1: {
        fileId: 'f1',
        emoji: '😀',
        setName: 'CatSet',
        description: 'A cat that laughs',
        cachedAt: expect.any(String),
        receivedFrom: 'telegram:4242',
      },
    },
  });
});
