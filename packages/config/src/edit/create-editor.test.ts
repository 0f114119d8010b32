import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configHash } from '../read/hash.ts';
import { ConfigConflictError, ConfigRejectedError, createConfigEditor } from './create-editor.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chela-edit-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const FIXED_NOW = Date.parse('2026-02-17T10:00:00.000Z');

const reference = (name: string): string => `\${${name}}`;

function editorFor(env: Record<string, string> = {}) {
  const paths = { homeDir: dir, stateDir: dir, configPath: join(dir, 'openclaw.json') };
  const clock = { now: () => FIXED_NOW, after: () => () => {} };
  return { paths, editor: createConfigEditor({ paths, env: { HOME: dir, ...env }, logger: silentLogger(), clock }) };
}

describe('writing a change', () => {
  test('keeps comments and references, stamps meta, leaves a backup and an audit line', async () => {
    const { paths, editor } = editorFor({ GW: 'secret-from-env' });
    const before = `{\n  // mine\n  gateway: { mode: 'local', auth: { token: '\${GW}' } },\n}\n`;
    await writeFile(paths.configPath, before);

    const { live } = await editor.edit([{ path: ['gateway', 'port'], value: 19010 }]);

    expect(live.gateway?.port).toBe(19010);
    expect(live.gateway?.auth?.token).toBe('secret-from-env');
    const after = await readFile(paths.configPath, 'utf8');
    expect(after).toContain('// mine');
    expect(after).toContain(`token: '${reference('GW')}'`);
    expect(after).toContain('"lastTouchedVersion": "2026.2.17"');
    expect(await readFile(`${paths.configPath}.bak`, 'utf8')).toBe(before);
    expect((await stat(paths.configPath)).mode & 0o777).toBe(0o600);
    const audit = JSON.parse(await readFile(join(dir, 'logs', 'config-audit.jsonl'), 'utf8'));
    expect(audit).toMatchObject({
      ts: '2026-02-17T10:00:00.000Z',
      source: 'config-io',
      event: 'config.write',
      previousHash: configHash(before),
      nextHash: configHash(after),
      hasMetaBefore: false,
      hasMetaAfter: true,
      gatewayModeAfter: 'local',
      suspicious: ['missing-meta-before-write'],
      result: 'rename',
    });
  });

  test('keeps five backups, the newest as .bak', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{}\n');
    for (let port = 1; port <= 7; port += 1) await editor.edit([{ path: ['gateway', 'port'], value: port }]);
    const portOf = async (suffix: string) =>
      JSON.parse(await readFile(paths.configPath + suffix, 'utf8')).gateway?.port;
    expect(await Promise.all(['', '.bak', '.bak.1', '.bak.2', '.bak.3', '.bak.4'].map(portOf))).toEqual([
      7, 6, 5, 4, 3, 2,
    ]);
    await expect(stat(`${paths.configPath}.bak.5`)).rejects.toThrow();
  });

  test('refuses a value that does not pass and touches nothing', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"gateway":{"port":1}}');
    const write = editor.edit([{ path: ['gateway', 'port'], value: 'abc' }]);
    await expect(write).rejects.toThrow(
      'Config validation failed: gateway.port: Invalid input: expected number, received string',
    );
    expect(await readFile(paths.configPath, 'utf8')).toBe('{"gateway":{"port":1}}');
  });

  test('refuses when the file changed since it was read', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"gateway":{"port":2}}');
    const write = editor.edit([{ path: ['gateway', 'port'], value: 3 }], { baseHash: configHash('{}') });
    await expect(write).rejects.toThrow(ConfigConflictError);
  });

  test('makes the file when there is none', async () => {
    const { paths, editor } = editorFor();
    await editor.edit([{ path: ['ui', 'seamColor'], value: '#112233' }]);
    expect(JSON.parse(await readFile(paths.configPath, 'utf8')).ui).toEqual({ seamColor: '#112233' });
  });

  test('mends a file that is invalid when the edit removes the fault', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"gatewayy":{}, "ui":{}}');
    const { snapshot } = await editor.edit([{ path: ['gatewayy'], value: undefined }]);
    expect(snapshot.valid).toBe(true);
  });
});

