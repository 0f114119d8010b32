import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeTelegram, type FakeTelegram } from './fake-telegram.ts';
import { PNG } from './files.ts';
import type { Update } from './updates.ts';

let telegram: FakeTelegram;
beforeEach(async () => {
  telegram = createFakeTelegram();
  await telegram.start();
});
afterEach(() => telegram.stop());

interface Answer {
  readonly status: number;
  readonly body: { readonly ok: boolean; readonly result?: unknown; readonly description?: string };
}

async function call(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  { token = telegram.token, signal }: { token?: string; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(`${telegram.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(params),
    ...(signal && { signal }),
  });
  return { status: response.status, body: await response.json() };
}

const said = (id: number): Update => ({
  update_id: id,
  message: { message_id: 500 + id, chat: { id: 4242, type: 'private' }, text: `message ${id}` },
});
/** Ids of the updates that a poll brings. */
async function polled(params: Readonly<Record<string, unknown>> = {}): Promise<readonly number[]> {
  const { body } = await call('getUpdates', params);
  return Array.isArray(body.result) ? body.result.map((update: Update) => update.update_id) : [];
}
const toAnn = { chat_id: 4242, text: 'hello' };
const textsForAnn = (): readonly string[] => telegram.messages.in('4242').map(({ content }) => content.text);

describe('updates', () => {
  test('come again until a higher offset confirms them', async () => {
    telegram.push(said(1), said(2), said(3));
    expect(await polled()).toEqual([1, 2, 3]);
    expect(await polled()).toEqual([1, 2, 3]);
    expect(await polled({ offset: 3 })).toEqual([3]);
    expect(await polled()).toEqual([3]);
    expect(await polled({ offset: 4 })).toEqual([]);
  });

  test('stand in the order of their ids, at most as many as are asked for', async () => {
    telegram.push(said(3), said(1), said(2));
    expect(await polled({ limit: 2 })).toEqual([1, 2]);
  });

  test('are waited for as long as the poll says', async () => {
    const waiting = polled({ timeout: 10 });
    await telegram.log.waitFor(({ method }) => method === 'getUpdates');
    telegram.push(said(1));
    expect(await waiting).toEqual([1]);
    expect(await polled({ offset: 2, timeout: 0.05 })).toEqual([]);
  });

  test('end a poll that is under way when another one comes', async () => {
    const first = call('getUpdates', { timeout: 10 });
    await telegram.log.waitFor(({ method }) => method === 'getUpdates');
    const second = polled({ timeout: 10 });
    expect(await first).toMatchObject({ status: 409, body: { ok: false } });
    telegram.push(said(1));
    expect(await second).toEqual([1]);
  });

  test('are not lost on somebody who went away', async () => {
    const leaving = new AbortController();
    const gone = call('getUpdates', { timeout: 10 }, { signal: leaving.signal });
    await telegram.log.waitFor(({ method }) => method === 'getUpdates');
    leaving.abort();
    await expect(gone).rejects.toThrow();
    telegram.push(said(1));
    expect(await polled()).toEqual([1]);
  });

  test('are repeated and forgotten when the test says so', async () => {
    telegram.push(said(1), said(2));
    await polled({ offset: 3 });
    telegram.repeat(1);
    expect(await polled({ offset: 3 })).toEqual([2]);
    expect(await polled({ offset: 3 })).toEqual([]);
    telegram.push(said(4));
    telegram.forget();
    expect(await polled()).toEqual([]);
  });

  test('stand in another order when the vendor is to be that bad', async () => {
    telegram = createFakeTelegram({ order: (updates) => [...updates].reverse() });
    await telegram.start();
    telegram.push(said(1), said(2));
    expect(await polled()).toEqual([2, 1]);
  });

  test('go to a webhook until it takes them, and to nobody who polls meanwhile', async () => {
    const taken: unknown[] = [];
    const server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(Buffer.from(piece));
      taken.push([request.headers['x-telegram-bot-api-secret-token'], JSON.parse(String(Buffer.concat(pieces)))]);
      response.writeHead(taken.length === 1 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const address = Object(server.address());
    await call('setWebhook', { url: `http://127.0.0.1:${address.port}/hook`, secret_token: 's3cret' });
    expect(await call('getUpdates')).toMatchObject({ status: 409 });
    telegram.push(said(7));
    await expect
      .poll(() => taken)
      .toEqual([
        ['s3cret', said(7)],
        ['s3cret', said(7)],
      ]);
    await call('deleteWebhook');
    expect(await polled()).toEqual([]);
  });
});

