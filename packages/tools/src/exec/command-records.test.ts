import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBench } from '../testing/bench.ts';
import { createCommandRecords } from './command-records.ts';
import { COMMAND_MARK, processStart } from './marked-processes.ts';

/** What a gateway that was killed left behind, and what must not be taken for it. */

let folder: string;
const children: ChildProcess[] = [];
const swept: string[] = [];
const records = () =>
  createCommandRecords({
    folder,
    sweepContainer: async (container, mark) => {
      swept.push(`${container} ${mark}`);
    },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chela-commands-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  swept.length = 0;
  await rm(folder, { recursive: true, force: true });
});

function start(mark: string | undefined): { readonly ended: Promise<unknown>; readonly child: ChildProcess } {
  const env = { PATH: process.env.PATH, ...(mark !== undefined && { [COMMAND_MARK]: mark }) };
  const child = spawn('sh', ['-c', 'setsid sleep 300 & sleep 300'], { env, detached: true, stdio: 'ignore' });
  children.push(child);
  return { child, ended: new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal))) };
}

const note = (mark: string, ownerPid: number, ownerStart: string, container?: string): Promise<void> =>
  writeFile(join(folder, `${mark}.json`), JSON.stringify({ ownerPid, ownerStart, container }));

describe.runIf(process.platform === 'linux')('commands of a gateway that was killed', () => {
  it('are ended by the next one, with what they started in sessions of their own', async () => {
    const { ended } = start('left-1');
    await note('left-1', process.pid, 'of an earlier life');
    expect(await records().reap()).toBe(1);
    expect(await ended).toBe('SIGKILL');
    expect(await readdir(folder)).toEqual([]);
  });

  it('are left alone while the process that started them lives', async () => {
    const { child } = start('alive-1');
    await note('alive-1', process.pid, (await processStart(process.pid)) ?? '');
    expect(await records().reap()).toBe(0);
    expect(child.exitCode ?? child.signalCode).toBeNull();
    expect(await readdir(folder)).toEqual(['alive-1.json']);
  });

  it('are never mistaken for somebody else’s, whatever the numbers', async () => {
    const { child } = start(undefined);
    const other = start('other-mark');
    await note('gone-1', child.pid ?? 0, 'reused');
    await writeFile(join(folder, 'cut-off.json'), '{"ownerPi');
    expect(await records().reap()).toBe(2);
    expect(child.exitCode ?? child.signalCode).toBeNull();
    expect(other.child.exitCode ?? other.child.signalCode).toBeNull();
  });

  it('are ended in their container', async () => {
    await note('left-2', 1, 'of an earlier life', 'openclaw-sbx-agent-main');
    await records().reap();
    expect(swept).toEqual(['openclaw-sbx-agent-main left-2']);
  });

  it('stand in the folder while they run and not after', async () => {
    const bench = await createBench({}, { stateDir: folder });
    await bench.text('exec', { command: 'sleep 300', background: true });
    expect(await readdir(join(folder, 'commands'))).toHaveLength(1);
    await bench.text('exec', { command: 'true' });
    expect(await readdir(join(folder, 'commands'))).toHaveLength(1);
    await bench.close();
    expect(await readdir(join(folder, 'commands'))).toEqual([]);
  });
});

/** Children of this process, and whatever carries a mark. */
async function leftovers(): Promise<readonly string[]> {
  const { readFile } = await import('node:fs/promises');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const own = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const isZombie = state === 'Z' && parent === String(process.pid);
      return isZombie || environment.includes('ORPHAN_TEST=1') ? [pid] : [];
    }),
  );
  return own.flat();
}

describe.runIf(process.platform === 'linux')('a thousand turns', () => {
  it('leave no process behind, however their commands end', async () => {
    const bench = await createBench({}, { env: { PATH: process.env.PATH, ORPHAN_TEST: '1' } });
    const ways = [
      { command: 'true' },
      { command: 'exit 3' },
      { command: 'kill -9 $$' },
      { command: 'no-such-program' },
      { command: 'echo a & echo b & wait' },
    ];
    for (let turn = 0; turn < 1000; turn += 10) {
      const calls = Array.from({ length: 10 }, (_, index) => bench.call('exec', ways[(turn + index) % 5] ?? {}));
      await Promise.all(calls);
    }
    const turn = new AbortController();
    const hanging = bench.call('exec', { command: 'setsid sleep 300 & sleep 300' }, { signal: turn.signal });
    await bench.text('exec', { command: 'setsid sleep 300 & sleep 300', background: true });
    turn.abort();
    await expect(hanging).rejects.toThrow();
    await bench.close();
    await expect.poll(leftovers, { timeout: 10_000 }).toEqual([]);
  }, 180_000);
});
