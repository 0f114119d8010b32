import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let home: StateHome;
let cli: TestContext;

beforeEach(async () => {
  home = await createStateHome();
  await home.writeConfig({});
  cli = createTestContext({ env: home.env });
});
afterEach(() => home.remove());

const at = (name: string): string => join(home.home, name);

/** Runs a command line; resolves with its exit code and what it said. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly said: string }> {
  cli.stdout.length = 0;
  cli.stderr.length = 0;
  const code = await cli.run(...argv);
  return { code, said: [...cli.stdout, ...cli.stderr].join('\n') };
}

async function makeKey(): Promise<void> {
  const { said } = await run('policy', 'keygen', '--out', at('house.key'), '--json');
  const { publicKey } = JSON.parse(said);
  expect((await run('config', 'set', 'security.defender.bundle.trustedKeys.house', publicKey)).code).toBe(0);
}

async function sign(version: number, policy: object): Promise<string> {
  await writeFile(at('policy.json'), JSON.stringify(policy));
  const out = at(`signed-${version}.json`);
  const flags = ['--key', at('house.key'), '--policy-version', String(version), '--out', out];
  expect((await run('policy', 'sign', at('policy.json'), ...flags)).code).toBe(0);
  return out;
}

describe('policies without a gateway', () => {
  it('are signed, verified, applied, shown, compared and rolled back', async () => {
    await makeKey();
    expect((await stat(at('house.key'))).mode & 0o777).toBe(0o600);
    const first = await sign(1, { toolPolicies: { exec: 'review' } });
    expect(await run('policy', 'verify', first)).toMatchObject({
      code: 0,
      said: expect.stringContaining('is genuine'),
    });
    expect(await run('policy', 'apply', first)).toEqual({ code: 0, said: 'policy version 1 is in force.' });
    const second = await sign(2, { toolPolicies: { exec: 'block' }, blockThreshold: 50 });
    expect((await run('policy', 'diff', second)).said).toBe(
      'blockThreshold\n  + 50\ntoolPolicies.exec\n  - "review"\n  + "block"',
    );
    await run('policy', 'apply', second);
    const { said } = await run('policy', 'show', '--json');
    expect(JSON.parse(said)).toMatchObject({ active: 2, highest: 2, bundles: [{ version: 2 }, { version: 1 }] });
    expect((await run('policy', 'rollback', '1')).said).toBe('Version 1 is in force again.');
    expect((await run('policy', 'show')).said).toMatch(/│ 1 +│ policy .*in force/);
    expect((await run('policy', 'apply', second)).said).toContain('rolled_back');
    expect((await run('policy', 'rollback', 'none')).said).toBe('The configuration decides again.');
  });

  it('are refused with code 1 when altered, signed by a stranger, or unusable', async () => {
    await makeKey();
    const file = await sign(1, { toolPolicies: { exec: 'review' } });
    const altered = at('altered.json');
    await writeFile(altered, (await readFile(file, 'utf8')).replace('review', 'allow'));
    expect(await run('policy', 'verify', altered)).toMatchObject({
      code: 1,
      said: expect.stringContaining('(altered)'),
    });
    expect(await run('policy', 'apply', altered)).toMatchObject({ code: 1 });
    await run('config', 'unset', 'security.defender.bundle.trustedKeys.house');
    expect(await run('policy', 'verify', file)).toMatchObject({
      code: 1,
      said: expect.stringContaining('unknown_key'),
    });
    expect(await run('policy', 'verify', file, '--public-key', at('house.key.pub'))).toMatchObject({ code: 0 });
    await writeFile(at('bad.json'), JSON.stringify({ reviewThreshold: 90 }));
    const flags = ['--key', at('house.key'), '--policy-version', '2'];
    expect((await run('policy', 'sign', at('bad.json'), ...flags)).said).toContain('must be below blockThreshold');
    expect((await run('policy', 'rollback', '7')).code).toBe(1);
  });

  it('keys are never written over', async () => {
    await makeKey();
    expect((await run('policy', 'keygen', '--out', at('house.key'))).said).toContain('exists already');
  });
});

describe('the audit log without a gateway', () => {
  it('is sound when nothing was judged yet', async () => {
    expect(await run('audit', 'verify')).toEqual({ code: 0, said: '0 entries, all as they were written.' });
  });

  it('an export that somebody changed ends with code 1 and names the entry', async () => {
    const { createStore } = await import('@chela/store');
    const { silentLogger, systemClock } = await import('@chela/observability');
    const { stateDir } = home;
    const options = {
      stateDir,
      mirror: false,
      workspaceDir: () => stateDir,
      clock: systemClock,
      logger: silentLogger(),
    };
    const store = await createStore(options);
    for (let index = 1; index <= 3; index += 1) store.audit.append({ decision: index });
    await store.close();
    const file = at('audit.jsonl');
    await run('audit', 'export', '--out', file);
    expect(await run('audit', 'verify', '--file', file)).toMatchObject({
      code: 0,
      said: expect.stringContaining('3 entries'),
    });
    await writeFile(file, (await readFile(file, 'utf8')).replace('{\\"decision\\":2}', '{\\"decision\\":9}'));
    const changed = await run('audit', 'verify', '--file', file, '--json');
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.said)).toMatchObject({ ok: false, problems: [{ seq: 2, kind: 'edited' }] });
    await writeFile(at('anchors.jsonl'), `${JSON.stringify({ seq: 9, hash: 'x' })}\n`);
    await run('audit', 'export', '--out', file);
    const short = await run('audit', 'verify', '--file', file, '--anchors', at('anchors.jsonl'));
    expect(short).toMatchObject({ code: 1, said: expect.stringContaining('truncated') });
  });
});

describe('the mode of the defender without a gateway', () => {
  it('is written into the configuration', async () => {
    expect((await run('defender', 'mode', 'enforce')).code).toBe(0);
    expect(JSON.parse(await readFile(home.configPath, 'utf8'))).toMatchObject({
      security: { defender: { mode: 'enforce' } },
    });
    expect(await run('defender', 'mode', 'loud')).toMatchObject({
      code: 1,
      said: expect.stringContaining('no mode loud'),
    });
  });
});
