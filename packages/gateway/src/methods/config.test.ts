import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configHash } from '@chela/config';
import { describe, expect, it } from 'vitest';
import { findSentinel } from '../restart/restart-sentinel.ts';
import { type MethodBench, openMethodBench } from './testing/method-bench.ts';

const FILE = `{
  // the house
  gateway: { mode: 'local', auth: { mode: 'token', token: 'geheim' } },
  ui: { seamColor: '#000001' }, // blue
}
`;

async function withFile(raw = FILE): Promise<{ bench: MethodBench; baseHash: string; read(): Promise<string> }> {
  const bench = await openMethodBench();
  const path = join(bench.stateDir, 'openclaw.json');
  await writeFile(path, raw);
  return { bench, baseHash: configHash(raw), read: () => readFile(path, 'utf8') };
}

const problem = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no problem',
    (error: unknown) => error,
  );

describe('config.set', () => {
  it('writes what changed, keeps comments and puts secrets back', async () => {
    const { bench, baseHash, read } = await withFile();
    await using _ = bench;
    const raw = FILE.replace('geheim', '__OPENCLAW_REDACTED__').replace('#000001', '#000002');
    const answer = await bench.call('config.set', { raw, baseHash });
    expect(answer).toMatchObject({
      ok: true,
      config: { gateway: { auth: { token: '__OPENCLAW_REDACTED__' } }, ui: { seamColor: '#000002' } },
    });
    const written = await read();
    expect(written).toContain('// the house');
    expect(written).toContain("token: 'geheim'");
    expect(written).toContain('#000002');
    expect(written).toContain('// blue');
    expect(bench.restarts).toEqual([]);
  });

  it('makes a file that is missing without asking for its hash', async () => {
    await using bench = await openMethodBench();
    await bench.call('config.set', { raw: '{ ui: { seamColor: "#000003" } }' });
    const written = await readFile(join(bench.stateDir, 'openclaw.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ ui: { seamColor: '#000003' } });
  });

  it.each([
    [{ raw: '{}' }, 'config base hash required; re-run config.get and retry', undefined],
    [{ raw: '{}', baseHash: 'old' }, 'config changed since last load; re-run config.get and retry', undefined],
    [{ raw: '{ x', baseHash: configHash(FILE) }, "SyntaxError: JSON5: invalid character '}' at", undefined],
    [
      { raw: '{ bogus: 1 }', baseHash: configHash(FILE) },
      'invalid config',
      { issues: [{ path: '', message: 'Unrecognized key: "bogus"' }] },
    ],
    [
      { raw: '{ talk: { apiKey: "__OPENCLAW_REDACTED__" } }', baseHash: configHash(FILE) },
      'Sentinel value "__OPENCLAW_REDACTED__" in key talk.apiKey is not valid as real data',
      undefined,
    ],
  ])('refuses %o and leaves the file alone', async (params, message, details) => {
    const { bench, read } = await withFile();
    await using _ = bench;
    const refusal = await problem(bench.call('config.set', params));
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', details });
    if (!message.startsWith('SyntaxError')) expect(refusal).toMatchObject({ message });
    else expect(String(refusal)).toContain('SyntaxError: JSON5');
    expect(await read()).toBe(FILE);
  });
});

describe('config.patch', () => {
  it('merges, deletes with null, leaves a note and asks for a restart', async () => {
    const { bench, baseHash, read } = await withFile();
    await using _ = bench;
    const raw = '{ ui: null, agents: { defaults: { thinkingDefault: "low" } } }';
    const params = { raw, baseHash, note: ' hello ', sessionKey: 'agent:main:main', restartDelayMs: 7 };
    expect(await bench.call('config.patch', params)).toMatchObject({
      restart: { delayMs: 7, reason: 'config.patch' },
      sentinel: { payload: { kind: 'config-patch', message: 'hello', sessionKey: 'agent:main:main' } },
    });
    expect(bench.restarts).toEqual([{ reason: 'config.patch', delayMs: 7 }]);
    expect(await findSentinel(bench.stateDir)).toMatchObject({
      headline: '⚙️ The gateway restarted (config.patch).',
      message: 'hello',
      sessionKey: 'agent:main:main',
      place: {},
    });
    const written = await read();
    expect(written).toContain('// the house');
    expect(written).not.toContain('seamColor');
    expect(written).toContain('"thinkingDefault": "low"');
    expect(written).not.toContain('maxConcurrent');
  });

  it('needs a valid file', async () => {
    const { bench, baseHash } = await withFile('{ bogus: 1 }');
    await using _ = bench;
    const refusal = await problem(bench.call('config.patch', { raw: '{}', baseHash }));
    expect(refusal).toMatchObject({ message: 'invalid config; fix before patching' });
    expect(bench.restarts).toEqual([]);
  });
});

it('config.apply replaces the file, also a broken one, and asks for a restart', async () => {
  const { bench, baseHash, read } = await withFile('{ bogus');
  await using _ = bench;
  const answer = await bench.call('config.apply', { raw: '{ gateway: { mode: "local" } }', baseHash });
  expect(answer).toMatchObject({ restart: { reason: 'config.apply' }, sentinel: { payload: { message: null } } });
  expect(JSON.parse(await read())).toMatchObject({ gateway: { mode: 'local' } });
});

it('config.get shows the file as it is at this moment', async () => {
  const { bench, baseHash } = await withFile();
  await using _ = bench;
  expect(await bench.call('config.get')).toMatchObject({ valid: true, hash: baseHash });
});

describe('talk.config', () => {
  const config = { talk: { apiKey: 'k', voiceId: 'v' }, ui: { seamColor: '#000001' } };

  it('hides the key unless it is asked for by somebody who may', async () => {
    await using bench = await openMethodBench({ config });
    expect(await bench.call('talk.config')).toEqual({
      config: { talk: { apiKey: '__OPENCLAW_REDACTED__', voiceId: 'v' }, ui: { seamColor: '#000001' } },
    });
    expect(await bench.call('talk.config', { includeSecrets: true })).toMatchObject({
      config: { talk: { apiKey: 'k' } },
    });
    const reader = { scopes: ['operator.read'] };
    await expect(bench.call('talk.config', { includeSecrets: true }, reader)).rejects.toThrow(
      'missing scope: operator.talk.secrets',
    );
  });
});
