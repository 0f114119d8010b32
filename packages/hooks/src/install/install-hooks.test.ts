import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHookHome, type HookHome } from '../testing/hook-home.ts';
import { type PackageRegistry, startPackageRegistry } from '../testing/package-registry.ts';
import { type InstallHooksDeps, installHooks, updatePackage } from './install-hooks.ts';

const PACK = '@acme/hook-pack';
let home: HookHome;
let registry: PackageRegistry;
let said: string[];
let asked: string[];

beforeEach(async () => {
  [home, registry] = await Promise.all([createHookHome(), startPackageRegistry()]);
  [said, asked] = [[], []];
});
afterEach(() => Promise.all([home.close(), registry.close()]));

const deps = (refusal?: string): InstallHooksDeps => ({
  env: { ...home.env, npm_config_registry: registry.url, npm_config_cache: join(home.home, '.npm') },
  paths: home.config.paths,
  judge: async ({ command }) => {
    asked.push(command ?? '');
    return refusal;
  },
  signal: new AbortController().signal,
  now: () => Date.parse('2026-01-02T03:04:05Z'),
  say: (line) => said.push(line),
});

/** Publishes a package with one hook. Its install script would leave a trace. */
async function publish(version: string, manifest: object = {}): Promise<void> {
  const dir = join(home.home, 'source', version);
  await home.hook(dir, 'greeter', { events: ['command:new'] }, `export default () => {}; // ${version}\n`);
  const scripts = { postinstall: `touch ${join(home.home, 'was-run')}` };
  const own = { name: PACK, version, openclaw: { hooks: ['greeter'] }, scripts, ...manifest };
  await home.write(join(dir, 'package.json'), JSON.stringify(own));
  await registry.publish(dir);
}

const installed = (): string => join(home.stateDir, 'hooks', 'hook-pack');
const handler = (): Promise<string> => readFile(join(installed(), 'greeter', 'handler.js'), 'utf8');

it('installs a package of the registry, runs nothing of it, and notes where it came from', async () => {
  await publish('1.0.0');
  expect(await installHooks(PACK, deps())).toEqual({
    id: 'hook-pack',
    record: {
      source: 'npm',
      spec: PACK,
      installPath: installed(),
      version: '1.0.0',
      installedAt: '2026-01-02T03:04:05.000Z',
      hooks: ['greeter'],
    },
  });
  expect(await handler()).toContain('1.0.0');
  await expect(access(join(home.home, 'was-run'))).rejects.toThrow('ENOENT');
  expect(registry.fetched).toEqual(['hook-pack-1.0.0.tgz']);
  expect(asked).toEqual([`npm pack ${PACK} --ignore-scripts`]);
  expect(said).toEqual([`Downloading ${PACK}…`, `Installing to ${installed()}…`]);
  await expect(installHooks(PACK, deps())).rejects.toThrow('hook pack already exists');
});

it('installs the version that is asked for, with what it depends on', async () => {
  const other = join(home.home, 'source', 'other');
  await home.write(join(other, 'package.json'), JSON.stringify({ name: 'some-library', version: '3.0.0' }));
  await registry.publish(other);
  await publish('1.0.0', { dependencies: { 'some-library': '3.0.0' } });
  await publish('2.0.0');
  const { record } = await installHooks(`${PACK}@1.0.0`, deps());
  expect(record).toMatchObject({ spec: `${PACK}@1.0.0`, version: '1.0.0' });
  await expect(access(join(installed(), 'node_modules/some-library/package.json'))).resolves.toBeUndefined();
});

it('puts a newer version in the place of the old one, and only when there is one', async () => {
  await publish('1.0.0');
  await installHooks(PACK, deps());
  expect(await updatePackage('hook-pack', PACK, '1.0.0', { ...deps(), dryRun: false })).toBeUndefined();
  await publish('1.1.0');
  expect(await updatePackage('hook-pack', PACK, '1.0.0', { ...deps(), dryRun: true })).toEqual({ version: '1.1.0' });
  expect(await handler()).toContain('1.0.0');
  const updated = await updatePackage('hook-pack', PACK, '1.0.0', { ...deps(), dryRun: false });
  expect(updated?.installed?.record).toMatchObject({ source: 'npm', version: '1.1.0' });
  expect(await handler()).toContain('1.1.0');
});

it('says that a package is not there, and leaves nothing behind', async () => {
  await expect(installHooks(PACK, deps())).rejects.toThrow('npm pack failed');
  await expect(access(installed())).rejects.toThrow('ENOENT');
});

it('fetches nothing that the defender refuses', async () => {
  await publish('1.0.0');
  await expect(installHooks(PACK, deps('not this one'))).rejects.toThrow('not this one');
  expect(registry.fetched).toEqual([]);
});

it.each(['https://x.example/a.tgz', 'git+ssh://x', 'github:a/b', 'a b', 'name@file:../x', 'npm:other'])(
  'takes "%s" for no package',
  async (spec) => {
    await expect(installHooks(spec, deps())).rejects.toThrow(/unsupported npm spec|Path not found/);
    expect(asked).toEqual([]);
  },
);
