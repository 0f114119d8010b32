import type { RunEvent } from '@chela/agent';
import { expect, onTestFinished, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import {
  answered,
  type BenchOptions,
  type Call,
  ORIGIN,
  openOutboundBench,
  request,
  START,
} from '../testing/outbound-bench.ts';

const LONG = 'A text that is long enough to be shown';
const GROUP = { ...ORIGIN, to: '-100', chatType: 'group' as const };

async function open(options: BenchOptions = {}) {
  const bench = await openOutboundBench(options);
  onTestFinished(() => bench.close());
  const say = (event: object, origin = ORIGIN, runId = 'run-1'): void => {
    const sessionKey = 'agent:main:main';
    bench.emit({
      runId,
      sessionKey,
      requestedSessionKey: sessionKey,
      source: 'channel',
      origin,
      at: START,
      ...event,
    } as RunEvent);
  };
  let text = '';
  const write = (delta: string, origin = ORIGIN): void => {
    text += delta;
    say({ type: 'text', delta, text }, origin);
  };
  const calls = (): readonly string[] => bench.vendor.calls.map(shortly);
  return { bench, clock: bench.clock, say, write, calls };
}

function shortly(call: Call): string {
  if (call.call === 'draft') return `draft ${call.text}`;
  if (call.call === 'react') return `react ${call.emoji ?? 'off'}`;
  if (call.call === 'typing') return 'typing';
  const { part } = call;
  if (part.kind === 'text') return `${part.text.isPlain === true ? 'plain' : 'send'} ${part.text.plain}`;
  return part.kind === 'edit' ? `edit ${part.text.plain}` : part.kind;
}

test('what is told of tools comes between the blocks around it, once each, with the prefix of answers', async () => {
  const { bench, clock, say, calls } = await open({
    config: { messages: { responsePrefix: '[bot]' } },
    settings: { streamMode: 'off', blockStreaming: true },
  });
  const started = { type: 'toolStarted', toolCallId: 'c1', name: 'exec', args: {}, told: '🛠️ Exec: `print text`' };
  say({ type: 'started', startedAt: START });
  say({ type: 'text', delta: 'Before the tool.', text: 'Before the tool.' });
  say({ type: 'assistantMessage', message: {} });
  say(started);
  say(started);
  say({
    type: 'toolFinished',
    toolCallId: 'c1',
    name: 'exec',
    result: { content: [] },
    told: '🛠️ Exec\n\n```\nhello\n```',
  });
  await bench.outbound.deliver(request('run-1'), answered('Before the tool.', 'After the tool.'));
  await clock.advance(10_000);
  expect(calls().filter((call) => call.startsWith('send'))).toEqual([
    'send [bot] Before the tool.',
    'send [bot] 🛠️ Exec: print text',
    'send [bot] 🛠️ Exec\n\nhello\n',
    'send [bot] After the tool.',
  ]);
});

test('typing is shown every six seconds while the run lives, and not when nothing happens for two minutes', async () => {
  const { clock, say, calls } = await open();
  say({ type: 'started', startedAt: START });
  await clock.advance(13_000);
  expect(calls()).toEqual(['typing', 'typing', 'typing']);
  await clock.advance(300_000);
  expect(calls()).toHaveLength(20);
  say({ type: 'toolStarted', toolCallId: 'c', name: 'exec', args: {} });
  say({ type: 'ended', outcome: answered() });
  await clock.advance(60_000);
  expect(calls()).toHaveLength(21);
});

test('in a group that did not call for it, typing begins with the first words', async () => {
  const { clock, say, write, calls } = await open({ settings: { streamMode: 'off' } });
  say({ type: 'started', startedAt: START }, GROUP);
  say({ type: 'thinking', delta: 'hm', text: 'hm' }, GROUP);
  await clock.advance(10_000);
  expect(calls()).toEqual([]);
  write('Hello', GROUP);
  await clock.advance(0);
  expect(calls()).toEqual(['typing']);
});

test('in a group that did not call for it, a tool that starts shows that something goes on (recorded)', async () => {
  const { clock, say, calls } = await open({ settings: { streamMode: 'off' } });
  say({ type: 'started', startedAt: START }, GROUP);
  say({ type: 'toolStarted', toolCallId: 'c', name: 'exec', args: {} }, GROUP);
  await clock.advance(0);
  expect(calls()).toEqual(['typing']);
});

test('typing is never shown when the configuration says so', async () => {
  const { clock, say, write, calls } = await open({
    config: { agents: { defaults: { typingMode: 'never' } } },
    settings: { streamMode: 'off' },
  });
  say({ type: 'started', startedAt: START });
  say({ type: 'toolStarted', toolCallId: 'c', name: 'exec', args: {} });
  write(LONG);
  await clock.advance(10_000);
  expect(calls()).toEqual([]);
});

test('each message of an answer grows in a draft of its own', async () => {
  const { bench, clock, say, calls } = await open({ config: { agents: { defaults: { typingMode: 'never' } } } });
  say({ type: 'text', delta: 'Let me look.', text: 'Let me look.' });
  say({ type: 'assistantMessage', message: {} });
  await clock.advance(500);
  say({ type: 'text', delta: LONG, text: LONG });
  await clock.advance(1_500);
  expect(calls()).toEqual(['plain Let me look.', `plain ${LONG}`]);
  say({ type: 'assistantMessage', message: {} });
  const outcome = answered('Let me look.', `${LONG}.`);
  say({ type: 'ended', outcome });
  await bench.outbound.deliver(request('run-1'), outcome);
  await bench.drained();
  expect(calls().slice(2)).toEqual(['edit Let me look.', `edit ${LONG}.`]);
});

test('an answer that is not what the draft began with takes no draft: the draft goes', async () => {
  const { bench, clock, say, write, calls } = await open({ config: { agents: { defaults: { typingMode: 'never' } } } });
  write(LONG);
  await clock.advance(1_000);
  const failed = {
    ...answered(),
    kind: 'errored' as const,
    errorMessage: 'HTTP 400: bad request',
    payloads: [{ text: 'HTTP 400: bad request', mediaUrl: null }],
  };
  say({ type: 'ended', outcome: failed });
  await bench.outbound.deliver(request('run-1'), failed);
  await bench.drained();
  expect(calls()).toEqual([`plain ${LONG}`, 'send HTTP 400: bad request', 'delete']);
});

test('after a kill the answer still takes the place of the draft', async () => {
  const { bench, clock, write, calls } = await open({ config: { agents: { defaults: { typingMode: 'never' } } } });
  write(LONG);
  await clock.advance(1_000);
  await bench.crash();
  await bench.outbound.recover();
  await bench.outbound.deliver(request('run-1'), answered(`${LONG}, at last.`));
  await bench.drained();
  expect(calls()).toEqual([`plain ${LONG}`, `edit ${LONG}, at last.`]);
  expect(bench.vendor.calls.at(-1)).toMatchObject({ part: { messageId: '1001' } });
});

test('a draft without a receipt at the kill is looked for first, and then it is the answer', async () => {
  const { bench, clock, write, calls } = await open({ config: { agents: { defaults: { typingMode: 'never' } } } });
  const { send } = bench.vendor;
  bench.vendor.send = () => new Promise(() => {});
  write(LONG);
  await clock.advance(1_000);
  await bench.crash();
  bench.vendor.send = send;
  bench.vendor.reconcile = async () => ({ messageId: '77' });
  bench.vendor.isConnected = false;
  await bench.outbound.recover();
  await bench.outbound.deliver(request('run-1'), answered(`${LONG}!`));
  bench.vendor.isConnected = true;
  bench.outbound.wake(ORIGIN);
  await clock.advance(60_000);
  expect(calls()).toEqual([`plain ${LONG}`, `edit ${LONG}!`]);
  expect(bench.vendor.calls.at(-1)).toMatchObject({ part: { messageId: '77' } });
});

test('a draft whose message somebody removed becomes a message again', async () => {
  const { bench, clock, write, calls } = await open({ config: { agents: { defaults: { typingMode: 'never' } } } });
  write(LONG);
  await clock.advance(1_000);
  const { send } = bench.vendor;
  bench.vendor.send = async (address, part, attempt) => {
    if (part.kind === 'edit') throw new ChannelError('refused', 'message to edit not found');
    return send(address, part, attempt);
  };
  await bench.outbound.deliver(request('run-1'), answered(LONG));
  await bench.drained();
  expect(calls()).toEqual([`plain ${LONG}`, `edit ${LONG}`, `send ${LONG}`]);
});

test('a vendor that is busy makes no answer wait for its draft', async () => {
  const { bench, clock, write, calls } = await open({ config: { agents: { defaults: { typingMode: 'never' } } } });
  const { send } = bench.vendor;
  bench.vendor.send = async () => {
    throw new ChannelError('busy', 'Too Many Requests', { retryAfterMs: 30_000 });
  };
  write(LONG);
  await clock.advance(1_000);
  bench.vendor.send = send;
  const delivering = bench.outbound.deliver(request('run-1'), answered(LONG));
  await clock.advance(6_000);
  await delivering;
  await bench.drained();
  expect(calls()).toEqual([`plain ${LONG}`, `send ${LONG}`]);
});

test('blocks that went out are not repeated by the answer, also after a kill', async () => {
  const { bench, clock, say, calls } = await open({
    settings: { blockStreaming: true },
    config: { agents: { defaults: { typingMode: 'never', blockStreamingChunk: { minChars: 10, maxChars: 60 } } } },
  });
  const text = 'The first paragraph.\n\nThe second **paragraph**.\n\nThe third one.';
  say({ type: 'text', delta: text.slice(0, 50), text: text.slice(0, 50) });
  await clock.advance(1_500);
  expect(calls()).toEqual(['send The first paragraph.\n\nThe second paragraph.']);
  await bench.crash();
  await bench.outbound.recover();
  // The run goes on in the next process and says everything anew.
  say({ type: 'text', delta: text, text });
  await clock.advance(1_500);
  await bench.outbound.deliver(request('run-1'), answered(text));
  await bench.drained();
  expect(calls().slice(1)).toEqual(['send The third one.']);
});

test('between blocks there is a human pause when the configuration asks for one', async () => {
  const { bench, clock, say } = await open({
    settings: { blockStreaming: true },
    config: {
      agents: {
        defaults: {
          typingMode: 'never',
          blockStreamingChunk: { minChars: 5, maxChars: 20 },
          humanDelay: { mode: 'custom', minMs: 2_000, maxMs: 4_000 },
        },
      },
    },
  });
  say({ type: 'text', delta: 'One paragraph here.\n\nAnother one there.\n\n', text: '' });
  say({ type: 'ended', outcome: answered() });
  await clock.advance(0);
  expect(bench.vendor.shown).toHaveLength(1);
  await clock.advance(2_900);
  expect(bench.vendor.shown).toHaveLength(1);
  await clock.advance(100);
  expect(bench.vendor.shown.map(({ text }) => text)).toEqual(['One paragraph here.', 'Another one there.']);
});

test('the sign that a message was seen goes once its answer is there', async () => {
  const { bench, calls } = await open({ config: { messages: { removeAckAfterReply: true } } });
  await bench.outbound.deliver(request('run-1', { origin: { ...ORIGIN, isAcked: true } }), answered('Done'));
  await bench.drained();
  expect(calls()).toEqual(['send Done', 'react off']);
});

test('where no sign was given, none is taken away', async () => {
  const { bench, calls } = await open({ config: { messages: { removeAckAfterReply: true } } });
  await bench.outbound.deliver(request('run-1'), answered('Done'));
  await bench.drained();
  expect(calls()).toEqual(['send Done']);
});

test('a text that may not leave is not shown as a draft either', async () => {
  const { bench, clock, write, calls } = await open({
    config: { agents: { defaults: { typingMode: 'never' } } },
    judge: async ({ part }) =>
      part.kind !== 'media' && 'text' in part && part.text.plain.includes('secret')
        ? { kind: 'refuse', reason: 'it holds a secret' }
        : { kind: 'allow' },
  });
  write(LONG);
  await clock.advance(1_000);
  write(' and here comes the secret');
  await clock.advance(5_000);
  expect(calls()).toEqual([`plain ${LONG}`]);
  expect(bench.vendor.shown).toHaveLength(1);
});
