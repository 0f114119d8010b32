import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger, type LoggerOptions, type RootLogger } from './create-logger.ts';
import type { LineSink } from './line-writer.ts';

let dir: string;
const open: RootLogger[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chela-log-'));
});
afterEach(async () => {
  for (const logger of open.splice(0)) await logger.close();
  rmSync(dir, { recursive: true, force: true });
});

/** 17 Feb 2026, noon UTC; nothing waits, lines go out with flush. */
const NOON = Date.parse('2026-02-17T12:00:00.000Z');

function start(options: LoggerOptions = {}) {
  const screen: string[] = [];
  const sink: LineSink = {
    append: async (text) => {
      screen.push(text);
    },
    appendSync: () => {},
    close: async () => {},
  };
  const clock = { nowMs: NOON, now: () => clock.nowMs, after: () => () => {} };
  const logger = createLogger({ console: sink, clock, tmpDir: dir, subsystem: 'gateway', ...options });
  open.push(logger);
  return { logger, clock, screen: () => screen.join('') };
}

function linesOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the log file', () => {
  test('holds JSON lines in the contract format, private, named after the day', async () => {
    const { logger } = start();
    logger.child('ws').info('res ok', { method: 'health', ms: 60 });
    await logger.flush();
    const file = join(dir, 'openclaw', 'openclaw-2026-02-17.log');
    expect(linesOf(file)).toEqual([
      {
        0: '{"subsystem":"gateway/ws"}',
        1: 'res ok',
        2: { method: 'health', ms: 60 },
        _meta: {
          runtime: 'node',
          runtimeVersion: process.versions.node,
          hostname: 'unknown',
          name: 'openclaw',
          date: '2026-02-17T12:00:00.000Z',
          logLevelId: 3,
          logLevelName: 'INFO',
        },
        time: '2026-02-17T12:00:00.000Z',
      },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'openclaw')).mode & 0o777).toBe(0o700);
  });

  test('changes at midnight and drops files older than a day', async () => {
    const { logger, clock } = start();
    mkdirSync(join(dir, 'openclaw'), { mode: 0o700 });
    const old = join(dir, 'openclaw', 'openclaw-2026-02-14.log');
    const foreign = join(dir, 'openclaw', 'keep-me.txt');
    for (const file of [old, foreign]) {
      writeFileSync(file, 'x');
      utimesSync(file, NOON / 1000 - 3 * 86_400, NOON / 1000 - 3 * 86_400);
    }
    logger.info('today');
    await logger.flush();
    clock.nowMs += 86_400_000;
    logger.info('tomorrow');
    await logger.flush();
    expect(readdirSync(join(dir, 'openclaw')).sort()).toEqual([
      'keep-me.txt',
      'openclaw-2026-02-17.log',
      'openclaw-2026-02-18.log',
    ]);
  });

  test('is moved aside when it is full, and only a few parts are kept', async () => {
    const file = join(dir, 'gateway.log');
    const { logger } = start({ settings: { file }, maxFileBytes: 2_000 });
    for (let line = 0; line < 40; line += 1) {
      logger.info(`line ${line} ${'x'.repeat(200)}`);
      await logger.flush();
    }
    expect(readdirSync(dir).sort()).toEqual(['gateway.log', 'gateway.log.1', 'gateway.log.2', 'gateway.log.3']);
    expect(linesOf(file).at(-1)?.[1]).toContain('line 39');
    expect(statSync(file).size).toBeLessThanOrEqual(2_000);
  });

  test('a full disk stops nothing: the console says so and later lines still come out there', async () => {
    const { logger, screen } = start({ settings: { file: '/dev/full' } });
    logger.info('first');
    await logger.flush();
    logger.info('second');
    await logger.flush();
    expect(screen()).toContain('cannot write the log file');
    expect(screen()).toContain('ENOSPC');
    expect(screen()).toContain('[gateway] second');
  });

  test('lines that wait for a disk are bounded', async () => {
    const { logger } = start({ settings: { file: '/dev/full', consoleLevel: 'silent' } });
    for (let line = 0; line < 400; line += 1) logger.info('y'.repeat(16_000));
    await logger.flush();
    expect(logger.dropped).toBeGreaterThan(100);
  });

  test('what is pending is written when the process ends', async () => {
    const file = join(dir, 'gateway.log');
    const { logger } = start({ settings: { file } });
    logger.error('last words');
    logger.flushSync();
    expect(linesOf(file)[0]?.[1]).toBe('last words');
  });
});

