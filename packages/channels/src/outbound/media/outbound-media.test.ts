import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReplyPayload } from '@chela/agent';
import { expect, onTestFinished, test } from 'vitest';
import { ChannelError } from '../../contract/channel-error.ts';
import { ACCOUNT, answered, openOutboundBench, request } from '../../testing/outbound-bench.ts';
import { mediaKind, mediaType } from './media-type.ts';

const OGG = Buffer.from('OggS0000000000000000');

async function open() {
  const bench = await openOutboundBench({ settings: { streamMode: 'off', mediaMaxMb: 1 } });
  onTestFinished(() => bench.close());
  const workspace = join(bench.stateDir, 'workspace');
  await mkdir(workspace, { recursive: true });
  const own = (): Promise<string[]> => readdir(join(bench.stateDir, 'chela', 'outbound-media')).catch(() => []);
  return { bench, workspace, own };
}

const media = (url: string, text = '', delivery: object = {}): ReplyPayload => ({
  text,
  mediaUrl: url,
  mediaUrls: [url],
  delivery,
});

test('a file of an answer is kept until it is delivered, whatever becomes of the original', async () => {
  const { bench, workspace, own } = await open();
  await writeFile(join(workspace, 'voice.ogg'), OGG);
  bench.vendor.isConnected = false;
  await bench.outbound.deliver(request('run-1'), answered(media('voice.ogg', 'Listen', { asVoice: true })));
  await writeFile(join(workspace, 'voice.ogg'), 'somebody wrote over it');
  expect(await own()).toHaveLength(1);
  bench.vendor.isConnected = true;
  bench.outbound.wake(ACCOUNT);
  await bench.drained();
  expect(bench.vendor.calls).toMatchObject([
    {
      part: {
        kind: 'media',
        media: { kind: 'voice', mimeType: 'audio/ogg', fileName: 'voice.ogg' },
        caption: { text: 'Listen' },
      },
    },
  ]);
  expect(await own()).toEqual([]);
});

test.each([
  ['a path out of the workspace', '../chela/chela.sqlite', 'outside of the folders'],
  ['an absolute path', '/etc/passwd', 'outside of the folders'],
  ['a path of the home folder', '~/.ssh/id_rsa', 'not allowed'],
  ['a link out of the workspace', 'link.png', 'outside of the folders'],
  ['a file that is not there', 'nothing.png', 'not found'],
  ['a file that is too large', 'large.bin', 'larger than 1 MB'],
  ['a folder', 'folder', 'no file'],
])('%s is not sent, and the answer says so', async (_title, path, reason) => {
  const { bench, workspace, own } = await open();
  await symlink('/etc/passwd', join(workspace, 'link.png'));
  await writeFile(join(workspace, 'large.bin'), Buffer.alloc(1024 * 1024 + 1));
  await mkdir(join(workspace, 'folder'));
  await bench.outbound.deliver(request('run-1'), answered(media(path, 'Here')));
  await bench.drained();
  expect(bench.vendor.shown).toHaveLength(1);
  expect(bench.vendor.shown[0]?.text).toMatch(/^Here\n\n⚠️ A file could not be attached: /);
  expect(bench.vendor.shown[0]?.text).toContain(reason);
  expect(await own()).toEqual([]);
});

test('an address in the own network is refused: an answer says so, a tool is told', async () => {
  const { bench } = await open();
  await bench.outbound.deliver(request('run-1'), answered(media('http://127.0.0.1:1/x.png', 'Here')));
  const rows = await bench.outbound.enqueue({
    account: ACCOUNT,
    address: { to: '5' },
    key: 'tool',
    mediaUrls: ['http://169.254.169.254/latest'],
  });
  await bench.drained();
  expect(bench.vendor.shown.map(({ text }) => text)).toEqual([
    'Here\n\n⚠️ A file could not be attached: the media could not be fetched: Blocked: private/internal IP address',
  ]);
  const [dead] = await bench.outbound.settled(
    rows.map(({ id }) => id),
    1_000,
  );
  expect(dead).toMatchObject({ state: 'dead', reason: expect.stringContaining('Blocked') });
});

test('a tool that names a file which may not go out is told at once, and nothing is written', async () => {
  const { bench } = await open();
  const sending = { account: ACCOUNT, address: { to: '5' }, key: 'tool', mediaUrls: ['/etc/passwd'] };
  await expect(bench.outbound.enqueue(sending)).rejects.toThrow(ChannelError);
  expect(await bench.outbound.list({ limit: 5 })).toEqual([]);
});

test('files that a crash left behind go with the next start, those of waiting rows stay', async () => {
  const { bench, workspace, own } = await open();
  await writeFile(join(workspace, 'a.ogg'), OGG);
  bench.vendor.isConnected = false;
  await bench.outbound.deliver(request('run-1'), answered(media('a.ogg')));
  const [kept] = await own();
  await writeFile(join(bench.stateDir, 'chela', 'outbound-media', 'left-behind.bin'), 'x');
  await bench.crash();
  await bench.outbound.recover();
  expect(await own()).toEqual([kept]);
});

test('what a file is, is read from its bytes first', () => {
  expect(mediaType(Buffer.from('GIF89a'), 'photo.png')).toBe('image/gif');
  expect(mediaType(Buffer.from('????'), 'notes.pdf', 'text/plain; charset=utf-8')).toBe('application/pdf');
  expect(mediaType(Buffer.from('????'), 'notes', 'text/plain; charset=utf-8')).toBe('text/plain');
  expect(mediaKind('audio/wav', { asVoice: true })).toBe('audio');
  expect(mediaKind('video/mp4', { asGif: true })).toBe('gif');
  expect(mediaKind('image/svg+xml')).toBe('document');
});