describe('messages', () => {
  test('have the ids of their count: one for private chats, one for each supergroup', async () => {
    const idOf = async (chat: number): Promise<unknown> =>
      Object((await call('sendMessage', { chat_id: chat, text: 'x' })).body.result).message_id;
    const [ann, bob, room] = [await idOf(4242), await idOf(5151), await idOf(-1001)];
    expect([Number(bob) - Number(ann), room]).toEqual([1, ann]);
    telegram.push(said(2_000));
    expect(await idOf(4242)).toBe(2_501);
  });

  test('are edited and removed, and a change that changes nothing is refused', async () => {
    const { body } = await call('sendMessage', toAnn);
    const at = { chat_id: 4242, message_id: Object(body.result).message_id };
    expect(await call('editMessageText', { ...at, text: 'hello' })).toMatchObject({ status: 400 });
    expect(await call('editMessageText', { ...at, text: '<b>hello</b>', parse_mode: 'HTML' })).toMatchObject({
      status: 200,
    });
    expect(await call('editMessageCaption', { ...at, caption: 'x' })).toMatchObject({ status: 400 });
    await call('deleteMessage', at);
    expect(await call('deleteMessage', at)).toMatchObject({
      body: { description: 'Bad Request: message to delete not found' },
    });
  });

  test.each([
    ['nothing to read', { text: ' ' }, 'message text is empty'],
    ['too much to read', { text: 'x'.repeat(4_097) }, 'message is too long'],
    ['HTML that is none', { text: '<b>x', parse_mode: 'HTML' }, "can't parse entities"],
    ['a reply to nothing', { text: 'x', reply_to_message_id: 9 }, 'message to be replied not found'],
    ['a chat that is not there', { text: 'x', chat_id: 77 }, 'chat not found'],
    ['a topic that is gone', { text: 'x', message_thread_id: 5 }, 'message thread not found'],
  ])('with %s are refused', async (_what, params, words) => {
    telegram.missing.add('77').add('4242:5');
    expect((await call('sendMessage', { chat_id: 4242, ...params })).body.description).toContain(words);
    expect(textsForAnn()).toEqual([]);
  });

  test('to a group that moved name its new id', async () => {
    telegram.migrated.set('-5', -1005);
    expect((await call('sendMessage', { chat_id: -5, text: 'x' })).body).toMatchObject({
      parameters: { migrate_to_chat_id: -1005 },
    });
  });
});

test('files are found by their id, and not when they are too big', async () => {
  telegram.push({
    update_id: 1,
    message: {
      message_id: 1,
      chat: { id: 4242 },
      photo: [{ file_id: 'p1' }],
      document: { file_id: 'd1', file_size: 21 << 20 },
    },
  });
  const { body } = await call('getFile', { file_id: 'p1' });
  const path = String(Object(body.result).file_path);
  const bytes = await fetch(`${telegram.url}/file/bot${telegram.token}/${path}`).then((response) => response.bytes());
  expect(Buffer.from(bytes).equals(PNG)).toBe(true);
  expect((await call('getFile', { file_id: 'd1' })).body.description).toBe('Bad Request: file is too big');
  expect((await call('getFile', { file_id: 'none' })).status).toBe(400);
});

