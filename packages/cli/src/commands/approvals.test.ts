import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
let path: string;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({});
  path = join(state.stateDir, 'exec-approvals.json');
  cli = createTestContext({ env: { ...state.env } });
});
afterEach(() => state.remove());

const onDisk = async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

it('a look at the file of this machine does not create it', async () => {
  expect(await cli.run('approvals', 'get', '--json')).toBe(0);
  const { stdout } = await readSample('approvals-get-json', { '<HOME>': state.home });
  const [line = '', ...rest] = cli.stdout;
  expect(rest).toEqual([]);
  expect(keyDifferences(stdout, JSON.parse(line))).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ path, exists: false });
  await expect(onDisk()).rejects.toThrow(/ENOENT/);
});

it('allows a program for one agent and for all, and takes it back', async () => {
  expect(await cli.run('approvals', 'allowlist', 'add', '/usr/bin/uptime', '--agent', 'main')).toBe(0);
  expect(await cli.run('exec-approvals', 'allowlist', 'add', '/usr/bin/id')).toBe(0);
  expect(await onDisk()).toMatchObject({
    agents: { main: { allowlist: [{ pattern: '/usr/bin/uptime' }] }, '*': { allowlist: [{ pattern: '/usr/bin/id' }] } },
  });
  expect(await cli.run('approvals', 'allowlist', 'add', '/usr/bin/id')).toBe(0);
  expect(cli.stdout.at(-1)).toBe('Already allowlisted.');
  expect(await cli.run('approvals', 'allowlist', 'remove', '/usr/bin/uptime', '--agent', 'main')).toBe(0);
  expect(await onDisk()).toMatchObject({ agents: { '*': {} } });
  expect(await onDisk()).not.toHaveProperty('agents.main');
  expect(await cli.run('approvals', 'allowlist', 'remove', '/usr/bin/uptime')).toBe(0);
  expect(cli.stdout.at(-1)).toBe('Pattern not found.');
});

it('replaces the file by another, without its secret', async () => {
  const file = join(state.home, 'mine.json5');
  await writeFile(file, "{ version: 1, defaults: { security: 'full' } }");
  expect(await cli.run('approvals', 'set', '--file', file, '--json')).toBe(0);
  expect(JSON.parse(cli.stdout.join(''))).toMatchObject({ exists: true, file: { defaults: { security: 'full' } } });
  expect(cli.stdout.join('')).not.toContain('token');
});

it.each([
  [['approvals', 'set'], 'Provide --file or --stdin.'],
  [['approvals', 'set', '--file', '/no/such'], "Error: ENOENT: no such file or directory, open '/no/such'"],
  [['approvals', 'allowlist', 'add', ' '], 'Pattern required.'],
  [
    ['approvals', 'get', '--gateway'],
    'Error: gateway closed (1006 abnormal closure (no close frame)): no close reason',
  ],
])('%j says why not', async (argv, message) => {
  expect(await cli.run(...argv)).toBe(1);
  expect(cli.stderr[0]).toBe(message);
});

it('a broken file is named and left alone', async () => {
  await writeFile(path, '{');
  expect(await cli.run('approvals', 'get')).toBe(1);
  expect(cli.stderr[0]).toBe(`Error: ${path} is not valid JSON; mend or remove it`);
  expect(await readFile(path, 'utf8')).toBe('{');
});
