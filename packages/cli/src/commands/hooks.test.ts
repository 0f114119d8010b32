import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ agents: { defaults: { workspace: join(state.home, 'ws') } } });
  cli = createTestContext({ env: state.env });
});
afterEach(() => state.remove());

async function hookIn(dir: string, name: string, metadata: Readonly<Record<string, unknown>> = {}): Promise<string> {
  await mkdir(dir, { recursive: true });
  const head = { name, description: `does ${name}`, metadata: { openclaw: { events: ['command:new'], ...metadata } } };
  await writeFile(join(dir, 'HOOK.md'), `---\n${JSON.stringify(head)}\n---\n`);
  await writeFile(join(dir, 'handler.js'), 'export default () => {};');
  return dir;
}

async function packIn(dir: string): Promise<string> {
  await hookIn(join(dir, 'hooks/one'), 'one');
  await hookIn(join(dir, 'hooks/two'), 'two');
  const manifest = { name: '@acme/my-hooks', version: '0.1.0', openclaw: { hooks: ['./hooks/one', './hooks/two'] } };
  await writeFile(join(dir, 'package.json'), JSON.stringify(manifest));
  return dir;
}

async function internal(): Promise<Record<string, unknown>> {
  const config = JSON.parse(await readFile(state.configPath, 'utf8'));
  return config.hooks.internal;
}

const json = (): unknown => JSON.parse(cli.stdout.join('\n'));

it.each([
  ['hooks-list-json', ['hooks', 'list', '--json']],
  ['hooks-check-json', ['hooks', 'check', '--json']],
  ['hooks-info-json', ['hooks', 'info', 'session-memory', '--json']],
])('%s has the members of the original', async (sample, argv) => {
  expect(await cli.run(...argv)).toBe(0);
  expect(keyDifferences((await readSample(sample)).stdout, json())).toEqual([]);
});

it('lists the hooks of this program with their events', async () => {
  await cli.run('hooks', 'list', '--json');
  expect(json()).toMatchObject({
    hooks: [
      { name: 'boot-md', events: ['gateway:startup'], source: 'openclaw-bundled', eligible: true },
      { name: 'bootstrap-extra-files', events: ['agent:bootstrap'] },
      { name: 'command-logger', events: ['command'] },
      { name: 'session-memory', events: ['command:new'] },
    ],
  });
});

it('says what a hook lacks', async () => {
  const requires = { bins: ['no-such-program'], anyBins: ['a1', 'b1'], env: ['NO_SUCH_ENV'], config: ['foo.bar'] };
  await hookIn(join(state.home, 'ws/hooks/needy'), 'needy', { requires });
  await cli.run('hooks', 'check');
  const missing = 'bins: no-such-program; anyBins: a1, b1; env: NO_SUCH_ENV; config: foo.bar';
  expect(cli.stdout.at(-1)).toBe(`  🔗 needy - ${missing}`);
  expect(await cli.run('hooks', 'enable', 'needy')).toBe(1);
  expect(cli.stderr.at(-1)).toBe('Error: Hook "needy" is not eligible (missing requirements)');
});

it('switches a hook on and off', async () => {
  expect(await cli.run('hooks', 'enable', 'session-memory')).toBe(0);
  expect(await cli.run('hooks', 'disable', 'boot-md')).toBe(0);
  expect(cli.stdout).toEqual(['✓ Enabled hook: 💾 session-memory', '⏸ Disabled hook: 🚀 boot-md']);
  expect(await internal()).toEqual({
    enabled: true,
    entries: { 'session-memory': { enabled: true }, 'boot-md': { enabled: false } },
  });
});

it('knows no other names', async () => {
  expect(await cli.run('hooks', 'enable', 'nosuch')).toBe(1);
  expect(cli.stderr.at(-1)).toBe('Error: Hook "nosuch" not found');
  await cli.run('hooks', 'info', 'nosuch', '--json');
  expect(json()).toEqual({ error: 'not found', hook: 'nosuch' });
});

it('installs a folder of hooks once', async () => {
  const source = await packIn(join(state.home, 'pack'));
  expect(await cli.run('hooks', 'install', source)).toBe(0);
  const installPath = join(state.stateDir, 'hooks', 'my-hooks');
  expect(cli.stdout).toContain('Installed hooks: one, two');
  expect(await internal()).toEqual({
    enabled: true,
    entries: { one: { enabled: true }, two: { enabled: true } },
    installs: {
      'my-hooks': {
        source: 'path',
        sourcePath: source,
        installPath,
        version: '0.1.0',
        installedAt: expect.any(String),
        hooks: ['one', 'two'],
      },
    },
  });
  expect(await cli.run('hooks', 'install', source)).toBe(1);
  expect(cli.stderr.at(-1)).toBe(`hook pack already exists: ${installPath} (delete it first)`);
});

it('uses a linked folder where it lies', async () => {
  const source = await hookIn(join(state.home, 'solo'), 'solo');
  expect(await cli.run('hooks', 'install', '--link', source)).toBe(0);
  expect(await internal()).toMatchObject({ load: { extraDirs: [source] }, entries: { solo: { enabled: true } } });
  await cli.run('hooks', 'list', '--json', '--eligible');
  expect(cli.stdout.join('\n')).toContain('"solo"');
});

it('installs nothing that the defender refuses', async () => {
  const source = await packIn(join(state.home, 'pack'));
  const steps: unknown[] = [];
  cli = createTestContext({
    env: state.env,
    async judgeInstall(step) {
      steps.push(step);
      return 'The defender blocked this installation: no';
    },
  });
  expect(await cli.run('hooks', 'install', source)).toBe(1);
  expect(steps).toEqual([{ skill: 'my-hooks', command: `hooks install ${source}` }]);
  expect(await readdir(state.stateDir)).not.toContain('hooks');
});

it.each([
  ['./nope', /^Path not found: /],
  ['git+https://x/y.git', /^unsupported npm spec: URLs are not allowed$/],
  ['@x/y@file:z', /^unsupported npm spec: protocol specs are not allowed$/],
  ['Foo Bar', /^unsupported npm spec: whitespace is not allowed$/],
])('refuses to install %s', async (spec, reason) => {
  expect(await cli.run('hooks', 'install', spec)).toBe(1);
  expect(cli.stderr.at(-1)).toMatch(reason);
});

it('updates only what came from npm', async () => {
  await cli.run('hooks', 'install', await packIn(join(state.home, 'pack')));
  cli.stdout.length = 0;
  await cli.run('hooks', 'update', '--all');
  await cli.run('hooks', 'update', 'nosuch');
  expect(cli.stdout).toEqual(['Skipping "my-hooks" (source: path).', 'No install record for "nosuch".']);
  expect(await cli.run('hooks', 'update')).toBe(1);
  expect(cli.stderr.at(-1)).toBe('Provide a hook id or use --all.');
});
