import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext } from '../testing/test-context.ts';

let state: StateHome;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ agents: { list: [{ id: 'main', default: true }, { id: 'ops' }] } });
});
afterEach(() => state.remove());

const open = (runningPid?: number) =>
  createTestContext({ env: { ...state.env }, ...(runningPid !== undefined && { runningPid }) });

it('runs in this process when nothing answers, and says so on stderr', async () => {
  const cli = open();
  expect(await cli.run('agent', '-m', 'hi', '--agent', 'ops', '--thinking', 'low', '--verbose', 'full')).toBe(0);
  expect(cli.stderr.slice(0, 2)).toEqual([
    'Gateway agent failed; falling back to embedded: Error: gateway closed (1006 abnormal closure (no close frame)): no close reason',
    `Gateway target: ws://127.0.0.1:${state.port}`,
  ]);
  expect(cli.stdout).toEqual(['embedded answer']);
  expect(cli.embedded).toEqual([
    { message: 'hi', agentId: 'ops', thinking: 'low', verbose: 'full', timeoutSeconds: 600 },
  ]);
});

it('prints payloads and meta of a local run as JSON, and nothing else', async () => {
  const cli = open();
  expect(await cli.run('agent', '--local', '-m', 'hi', '--session-id', 's1', '--timeout', '0', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout.join(''))).toEqual({
    payloads: [{ text: 'embedded answer', mediaUrl: null }],
    meta: {},
  });
  expect(cli.stderr).toEqual([]);
  expect(cli.embedded).toEqual([{ message: 'hi', sessionId: 's1', timeoutSeconds: 0 }]);
});

it.each([[['--local']], [[]]])('runs nothing beside a gateway that owns the state directory: %s', async (flags) => {
  const cli = open(4711);
  expect(await cli.run('agent', '-m', 'hi', '--agent', 'main', ...flags)).toBe(1);
  expect(cli.stderr.join('\n')).toContain('a running gateway (process 4711) owns the state directory');
  expect(cli.embedded).toEqual([]);
});

it.each([
  [[], 'Error: Pass --to <E.164>, --session-id, or --agent to choose a session'],
  [['--agent', 'nope'], 'Error: Unknown agent id "nope".'],
  [['--agent', 'main', '--verbose', 'maybe'], 'Error: Invalid verbose level. Use "on", "full", or "off".'],
  [
    ['--agent', 'main', '--timeout', 'abc'],
    'Error: --timeout must be a non-negative integer (seconds; 0 means no timeout)',
  ],
  [['--agent', 'main', '--deliver', '--channel', 'irc'], 'Error: Outbound not configured for channel: irc'],
])('refuses %s and runs nothing', async (flags, message) => {
  const cli = open();
  expect(await cli.run('agent', '-m', 'hi', ...flags)).toBe(1);
  expect(cli.stderr.join('\n')).toContain(message);
  expect(cli.embedded).toEqual([]);
});
