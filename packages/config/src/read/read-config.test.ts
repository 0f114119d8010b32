import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from './read-config.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chela-read-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function read(files: Record<string, string>, env: Record<string, string> = {}) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  const variables: Record<string, string | undefined> = { ...env };
  const paths = { homeDir: dir, stateDir: dir, configPath: join(dir, 'openclaw.json') };
  return readConfig(paths, variables).then((reading) => ({ ...reading, env: variables }));
}

const tokenFrom = (name: string): string => JSON.stringify({ gateway: { auth: { token: `\${${name}}` } } });

describe('variables', () => {
  test('come from the environment before .env before the env section', async () => {
    const config = `{ env: { vars: { A: 'config', B: 'config', C: 'config' } } }`;
    const { env } = await read({ 'openclaw.json': config, '.env': 'A=file\nB=file\n' }, { A: 'real' });
    expect(env).toEqual({ A: 'real', B: 'file', C: 'config' });
  });

  test('of .env can be referred to', async () => {
    const { live } = await read({ 'openclaw.json': tokenFrom('GW'), '.env': 'GW="quoted value"\n' });
    expect(live.gateway?.auth?.token).toBe('quoted value');
  });

  test('that are set but empty count as missing', async () => {
    const { snapshot } = await read({ 'openclaw.json': tokenFrom('GW') }, { GW: '' });
    expect(snapshot.issues).toEqual([
      { path: '', message: 'Missing env var "GW" referenced at config path: gateway.auth.token' },
    ]);
  });
});

describe('includes', () => {
  test('through a symbolic link out of the folder are refused', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'chela-outside-'));
    writeFileSync(join(outside, 'x.json5'), '{}');
    symlinkSync(join(outside, 'x.json5'), join(dir, 'link.json5'));
    const { snapshot } = await read({ 'openclaw.json': '{ $include: "./link.json5" }' });
    rmSync(outside, { recursive: true });
    expect(snapshot.issues[0]?.message).toBe(
      `Include path resolves outside config directory (symlink): ./link.json5 (root: ${dir})`,
    );
  });

  test('deeper than ten files are refused', async () => {
    const files: Record<string, string> = { 'openclaw.json': '{ $include: "./f0.json5" }' };
    for (let n = 0; n < 12; n += 1) files[`f${n}.json5`] = `{ $include: "./f${n + 1}.json5" }`;
    const { snapshot } = await read(files);
    expect(snapshot.issues[0]?.message).toBe('Maximum include depth (10) exceeded at: ./f10.json5');
  });
});

test('keys that would reach the prototype of an object do not', async () => {
  const { snapshot } = await read({ 'openclaw.json': '{"env":{"vars":{"__proto__":{"polluted":"x"}}}}' });
  expect(snapshot.valid).toBe(true);
  expect('polluted' in {}).toBe(false);
});

test('a folder in the place of the file is an issue, not a crash', async () => {
  mkdirSync(join(dir, 'openclaw.json'));
  const { snapshot } = await read({});
  expect(snapshot.valid).toBe(false);
  expect(snapshot.issues[0]?.message).toContain('EISDIR');
});
