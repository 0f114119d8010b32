import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
const listPath = (): string => join(state.home, '.openclaw', 'sandbox', 'containers.json');

beforeEach(async () => {
  state = await createStateHome();
  cli = createTestContext({ env: { ...state.env, PATH: '' } });
});
afterEach(() => state.remove());

const printed = (): unknown => JSON.parse(cli.stdout.join('\n'));

async function setUp(...sessionKeys: readonly string[]): Promise<void> {
  const entries = sessionKeys.map((sessionKey, index) => ({
    containerName: `box-${index}`,
    sessionKey,
    createdAtMs: 1,
    lastUsedAtMs: 2,
    image: 'bubblewrap',
    configHash: 'h',
  }));
  await mkdir(join(state.home, '.openclaw', 'sandbox'), { recursive: true });
  await writeFile(listPath(), JSON.stringify({ entries }));
}

const kept = async (): Promise<readonly string[]> => {
  const { entries } = JSON.parse(await readFile(listPath(), 'utf8'));
  return entries.map(({ sessionKey }: { sessionKey: string }) => sessionKey);
};

it.each([
  ['sandbox-explain-json', ['sandbox', 'explain', '--json']],
  ['sandbox-list-json', ['sandbox', 'list', '--json']],
])('prints the keys of %s', async (name, argv) => {
  const expected = await readSample(name, { '<HOME>': state.home });
  expect(await cli.run(...argv)).toBe(0);
  expect(keyDifferences(expected.stdout, printed())).toEqual([]);
});

it('explains a session of a channel: why it is sandboxed, and which gate keeps elevated commands away', async () => {
  await state.writeConfig({ agents: { defaults: { sandbox: { mode: 'non-main', scope: 'session' } } } });
  expect(await cli.run('sandbox', 'explain', '--session', 'agent:main:telegram:direct:7', '--json')).toBe(0);
  expect(printed()).toMatchObject({
    sandbox: { mode: 'non-main', scope: 'session', perSession: true, sessionIsSandboxed: true },
    elevated: { failures: [{ gate: 'allowFrom', key: 'tools.elevated.allowFrom.telegram' }] },
  });
  expect(await cli.run('sandbox', 'explain')).toBe(0);
  expect(cli.stdout.join('\n')).toContain('Session agent:main:main of agent main: on the host');
});

it('lists what was set up', async () => {
  await setUp('agent:main');
  expect(await cli.run('sandbox', 'list')).toBe(0);
  expect(cli.stdout.join('\n')).toMatch(/box-0 +│ ready +│ bubblewrap/);
});

it('takes away the sandboxes of one agent only', async () => {
  await setUp('agent:ops', 'agent:ops:telegram:direct:7', 'agent:opsy', 'shared');
  expect(await cli.run('sandbox', 'recreate', '--agent', 'ops', '--force')).toBe(0);
  expect(await kept()).toEqual(['agent:opsy', 'shared']);
});

it('wants to know which', async () => {
  await setUp('agent:main');
  expect(await cli.run('sandbox', 'recreate', '--force')).toBe(1);
  expect(await cli.run('sandbox', 'recreate', '--all', '--agent', 'main', '--force')).toBe(1);
  expect(cli.stderr.join('\n')).toContain('exactly one of --all, --session <key> and --agent <id>');
  expect(await kept()).toEqual(['agent:main']);
});
