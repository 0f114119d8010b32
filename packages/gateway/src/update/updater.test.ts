import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { systemClock } from '@chela/observability';
import { expect, it, onTestFinished } from 'vitest';
import { openMethodBench } from '../methods/testing/method-bench.ts';
import { createUpdater } from './create-updater.ts';
import { installCommand, installKind } from './install-kind.ts';
import type { Updater } from './updater.ts';

interface Installed {
  readonly updater: Updater;
  readonly root: string;
  /** What the package manager was called with. */
  calls(): Promise<string>;
}

/** A program below a global root, and a package manager that does what `onInstall` says. */
async function installed(onInstall: string, options: { readonly isGlobal?: boolean } = {}): Promise<Installed> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'chela-update-')));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const modules = join(home, 'lib', 'node_modules');
  const root = join(modules, 'chela');
  const bin = join(home, 'bin');
  const calls = join(home, 'calls');
  await mkdir(root, { recursive: true });
  await mkdir(bin);
  await writeFile(join(root, 'package.json'), '{"name":"chela","version":"1.0.0"}');
  const globalRoot = options.isGlobal === false ? join(home, 'elsewhere') : modules;
  const npm = `#!/bin/sh
echo "$@" >> '${calls}'
if [ "$1" = root ]; then echo '${globalRoot}'; exit 0; fi
${onInstall}
`;
  await writeFile(join(bin, 'npm'), npm);
  await chmod(join(bin, 'npm'), 0o755);
  const updater = createUpdater({
    root,
    version: '1.0.0',
    channel: () => 'beta',
    env: { HOME: home, PATH: `${bin}${delimiter}/usr/bin${delimiter}/bin` },
    clock: systemClock,
  });
  return { updater, root, calls: () => readFile(calls, 'utf8') };
}

it('installs the newest release of a global package with the manager that installed it', async () => {
  const { updater, root, calls } = await installed(
    `echo '{"version":"2.0.0"}' > "$(dirname "$0")/../lib/node_modules/chela/package.json"; echo done`,
  );
  expect(await updater.run({ timeoutMs: 10_000 })).toEqual({
    status: 'ok',
    mode: 'npm',
    root,
    before: { version: '1.0.0' },
    after: { version: '2.0.0' },
    steps: [
      {
        name: 'global update',
        command: 'npm i -g chela@beta',
        cwd: dirname(root),
        durationMs: expect.any(Number),
        exitCode: 0,
        stdoutTail: 'done\n',
        stderrTail: '',
      },
    ],
    durationMs: expect.any(Number),
  });
  expect(await calls()).toBe('root -g\ni -g chela@beta\n');
});

it('says what a failed step printed', async () => {
  const { updater } = await installed('echo "no room" >&2; exit 3');
  expect(await updater.run({ timeoutMs: 10_000 })).toMatchObject({
    status: 'error',
    mode: 'npm',
    reason: 'global update failed',
    steps: [{ exitCode: 3, stderrTail: 'no room\n' }],
  });
});

it('ends a step that takes too long', async () => {
  const { updater } = await installed('exec tail -f /dev/null');
  expect(await updater.run({ timeoutMs: 300 })).toMatchObject({ status: 'error', steps: [{ exitCode: null }] });
});

it('updates once when two ask', async () => {
  const { updater, calls } = await installed('exit 0');
  const [first, second] = await Promise.all([updater.run({ timeoutMs: 9_000 }), updater.run({ timeoutMs: 9_000 })]);
  expect(second).toBe(first);
  expect((await calls()).match(/^i -g/gm)).toHaveLength(1);
});

it("leaves a project's package and a checkout alone", async () => {
  const { updater, calls } = await installed('exit 0', { isGlobal: false });
  const skipped = { status: 'skipped', steps: [], before: { version: '1.0.0' } };
  expect(await updater.run({ timeoutMs: 9_000 })).toMatchObject({
    ...skipped,
    mode: 'unknown',
    reason: 'not-git-install',
  });
  expect(await calls()).toBe('root -g\n');
  const checkout = await installed('exit 0');
  await mkdir(join(checkout.root, '.git'));
  expect(await checkout.updater.run({ timeoutMs: 9_000 })).toMatchObject({ ...skipped, mode: 'git' });
});

it('knows the other package managers', () => {
  const roots = { npm: '/npm/node_modules', pnpm: '/pnpm/global/5/node_modules', bun: '/bun/node_modules' };
  const kindOf = (root: string) => installKind(root, { isCheckout: false, globalRoots: roots });
  expect(kindOf('/pnpm/global/5/node_modules/chela')).toEqual({ kind: 'package', name: 'chela', manager: 'pnpm' });
  expect(kindOf('/bun/node_modules/chela')).toMatchObject({ manager: 'bun' });
  expect(kindOf('/home/user/project/node_modules/chela')).toEqual({ kind: 'unknown' });
  expect(kindOf('/opt/chela')).toEqual({ kind: 'unknown' });
  expect(installCommand('bun', 'chela@latest')).toEqual(['bun', 'add', '-g', 'chela@latest']);
});

it('restarts after an update, and tells whoever asked when it is back', async () => {
  const result = { status: 'ok', mode: 'npm', root: '/r', steps: [], durationMs: 1, after: { version: '2' } } as const;
  await using bench = await openMethodBench({ updater: { run: async () => result } });
  const answer = await bench.call('update.run', {
    note: ' back soon ',
    sessionKey: 'agent:main:main',
    restartDelayMs: 5,
  });
  expect(answer).toMatchObject({ ok: true, result, restart: { reason: 'update.run', delayMs: 5 } });
  expect(bench.restarts).toEqual([{ reason: 'update.run', delayMs: 5 }]);
  const sentinel: unknown = JSON.parse(await readFile(join(bench.stateDir, 'restart-sentinel.json'), 'utf8'));
  expect(sentinel).toMatchObject({
    payload: {
      kind: 'update',
      status: 'ok',
      message: 'back soon',
      sessionKey: 'agent:main:main',
      stats: { mode: 'npm' },
    },
  });
});

it('does not restart when nothing was updated', async () => {
  const failed = { status: 'error', mode: 'npm', root: '/r', steps: [], durationMs: 1, reason: 'x' } as const;
  await using bench = await openMethodBench({ updater: { run: async () => failed } });
  expect(await bench.call('update.run', {})).toMatchObject({ ok: false, restart: null });
  expect(await bench.call('update.run')).toMatchObject({ sentinel: { payload: { status: 'error' } } });
  expect(bench.restarts).toEqual([]);
});
