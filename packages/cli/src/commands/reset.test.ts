import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ gateway: { mode: 'local' } });
  for (const folder of ['workspace', 'credentials', 'agents/main/sessions', 'chela']) {
    await mkdir(join(state.stateDir, folder), { recursive: true });
    await writeFile(join(state.stateDir, folder, 'file'), folder);
  }
  cli = createTestContext({ env: { ...state.env } });
});
afterEach(() => state.remove());

describe('reset', () => {
  it.each([
    ['reset-ni', ['--non-interactive']],
    ['reset-ni-yes', ['--non-interactive', '--yes']],
    ['reset-bad', ['--scope', 'bogus', '--yes', '--non-interactive']],
  ])('refuses like %s', async (name, argv) => {
    const sample = await readSample(name);
    expect(await cli.run('reset', ...argv)).toBe(sample.exitCode);
    expect(cli.stderr).toEqual(sample.stderr);
    expect(await readdir(state.home)).toEqual(['.openclaw']);
  });

  it('shows in a dry run what would go, like the original', async () => {
    const sample = await readSample('reset-dry');
    expect(await cli.run('reset', '--scope', 'full', '--dry-run', '--yes', '--non-interactive')).toBe(sample.exitCode);
    expect(cli.stdout.slice(0, 2)).toEqual(['[dry-run] stop gateway service', '[dry-run] remove ~/.openclaw']);
    expect(await readdir(state.stateDir)).toContain('openclaw.json');
  });

  it('takes the configuration away like the original and keeps it', async () => {
    const sample = await readSample('reset-config');
    expect(await cli.run('reset', '--scope', 'config', '--yes', '--non-interactive')).toBe(sample.exitCode);
    expect(cli.stdout[0]).toBe('Removed ~/.openclaw/openclaw.json');
    const kept = /Kept as ~\/(\S+);/.exec(cli.stdout.join('\n'))?.[1] ?? '';
    expect(JSON.parse(await readFile(join(state.home, kept), 'utf8'))).toEqual({ gateway: { mode: 'local' } });
    expect(await readdir(state.stateDir)).toEqual(expect.arrayContaining(['agents', 'credentials', 'workspace']));
  });

  it('takes conversations and credentials, but not the workspace', async () => {
    expect(await cli.run('reset', '--scope', 'config+creds+sessions', '--yes')).toBe(0);
    const left = (await readdir(state.stateDir)).filter((name) => !name.startsWith('reset-'));
    expect(left.sort()).toEqual(['agents', 'workspace']);
    expect(await readdir(join(state.stateDir, 'agents/main'))).toEqual([]);
    const folder = (await readdir(state.stateDir)).find((name) => name.startsWith('reset-')) ?? '';
    expect((await readdir(join(state.stateDir, folder))).sort()).toEqual([
      'agents',
      'chela',
      'credentials',
      'openclaw.json',
    ]);
  });

  it('takes everything, workspaces elsewhere too', async () => {
    const workspace = join(state.home, 'elsewhere');
    await mkdir(workspace);
    await state.writeConfig({ agents: { defaults: { workspace } } });
    expect(await cli.run('reset', '--scope', 'full', '--yes')).toBe(0);
    const names = (await readdir(state.home)).map((name) => name.replace(/reset-.*/, 'reset'));
    expect(names.sort()).toEqual(['.openclaw.reset', 'elsewhere.reset']);
  });

  it('asks on a terminal, and does nothing without a yes or while a gateway runs', async () => {
    cli = createTestContext({ env: { ...state.env }, answers: () => false });
    expect(await cli.run('reset', '--scope', 'full')).toBe(0);
    expect(cli.stdout).toEqual(['Nothing was changed.']);
    cli = createTestContext({ env: { ...state.env }, runningPid: 4711 });
    expect(await cli.run('reset', '--scope', 'full', '--yes')).toBe(1);
    expect(await readdir(state.stateDir)).toContain('openclaw.json');
  });
});
