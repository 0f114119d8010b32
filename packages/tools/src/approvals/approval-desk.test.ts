import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { createStore, type Store } from '@chela/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApprovalDesk, ApprovalIdHeldError, createApprovalDesk } from './approval-desk.ts';

const ACTION = {
  command: 'ls',
  cwd: null,
  host: null,
  security: null,
  ask: null,
  agentId: null,
  resolvedPath: null,
  sessionKey: null,
};

let folder: string;
let store: Store;
let desk: ApprovalDesk;

async function open(): Promise<void> {
  const logger = silentLogger();
  store = await createStore({
    stateDir: folder,
    mirror: false,
    workspaceDir: () => folder,
    clock: systemClock,
    logger,
  });
  desk = createApprovalDesk({ approvals: store.approvals, clock: systemClock, logger });
}

async function restart(): Promise<void> {
  desk.close();
  await store.close();
  await open();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chela-desk-'));
  await open();
});

afterEach(async () => {
  desk.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (id: string, timeoutMs = 60_000, continuation?: Record<string, unknown>) =>
  desk.request({ id, action: ACTION, timeoutMs, requestedBy: {}, ...(continuation && { continuation }) });

it('hands the first word to everybody who waits and refuses a second one', async () => {
  const asked = await ask('a');
  const waiting = await desk.wait('a');
  expect(await desk.resolve('a', 'allow-once', 'Ann')).toBe(true);
  expect(await desk.resolve('a', 'deny', 'Bob')).toBe(false);
  expect([await asked.decision, await waiting?.decision]).toEqual(['allow-once', 'allow-once']);
  expect(await (await desk.wait('a'))?.decision).toBe('allow-once');
  await expect(ask('a')).rejects.toThrow(ApprovalIdHeldError);
});

it('ends without a word when the time is over, and no word counts after that', async () => {
  const asked = await ask('a', 5);
  expect(await asked.decision).toBeUndefined();
  expect(await desk.resolve('a', 'allow-once', 'late')).toBe(false);
});

it('tells of requests and words, not of time-outs', async () => {
  const news: string[] = [];
  desk.subscribe(({ event, payload }) => news.push(`${event} ${payload.id}`));
  await (await ask('gone', 1)).decision;
  await ask('kept');
  await desk.resolve('kept', 'deny', undefined);
  expect(news).toEqual(['exec.approval.requested gone', 'exec.approval.requested kept', 'exec.approval.resolved kept']);
});

it('still takes a word after a restart, and hands on what is to be done then', async () => {
  await ask('plain');
  await ask('goes-on', 60_000, { workdir: '/w' });
  await restart();
  const left = await desk.recover();
  expect(left.map(({ row }) => row.continuation)).toEqual([{ workdir: '/w' }]);
  expect(await desk.resolve('plain', 'deny', 'Ann')).toBe(true);
  expect(await desk.resolve('goes-on', 'allow-once', 'Ann')).toBe(true);
  expect(await left[0]?.approval.decision).toBe('allow-once');
  expect([await desk.claim('goes-on'), await desk.claim('goes-on')]).toEqual([true, false]);
});

it('hands on a word that was given but not acted on before a restart', async () => {
  await ask('a', 60_000, {});
  await desk.resolve('a', 'allow-once', 'Ann');
  await restart();
  const [left] = await desk.recover();
  expect(await left?.approval.decision).toBe('allow-once');
});

it('ends what timed out while nobody was there', async () => {
  await ask('a', 1, {});
  await restart();
  const [left] = await desk.recover();
  expect(await left?.approval.decision).toBeUndefined();
  expect(await desk.resolve('a', 'allow-once', 'late')).toBe(false);
});
