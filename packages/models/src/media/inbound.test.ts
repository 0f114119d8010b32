import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '../catalog/environment-keys.ts';
import { createModelService } from '../create-service.ts';
import { createTransport, type Transport, type TransportRequest } from '../drivers/transport.ts';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider.ts';
import type { Attachment, Download } from './attachments.ts';
import { findLinks } from './find-links.ts';
import { createGate } from './gate.ts';
import { createMediaUnderstanding } from './understand.ts';
import { createInboundUnderstanding, type InboundMessage, type InboundWords } from './understand-inbound.ts';
import { createLinkUnderstanding } from './understand-links.ts';

let dir: string;
let provider: FakeProvider;
let sent: TransportRequest[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inbound-'));
  provider = await startFakeProvider();
  sent = [];
});
afterEach(async () => {
  await provider.close();
  await rm(dir, { recursive: true });
});

const toFake: Transport = (request) => {
  sent.push(request);
  const { pathname, search } = new URL(request.url);
  return createTransport()({ ...request, url: `${provider.url}${pathname}${search}` });
};
const signal = new AbortController().signal;
const voice: Attachment = { data: Buffer.from('sound'), mimeType: 'audio/ogg', fileName: 'voice.ogg' };
const place = { sessionKey: 'agent:main:telegram:group:7', channel: 'telegram', chatType: 'group' };

function understand(
  message: Partial<InboundMessage>,
  { config = {}, env = { OPENAI_API_KEY: 'k' }, download }: { config?: object; env?: Environment; download?: Download },
): Promise<InboundWords> {
  const running = { current: () => config };
  const logger = silentLogger();
  const clock = systemClock;
  const withHome = { HOME: dir, ...env };
  const models = createModelService({
    config: running,
    stateDir: dir,
    env: withHome,
    logger,
    metrics: silentMetrics(),
    clock,
    transport: toFake,
  });
  const deps = { config: running, models, transport: toFake, env: withHome, clock, logger };
  const media = createMediaUnderstanding({ ...deps, ...(download === undefined ? {} : { download }) });
  const inbound = createInboundUnderstanding({ media, links: createLinkUnderstanding(deps) });
  return inbound({ agentId: 'main', text: '', attachments: [], place, signal, ...message });
}

/** A program on a PATH of its own. */
async function install(name: string, script: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}
const audio = (section: object): object => ({ tools: { media: { audio: section } } });