describe('a token', () => {
  test('that is wrong finds nothing; one that was revoked is refused until it is restored', async () => {
    expect((await call('getMe', {}, { token: 'other' })).status).toBe(404);
    expect((await call('getMe')).body).toMatchObject({ ok: true, result: { username: 'clawd_bot' } });
    telegram.revoke();
    expect(await call('getMe')).toMatchObject({ status: 401, body: { ok: false, description: 'Unauthorized' } });
    telegram.restore();
    expect((await call('getMe')).status).toBe(200);
  });

  test('that is revoked ends a poll that is under way', async () => {
    const poll = call('getUpdates', { timeout: 10 });
    await telegram.log.waitFor(({ method }) => method === 'getUpdates');
    telegram.revoke();
    await expect(poll).rejects.toThrow();
  });
});

describe('what goes wrong', () => {
  test('an answer in place of the vendor’s hits as many calls as it says, and nothing is done', async () => {
    const body = { ok: false, error_code: 429, description: 'later', parameters: { retry_after: 3 } };
    const effect = { kind: 'answer', status: 429, headers: { 'retry-after': '3' }, body } as const;
    telegram.faults.add({ method: /^send/, times: 2, effect });
    expect(await call('getMe')).toMatchObject({ status: 200 });
    expect([await call('sendMessage', toAnn), await call('sendMessage', toAnn)]).toMatchObject([
      { status: 429, body },
      { status: 429, body },
    ]);
    expect(textsForAnn()).toEqual([]);
    expect((await call('sendMessage', toAnn)).status).toBe(200);
    expect(telegram.log.calls.map(({ method, failure }) => [method, failure])).toEqual([
      ['getMe', undefined],
      ['sendMessage', 429],
      ['sendMessage', 429],
      ['sendMessage', undefined],
    ]);
  });

  test('a fault finds its call by a part of what is said', async () => {
    telegram.faults.add({ param: 'to bob', effect: { kind: 'answer', status: 502 } });
    expect((await call('sendMessage', toAnn)).status).toBe(200);
    const response = await fetch(`${telegram.url}/bot${telegram.token}/sendMessage?chat_id=5&text=to%20bob`);
    expect(response.status).toBe(502);
  });

  test('a line that is cut before or after the work tells the caller the same', async () => {
    telegram.faults.add({ effect: { kind: 'drop', when: 'before' } });
    await expect(call('sendMessage', toAnn)).rejects.toThrow();
    expect(textsForAnn()).toEqual([]);
    telegram.faults.add({ effect: { kind: 'drop', when: 'after' } });
    await expect(call('sendMessage', toAnn)).rejects.toThrow();
    expect(textsForAnn()).toEqual(['hello']);
  });

  test('a half-open line stays silent after the work was done', async () => {
    telegram.faults.add({ effect: { kind: 'hang', when: 'after' } });
    const leaving = new AbortController();
    const sending = call('sendMessage', toAnn, { signal: leaving.signal });
    await expect.poll(textsForAnn).toEqual(['hello']);
    expect(telegram.log.calls.at(-1)).toMatchObject({ failure: 'hang' });
    leaving.abort();
    await expect(sending).rejects.toThrow();
  });

  test('a slow vendor answers after all', async () => {
    telegram.faults.add({ effect: { kind: 'slow', ms: 60 } });
    const begun = performance.now();
    expect((await call('sendMessage', toAnn)).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(50);
  });

  test('a vendor that goes away in the middle of a send comes back at the same place with what it had', async () => {
    telegram.faults.add({ method: /^sendMessage$/, effect: { kind: 'hang', when: 'after' } });
    const sending = call('sendMessage', toAnn);
    const cut = expect(sending).rejects.toThrow();
    await expect.poll(textsForAnn).toEqual(['hello']);
    const { url } = telegram;
    let wasAway = false;
    await telegram.restart(() => {
      wasAway = true;
      telegram.push(said(1));
    });
    await cut;
    expect([telegram.url, wasAway]).toEqual([url, true]);
    expect(textsForAnn()).toContain('hello');
    expect(await polled()).toEqual([1]);
  });
});
