import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

/** Devices, nodes and channels while no gateway runs. */

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ channels: { telegram: { accounts: { biz: {}, home: {} } }, discord: {} } });
  cli = createTestContext({ env: { ...state.env } });
});
afterEach(() => state.remove());

const CLOSED = 'gateway closed (1006 abnormal closure (no close frame)): no close reason';

it('nodes status fails letter by letter like the sample', async () => {
  const expected = await readSample('off-nodes-status', { '<HOME>': state.home, '18999': String(state.port) });
  expect(await cli.run('nodes', 'status', '--json')).toBe(expected.exitCode);
  expect(cli.stderr).toEqual(expected.stderr);
  expect(cli.stdout).toEqual([]);
});

it('devices list says where it looked, without a stack', async () => {
  expect(await cli.run('devices', 'list', '--json')).toBe(1);
  expect(cli.stderr.slice(0, 2)).toEqual([`Error: ${CLOSED}`, `Gateway target: ws://127.0.0.1:${state.port}`]);
  expect(cli.stderr.join('\n')).not.toMatch(/^ +at /m);
});

it('channels status shows what is configured, which is no failure', async () => {
  expect(await cli.run('channels', 'status', '--json')).toBe(0);
  expect(cli.stdout).toEqual([
    'Gateway not reachable; showing config-only status.',
    `Config: ${state.configPath}`,
    'Mode: local',
    '',
    expect.stringMatching(/^- Telegram biz.*: .*enabled/),
    expect.stringMatching(/^- Telegram home.*: .*enabled/),
    '- discord default: no adapter on this machine',
  ]);
  expect(cli.stderr[0]).toBe(`Gateway not reachable: Error: ${CLOSED}`);
});

it('channels list works without a gateway', async () => {
  expect(await cli.run('channels', 'list', '--json', '--no-usage')).toBe(0);
  expect(JSON.parse(cli.stdout.join('\n'))).toEqual({
    chat: { telegram: ['biz', 'home'], discord: ['default'] },
    auth: [],
  });
});

it.each([
  [['nodes', 'status', '--last-connected', 'lately'], 'invalid duration: lately'],
  [['nodes', 'describe'], "error: required option '--node <idOrNameOrIp>' not specified"],
  [['nodes', 'approve'], "error: missing required argument 'requestId'"],
  [['devices', 'rotate', '--device', 'x'], "error: required option '--role <role>' not specified"],
  [['nodes', 'dance'], "error: unknown command 'dance'"],
])('%j is refused', async (argv, message) => {
  expect(await cli.run(...argv)).toBe(1);
  expect(cli.stderr.join('\n')).toContain(message);
});
