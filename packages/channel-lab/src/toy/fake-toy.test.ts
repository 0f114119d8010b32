import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeToy, type FakeToy, type ToyUpdate } from './fake-toy.ts';

let toy: FakeToy;
beforeEach(async () => {
  toy = createFakeToy();
  await toy.start();
});
afterEach(() => toy.stop());

/** Each on a line of its own: lines that are kept are cut by `revoke`. */
async function call(path: string, body?: unknown, token = toy.token): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${toy.url}${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: await response.json() };
}

const said = (id: string): ToyUpdate => ({
  id,
  at: 1,
  chat: { id: 'ann', isGroup: false },
  from: { id: 'ann', name: 'Ann' },
  text: 'hi',
  mentions: [],
});

test('says who the token belongs to, and nothing to a stranger or after it was revoked', async () => {
  expect(await call('/me')).toEqual({ status: 200, answer: toy.self });
  expect((await call('/me', undefined, 'wrong')).status).toBe(401);
  toy.revoke();
  expect((await call('/me')).status).toBe(401);
  toy.restore();
  expect((await call('/me')).status).toBe(200);
});

test('a request for news waits for them, and they come again until they are acknowledged', async () => {
  const waiting = call('/updates');
  await toy.log.waitFor(({ method }) => method === 'updates');
  toy.push(said('u-1'));
  expect((await waiting).answer).toEqual({ updates: [said('u-1')], cursor: '1' });
  toy.push(said('u-2'));
  expect((await call('/updates')).answer).toMatchObject({ updates: [{ id: 'u-1' }, { id: 'u-2' }], cursor: '2' });
  expect((await call('/updates?after=1')).answer).toMatchObject({ updates: [{ id: 'u-2' }] });
});

test('one key shows one message', async () => {
  const first = await call('/messages', { to: 'ann', text: 'hi', key: 'k' });
  expect(await call('/messages', { to: 'ann', text: 'hi', key: 'k' })).toEqual(first);
  expect(toy.messages).toEqual([{ id: 'm-1', to: 'ann', text: 'hi' }]);
  expect((await call('/messages', { to: 'ann' })).status).toBe(400);
});
