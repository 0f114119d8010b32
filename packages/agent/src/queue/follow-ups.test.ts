import { afterEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness, type HarnessOptions, testRequest } from '../testing/harness.ts';
import { settled } from '../testing/manual-clock.ts';
import { toolCall } from '../testing/scripted-models.ts';

let open: Harness[] = [];
afterEach(async () => {
  for (const harness of open) await harness.dispose();
  open = [];
});

async function harness(queue: Record<string, unknown>, options: HarnessOptions = {}): Promise<Harness> {
  const made = await createHarness({ ...options, config: { messages: { queue } } });
  open.push(made);
  return made;
}

/** Starts a run that answers when `release` is called. */
async function busy(h: Harness): Promise<{ release(): void; outcome: Promise<unknown> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  h.models.script({ text: 'one', after: promise });
  const outcome = h.run({ text: 'first' });
  await h.seen('started');
  await h.asked(1);
  return { release: resolve, outcome };
}

async function userTexts(h: Harness): Promise<readonly string[]> {
  const messages = await h.history();
  return messages.flatMap((message) => (message.role === 'user' ? [lastLine(JSON.stringify(message.content))] : []));
}

const lastLine = (content: string): string => content.replace(/^.*\] /s, '').replace(/"\}\]$/, '');

describe.each(['collect', 'followup'])('in mode %s', (mode) => {
  test('messages that arrive during a run end at once and are answered one by one after it', async () => {
    const h = await harness({ mode, debounceMs: 500 });
    const { release, outcome } = await busy(h);
    expect(await h.run({ runId: 'run-2', text: 'second' })).toMatchObject({ queued: true, payloads: [] });
    expect(await h.run({ runId: 'run-3', text: 'third' })).toMatchObject({ queued: true });
    expect(await h.store.ledger.depths()).toMatchObject({ received: 2, running: 1 });
    release();
    await outcome;
    await settled();
    expect(h.models.requests).toHaveLength(1);
    await h.clock.advance(500);
    await h.asked(3);
    await settled();
    expect(await userTexts(h)).toEqual(['first', 'second', 'third']);
    expect(await h.store.ledger.find('chat.send', 'run-2')).toMatchObject({ state: 'answered' });
    expect(await h.store.ledger.depths()).toMatchObject({ received: 0, running: 0 });
  });
});

test('a queued message that is sent again is known', async () => {
  const h = await harness({ mode: 'followup' });
  const { release, outcome } = await busy(h);
  await h.run({ runId: 'run-2', text: 'second' });
  expect(await h.runtime.submit(testRequest({ runId: 'run-2', text: 'second' }))).toMatchObject({ status: 'ended' });
  release();
  await outcome;
});

test('what a full queue drops is declined in the ledger and told to the model', async () => {
  const h = await harness({ mode: 'followup', debounceMs: 0, cap: 1 });
  const { release, outcome } = await busy(h);
  await h.run({ runId: 'run-2', text: 'second' });
  await h.run({ runId: 'run-3', text: 'third' });
  expect(await h.store.ledger.find('chat.send', 'run-2')).toMatchObject({ state: 'declined' });
  release();
  await outcome;
  await h.asked(2);
  await settled();
  expect((await userTexts(h)).at(-1)).toContain('Dropped 1 message due to cap.');
});

test('stopping the session empties its queue', async () => {
  const h = await harness({ mode: 'followup', debounceMs: 0 });
  const { outcome } = await busy(h);
  await h.run({ runId: 'run-2', text: 'second' });
  await h.runtime.abort({ sessionKey: 'agent:main:main', origin: 'rpc' });
  await outcome;
  await settled();
  expect(h.models.requests).toHaveLength(1);
  expect(await h.store.ledger.find('chat.send', 'run-2')).toMatchObject({ state: 'declined' });
});

test('interrupt ends the active run and answers the new message under its own id', async () => {
  const h = await harness({ mode: 'interrupt' });
  const { outcome } = await busy(h);
  const next = await h.run({ runId: 'run-2', text: 'second' });
  expect(await outcome).toMatchObject({ kind: 'aborted' });
  expect(next).toMatchObject({ kind: 'answered' });
  expect(next).not.toHaveProperty('queued');
});

test('steer puts the message behind the running call and skips the calls after it', async () => {
  const h = await harness({ mode: 'steer' });
  const { promise, resolve } = Promise.withResolvers<void>();
  h.models.script(
    { toolCalls: [toolCall('c1', 'note'), toolCall('c2', 'note')], after: promise },
    { text: 'heard you' },
  );
  const outcome = h.run({ text: 'first' });
  await h.asked(1);
  expect(await h.run({ runId: 'run-2', text: 'second' })).toMatchObject({ queued: true });
  resolve();
  expect(await outcome).toMatchObject({ kind: 'answered', payloads: [{ text: 'heard you' }] });
  expect(await userTexts(h)).toEqual(['first', 'second']);
  expect(JSON.stringify(h.models.requests[1]?.messages)).toContain('Skipped due to queued user message.');
  expect(await h.store.ledger.find('chat.send', 'run-2')).toMatchObject({ state: 'answered' });
});

test('a steered message that arrives during the last answer is answered by the same run', async () => {
  const h = await harness({ mode: 'steer' });
  const { release, outcome } = await busy(h);
  h.models.script({ text: 'two' });
  await h.run({ runId: 'run-2', text: 'second' });
  release();
  expect(await outcome).toMatchObject({ payloads: [{ text: 'one' }, { text: 'two' }] });
  expect(await userTexts(h)).toEqual(['first', 'second']);
});

test('a message does not go along with a run whose answer is sent elsewhere', async () => {
  const h = await harness({ mode: 'steer' });
  const { promise, resolve } = Promise.withResolvers<void>();
  h.models.script({ text: 'for the club', after: promise }, { text: 'for you' });
  const deliverTo = { channel: 'telegram', accountId: 'default', to: '-100' };
  const outcome = h.run({ source: 'agent', text: 'sum up', deliverTo });
  await h.seen('started');
  await h.asked(1);
  await h.run({ runId: 'run-2', text: 'second' });
  resolve();
  expect(await outcome).toMatchObject({ payloads: [{ text: 'for the club' }] });
  await h.seen('ended', 'run-2');
});

test('what a failed run was steered with is answered after it', async () => {
  const h = await harness({ mode: 'steer', debounceMs: 0 });
  const { promise, resolve } = Promise.withResolvers<void>();
  h.models.script({ failure: { message: 'bad request', reason: 'format' }, after: promise }, { text: 'two' });
  const outcome = h.run({ text: 'first' });
  await h.asked(1);
  await h.run({ runId: 'run-2', text: 'second' });
  resolve();
  expect(await outcome).toMatchObject({ kind: 'errored' });
  await h.asked(2);
  await settled();
  expect(await userTexts(h)).toEqual(['first', 'second']);
});

test('messages that waited when the process died are answered by the next one, in order', async () => {
  const first = await harness({ mode: 'followup' });
  await busy(first);
  await first.run({ runId: 'run-2', text: 'second' });
  await first.run({ runId: 'run-3', text: 'third' });
  const closing = first.runtime.close(0);
  await settled();
  await first.clock.advance(1_000);
  await closing;
  await first.store.close();
  open = [];
  const next = await harness({ mode: 'followup' }, { dir: first.dir });
  await next.runtime.recover();
  await next.asked(3);
  await settled();
  expect(await userTexts(next)).toEqual(['first', 'second', 'third']);
});