describe('a file with includes', () => {
  test('keeps its includes; an own value overrides the included one', async () => {
    const { paths, editor } = editorFor();
    await writeFile(join(dir, 'base.json5'), '{ gateway: { port: 1 } }');
    await writeFile(paths.configPath, '{ $include: "./base.json5" }');
    const { live } = await editor.edit([{ path: ['gateway', 'port'], value: 2 }]);
    expect(live.gateway?.port).toBe(2);
    expect(await readFile(paths.configPath, 'utf8')).toContain('$include: "./base.json5"');
  });

  test('says so when a value to be removed stands in the included file', async () => {
    const { paths, editor } = editorFor();
    await writeFile(join(dir, 'base.json5'), '{ gateway: { port: 1 } }');
    await writeFile(paths.configPath, '{ $include: "./base.json5" }');
    const write = editor.edit([{ path: ['gateway', 'port'], value: undefined }]);
    await expect(write).rejects.toThrow(ConfigRejectedError);
    await expect(write).rejects.toThrow('gateway.port: is set in an included file');
  });
});

test('replacing what config.get showed writes only the difference and what the schema fills in; references stay', async () => {
  const { paths, editor } = editorFor({ KEY: 'k-from-env' });
  const raw = JSON.stringify({
    models: { providers: { p: { baseUrl: 'http://x', apiKey: reference('KEY'), models: [] } } },
  });
  await writeFile(paths.configPath, raw);
  const shown = await editor.edit([]);
  const next = structuredClone({ ...shown.snapshot.config, ui: { seamColor: '#000001' } });

  await editor.replace(next, { baseHash: shown.snapshot.hash ?? '' });

  const written = JSON.parse(await readFile(paths.configPath, 'utf8'));
  expect(written.ui).toEqual({ seamColor: '#000001' });
  expect(written.models.providers.p.apiKey).toBe(reference('KEY'));
  expect(written.messages).toBeUndefined();
  expect(written.commands).toEqual({ native: 'auto', nativeSkills: 'auto' });
});

describe('replacing a configuration', () => {
  test('keeps the comments of everything that stays, also inside lists', async () => {
    const { paths, editor } = editorFor();
    const list = `[\n    { id: 'a' }, // first\n    { id: 'b' },\n    { id: 'c' }, // third\n  ]`;
    await writeFile(paths.configPath, `{\n  // house\n  agents: { list: ${list} },\n}\n`);
    const { snapshot } = await editor.read();
    const agents = { ...snapshot.config.agents, list: [{ id: 'a' }, { id: 'c' }] };

    await editor.replace({ ...snapshot.config, agents }, { baseHash: snapshot.hash ?? '' });

    const written = await readFile(paths.configPath, 'utf8');
    expect(written).toContain('// house');
    expect(written).toContain('// first');
    expect(written).toContain('// third');
    expect((await editor.read()).snapshot.config.agents?.list).toEqual([{ id: 'a' }, { id: 'c' }]);
  });

  test.each(['{ not json', '{"bogus":1}'])('mends the broken file %s as a whole', async (broken) => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, broken);
    await editor.replace({ ui: { seamColor: '#000001' } }, { baseHash: configHash(broken) });
    const { snapshot } = await editor.read();
    expect(snapshot.valid).toBe(true);
    expect(snapshot.config.ui).toEqual({ seamColor: '#000001' });
    expect(await readFile(`${paths.configPath}.bak`, 'utf8')).toBe(broken);
  });

  test('refuses when the file is another one by now', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"ui":{}}');
    await expect(editor.replace({}, { baseHash: configHash('{}') })).rejects.toThrow(ConfigConflictError);
  });
});

describe('changing the live configuration', () => {
  test('of two changes at once both are written', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"agents":{"list":[{"id":"main"}]}}');
    const add = (id: string) =>
      editor.change((live) => ({ ...live, agents: { ...live.agents, list: [...(live.agents?.list ?? []), { id }] } }));
    await Promise.all([add('a'), add('b')]);
    expect((await editor.read()).snapshot.config.agents?.list).toEqual([{ id: 'main' }, { id: 'a' }, { id: 'b' }]);
  });

  test('a file that is not valid is left alone', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"bogus":1}');
    await expect(editor.change((live) => live)).rejects.toThrow(ConfigRejectedError);
    expect(await readFile(paths.configPath, 'utf8')).toBe('{"bogus":1}');
  });
});

describe('putting an earlier text back', () => {
  test('gives the file letter by letter and keeps what it replaces as a backup', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{"ui":{}}');
    await editor.restore('{ /* mine */ }');
    expect(await readFile(paths.configPath, 'utf8')).toBe('{ /* mine */ }');
    expect(await readFile(`${paths.configPath}.bak`, 'utf8')).toBe('{"ui":{}}');
  });

  test('refuses a text that does not pass', async () => {
    const { paths, editor } = editorFor();
    await writeFile(paths.configPath, '{}');
    await expect(editor.restore('{"bogus":1}')).rejects.toThrow(ConfigRejectedError);
    expect(await readFile(paths.configPath, 'utf8')).toBe('{}');
  });
});
