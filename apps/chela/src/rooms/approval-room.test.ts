import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { createStore } from '@chela/store';
import { createApprovalDesk, createApprovalsDocument, createToolService } from '@chela/tools';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApprovalRoom } from './approval-room.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'chela-room-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One life of a gateway, as far as commands and their approvals go. */
async function start(security = 'allowlist') {
  const logger = silentLogger();
  const clock = systemClock;
  const store = await createStore({ stateDir: folder, mirror: false, workspaceDir: () => folder, clock, logger });
  const desk = createApprovalDesk({ approvals: store.approvals, clock, logger });
  const approvalsPath = join(folder, 'exec-approvals.json');
  const notes: string[] = [];
  const tools = createToolService({
    config: () => ({ tools: { exec: { host: 'gateway', security, ask: 'always' } } }),
    clock,
    logger,
    env: { PATH: process.env.PATH, HOME: folder },
    homeDir: folder,
    approvalsPath,
    rooms: {
      approvals: createApprovalRoom({ desk, document: createApprovalsDocument({ path: approvalsPath, clock }) }),
      systemEvents: { notify: ({ text }) => notes.push(text) },
    },
  });
  const scope = { agentId: 'main', sessionKey: 'agent:main:main', provider: 'mock', model: 'm1' };
  return {
    desk,
    notes,
    tools,
    exec: (args: Record<string, unknown>) =>
      tools.call({ name: 'exec', arguments: args }, scope, {
        ...scope,
        sessionId: 's',
        runId: 'r',
        toolCallId: 'c',
        workspaceDir: folder,
        contextWindow: 128_000,
        modelHasVision: false,
        signal: new AbortController().signal,
      }),
    async stop() {
      await tools.close();
      desk.close();
      await store.close();
    },
  };
}

async function leftWaiting(args: Record<string, unknown>): Promise<string> {
  const first = await start();
  let id = '';
  first.desk.subscribe(({ payload }) => {
    id = payload.id;
  });
  await first.exec(args);
  await first.stop();
  expect(first.notes).toEqual([]);
  return id;
}

it('runs a command that was approved after a restart, once and as it was asked for', async () => {
  const id = await leftWaiting({ command: 'echo "$GREETING $PWD"', env: { GREETING: 'hello' } });
  const second = await start();
  expect(await second.tools.resume()).toBe(1);
  expect(await second.desk.resolve(id, 'allow-once', 'Ann')).toBe(true);
  await expect.poll(() => second.notes[0]).toMatch(/^Exec finished \(gateway id=.*, code 0\)\n/);
  expect(second.notes[0]).toContain(`hello ${folder}`);
  await second.stop();
  const third = await start();
  expect(await third.tools.resume()).toBe(0);
  await third.stop();
});

it('does not run a command whose approval the configuration does not allow any more', async () => {
  const id = await leftWaiting({ command: 'touch ran' });
  const second = await start('deny');
  await second.tools.resume();
  expect(second.notes).toEqual([`Exec denied (gateway id=${id}, security=deny): touch ran`]);
  await second.stop();
});