describe('the console', () => {
  test('is compact and colourless when it is not a terminal', async () => {
    const { logger, screen } = start();
    logger.warn('slow answer', { method: 'health', note: 'two words' });
    await logger.flush();
    expect(screen()).toBe('2026-02-17T12:00:00.000Z [gateway] slow answer method=health note="two words"\n');
  });

  test('has colours on a terminal unless NO_COLOR is set', async () => {
    const coloured = start({ isTerminal: true, env: {} });
    coloured.logger.warn('careful');
    await coloured.logger.flush();
    expect(coloured.screen()).toContain('\u001b[33mcareful');
    const plain = start({ isTerminal: true, env: { NO_COLOR: '1' } });
    plain.logger.warn('careful');
    await plain.logger.flush();
    expect(plain.screen()).toMatch(/^\d\d:\d\d:\d\d \[gateway\] careful\n$/);
  });

  test('shows the levels that are asked for, apart from the file', async () => {
    const file = join(dir, 'gateway.log');
    const { logger, screen } = start({ settings: { file, level: 'debug', consoleLevel: 'error' } });
    logger.debug('detail');
    logger.error('trouble');
    await logger.flush();
    expect(linesOf(file).map((line) => line[1])).toEqual(['detail', 'trouble']);
    expect(screen()).toBe('2026-02-17T12:00:00.000Z [gateway] trouble\n');
  });

  test('does not let foreign text move the cursor', async () => {
    const { logger, screen } = start();
    logger.info('name \u001b[2Jcleared');
    await logger.flush();
    expect(screen()).toContain('name \\x1b[2Jcleared');
  });
});

describe('secrets', () => {
  test.each([
    ['a bearer header', 'Authorization: Bearer abcdef123456', 'abcdef123456'],
    ['an API key', 'calling with sk-proj-abcdefgh12345678', 'sk-proj-abcdefgh12345678'],
    ['a bot token', 'https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe', 'AAHdqTcv'],
    ['a token of a page address', 'open http://127.0.0.1:18789/#token=abc123def', 'abc123def'],
    ['a variable', 'env OPENAI_API_KEY=whatever-it-is', 'whatever-it-is'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', 'MIIE'],
  ])('%s does not reach file or console', async (_what, message, secret) => {
    const file = join(dir, 'gateway.log');
    const { logger, screen } = start({ settings: { file } });
    logger.info(message, { nested: { text: message, error: new Error(message) } });
    await logger.flush();
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(screen()).not.toContain(secret);
  });

  test('values of telling keys are masked whatever they look like; numbers of tokens are not', async () => {
    const { logger, screen } = start();
    logger.info('x', { password: 'hunter2', headers: { cookie: 'c=1' }, maxTokens: 4096 });
    await logger.flush();
    expect(screen()).not.toContain('hunter2');
    expect(screen()).not.toContain('c=1');
    expect(screen()).toContain('maxTokens=4096');
  });

  test('patterns of the configuration are masked too; a broken one is named and passed over', async () => {
    const { logger, screen } = start();
    logger.configure({ redactPatterns: ['acme-[0-9]+', '(('] });
    logger.info('order ACME-4711');
    await logger.flush();
    expect(screen()).not.toContain('4711');
    expect(screen()).toContain('"((" is not a regular expression');
  });

  test('a value that refers to itself or throws does not stop the line', async () => {
    const { logger, screen } = start();
    const loop: Record<string, unknown> = { name: 'loop' };
    loop.self = loop;
    Object.defineProperty(loop, 'trap', {
      enumerable: true,
      get() {
        throw new TypeError('no');
      },
    });
    logger.info('odd', { loop });
    await logger.flush();
    expect(screen()).toContain('odd');
  });
});
