import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandboxBench, type SandboxBench } from '../testing/sandbox-bench.ts';
import { createContainerList } from './container-list.ts';

/** The docker back end against a stand-in for the docker CLI, which writes down what it is asked. */

const STAND_IN = `#!/bin/sh
here=$(dirname "$0")
for word in "$@"; do printf '%s\\037' "$word"; done >> "$here/calls"
printf '\\n' >> "$here/calls"
case "$1" in
  version) [ -f "$here/engine-down" ] && exit 1; echo 28.0.0;;
  image) [ -f "$here/no-image" ] && exit 1; exit 0;;
  inspect) [ -f "$here/container" ] || exit 1; echo "true $(cat "$here/container")";;
  create) for word in "$@"; do case "$word" in openclaw.configHash=*) echo "\${word#*=}" > "$here/container";; esac; done;;
  rm) rm -f "$here/container";;
  exec) shift; while [ "$1" != sh ]; do if [ "$1" = -e ]; then shift; export "$1"; fi; shift; done; exec "$@";;
esac
`;

let bench: SandboxBench;
let bin: string;
/** `sandbox.docker` of the running service. */
let docker: Record<string, unknown>;

beforeEach(async () => {
  docker = { setupCommand: 'echo ready', env: { LANG: 'C', MY_TOKEN: 'x' } };
  const home = await mkdtemp(join(tmpdir(), 'chela-docker-'));
  bin = join(home, 'bin');
  bench = await createSandboxBench({ docker }, {}, { env: { PATH: `${bin}:${process.env.PATH}` } });
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'docker'), STAND_IN);
  await chmod(join(bin, 'docker'), 0o755);
});
afterEach(async () => {
  await bench.close();
  await rm(dirname(bin), { recursive: true, force: true });
});

async function calls(): Promise<readonly (readonly string[])[]> {
  const text = await readFile(join(bin, 'calls'), 'utf8');
  return text
    .split('\x1f\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\x1f'));
}
const verbs = async (): Promise<readonly string[]> => (await calls()).map(([verb = '']) => verb);

describe('commands in containers', () => {
  it('make the container once, as the contract says, and run in it', async () => {
    expect(await bench.sh('echo hi')).toBe('hi');
    expect(await bench.text('exec', { command: 'echo $FOO', env: { FOO: 'bar' } })).toBe('bar');
    expect(await verbs()).toEqual([
      'version',
      'inspect',
      'image',
      'create',
      'start',
      'exec',
      'exec',
      'inspect',
      'exec',
    ]);
    const create = (await calls()).find(([verb]) => verb === 'create') ?? [];
    const name = create[2] ?? '';
    expect(name).toBe('openclaw-sbx-agent-main-f331f052');
    expect(create.slice(0, 6)).toEqual(['create', '--name', name, '--label', 'openclaw.sandbox=1', '--label']);
    expect(create).toContain('LANG=C');
    expect(create).not.toContain('MY_TOKEN=x');
    expect(create.slice(-7)).toEqual([
      '--workdir',
      '/workspace',
      '-v',
      `${join(bench.stateDir, 'sandboxes', name.slice('openclaw-sbx-'.length))}:/workspace`,
      'openclaw-sandbox:bookworm-slim',
      'sleep',
      'infinity',
    ]);
    const [setUp = [], first = []] = (await calls()).filter(([verb]) => verb === 'exec');
    expect(setUp).toEqual(['exec', '-i', name, 'sh', '-lc', 'echo ready']);
    expect(first.slice(0, 4)).toEqual(['exec', '-i', '-w', '/workspace']);
    expect(first.slice(-4)).toEqual([name, 'sh', '-lc', 'echo hi']);
    expect(first).toContain('HOME=/workspace');
    const [entry] = await createContainerList(bench.stateDir).read();
    expect(entry).toMatchObject({ containerName: name, sessionKey: 'agent:main' });
  });

  it('put folders in front of PATH past the login shell', async () => {
    await bench.text('exec', { command: 'true', env: { PATH: '/opt/tools' } });
    const run = (await calls()).findLast(([verb]) => verb === 'exec') ?? [];
    expect(run).toContain('OPENCLAW_PREPEND_PATH=/opt/tools');
    expect(run.at(-1)).toBe(`export PATH="\${OPENCLAW_PREPEND_PATH}:$PATH"; unset OPENCLAW_PREPEND_PATH; true`);
  });

  it('keep a container that was just used when the settings change, and replace an idle one', async () => {
    await bench.sh('true');
    await writeFile(join(bin, 'container'), 'another-hash');
    await bench.sh('true');
    expect(await verbs()).not.toContain('rm');
    const list = createContainerList(bench.stateDir);
    const [entry] = await list.read();
    if (entry) await list.put({ ...entry, lastUsedAtMs: 0 });
    await bench.sh('true');
    expect((await verbs()).slice(-6)).toEqual(['rm', 'image', 'create', 'start', 'exec', 'exec']);
  });

  it('take away containers that nobody used for a day', async () => {
    const list = createContainerList(bench.stateDir);
    const idle = { sessionKey: 'agent:old', createdAtMs: 1, lastUsedAtMs: 1, image: 'x', configHash: 'h' };
    await list.put({ ...idle, containerName: 'openclaw-sbx-old' });
    await bench.sh('true');
    await expect.poll(calls).toContainEqual(['rm', '-f', 'openclaw-sbx-old']);
    await expect.poll(async () => (await list.read()).map(({ sessionKey }) => sessionKey)).toEqual(['agent:main']);
  });

  it('are taken away on a schedule, also when nothing is run in a sandbox any more', async () => {
    const rounds: (() => void)[] = [];
    const after = (_delayMs: number, task: () => void): (() => void) => {
      rounds.push(task);
      return () => {};
    };
    const clock = { now: () => Date.now(), after };
    const quiet = await createSandboxBench({ docker }, {}, { env: { PATH: `${bin}:${process.env.PATH}` }, clock });
    const list = createContainerList(quiet.stateDir);
    const idle = { sessionKey: 'agent:old', createdAtMs: 1, lastUsedAtMs: 1, image: 'x', configHash: 'h' };
    await list.put({ ...idle, containerName: 'openclaw-sbx-old' });
    for (const round of rounds.splice(0)) round();
    await expect.poll(() => list.read()).toEqual([]);
    expect(await calls()).toContainEqual(['rm', '-f', 'openclaw-sbx-old']);
    await quiet.close();
  });

  it('say which image is missing', async () => {
    docker.image = 'mine:1';
    await writeFile(join(bin, 'no-image'), '');
    expect(await bench.sh('true')).toContain('Sandbox image not found: mine:1. Build or pull it first.');
  });

  it('end the command inside when the call is aborted', async () => {
    const turn = new AbortController();
    const started = Promise.withResolvers<void>();
    const call = bench.call(
      'exec',
      { command: 'echo on; sleep 300' },
      { signal: turn.signal, onUpdate: () => started.resolve() },
    );
    await started.promise;
    turn.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(async () => (await calls()).at(-1)?.slice(-1)[0]).toMatch(/^CHELA_COMMAND=/);
  });

  it('are refused for binds that would open the sandbox, also by a link or around the keys', async () => {
    for (const [bind, reason] of [
      ['/etc:/x', 'targets blocked path'],
      [`${bench.home}:/x`, 'covers blocked path'],
      ['/proc/self/root/etc:/x', 'targets blocked path'],
      ['relative:/x', 'non-absolute source path'],
    ]) {
      docker.binds = [bind];
      expect(await bench.sh('true')).toContain(reason);
    }
  });
});
