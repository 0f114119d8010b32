import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConfigService } from '../create-service.ts';
import { createConfigEditor } from '../edit/create-editor.ts';
import { createRestorePoints, RestoreDamagedError } from './create-restore-points.ts';
import { beginRestore, finishRestore } from './finish-restore.ts';

let state: string;
let now: number;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'chela-restore-'));
  now = Date.parse('2026-02-17T10:00:00.000Z');
});
afterEach(() => rm(state, { recursive: true, force: true }));

const points = () => createRestorePoints({ stateDir: state, now: () => now });
const file = (name: string): string => join(state, name);
const content = (name: string): Promise<string> => readFile(file(name), 'utf8');
const folderOf = (id: string): string => join(state, 'chela', 'restore', id);

describe('a restore point', () => {
  test('brings files back, and removes those that did not exist', async () => {
    await writeFile(file('a'), 'old a');
    const point = await points().create({ reason: 'migrate', files: [file('a'), file('made/b')] });
    await writeFile(file('a'), 'new a');
    await mkdir(file('made'));
    await writeFile(file('made/b'), 'new b');
    await points().apply(point);
    expect(await content('a')).toBe('old a');
    expect(await readdir(file('made'))).toEqual([]);
    expect(await readdir(state)).toEqual(['a', 'chela', 'made']);
  });

  test('is for its owner only', async () => {
    await writeFile(file('a'), 'x', { mode: 0o644 });
    const { id } = await points().create({ reason: 'config', files: [file('a')] });
    expect(id).toBe('2026-02-17T10-00-00.000Z-config');
    for (const folder of [join(state, 'chela', 'restore'), folderOf(id)]) {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
    for (const name of await readdir(folderOf(id))) {
      expect((await stat(join(folderOf(id), name))).mode & 0o777).toBe(0o600);
    }
  });

  test('whose copy was damaged changes nothing', async () => {
    await writeFile(file('a'), 'old a');
    await writeFile(file('b'), 'old b');
    const point = await points().create({ reason: 'config', files: [file('a'), file('b')] });
    await writeFile(file('a'), 'new a');
    await chmod(join(folderOf(point.id), '1'), 0o600);
    await writeFile(join(folderOf(point.id), '1'), 'tampered');
    await expect(points().apply(point)).rejects.toBeInstanceOf(RestoreDamagedError);
    expect(await content('a')).toBe('new a');
    expect((await readdir(state)).sort()).toEqual(['a', 'b', 'chela']);
  });

  test('keeps a database through the given way to copy it, and its side files go when it is put back', async () => {
    await writeFile(file('db'), 'live');
    const copyTo = (to: string): Promise<void> => writeFile(to, 'copied');
    const point = await points().create({ reason: 'migrate', files: [], database: { path: file('db'), copyTo } });
    await writeFile(file('db-wal'), 'newer pages');
    await points().apply(point);
    expect(await content('db')).toBe('copied');
    expect(await readdir(state)).toEqual(['chela', 'db']);
  });

  test('a folder that was half made is none', async () => {
    await mkdir(folderOf('2026-02-17T10-00-00.000Z-config.partial'), { recursive: true });
    expect(await points().list()).toEqual([]);
    const { id } = await points().create({ reason: 'config', files: [file('a')] });
    expect(id).toBe('2026-02-17T10-00-00.000Z-config-2');
  });
});

describe('how many are kept', () => {
  test('twenty of the small kind and three with a database, newest first', async () => {
    await writeFile(file('db'), 'x');
    const copyTo = (to: string): Promise<void> => writeFile(to, 'x');
    for (let count = 0; count < 25; count += 1) {
      now += 1000;
      await points().create({ reason: 'config', files: [file('a')] });
      if (count % 5 === 0) {
        now += 1000;
        await points().create({ reason: 'migrate', files: [], database: { path: file('db'), copyTo } });
      }
    }
    const kept = await points().list();
    expect(kept.filter(({ reason }) => reason === 'config').length).toBe(20);
    expect(kept.filter(({ reason }) => reason === 'migrate').length).toBe(3);
    expect(kept.map(({ createdAt }) => createdAt)).toEqual(
      kept
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    );
  });
});

test('the point that is about to be applied does not make room for the one made before that', async () => {
  await writeFile(file('a'), 'first');
  const oldest = await points().create({ reason: 'config', files: [file('a')] });
  for (let count = 0; count < 19; count += 1) {
    now += 1000;
    await points().create({ reason: 'config', files: [file('a')] });
  }
  now += 1000;
  await writeFile(file('a'), 'last');
  await points().create({ reason: 'restore', files: [file('a')], keep: oldest.id });
  await points().apply(oldest);
  expect(await content('a')).toBe('first');
});

describe('a crash in the middle of applying', () => {
  const service = () =>
    createConfigService({ env: { HOME: state, OPENCLAW_STATE_DIR: state }, logger: silentLogger() });

  test('before everything is ready leaves all as it was', async () => {
    await writeFile(file('openclaw.json'), '{ ui: { seamColor: "#000001" } }');
    await writeFile(file('openclaw.json.x.partial'), '{ ui: { seamColor: "#000002" } }');
    const config = await service();
    expect(config.current().ui).toEqual({ seamColor: '#000001' });
    await config.close();
  });

  test('after that, the next start ends the work', async () => {
    await writeFile(file('openclaw.json'), '{ ui: { seamColor: "#000001" } }');
    await writeFile(file('openclaw.json.x.partial'), '{ ui: { seamColor: "#000002" } }');
    await writeFile(file('made'), 'x');
    await beginRestore(state, [
      { path: file('gone'), staged: file('gone.x.partial'), database: false },
      { path: file('openclaw.json'), staged: file('openclaw.json.x.partial'), database: false },
      { path: file('made'), staged: null, database: false },
    ]);
    const config = await service();
    expect(config.current().ui).toEqual({ seamColor: '#000002' });
    await config.close();
    expect((await readdir(state)).sort()).toEqual(['chela', 'openclaw.json']);
    await finishRestore(state);
  });
});

test('every write of the configuration leaves one, also when comments and secrets are in it', async () => {
  const paths = { homeDir: state, stateDir: state, configPath: file('openclaw.json') };
  const before = "{ // mine\n  gateway: { auth: { mode: 'token', token: 'abc' } } }";
  await writeFile(paths.configPath, before);
  const editor = createConfigEditor({ paths, env: { HOME: state }, logger: silentLogger() });
  await editor.edit([{ path: ['gateway', 'port'], value: 19010 }]);
  const [point] = await points().list();
  expect(point?.reason).toBe('config');
  if (point !== undefined) await points().apply(point);
  expect(await content('openclaw.json')).toBe(before);
});
