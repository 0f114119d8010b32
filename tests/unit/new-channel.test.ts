import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { templateFiles, writeAdapter } from '../../scripts/new-channel/write-adapter.ts';
import { ADAPTER_FACE, isAdapter, layerOf } from './layers-rules.ts';
import { parseSource, roomOf } from './layers-source.ts';

const CHECKOUT = resolve(import.meta.dirname, '..', '..');
const ADAPTERS = join(CHECKOUT, 'packages', 'channels', 'adapters');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chela-new-channel-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = (...path: readonly string[]): Promise<string> => readFile(join(...path), 'utf8');

describe('a new channel', () => {
  test('has its id, its label and its variables in every file', async () => {
    const files = await writeAdapter({ id: 'my-chat', label: 'My Chat', folder });
    expect(files.length).toBe((await templateFiles()).length);
    const texts = await Promise.all(files.map((file) => read(file)));
    expect(texts.filter((text) => /new-?channel/i.test(text))).toEqual([]);
    expect(await read(folder, 'my-chat', 'package.json')).toContain('"@chela/channel-my-chat"');
    expect(await read(folder, 'my-chat', 'src', 'facts.ts')).toMatch(/label: 'My Chat'[\s\S]*env: 'MY_CHAT_TOKEN'/);
  });

  test('of the contract has the settings of the contract', async () => {
    await writeAdapter({ id: 'signal', folder });
    const schema: unknown = JSON.parse(await read(folder, 'signal', 'src', 'config-schema.json'));
    expect(Object.keys(Object(schema).properties)).toContain('httpUrl');
  });

  test('takes the place of no other', async () => {
    await writeAdapter({ id: 'toy', folder });
    await expect(writeAdapter({ id: 'toy', label: 'Other', folder })).rejects.toThrow('is there such an adapter?');
    expect(await read(folder, 'toy', 'src', 'facts.ts')).toContain("label: 'Toy'");
  });

  test.each(['Toy', '', '../toy', 'lab', 'webchat'])('is not called "%s"', async (id) => {
    await expect(writeAdapter({ id, folder })).rejects.toThrow(/id/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('one folder and nothing else', () => {
  test('every adapter has the files of the templates', async () => {
    const names = (await templateFiles()).filter((name) => !name.endsWith('.test.ts') && !name.endsWith('api.ts'));
    const missing = await Promise.all(
      (await readdir(ADAPTERS)).map(async (id) => {
        const files = await readdir(join(ADAPTERS, id), { recursive: true });
        return names.filter((name) => !files.includes(name)).map((name) => `${id}: ${name}`);
      }),
    );
    expect(missing.flat()).toEqual([]);
  });

  test('the layers know every adapter by its place', () => {
    const room = roomOf('packages/channels/adapters/some-new-one/src/inbound/message.ts');
    expect(isAdapter(room)).toBe(true);
    expect(layerOf(room)).toBe(layerOf('packages/channels/adapters/telegram'));
  });

  test('the templates import what adapters may', async () => {
    const sources = (await templateFiles()).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const imports = await Promise.all(
      sources.map(async (name) => {
        const text = await read(CHECKOUT, 'scripts', 'new-channel', 'template', name);
        return parseSource(name, text).imports.map(({ specifier }) => specifier);
      }),
    );
    expect(imports.flat().filter((name) => !name.startsWith('./') && name !== ADAPTER_FACE)).toEqual([]);
  });

  test('no file of the build, the tests or the settings of tools names an adapter', async () => {
    const shared = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'knip.json', 'biome.json', 'scripts/build.ts'];
    const texts = await Promise.all(shared.map((name) => read(CHECKOUT, name)));
    const ids = await readdir(ADAPTERS);
    expect(ids.filter((id) => texts.some((text) => new RegExp(`\\b${id}\\b`, 'i').test(text)))).toEqual([]);
  });
});
