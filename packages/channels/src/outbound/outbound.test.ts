import { expect, onTestFinished, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import { ACCOUNT, answered, type BenchOptions, ORIGIN, openOutboundBench, request } from '../testing/outbound-bench.ts';

const ADDRESS = { to: '4242' };
const QUIET: BenchOptions = { settings: { streamMode: 'off' } };

async function open(options: BenchOptions = QUIET) {
  const bench = await openOutboundBench(options);
  onTestFinished(() => bench.close());
  const texts = (): readonly string[] => bench.vendor.shown.map(({ text }) => text);
  const states = async () =>
    (await bench.outbound.list({ limit: 50 })).map(({ state, reason }) => [state, reason ?? '']).reverse();
  return { ...bench, bench, texts, states };
}

test('an answer leaves once, however often the runtime hands it over', async () => {
  const { outbound, clock, texts, vendor } = await open();
  await outbound.deliver(request('run-1'), answered('Hello **world**'));
  await outbound.deliver(request('run-1'), answered('Hello **world**'));
  await clock.advance(0);
  expect(texts()).toEqual(['Hello <b>world</b>']);
  expect(vendor.calls).toMatchObject([{ call: 'send', to: '4242', key: 'run-1:0' }]);
  const [row] = await outbound.list({ limit: 5 });
  expect(row).toMatchObject({ state: 'delivered', receipt: { messageId: '1001' }, runId: 'run-1', attempts: 1 });
});

test('an answer whose place was fixed before the run goes there, once', async () => {
  const { outbound, clock, vendor } = await open();
  const { origin: _, ...asked } = request('run-1', {
    source: 'agent',
    deliverTo: { ...ACCOUNT, to: '77', threadId: '5' },
  });
  await outbound.deliver(asked, answered('Done.'));
  await outbound.deliver(asked, answered('Done.'));
  await clock.advance(0);
  expect(vendor.shown).toEqual([{ to: '77', text: 'Done.', key: 'run-1:0' }]);
  expect(await outbound.answered('run-1', 0)).toMatchObject([
    { state: 'delivered', address: { to: '77', threadId: '5' } },
  ]);
  expect(await outbound.answered('run-2', 0)).toEqual([]);
});

test('parts of a conversation keep their order while the first of them is tried again', async () => {
  const { outbound, clock, vendor, texts } = await open({ settings: { streamMode: 'off', textChunkLimit: 12 } });
  let failures = 2;
  vendor.send = async (address, part, attempt) => {
    if (failures > 0) {
      failures -= 1;
      throw new ChannelError('unreachable', 'connection refused');
    }
    return vendor.show(address, part, attempt);
  };
  await outbound.deliver(request('run-1'), answered('first part second one'));
  await outbound.deliver(request('run-2'), answered('later'));
  await clock.advance(0);
  expect(texts()).toEqual([]);
  await clock.advance(400);
  expect(texts()).toEqual([]);
  await clock.advance(800);
  expect(texts()).toEqual(['first part', 'second one', 'later']);
});

test('a vendor that says when to come back is obeyed for hours and loses nothing', async () => {
  const { outbound, clock, vendor, texts } = await open();
  vendor.send = async (address, part, attempt) => {
    if (vendor.calls.length < 20) throw new ChannelError('busy', 'Too Many Requests', { retryAfterMs: 60_000 });
    return vendor.show(address, part, attempt);
  };
  await outbound.deliver(request('run-1'), answered('patience'));
  await clock.advance(59_000);
  expect(vendor.calls).toHaveLength(1);
  await clock.advance(3_600_000);
  expect(texts()).toEqual(['patience']);
});

test('an account that stays away is waited for with growing pauses, then the letter is dead and an operator may send it', async () => {
  const { outbound, clock, vendor, texts, states } = await open();
  const { send } = vendor;
  vendor.send = async () => {
    throw new ChannelError('unreachable', 'no route');
  };
  await outbound.deliver(request('run-1'), answered('anybody?'));
  await clock.advance(20 * 60_000);
  expect(vendor.calls.map(({ at }) => at)).toEqual([0, 400, 1200, 6_200, 31_200, 151_200, 751_200]);
  expect(await states()).toEqual([['dead', 'no route']]);
  vendor.send = send;
  const [letter] = await outbound.list({ limit: 1, states: ['dead'] });
  await outbound.retry(letter?.id ?? 0);
  await clock.advance(0);
  expect(texts()).toEqual(['anybody?']);
});

test('what can never work is dead at once, and the next message goes out', async () => {
  const { outbound, clock, vendor, texts, states } = await open();
  vendor.send = async (address, part, attempt) => {
    if (vendor.calls.length === 1) throw new ChannelError('refused', 'chat not found');
    return vendor.show(address, part, attempt);
  };
  await outbound.deliver(request('run-1'), answered('lost'));
  await outbound.deliver(request('run-2'), answered('next'));
  await clock.advance(0);
  expect(texts()).toEqual(['next']);
  expect(await states()).toEqual([
    ['dead', 'chat not found'],
    ['delivered', ''],
  ]);
});

test('formatting that is refused is sent once more as plain text, and only once', async () => {
  const { outbound, clock, vendor, texts } = await open();
  vendor.send = async (address, part, attempt) => {
    if (part.kind === 'text' && part.text.isPlain !== true) throw new ChannelError('format', "can't parse entities");
    return vendor.show(address, part, attempt);
  };
  await outbound.deliver(request('run-1'), answered('**bold** reply'));
  await clock.advance(0);
  expect(vendor.calls).toHaveLength(2);
  expect(texts()).toEqual(['bold reply']);
});

test('a revoked credential ends the account, and its rows wait until it can send again', async () => {
  const { outbound, clock, vendor, texts, states } = await open();
  const { send } = vendor;
  vendor.send = async () => {
    throw new ChannelError('unauthorized', 'Unauthorized');
  };
  await outbound.deliver(request('run-1'), answered('kept'));
  await clock.advance(3_600_000);
  expect(vendor.revoked).toEqual(['Unauthorized']);
  expect(vendor.calls).toHaveLength(1);
  expect(await states()).toEqual([['pending', 'Unauthorized']]);
  vendor.send = send;
  vendor.isConnected = true;
  outbound.wake(ACCOUNT);
  await clock.advance(0);
  expect(texts()).toEqual(['kept']);
});

test.each([
  ['shown', 'is found and not said twice', ['in doubt', 'next']],
  ['absent', 'is sent again', ['in doubt', 'next']],
  ['unknown', 'is left to the operator', ['next']],
] as const)('a message without a receipt that is %s %s', async (truth, _title, expected) => {
  const { outbound, clock, vendor, texts, states } = await open();
  vendor.send = async (address, part, attempt) => {
    if (vendor.calls.length > 1) return vendor.show(address, part, attempt);
    if (truth === 'shown') vendor.show(address, part, attempt);
    throw new ChannelError('ambiguous', 'socket hang up');
  };
  const found = { shown: { messageId: '1001' }, absent: 'absent', unknown: { unknown: 'two may be it' } } as const;
  vendor.reconcile = async () => found[truth];
  await outbound.deliver(request('run-1'), answered('in doubt'));
  await outbound.deliver(request('run-2'), answered('next'));
  await clock.advance(60_000);
  expect(texts()).toEqual(expected);
  expect((await states())[0]).toEqual(
    truth === 'unknown' ? ['ambiguous', 'socket hang up; two may be it'] : ['delivered', ''],
  );
});

test('after a kill between sending and receipt the next process looks before it sends', async () => {
  const { bench, clock, vendor, texts } = await open();
  vendor.send = (address, part, attempt) => {
    vendor.show(address, part, attempt);
    return new Promise(() => {});
  };
  await bench.outbound.deliver(request('run-1'), answered('said once'));
  await clock.advance(0);
  vendor.reconcile = async (_address, _part, known) => {
    expect(known).toEqual({ inboundMessageId: '7371', receipts: [], earlier: [], newest: [] });
    return { messageId: '1001' };
  };
  await bench.crash();
  expect(await bench.outbound.recover()).toBe(1);
  await clock.advance(60_000);
  expect(texts()).toEqual(['said once']);
  expect(await bench.outbound.list({ limit: 5 })).toMatchObject([
    { state: 'delivered', receipt: { messageId: '1001' } },
  ]);
});

test('a channel that takes keys is sent the same key again after a kill', async () => {
  const { bench, clock, vendor } = await open({ ...QUIET, facts: { takesIdempotencyKey: true } });
  vendor.send = () => new Promise(() => {});
  await bench.outbound.deliver(request('run-1'), answered('keyed'));
  await clock.advance(0);
  vendor.send = async (address, part, attempt) => vendor.show(address, part, attempt);
  await bench.crash();
  await bench.outbound.recover();
  await clock.advance(60_000);
  expect(vendor.calls).toMatchObject([{ key: 'run-1:0' }, { key: 'run-1:0' }]);
  expect(await bench.outbound.list({ limit: 5 })).toMatchObject([{ state: 'delivered', attempts: 2 }]);
});

test('rows that a process wrote and did not send leave with the next one', async () => {
  const { bench, clock, vendor, texts } = await open();
  vendor.isConnected = false;
  await bench.outbound.deliver(request('run-1'), answered('later'));
  await bench.crash();
  vendor.isConnected = true;
  await bench.outbound.recover();
  await clock.advance(0);
  expect(texts()).toEqual(['later']);
});

test('a peer that hangs holds up its own conversation alone, and is in doubt in the end', async () => {
  const { outbound, clock, vendor, texts, states } = await open();
  vendor.send = async (address, part, attempt) =>
    address.to === 'slow' ? new Promise(() => {}) : vendor.show(address, part, attempt);
  const to = (name: string) => request(`to-${name}`, { origin: { ...ORIGIN, to: name } });
  await outbound.deliver(to('slow'), answered('hangs'));
  for (const name of ['a', 'b', 'c']) await outbound.deliver(to(name), answered(name));
  await clock.advance(0);
  expect(texts()).toEqual(['a', 'b', 'c']);
  await clock.advance(61_000);
  expect((await states())[0]).toEqual(['ambiguous', 'the channel did not answer within 60 s; nobody looked']);
});

test('a word against a text keeps it in, and one that asks for patience is asked again', async () => {
  let asked = 0;
  const { outbound, clock, texts, states } = await open({
    ...QUIET,
    judge: async ({ part }) => {
      const text = part.kind === 'text' ? part.text.plain : '';
      if (text.includes('secret')) return { kind: 'refuse', reason: 'it holds a secret' };
      asked += 1;
      return asked > 2 ? { kind: 'allow' } : { kind: 'hold', reason: 'a person is asked' };
    },
  });
  await outbound.deliver(request('run-1'), answered('the secret'));
  await outbound.deliver(request('run-2'), answered('a question'));
  await clock.advance(0);
  expect(await states()).toEqual([
    ['dead', 'it holds a secret'],
    ['pending', 'a person is asked'],
  ]);
  await clock.advance(60_000);
  expect(texts()).toEqual(['a question']);
});

test('a flood keeps the pace of the vendor and loses nothing', async () => {
  const pace = { perSecond: 30, perChatSecond: { messages: 1, burst: 3 } };
  const { outbound, clock, vendor } = await open({
    ...QUIET,
    facts: { limits: { textChars: 4000, mediaMb: 5, history: 50, pace } },
  });
  for (let at = 0; at < 10; at += 1) await outbound.deliver(request(`run-${at}`), answered(`${at}`));
  await clock.advance(0);
  expect(vendor.shown).toHaveLength(3);
  await clock.advance(2_000);
  expect(vendor.shown).toHaveLength(5);
  await clock.advance(10_000);
  expect(vendor.shown.map(({ text }) => text)).toEqual([...'0123456789']);
});

test('a send of a tool or a request is told how it ended; repeating its key sends nothing', async () => {
  const { outbound, clock, vendor } = await open();
  vendor.send = async () => {
    throw new ChannelError('refused', 'chat not found');
  };
  const sending = { account: ACCOUNT, address: ADDRESS, key: 'idem-1', text: 'hello from **rpc**' };
  const rows = await outbound.enqueue(sending);
  const settled = outbound.settled(
    rows.map(({ id }) => id),
    10_000,
  );
  await clock.advance(0);
  expect(await settled).toMatchObject([{ state: 'dead', reason: 'chat not found' }]);
  await outbound.enqueue(sending);
  await clock.advance(0);
  expect(vendor.calls).toHaveLength(1);
});

test('who waits for a send that takes too long is told how it stands', async () => {
  const { outbound, clock, vendor } = await open();
  vendor.isConnected = false;
  const rows = await outbound.enqueue({ account: ACCOUNT, address: ADDRESS, key: 'k', text: 'x' });
  const settled = outbound.settled(
    rows.map(({ id }) => id),
    1_000,
  );
  await clock.advance(1_000);
  expect(await settled).toMatchObject([{ state: 'pending' }]);
});

test('a dropped row never leaves, and the next one takes its place', async () => {
  const { outbound, clock, vendor, texts } = await open();
  vendor.isConnected = false;
  await outbound.deliver(request('run-1'), answered('unwanted'));
  await outbound.deliver(request('run-2'), answered('wanted'));
  const [, unwanted] = await outbound.list({ limit: 5 });
  await outbound.drop(unwanted?.id ?? 0);
  vendor.isConnected = true;
  outbound.wake(ACCOUNT);
  await clock.advance(0);
  expect(texts()).toEqual(['wanted']);
});

test('a notice of the gateway goes out as it is written', async () => {
  const { outbound, clock, vendor } = await open();
  await outbound.notify(ORIGIN, 'pairing:1', 'Pairing code: <ABC> *not bold*');
  await clock.advance(0);
  expect(vendor.calls).toMatchObject([
    { part: { kind: 'text', isNotice: true, text: { text: 'Pairing code: <ABC> *not bold*', isPlain: true } } },
  ]);
});

test('a word of the gateway goes out before the answer, once, formatted, with the prefix of the model that answers', async () => {
  const { outbound, clock, vendor } = await open({ ...QUIET, settings: { responsePrefix: '[{model}]' } });
  const word = { key: 'run-1:reset', text: 'A **new** session', model: { provider: 'mock', model: 'm1' } };
  await outbound.tell(request('run-1'), word);
  await outbound.tell(request('run-1'), word);
  await outbound.deliver(request('run-1'), answered('A new session'));
  await clock.advance(0);
  const texts = vendor.calls.flatMap((call) =>
    call.call === 'send' && call.part.kind === 'text' ? [call.part.text.plain] : [],
  );
  expect(texts).toEqual(['[m1] A new session', '[m1] A new session']);
  const { origin: _, ...fromProgram } = request('run-2');
  await outbound.tell(fromProgram, word);
  expect(vendor.calls.filter(({ call }) => call === 'send')).toHaveLength(2);
});

test('a channel without uploads shows the addresses of files, and never where one lies on this machine', async () => {
  const facts = { label: 'IRC', dialect: 'irc', mediaAsLinks: true } as const;
  const { outbound, clock, texts } = await open({ ...QUIET, facts });
  const mediaUrls = ['https://files.example/a.png', '/home/me/secret.png'];
  await outbound.deliver(request('run-1'), answered({ text: 'Here.', mediaUrl: null, mediaUrls }));
  await clock.advance(0);
  expect(texts()).toEqual([
    'Here.\n\n⚠️ A file could not be attached: IRC takes no files, only web addresses of files\n\nAttachment: https://files.example/a.png',
  ]);
  const sending = { account: ACCOUNT, address: ADDRESS, key: 'tool-1', text: 'Look' };
  await expect(outbound.enqueue({ ...sending, mediaUrls: ['./secret.png'] })).rejects.toThrow('IRC takes no files');
  await outbound.enqueue({ ...sending, mediaUrls: ['https://files.example/b.png'] });
  await clock.advance(0);
  expect(texts().at(-1)).toBe('Look\n\nAttachment: https://files.example/b.png');
});
