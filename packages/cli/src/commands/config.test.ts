import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ gateway: { port: 18901, mode: 'local' }, tools: { deny: ['browser', 'cron'] } });
  cli = createTestContext({ env: { ...state.env } });
});
afterEach(() => state.remove());

it.each([
  ['config-get-array', ['get', 'tools.deny[1]']],
  ['config-get-missing', ['get', 'foo.bar']],
  ['config-get-missing-json', ['get', 'foo.bar', '--json']],
  ['config-set-badjson', ['set', 'tools.deny', '[browser', '--json']],
  ['config-set-invalid', ['set', 'gateway.bind', 'everywhere']],
  ['config-unset-missing', ['unset', 'nope.nope']],
])('answers like %s', async (name, argv) => {
  const sample = await readSample(name);
  expect(await cli.run('config', ...argv)).toBe(sample.exitCode);
  expect(cli.stdout).toEqual(sample.stdout ?? []);
  expect(cli.stderr).toEqual(sample.stderr);
});

it.each([
  ['config-set-json5', ['set', 'tools.deny', "['browser']", '--json'], '"deny":["browser"]'],
  ['config-set-string', ['set', 'ui.assistant.name', 'Bob'], '"name": "Bob"'],
  ['config-unset', ['unset', 'tools.deny[0]'], '"deny":["cron"]'],
])('writes like %s and reports the overwrite on stderr', async (name, argv, written) => {
  const sample = await readSample(name);
  expect(await cli.run('config', ...argv)).toBe(0);
  expect(cli.stdout).toEqual(sample.stdout);
  expect(cli.stderr[0]).toMatch(/^Config overwrite: .* \(sha256 [0-9a-f]{64} -> [0-9a-f]{64}, backup=/);
  expect((await readFile(state.configPath, 'utf8')).replaceAll(/\s/g, '')).toContain(written.replaceAll(/\s/g, ''));
});

it('prints scalars as they are and objects as JSON', async () => {
  await cli.run('config', 'get', 'gateway.port', '--frob', 'extra');
  await cli.run('config', 'get', 'tools');
  expect(cli.stdout.join('\n')).toBe('18901\n{\n  "deny": [\n    "browser",\n    "cron"\n  ]\n}');
});

it('mends a broken file', async () => {
  await state.writeConfig('{ gateway: { bind: "everywhere" } }');
  expect(await cli.run('config', 'set', 'gateway.bind', 'loopback')).toBe(0);
  expect(await cli.run('config', 'get', 'gateway.bind')).toBe(0);
  expect(cli.stdout.at(-1)).toBe('loopback');
});

it('prints where the file is, broken or not', async () => {
  await state.writeConfig('{ no');
  expect(await cli.run('config', 'file')).toBe(0);
  expect(cli.stdout).toEqual([state.configPath]);
});

it('puts the file back as it was before the last change, and again undoes that', async () => {
  const original = await readFile(state.configPath, 'utf8');
  await cli.run('config', 'set', 'gateway.port', '18902');
  const changed = await readFile(state.configPath, 'utf8');
  expect(await cli.run('config', 'rollback')).toBe(0);
  expect(await readFile(state.configPath, 'utf8')).toBe(original);
  expect(await cli.run('config', 'rollback')).toBe(0);
  expect(await readFile(state.configPath, 'utf8')).toBe(changed);
});

it('says so when there is nothing to put back', async () => {
  expect(await cli.run('config', 'rollback')).toBe(1);
  expect(cli.stderr.join('\n')).toContain('nothing to put back');
});
