import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HookHandler } from './hook-handler.ts';
import { createThreadedHandler } from './threaded-handler.ts';

let dir: string;
let handler: HookHandler;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chela-hook-'));
});
afterEach(async () => {
  await handler.close();
  await rm(dir, { recursive: true, force: true });
});

async function handlerOf(source: string): Promise<HookHandler> {
  const file = join(dir, 'handler.mjs');
  await writeFile(file, source);
  handler = createThreadedHandler({
    name: 'h',
    events: ['command'],
    file,
    exportName: 'default',
    env: {},
    clock: systemClock,
    logger: silentLogger('test'),
  });
  return handler;
}

const event = { type: 'command', action: 'new', sessionKey: 's', context: {} } as const;
const SHORT_MS = 300;
const AMPLE_MS = 20_000;

it('stops a handler that blocks its thread', async () => {
  const { handle } = await handlerOf('export default () => { for (;;); };');
  await expect(handle(event, SHORT_MS)).rejects.toThrow('longer than 300 ms');
  await expect(handle(event, SHORT_MS)).rejects.toThrow('rests');
});

it('says what is wrong with a module that has no handler', async () => {
  const { handle } = await handlerOf('export const other = 1;');
  await expect(handle(event, AMPLE_MS)).rejects.toThrow('exports no function "default"');
});

it('gives up a handler that eats memory', async () => {
  const { handle } = await handlerOf(
    'export default () => { const kept = []; for (;;) kept.push(new Array(1e6).fill(1)); };',
  );
  await expect(handle(event, AMPLE_MS)).rejects.toThrow(/memory|ended/i);
});

it('refuses more events than it keeps', async () => {
  const { handle } = await handlerOf('export default () => new Promise(() => {});');
  const waiting = Array.from({ length: 64 }, () => handle(event, AMPLE_MS).catch((error: unknown) => error));
  await expect(handle(event, AMPLE_MS)).rejects.toThrow('more than 64 events');
  await handler.close();
  expect((await Promise.all(waiting)).every((outcome) => outcome instanceof Error)).toBe(true);
});