describe('a voice note', () => {
  test('without words is what the person said, for the model and for commands', async () => {
    provider.script({ body: '{"text":"/status please"}' });
    expect(await understand({ attachments: [voice] }, {})).toMatchObject({
      body: '[Audio]\nTranscript:\n/status please',
      commandText: '/status please',
      transcript: '/status please',
    });
  });

  test('whose type the channel does not know is one because the channel says so', async () => {
    provider.script({ body: '{"text":"heard"}' });
    const untyped: Attachment = { ...voice, kind: 'audio', mimeType: 'application/octet-stream' };
    expect((await understand({ attachments: [untyped] }, {})).transcript).toBe('heard');
  });

  test('with a caption leaves commands to the caption', async () => {
    provider.script({ body: '{"text":"spoken"}' });
    const words = await understand({ text: 'written', attachments: [voice] }, {});
    expect(words.body).toBe('[Audio]\nUser text:\nwritten\nTranscript:\nspoken');
    expect(words.commandText).toBe('written');
  });

  test('nobody can understand leaves the message as it was', async () => {
    const words = await understand({ text: 'hi', attachments: [voice] }, { env: {} });
    expect(words).toEqual({ body: 'hi', commandText: 'hi', transcript: undefined, understood: [] });
  });

  test('outside the scope is not sent to anybody', async () => {
    const scope = { rules: [{ action: 'deny', match: { chatType: 'group' } }] };
    const words = await understand({ attachments: [voice] }, { config: audio({ scope }) });
    expect(words.transcript).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('at an address is loaded by the guarded way, and left out where there is none', async () => {
    const remote: Attachment = { url: 'https://cdn.example/voice.ogg', mimeType: 'audio/ogg', fileName: 'voice.ogg' };
    provider.script({ body: '{"text":"from afar"}' });
    const download: Download = async (url) => Buffer.from(`bytes of ${url}`);
    expect((await understand({ attachments: [remote] }, { download })).transcript).toBe('from afar');
    expect(String(sent[0]?.body)).toContain('bytes of https://cdn.example/voice.ogg');
    expect((await understand({ attachments: [remote] }, {})).transcript).toBeUndefined();
  });

  test('on disk is read only when it is small enough', async () => {
    const path = join(dir, 'long.ogg');
    await writeFile(path, 'x'.repeat(100));
    const stored: Attachment = { path, mimeType: 'audio/ogg', fileName: 'long.ogg' };
    expect((await understand({ attachments: [stored] }, { config: audio({ maxBytes: 99 }) })).understood).toEqual([]);
    expect(sent).toEqual([]);
  });

  test.each([
    ['first', ['one']],
    ['last', ['three']],
    ['path', ['two']],
    ['url', ['one']],
  ])('is chosen by attachments.prefer "%s"', async (prefer, expected) => {
    const program = await install('echo-name', 'basename "$1"');
    const models = [{ type: 'cli', command: program, args: ['{{MediaPath}}'] }];
    await writeFile(join(dir, 'stored'), 'x');
    const attachments: Attachment[] = [
      { url: 'https://a.example/one', mimeType: 'audio/ogg', fileName: 'one' },
      { path: join(dir, 'stored'), mimeType: 'audio/ogg', fileName: 'two' },
      { url: 'https://a.example/three', mimeType: 'audio/ogg', fileName: 'three' },
    ];
    const config = audio({ models, attachments: { prefer } });
    const words = await understand({ attachments }, { config, download: async () => Buffer.from('y') });
    expect(words.understood.map(({ text }) => text)).toEqual(expected);
  });
});

describe('programs of this machine', () => {
  test('come before vendors, and what they write beside the media counts', async () => {
    await install('whisper', 'for last; do :; done\nprintf "from whisper" > "$(dirname "$last")/voice.txt"');
    const env = { PATH: `${dir}:/usr/bin:/bin`, OPENAI_API_KEY: 'k' };
    expect((await understand({ attachments: [voice] }, { env })).transcript).toBe('from whisper');
    expect(sent).toEqual([]);
  });

  test('that fail leave the voice note to the vendor', async () => {
    await install('whisper', 'exit 3');
    provider.script({ body: '{"text":"from the vendor"}' });
    const env = { PATH: `${dir}:/usr/bin:/bin`, OPENAI_API_KEY: 'k' };
    expect((await understand({ attachments: [voice] }, { env })).transcript).toBe('from the vendor');
  });

  test('that print an object are read by its text', async () => {
    const command = await install('listen', `printf '{"text":" spoken ","tokens":[]}'`);
    const config = audio({ models: [{ type: 'cli', command }] });
    expect((await understand({ attachments: [voice] }, { config })).transcript).toBe('spoken');
  });
});

describe('keys', () => {
  test('of the list take over when the first one asks too often', async () => {
    provider.script({ status: 429, body: '{}' }, { body: '{"text":"heard"}' });
    const env = { OPENAI_API_KEY: 'first', OPENAI_API_KEYS: 'first, second;third' };
    expect((await understand({ attachments: [voice] }, { env })).transcript).toBe('heard');
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  test('are not tried one after the other when the vendor refuses for another reason', async () => {
    provider.script({ status: 401, body: '{}' });
    const env = { OPENAI_API_KEY: 'first', OPENAI_API_KEY_2: 'second' };
    expect((await understand({ attachments: [voice] }, { env })).transcript).toBeUndefined();
    expect(sent).toHaveLength(1);
  });

  test('of a profile that the settings name are the only ones', async () => {
    const profiles = { 'openai:work': { type: 'api_key', provider: 'openai', key: 'work-key' } };
    const agentDir = join(dir, 'agents', 'main', 'agent');
    await mkdir(agentDir, { recursive: true });
    await writeFile(join(agentDir, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }));
    provider.script({ status: 429, body: '{}' });
    const config = audio({ models: [{ provider: 'openai', profile: 'openai:work' }] });
    const env = { OPENAI_API_KEY: 'other' };
    expect((await understand({ attachments: [voice] }, { config, env })).transcript).toBeUndefined();
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer work-key']);
  });
});

describe('links', () => {
  const links = (section: object): object => ({ tools: { links: section } });

  test('are read by the first program that can, each once and three at most', async () => {
    const fails = await install('fails', 'exit 1');
    const command = await install('reads', 'printf "page of %s" "$1"');
    const config = links({ models: [{ command: fails }, { type: 'cli', command, args: ['{{LinkUrl}}'] }] });
    const text = 'see https://a.example/x, (https://b.example) https://a.example/x https://c.example https://d.example';
    expect((await understand({ text }, { config })).body).toBe(
      `${text}\n\npage of https://a.example/x\n\npage of https://b.example\n\npage of https://c.example`,
    );
  });

  test('outside the scope are left alone', async () => {
    const command = await install('reads', 'echo read');
    const config = links({ models: [{ command }], scope: { default: 'deny' } });
    expect((await understand({ text: 'https://a.example' }, { config })).body).toBe('https://a.example');
  });

  test.each([
    'http://localhost/x',
    'http://127.0.0.1:18789/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest',
    'http://2130706433/',
    'http://printer.local/',
    'http://router/',
    'https://user@a.example/',
    'file:///etc/passwd',
  ])('to %s are nobody’s business', (url) => {
    expect(findLinks(`look at ${url} please`, 3)).toEqual([]);
  });
});

test('only so many tasks go through the gate at a time, the others in their order', async () => {
  const gate = createGate();
  const running: string[] = [];
  const doors = new Map<string, () => void>();
  const task = (name: string) => () => {
    running.push(name);
    return new Promise<void>((resolve) => doors.set(name, resolve));
  };
  const all = ['a', 'b', 'c'].map((name) => gate.run(2, task(name)));
  await Promise.resolve();
  expect(running).toEqual(['a', 'b']);
  doors.get('b')?.();
  await all[1];
  await Promise.resolve();
  expect(running).toEqual(['a', 'b', 'c']);
  doors.get('a')?.();
  doors.get('c')?.();
  await Promise.all(all);
});
