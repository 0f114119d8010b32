import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConfigService } from '../create-service.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chela-shell-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A login shell that prints these variables; the environment after a start with it. */
async function startWith(script: string, config: unknown, env: Record<string, string> = {}) {
  const shell = join(home, 'shell');
  await writeFile(shell, `#!/bin/sh\n${script}\n`);
  await chmod(shell, 0o755);
  await writeFile(join(home, 'openclaw.json'), JSON.stringify(config));
  const after: Record<string, string | undefined> = { HOME: home, OPENCLAW_STATE_DIR: home, SHELL: shell, ...env };
  const warnings: string[] = [];
  const logger = { ...silentLogger(), warn: (message: string) => void warnings.push(message) };
  await (await createConfigService({ env: after, logger })).close();
  return { after, warnings };
}

const PRINTS = String.raw`printf 'OPENAI_API_KEY=from=shell\0PATH=/evil\0'`;
const enabled = { env: { shellEnv: { enabled: true } } };

describe('the environment of the login shell', () => {
  test('gives the keys that are known, and no other variable', async () => {
    const { after } = await startWith(PRINTS, enabled);
    expect(after.OPENAI_API_KEY).toBe('from=shell');
    expect(after.PATH).toBeUndefined();
  });

  test('is asked with a variable, too, and not without being asked for', async () => {
    expect((await startWith(PRINTS, {}, { OPENCLAW_LOAD_SHELL_ENV: 'yes' })).after.OPENAI_API_KEY).toBe('from=shell');
    expect((await startWith(PRINTS, {})).after.OPENAI_API_KEY).toBeUndefined();
    const deferred = await startWith(PRINTS, enabled, { OPENCLAW_DEFER_SHELL_ENV_FALLBACK: '1' });
    expect(deferred.after.OPENAI_API_KEY).toBeUndefined();
  });

  test('is left alone while one of the keys is set', async () => {
    const { after } = await startWith(PRINTS, enabled, { GEMINI_API_KEY: 'mine' });
    expect(after.OPENAI_API_KEY).toBeUndefined();
  });

  test('of a shell that hangs or fails costs a bounded time and a warning', async () => {
    const slow = { env: { shellEnv: { enabled: true, timeoutMs: 50 } } };
    expect((await startWith('exec sleep 30', slow)).warnings).toEqual([
      'the environment of the login shell could not be read',
    ]);
    expect((await startWith('exit 3', enabled)).warnings.length).toBe(1);
  });
});
