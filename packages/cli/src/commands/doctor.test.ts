import { chmod, lstat, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContextOptions } from '../testing/test-context.ts';

const SOUND = { gateway: { mode: 'local', auth: { mode: 'token', token: 'abc' } } };

let state: StateHome;
beforeEach(async () => {
  state = await createStateHome();
});
afterEach(() => state.remove());

async function doctor(argv: readonly string[], options: Partial<TestContextOptions> = {}) {
  const cli = createTestContext({ env: { ...state.env, ...options.env }, ...withoutEnv(options) });
  expect(await cli.run('doctor', ...argv)).toBe(0);
  const text = cli.stdout.join('\n');
  // Boxes wrap their lines.
  return { text, flat: text.replaceAll(/[│\s]+/g, ' '), errors: cli.stderr.join('\n') };
}

function withoutEnv({ env: _, ...rest }: Partial<TestContextOptions>): Omit<Partial<TestContextOptions>, 'env'> {
  return rest;
}

const configText = (): Promise<string> => readFile(state.configPath, 'utf8');

/** Everything a tidy installation has. */
async function furnish(config: unknown = SOUND): Promise<void> {
  await state.writeConfig(config);
  await mkdir(join(state.stateDir, 'agents/main/sessions'), { recursive: true });
  await mkdir(join(state.stateDir, 'credentials'));
}

