import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createLogger, type LineSink } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createConfigService } from './create-service.ts';
import { ensureFirstRun } from './first-run.ts';
import type { ConfigService } from './service.ts';
import { resolveStatePaths } from './state-paths.ts';

let home: string;
let file: string;
let env: Record<string, string | undefined>;
const open: ConfigService[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chela-service-'));
  env = { HOME: home, OPENCLAW_STATE_DIR: home };
  file = join(home, 'openclaw.json');
});
afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
  await rm(home, { recursive: true, force: true });
});

function capture() {
  let text = '';
  const sink: LineSink = {
    append: async (lines) => {
      text += lines;
    },
    appendSync: () => {},
    close: async () => {},
  };
  const logger = createLogger({ writeFile: false, console: sink, subsystem: 'config' });
  onTestFinished(() => logger.close());
  return {
    logger,
    lines: async () => {
      await logger.flush();
      return text;
    },
  };
}

async function start(options: { watch?: boolean; clock?: Clock } = {}) {
  const log = capture();
  const service = await createConfigService({ env, logger: log.logger, ...options });
  open.push(service);
  return { service, log };
}

describe('at the start', () => {
  test('without a file the gateway runs on valid defaults', async () => {
    const { service } = await start();
    expect(service.snapshot()).toMatchObject({ exists: false, valid: true, raw: null });
    expect(service.current().agents?.defaults?.maxConcurrent).toBe(4);
  });

  test('a broken file leaves the defaults running and names key, problem and mend', async () => {
    await writeFile(file, '{"gateway":{"port":"x"},"agentz":{}}');
    const { service, log } = await start();
    expect(service.snapshot().valid).toBe(false);
    expect(service.current().gateway).toBeUndefined();
    const lines = await log.lines();
    expect(lines).toContain('is not valid; running on the defaults');
    expect(lines).toContain('gateway.port: Invalid input: expected number, received string');
    expect(lines).toContain('chela config unset gateway.port');
    expect(lines).toContain('Unrecognized key: "agentz" — remove it or correct its spelling.');
  });

  test('a file of an older release runs on what it means today and is not written', async () => {
    const raw = '{ gateway: { token: "abc", port: 19005 } }';
    await writeFile(file, raw);
    const { service, log } = await start();
    expect(service.snapshot().valid).toBe(false);
    expect(service.current().gateway).toMatchObject({ port: 19005, auth: { mode: 'token', token: 'abc' } });
    expect(await log.lines()).toContain('has keys of an older release');
    expect(await readFile(file, 'utf8')).toBe(raw);
    env.OPENCLAW_NIX_MODE = '1';
    expect((await start()).service.current().gateway?.port).toBeUndefined();
  });

  test.each([
    ['2026.2.18', true],
    ['2027.1.1', true],
    ['2026.2.17-1', false],
    ['2026.1.31', false],
    ['dev', false],
  ])('a file last written by %s says so: %s', async (version, expected) => {
    await writeFile(file, JSON.stringify({ meta: { lastTouchedVersion: version } }));
    const { log } = await start();
    const words = `Config was last written by a newer OpenClaw (${version}); current version is 2026.2.17.`;
    expect((await log.lines()).includes(words)).toBe(expected);
  });

  test('a broken file after a good run leaves the last good configuration running', async () => {
    await writeFile(file, '{"gateway":{"port":19011}}');
    const first = await start({ watch: true });
    await first.service.close();
    await writeFile(file, '{"gateway":{"port":');
    const { service } = await start();
    expect(service.snapshot().issues[0]?.message).toMatch(/^JSON5 parse failed: SyntaxError: JSON5:/);
    expect(service.current().gateway?.port).toBe(19011);
    const kept = await stat(join(home, 'chela', 'config-last-good.json'));
    expect(kept.mode & 0o777).toBe(0o600);
  });
});

describe('while running', () => {
  test('a good change is taken over and told with the generation before', async () => {
    await writeFile(file, '{"gateway":{"port":1}}');
    const { service } = await start();
    const seen: unknown[] = [];
    service.onChange((next, previous) => seen.push([previous.gateway?.port, next.gateway?.port]));
    await writeFile(file, '{"gateway":{"port":2}}');
    await service.reload();
    expect(seen).toEqual([[1, 2]]);
  });

  test('a broken change is refused and the old values stay', async () => {
    await writeFile(file, '{"gateway":{"port":1}}');
    const { service } = await start();
    const seen: unknown[] = [];
    service.onChange((next) => seen.push(next));
    await writeFile(file, '{"gateway":{"port":[]}}');
    expect((await service.reload()).valid).toBe(false);
    expect(service.current().gateway?.port).toBe(1);
    expect(seen).toEqual([]);
  });

  test('a removed file does not open the gateway: the values before stay', async () => {
    await writeFile(file, '{"gateway":{"auth":{"token":"t"}}}');
    const { service, log } = await start();
    await rm(file);
    await service.reload();
    expect(service.current().gateway?.auth?.token).toBe('t');
    expect(await log.lines()).toContain('was removed; running on the configuration read before');
  });

  test('a listener that fails does not keep the others from hearing', async () => {
    await writeFile(file, '{}');
    const { service } = await start();
    const seen: string[] = [];
    service.onChange(() => {
      throw new Error('deaf');
    });
    service.onChange(() => seen.push('heard'));
    await writeFile(file, '{"ui":{"seamColor":"#000001"}}');
    await service.reload();
    expect(seen).toEqual(['heard']);
  });

  test('an edit of the file is noticed without anybody asking', async () => {
    await writeFile(file, '{"ui":{"seamColor":"#000001"}}');
    const { service } = await start({ watch: true });
    const changed = new Promise<unknown>((resolve) => service.onChange((next) => resolve(next.ui?.seamColor)));
    await writeFile(file, '{"ui":{"seamColor":"#000002"}}');
    expect(await changed).toBe('#000002');
  });
});

describe('first run', () => {
  test('makes a private state folder, a token and a workspace; the result is valid', async () => {
    env = { HOME: home };
    const paths = resolveStatePaths(env);
    const { created } = await ensureFirstRun(paths, env);
    expect(created).toBe(true);
    expect((await stat(join(home, '.openclaw'))).mode & 0o777).toBe(0o700);
    expect((await stat(paths.configPath)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, '.openclaw', 'workspace'))).isDirectory()).toBe(true);
    const { service } = await start();
    expect(service.snapshot().valid).toBe(true);
    expect(service.current().gateway?.auth?.token).toMatch(/^[0-9a-f]{48}$/);
  });

  test('leaves an existing configuration letter by letter', async () => {
    await writeFile(file, '{ /* mine */ }');
    const { created } = await ensureFirstRun(resolveStatePaths(env), env);
    expect(created).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('{ /* mine */ }');
  });

  test('a token in the environment is used instead of a new one', async () => {
    env.OPENCLAW_GATEWAY_TOKEN = 'from-env';
    await ensureFirstRun(resolveStatePaths(env), env);
    expect(JSON.parse(await readFile(file, 'utf8')).gateway.auth).toEqual({ mode: 'token' });
  });
});
