import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReplyPayload, RunEvent } from '@chela/agent';
import { expect, onTestFinished, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import {
  answered,
  type Call,
  ORIGIN,
  type OutboundBench,
  openOutboundBench,
  request,
  START,
} from '../testing/outbound-bench.ts';

/** What the original's vendor saw of an answer, without what the adapter adds (reference channels/golden/telegram). */
interface RecordedCase {
  readonly id: string;
  readonly title: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly messageId: string;
  readonly model: { readonly text?: string; readonly chunks?: readonly string[]; readonly chunkDelayMs?: number };
  readonly calls: readonly {
    readonly method: string;
    readonly text?: string;
    readonly caption?: string;
    readonly parseMode?: string;
    readonly replyTo?: string;
    readonly atMs?: number;
  }[];
}

const { cases }: { readonly cases: readonly RecordedCase[] } = JSON.parse(
  readFileSync(new URL('../../data/recorded-replies.json', import.meta.url), 'utf8'),
);
const RUN = 'run-1';
const PIECE_CHARS = 13;

test.each(cases.map((recorded) => [`${recorded.id}: ${recorded.title}`, recorded] as const))(
  '%s',
  async (_id, recorded) => {
    const mediaUrl = await serveMedia();
    const bench = await openOutboundBench({
      config: {
        ...recorded.config,
        agents: { list: [{ id: 'main', identity: { name: 'Clawd' } }], ...agentsOf(recorded) },
      },
      settings: recorded.settings,
      guard: { resolve: async () => [{ address: '127.0.0.1', family: 4 }] },
    });
    onTestFinished(() => bench.close());
    if (recorded.id.startsWith('tg-012')) refuseFormatting(bench);
    const origin = { ...ORIGIN, messageId: recorded.messageId };
    const { text = '', chunks = pieces(text), chunkDelayMs = 0 } = recorded.model;
    const said = chunks.join('').trim().replace('https://media.example.com', mediaUrl);
    const emit = (event: object): void => bench.emit({ ...head(origin), ...event } as RunEvent);

    emit({ type: 'started', startedAt: START });
    let shown = '';
    for (const piece of chunks) {
      // The tag and the media line are never shown.
      const delta = piece.includes('MEDIA:') || piece.includes('[[') ? '' : piece;
      shown += delta;
      if (!/MEDIA:|\[\[/.test(text)) emit({ type: 'text', delta, text: shown.trimEnd() });
      await bench.clock.advance(chunkDelayMs);
    }
    emit({ type: 'assistantMessage', message: {} });
    const outcome = answered(payloadOf(said));
    emit({ type: 'ended', outcome });
    const delivering = bench.outbound.deliver(request(RUN, { origin }), outcome);
    await bench.clock.advance(5_000);
    await delivering;
    await bench.drained();

    const calls = bench.vendor.calls.flatMap(recordable);
    expect(calls.map(({ at: _, ...call }) => call)).toEqual(
      recorded.calls.map(({ atMs: _, ...call }) => ({ ...call, ...(call.caption && { caption: call.caption }) })),
    );
  },
);

function head(origin: typeof ORIGIN) {
  const sessionKey = 'agent:main:main';
  return { runId: RUN, sessionKey, requestedSessionKey: sessionKey, source: 'channel', origin, at: START };
}

function agentsOf({ config }: RecordedCase): object {
  return typeof config.agents === 'object' && config.agents !== null ? config.agents : {};
}

function pieces(text: string): readonly string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE_CHARS}}`, 'g')) ?? [];
}

/** The payload that the agent makes of such a text. */
function payloadOf(text: string): ReplyPayload {
  const url = /^MEDIA:(.+)$/m.exec(text)?.[1] ?? null;
  const isTagged = text.includes('[[reply_to_current]]');
  return {
    text: text
      .replace(/^MEDIA:.+$/m, '')
      .replace('[[reply_to_current]]', '')
      .trim(),
    mediaUrl: url,
    ...(url !== null && { mediaUrls: [url] }),
    ...(isTagged && { delivery: { replyTo: { current: true } } }),
  };
}

function recordable(call: Call): readonly (RecordedCase['calls'][number] & { readonly at: number })[] {
  if (call.call === 'draft') return [{ method: 'editMessageText', text: call.text, at: call.at }];
  if (call.call !== 'send') return [];
  const { part, at } = call;
  if (part.kind === 'delete') return [{ method: 'deleteMessage', at }];
  if (part.kind === 'media') {
    const caption = part.caption && { caption: part.caption.text, parseMode: 'HTML' };
    return [{ method: part.media.kind === 'image' ? 'sendPhoto' : 'sendDocument', ...caption, at }];
  }
  if (part.kind !== 'text' && part.kind !== 'edit') return [];
  return [
    {
      method: part.kind === 'edit' ? 'editMessageText' : 'sendMessage',
      text: part.text.text,
      ...(part.text.isPlain !== true && { parseMode: 'HTML' }),
      ...(part.replyToId !== undefined && { replyTo: part.replyToId }),
      at,
    },
  ];
}

function refuseFormatting({ vendor }: OutboundBench): void {
  const { send } = vendor;
  vendor.send = async (address, part, attempt) => {
    vendor.calls.pop();
    vendor.send = async (...again) => {
      vendor.send = send;
      return send(...again);
    };
    void [address, part, attempt];
    throw new ChannelError('format', "can't parse entities");
  };
}

/** A picture on a server of the test's own; resolves with its origin. */
async function serveMedia(): Promise<string> {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const server = createServer((_request, response) => response.end(png));
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  onTestFinished(() => void server.close());
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://media.example.com:${address.port}`;
}
