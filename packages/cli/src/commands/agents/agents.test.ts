import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyDifferences, readSample, type Sample } from '../../testing/sample.ts';
import { createStateHome, type StateHome } from '../../testing/state-home.ts';
import { createTestContext, type TestContext, type TestContextOptions } from '../../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({
    agents: {
      defaults: { model: { primary: 'mock/m1' }, workspace: join(state.home, 'ws') },
      list: [
        { id: 'main' },
        {
          id: 'work',
          name: 'Work',
          identity: { name: 'Worky', emoji: '🛠' },
          workspace: join(state.home, 'ws-work'),
        },
      ],
    },
    channels: { telegram: {} },
    bindings: [{ agentId: 'work', match: { channel: 'telegram', accountId: 'biz' } }],
  });
  cli = context();
});
afterEach(() => state.remove());

const context = (more: Partial<TestContextOptions> = {}): TestContext =>
  createTestContext({ env: { ...state.env }, ...more });
const sample = (name: string): Promise<Sample> => readSample(name, { '<HOME>': state.home });
const printed = (): unknown => JSON.parse(cli.stdout.join('\n'));
const agentList = async (): Promise<unknown> => {
  const config = JSON.parse(await readFile(state.configPath, 'utf8'));
  return config.agents.list;
};

it('lists the agents letter by letter like the sample', async () => {
  expect(await cli.run('agents', 'list', '--json')).toBe(0);
  expect(printed()).toEqual((await sample('agents-list-json')).stdout);
});

it('lists the rules with --bindings', async () => {
  expect(await cli.run('agents', 'list', '--bindings', '--json')).toBe(0);
  expect(printed()).toEqual((await sample('agents-list-bindings-json')).stdout);
});

it('lists for people, also without a word behind it', async () => {
  expect(await cli.run('agents')).toBe(0);
  expect(cli.stdout).toEqual(
    expect.arrayContaining(['- main (default)', '- work (Work)', '  Identity: 🛠 Worky (config)']),
  );
});

it('takes the looks of an agent from the IDENTITY.md of its workspace', async () => {
  await mkdir(join(state.home, 'ws'));
  await writeFile(join(state.home, 'ws', 'IDENTITY.md'), '- **Name:** Molty\n- **Emoji:** 🦞\n');
  await cli.run('agents', 'list', '--json');
  expect(printed()).toMatchObject([
    { identityName: 'Molty', identityEmoji: '🦞', identitySource: 'identity' },
    { identitySource: 'config' },
  ]);
});

const add = (...more: string[]): string[] => ['agents', 'add', 'ops', '--non-interactive', '--json', ...more];

it('adds an agent with its folders', async () => {
  expect(await cli.run(...add('--workspace', join(state.home, 'ws-ops'), '--model', 'mock/m2'))).toBe(0);
  expect(printed()).toEqual((await sample('agents-add-dup')).stdout);
  expect(await agentList()).toContainEqual(expect.objectContaining({ id: 'ops', name: 'ops', model: 'mock/m2' }));
  expect(await readdir(join(state.home, 'ws-ops'))).toContain('AGENTS.md');
});

it('sorts the rules of a new agent into new ones and those of somebody else', async () => {
  const rules = ['--bind', 'telegram:biz', '--bind', 'telegram:home'];
  expect(await cli.run(...add('--workspace', join(state.home, 'ws-ops'), ...rules))).toBe(0);
  expect(printed()).toMatchObject({
    bindings: { added: ['telegram:home'], skipped: [], conflicts: ['telegram:biz'] },
  });
  const { bindings } = JSON.parse(await readFile(state.configPath, 'utf8'));
  expect(bindings).toEqual([
    { agentId: 'work', match: { channel: 'telegram', accountId: 'biz' } },
    { agentId: 'ops', match: { channel: 'telegram', accountId: 'home' } },
  ]);
});

it.each([
  [add('--workspace', '/x', '--bind', 'smoke-signals'), 'Unknown channel "smoke-signals".'],
  [add(), 'Error: without somebody to ask, --workspace is needed.'],
  [['agents', 'add', 'Work', '--workspace', '/x'], 'Agent "work" already exists.'],
  [['agents', 'add', 'main', '--workspace', '/x'], '"main" is reserved. Choose another name.'],
  [['agents', 'delete', 'work', '--json'], 'Non-interactive session. Re-run with --force.'],
  [['agents', 'delete', 'main', '--force'], '"main" cannot be deleted.'],
  [['agents', 'delete', 'nobody', '--force'], 'Agent "nobody" not found.'],
  [
    ['agents', 'set-identity', '--agent', 'work'],
    'Nothing to set: give --name, --emoji, --theme, --avatar, or --from-identity.',
  ],
])('%j is refused and changes nothing', async (argv, message) => {
  const before = await readFile(state.configPath, 'utf8');
  expect(await cli.run(...argv)).toBe(1);
  expect(cli.stderr).toEqual([message]);
  expect(await readFile(state.configPath, 'utf8')).toBe(before);
});

it('asks for a workspace at a terminal', async () => {
  cli = context({ answers: () => true, typed: [join(state.home, 'typed')] });
  expect(await cli.run('agents', 'add', 'ops')).toBe(0);
  expect(await agentList()).toContainEqual(expect.objectContaining({ workspace: join(state.home, 'typed') }));
});

it('sets the looks of an agent', async () => {
  expect(await cli.run('agents', 'set-identity', '--agent', 'work', '--name', 'Opsy', '--emoji', 'X', '--json')).toBe(
    0,
  );
  const expected = (await sample('agents-identity-json')).stdout;
  expect(keyDifferences(expected, printed())).toEqual([]);
  expect(printed()).toMatchObject({ agentId: 'work', identity: { name: 'Opsy', emoji: 'X' } });
});

it('sets the looks of the agent whose workspace has the IDENTITY.md', async () => {
  const workspace = join(state.home, 'ws-work');
  await mkdir(workspace);
  await writeFile(join(workspace, 'IDENTITY.md'), '- Name: Toolman\n');
  expect(await cli.run('agents', 'set-identity', '--workspace', workspace, '--from-identity', '--json')).toBe(0);
  expect(printed()).toMatchObject({
    agentId: 'work',
    identity: { name: 'Toolman', emoji: '🛠' },
    workspace,
    identityFile: join(workspace, 'IDENTITY.md'),
  });
});

it('deletes an agent with its rules and moves its folders to the trash', async () => {
  await mkdir(join(state.home, 'ws-work'));
  expect(await cli.run('agents', 'delete', 'work', '--force', '--json')).toBe(0);
  expect(keyDifferences((await sample('agents-delete-json')).stdout, printed())).toEqual([]);
  expect(printed()).toMatchObject({ agentId: 'work', removedBindings: 1 });
  expect(await agentList()).toEqual([{ id: 'main' }]);
  const trash = await readdir(join(state.home, '.Trash'));
  expect(trash.some((name) => name.startsWith('work-ws-work'))).toBe(true);
});
