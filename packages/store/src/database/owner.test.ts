import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore, stateFolder } from '../store-fixture.ts';
import { openDatabase } from './database.ts';
import { StoreLockedError } from './errors.ts';
import { takeOwnership } from './owner.ts';
import { identifyProcess } from './process-identity.ts';

/** A process that does nothing until it is killed. */
async function idleProcess() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")'], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('the child has no process id');
  return {
    pid,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function directoryOwnedBy(owner: { pid: number; started: string }) {
  const state = await stateFolder();
  const first = await openStore(state);
  await first.close();
  const database = openDatabase(join(state, 'chela', 'chela.sqlite'));
  database.exec(`insert into owner values (1, 'theirs', ${owner.pid}, '${owner.started}', 0)`);
  database.close();
  return state;
}

test('a second opening of a state directory in use fails and names the process that has it', async () => {
  const state = await stateFolder();
  await openStore(state);
  const second = openStore(state);
  await expect(second).rejects.toThrow(StoreLockedError);
  await expect(openStore(state)).rejects.toThrow(
    `Another gateway (process ${process.pid}, since 2026-02-17T10:00:00.000Z)`,
  );
});

test('a closed store lets the next one in', async () => {
  const state = await stateFolder();
  await (await openStore(state)).close();
  expect(await (await openStore(state)).sessions.count()).toBe(0);
});

test('another live process keeps the directory, and a dead one loses it', async () => {
  const other = await idleProcess();
  const identity = await identifyProcess(other.pid);
  const state = await directoryOwnedBy({ pid: other.pid, started: identity?.started ?? '' });
  await expect(openStore(state)).rejects.toThrow(`process ${other.pid}`);
  await other.kill();
  expect(await (await openStore(state)).sessions.count()).toBe(0);
});

test.runIf(process.platform === 'linux')(
  'a process that only has the number of the dead owner is no owner',
  async () => {
    const other = await idleProcess();
    const state = await directoryOwnedBy({ pid: other.pid, started: 'an-earlier-boot:1' });
    expect(await (await openStore(state)).sessions.count()).toBe(0);
  },
);

test('the generation is new at every opening', async () => {
  const database = openDatabase(':memory:');
  const first = await takeOwnership(database, () => 0);
  first.release();
  const second = await takeOwnership(database, () => 0);
  expect(second.generation).not.toBe(first.generation);
  database.close();
});
