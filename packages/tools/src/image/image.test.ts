import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VisionRoom } from '../rooms/vision.ts';
import { type Bench, createBench } from '../testing/bench.ts';

/** One white pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

let bench: Bench;
let server: Server;
let url: string;
let looks: Parameters<VisionRoom['look']>[0][];
const room: VisionRoom = {
  async look(request) {
    looks.push(request);
    return { text: 'A white dot.', model: 'openai/gpt-5-mini', attempts: [] };
  },
};
const seeing = { hasImageModel: true };

beforeEach(async () => {
  looks = [];
  server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PNG));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/dot.png`;
  bench = await createBench({}, { rooms: { vision: room } }, seeing);
  await writeFile(join(bench.workspace, 'dot.png'), PNG);
});
afterEach(async () => {
  server.close();
  await bench.close();
});

test('shows an image of the workspace to a model that sees, and gives back its words', async () => {
  const result = await bench.call('image', { image: 'dot.png', prompt: 'What is it?', model: 'openai/gpt-5-mini' });
  expect(result).toMatchObject({
    content: [{ type: 'text', text: 'A white dot.' }],
    details: { model: 'openai/gpt-5-mini', image: 'dot.png', attempts: [] },
  });
  expect(looks).toMatchObject([
    {
      prompt: 'What is it?',
      model: 'openai/gpt-5-mini',
      runId: 'run-1',
      images: [{ type: 'image', mimeType: 'image/png', data: PNG.toString('base64') }],
    },
  ]);
});

test('takes data URLs and several images, each once', async () => {
  const data = `data:image/png;base64,${PNG.toString('base64')}`;
  await bench.call('image', { images: ['dot.png', data, 'dot.png'] });
  expect(looks[0]?.images).toHaveLength(2);
  expect(looks[0]?.prompt).toBe('Describe the image.');
});

test.each([
  [{}, 'image required'],
  [{ images: ['a', 'b', 'c'], maxImages: 2 }, 'Too many images: 3 provided, maximum is 2.'],
  [{ image: 'notes.txt' }, 'is no png, jpeg, gif or webp image'],
  [{ image: 'dot.png', maxBytesMb: 0.00001 }, 'dot.png is larger than 0.00 MB'],
  [{ image: 'gone.png' }, 'ENOENT'],
  [{ image: 'data:image/png,abc' }, 'Invalid data URL'],
])('refuses %j without asking anybody', async (args, words) => {
  await writeFile(join(bench.workspace, 'notes.txt'), 'no image');
  expect(await bench.text('image', args)).toContain(words);
  expect(looks).toEqual([]);
});

test('does not fetch an image from a private address', async () => {
  expect(await bench.text('image', { image: url })).toContain('Blocked');
  expect(looks).toEqual([]);
});

test('cannot leave the workspace when files may not', async () => {
  await bench.close();
  bench = await createBench({ tools: { fs: { workspaceOnly: true } } }, { rooms: { vision: room } }, seeing);
  expect(await bench.text('image', { image: '/etc/hostname' })).toContain('Path escapes sandbox root');
});

test('is only offered where a model can see', async () => {
  const blind = await createBench({}, { rooms: { vision: room } });
  expect(bench.service.offer(bench.scope).map(({ name }) => name)).toContain('image');
  expect(blind.service.offer(blind.scope).map(({ name }) => name)).not.toContain('image');
  await blind.close();
});