describe('doctor', () => {
  it('has little to say about a tidy installation without a running gateway', async () => {
    await furnish();
    const { text, errors } = await doctor(['--non-interactive']);
    expect(text).toMatch(/^┌ {2}Chela doctor\n│\n/);
    expect(text).toContain('No gateway runs');
    expect(text).toMatch(/└ {2}Doctor complete\.$/);
    expect(text).not.toMatch(/State integrity|Gateway auth|Config/);
    expect(errors).toBe('');
  });

  it('tells of open permissions and missing folders, and mends them only with --yes', async () => {
    await state.writeConfig(SOUND);
    await chmod(state.configPath, 0o644);
    await chmod(state.stateDir, 0o755);
    const { flat } = await doctor(['--fix', '--non-interactive']);
    expect(flat).toContain('Mode 700 is right.');
    expect(flat).toContain('Mode 600 is right.');
    expect(flat).toContain('CRITICAL: Sessions of main is missing');
    expect((await stat(state.configPath)).mode & 0o777).toBe(0o644);
    await doctor(['--yes']);
    expect((await stat(state.configPath)).mode & 0o777).toBe(0o600);
    expect((await stat(state.stateDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(state.stateDir, 'agents/main/sessions'))).isDirectory()).toBe(true);
    expect((await doctor(['--non-interactive'])).text).not.toContain('State integrity');
  });

  it('moves old keys before it removes unknown ones, and only when repairs are asked for', async () => {
    const raw = '{ // mine\n  agent: { model: "openai/gpt-5.2" }, gateway: { token: "abc" }, frob: 1 }';
    await furnish(raw);
    const look = await doctor(['--non-interactive']);
    expect(look.text).toContain('Legacy config keys detected');
    expect(look.text).toContain('- frob');
    expect(look.text).toContain('Run `chela doctor --fix`');
    expect(look.errors).toContain('Invalid config:');
    expect(await configText()).toBe(raw);
    const { text, errors } = await doctor(['--fix', '--non-interactive']);
    expect(text).toContain('Removed frob.');
    expect(text).toContain(`Backup: ${state.configPath}.bak`);
    expect(errors).toBe('');
    const mended = await configText();
    expect(mended).toContain('// mine');
    expect(mended).toContain('openai/gpt-5.2');
    expect(mended).toContain('"abc"');
    expect(mended).not.toContain('frob');
  });

  it('asks on a terminal and does as it is told', async () => {
    await furnish({ gateway: { mode: 'local' }, frob: 1 });
    const asked: string[] = [];
    const answers = (question: string): boolean => {
      asked.push(question);
      return question.includes('config repairs');
    };
    await doctor([], { answers, env: { OPENCLAW_GATEWAY_TOKEN: '' } });
    expect(asked.map((question) => question.replace(/^│ */, ''))).toEqual([
      'Apply the recommended config repairs now?',
      'Generate a gateway token and store it?',
    ]);
    expect(await configText()).not.toContain('frob');
    expect(await configText()).not.toContain('auth');
  });

  it('reports a configuration that it cannot mend', async () => {
    await furnish('{ gateway: { port: "many" } }');
    const { text, errors } = await doctor(['--yes']);
    expect(text).toContain('- gateway.port:');
    expect(errors).toContain('- gateway.port:');
  });

  it('stores a token without a question when that was asked for', async () => {
    await furnish({ gateway: { mode: 'local' } });
    await doctor(['--non-interactive', '--generate-gateway-token'], { env: { OPENCLAW_GATEWAY_TOKEN: '' } });
    expect(JSON.parse(await configText()).gateway.auth).toEqual({
      mode: 'token',
      token: expect.stringMatching(/^[0-9a-f]{48}$/),
    });
  });

  it('gives state of an earlier release its present names', async () => {
    await furnish();
    await rename(state.configPath, join(state.stateDir, 'moltbot.json'));
    await rename(state.stateDir, join(state.home, '.moltbot'));
    const { text } = await doctor(['--non-interactive'], { env: { CLAWDBOT_GATEWAY_PORT: '1' } });
    expect(text).toContain('CLAWDBOT_GATEWAY_PORT: use OPENCLAW_GATEWAY_PORT');
    expect((await lstat(join(state.home, '.moltbot'))).isSymbolicLink()).toBe(true);
    expect(await readdir(state.stateDir)).toContain('openclaw.json');
  });

  it('tells of logins that have run out and of those that rest', async () => {
    await furnish();
    const folder = join(state.stateDir, 'agents/main/agent');
    await mkdir(folder);
    const now = Date.now();
    await writeFile(
      join(folder, 'auth-profiles.json'),
      JSON.stringify({
        profiles: {
          'a:old': { type: 'token', expires: now - 1 },
          'b:soon': { type: 'token', expires: now + 60_000 },
          'c:renews': { type: 'oauth', expires: now - 1, refresh: 'r' },
          'd:key': { type: 'api_key', key: 'secret' },
        },
        usageStats: { 'd:key': { cooldownUntil: now + 120_000 } },
      }),
    );
    const { text } = await doctor(['--non-interactive']);
    expect(text).toContain('- a:old: expired.');
    expect(text).toContain('- b:soon: expires in less than a day.');
    expect(text).toMatch(/- d:key: resting for [23] minutes\./);
    expect(text).not.toContain('c:renews');
    expect(text).not.toContain('secret');
  });

  it('removes locks of processes that are gone', async () => {
    await furnish();
    const lock = join(state.stateDir, 'agents/main/sessions/x.jsonl.lock');
    await writeFile(lock, '{"pid": 2147483646}');
    expect((await doctor(['--non-interactive'])).flat).toContain('belongs to nobody any more');
    await doctor(['--yes']);
    expect(await readdir(join(state.stateDir, 'agents/main/sessions'))).toEqual([]);
  });

  it('names sessions whose conversation is gone, and leaves state alone that a gateway uses', async () => {
    await furnish();
    const sessions = { 'agent:main:main': { sessionId: 'gone', updatedAt: Date.now() } };
    await writeFile(join(state.stateDir, 'agents/main/sessions/sessions.json'), JSON.stringify(sessions));
    expect((await doctor(['--non-interactive'])).text).toContain('have no messages: agent:main:main');
    const { text } = await doctor(['--non-interactive'], { runningPid: 4711 });
    expect(text).not.toContain('have no messages');
    expect(text).toContain('Process 4711 holds the gateway lock');
  });

  it('warns of a gateway that others can reach', async () => {
    await furnish({ gateway: { mode: 'local', bind: 'lan' } });
    const { text } = await doctor(['--non-interactive'], { env: { OPENCLAW_GATEWAY_TOKEN: '' } });
    expect(text).toMatch(/gateway\.bind is lan and no secret is set/);
  });
});
