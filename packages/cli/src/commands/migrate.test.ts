import { lstat, mkdir, readdir, readFile, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { createStore, type Store } from '@chela/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

const SESSION_ID = '00000000-0000-4000-8000-000000000001';
const SESSIONS = 'agents/main/sessions/sessions.json';
const TRANSCRIPT = `agents/main/sessions/${SESSION_ID}.jsonl`;

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  cli = createTestContext({ env: { ...state.env } });
});
afterEach(() => state.remove());

async function write(folder: string, name: string, content: unknown): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const { stateDir } = state;
  const workspaceDir = (): string => stateDir;
  const store = await createStore({
    stateDir,
    mirror: false,
    workspaceDir,
    clock: systemClock,
    logger: silentLogger(),
  });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const read = async (folder: string, name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));

function messageLine(id: string, parentId: string | null, role: string, text: string): string {
  const message = { role, content: [{ type: 'text', text }], timestamp: 1 };
  return `${JSON.stringify({ type: 'message', id, parentId, timestamp: '2026-01-05T10:00:00.000Z', message })}\n`;
}

/** What an installation of the original leaves, with some of everything. */
async function furnish(folder: string, config: unknown = { gateway: { mode: 'local' } }): Promise<void> {
  await write(folder, 'openclaw.json', config);
  await write(folder, SESSIONS, {
    'agent:main:main': { sessionId: SESSION_ID, updatedAt: 2 },
    'agent:main:quiet': { sessionId: 'quiet', updatedAt: 1 },
    odd: 7,
  });
  const header = { type: 'session', version: 3, id: SESSION_ID, timestamp: '2026-01-05T10:00:00.000Z', cwd: '/x' };
  await write(
    folder,
    TRANSCRIPT,
    `${JSON.stringify(header)}\n${messageLine('a', null, 'user', 'hi')}${messageLine('b', 'a', 'assistant', 'hello')}`,
  );
  await write(folder, 'agents/main/sessions/stray.jsonl', '');
  await write(folder, 'devices/paired.json', { d1: { deviceId: 'd1' }, d2: { deviceId: 'd2' } });
  await write(folder, 'nodes/paired.json', '{ broken');
  await write(folder, 'exec-approvals.json', { version: 1, agents: { main: { allowlist: [{ pattern: '/bin/ls' }] } } });
  await write(folder, 'cron/jobs.json', { version: 1, jobs: [{ id: 'j1' }] });
  await write(folder, 'agents/main/agent/auth-profiles.json', { version: 1, profiles: { 'openai:default': {} } });
  await write(folder, 'credentials/whatsapp/default/creds.json', {});
  await write(folder, 'workspace/AGENTS.md', 'be kind');
}

async function migrate(...argv: readonly string[]) {
  cli.stdout.length = 0;
  expect(await cli.run('migrate', ...argv, '--json')).toBe(0);
  return JSON.parse(cli.stdout.join('\n'));
}

const found = (report: { items: { kind: string; found: number; added?: number }[] }) =>
  Object.fromEntries(report.items.map(({ kind, found: count, added }) => [kind, [count, added]]));

describe('migrate in place', () => {
  it('takes everything in once and says what it left', async () => {
    await furnish(state.stateDir);
    const first = await migrate();
    expect(first).toMatchObject({ ok: true, dryRun: false, changed: true, from: state.stateDir, to: state.stateDir });
    expect(found(first)).toEqual({
      configuration: [1, undefined],
      sessions: [2, 2],
      transcripts: [1, 1],
      'paired devices': [2, 0],
      'pairing requests': [0, 0],
      'paired nodes': [0, 0],
      'approved commands': [1, 0],
      'cron jobs': [1, 0],
      'auth profiles': [1, 0],
      'credential files': [1, 0],
    });
    expect(first.skipped).toEqual([
      { what: 'nodes/paired.json', why: 'it is no JSON' },
      { what: `1 values in ${join(state.stateDir, SESSIONS)}`, why: 'they are no sessions' },
      { what: 'stray.jsonl', why: 'no session names this transcript' },
    ]);
    expect(cli.locks).toEqual(['taken', 'given back']);
    const again = await migrate();
    expect(again).toMatchObject({
      changed: false,
      items: expect.arrayContaining([{ kind: 'sessions', found: 2, added: 0 }]),
    });
    expect(again.restorePoint).toBeUndefined();
    expect(await readdir(join(state.stateDir, 'chela', 'restore'))).toEqual([first.restorePoint]);
  });

  it('reports for people', async () => {
    await furnish(state.stateDir);
    expect(await cli.run('migrate')).toBe(0);
    const text = cli.stdout.join('\n');
    expect(text).toContain(`Took over ${state.stateDir}`);
    expect(text).toMatch(/sessions +2 found, 2 new/);
    expect(text).toMatch(/transcripts +1 found, 1 new \(2 lines\)/);
    expect(text).toContain('stray.jsonl: no session names this transcript');
    expect(text).toMatch(/To undo it: chela restore apply \S+-migrate/);
    cli.stdout.length = 0;
    await cli.run('migrate');
    expect(cli.stdout.join('\n')).toContain(`Nothing new in ${state.stateDir}`);
  });

  it('changes nothing in a dry run', async () => {
    await furnish(state.stateDir, { gateway: { token: 'abc' } });
    const before = await readdir(state.stateDir, { recursive: true });
    const report = await migrate('--dry-run');
    expect(report).toMatchObject({ dryRun: true, changed: false });
    expect(found(report)).toMatchObject({ sessions: [2, undefined], transcripts: [1, undefined] });
    expect(report.items[0].note).toBe('1 keys of older releases moved');
    expect(await readdir(state.stateDir, { recursive: true })).toEqual(before);
  });

  it('moves keys of older releases, and going back brings the old file', async () => {
    const raw = '{ // mine\n  gateway: { token: "abc" } }';
    await furnish(state.stateDir, raw);
    const { restorePoint } = await migrate();
    const migrated = await readFile(state.configPath, 'utf8');
    expect(migrated).toContain('// mine');
    expect(await migrate()).toMatchObject({ changed: false });
    expect(await cli.run('restore', 'apply', restorePoint)).toBe(0);
    expect(await readFile(state.configPath, 'utf8')).toBe(raw);
    expect(await readdir(join(state.stateDir, 'chela'))).not.toContain('chela.sqlite');
    expect(await cli.run('restore', 'apply', 'latest')).toBe(0);
    expect(await readFile(state.configPath, 'utf8')).toBe(migrated);
    expect(await migrate()).toMatchObject({ changed: false });
  });

  it('says what keeps a configuration from being migrated', async () => {
    await furnish(state.stateDir, { gateway: { token: 'abc' }, frob: 1 });
    expect((await migrate()).skipped[0]).toEqual({ what: 'configuration <root>', why: 'Unrecognized key: "frob"' });
  });

  it('refuses while a gateway runs', async () => {
    await furnish(state.stateDir);
    cli = createTestContext({ env: { ...state.env }, runningPid: 4711 });
    expect(await cli.run('migrate')).toBe(1);
    expect(cli.stderr.join('\n')).toContain('a gateway (process 4711) runs on');
    expect(await cli.run('migrate', '--dry-run')).toBe(0);
  });
});

describe('state of older releases', () => {
  it('gets the present folder and file names, with a link under the old name', async () => {
    const old = join(state.home, '.clawdbot');
    await rename(state.stateDir, old);
    await furnish(old);
    await rename(join(old, 'openclaw.json'), join(old, 'clawdbot.json'));
    expect(await migrate('--dry-run')).toMatchObject({ moved: [{ from: old, to: state.stateDir }] });
    const report = await migrate();
    expect(report).toMatchObject({ from: old, to: state.stateDir, moved: [{ from: old, to: state.stateDir }] });
    expect(await readlink(old)).toBe(state.stateDir);
    expect(await read(state.stateDir, 'openclaw.json')).toEqual({ gateway: { mode: 'local' } });
    expect(found(report)).toMatchObject({ sessions: [2, 2] });
    expect(await migrate()).toMatchObject({ changed: false, moved: [] });
  });

  it('beside a present one is named, not touched', async () => {
    await furnish(state.stateDir);
    await furnish(join(state.home, '.moltbot'));
    expect((await migrate()).warnings).toEqual([
      `${join(state.home, '.moltbot')} holds state of an older release too; take it over with --from ${join(state.home, '.moltbot')}`,
    ]);
  });

  it('from before there were agents becomes that of the default agent', async () => {
    await write(state.stateDir, 'openclaw.json', { gateway: { mode: 'local' } });
    await write(state.stateDir, 'sessions/sessions.json', { main: { sessionId: SESSION_ID, updatedAt: 2 } });
    await write(state.stateDir, `sessions/${SESSION_ID}.jsonl`, messageLine('a', null, 'user', 'hi'));
    await write(state.stateDir, 'agent/auth-profiles.json', { profiles: { 'openai:default': {} } });
    await write(state.stateDir, 'credentials/creds.json', {});
    const report = await migrate();
    expect(found(report)).toMatchObject({ sessions: [1, 1], transcripts: [1, 1], 'auth profiles': [1, 1] });
    expect((await stat(join(state.stateDir, 'credentials/whatsapp/default/creds.json'))).isFile()).toBe(true);
    await cli.run('restore', 'apply', report.restorePoint);
    expect((await stat(join(state.stateDir, 'sessions/sessions.json'))).isFile()).toBe(true);
    expect((await stat(join(state.stateDir, 'agent/auth-profiles.json'))).isFile()).toBe(true);
  });
});

describe('migrate --from another directory', () => {
  const away = (): string => join(state.home, 'backup');

  it('copies what is missing here, for its owner only, and only once', async () => {
    await furnish(away());
    await write(away(), 'logs/gateway.log', 'old');
    await symlink('/etc', join(away(), 'media'));
    const first = await migrate('--from', away());
    expect(found(first)).toMatchObject({ sessions: [2, 2], 'paired devices': [2, 2], 'cron jobs': [1, 1] });
    expect(first.skipped).toEqual(
      expect.arrayContaining([
        { what: 'logs', why: 'logs stay with the place they tell about' },
        { what: 'media', why: 'links are not followed' },
      ]),
    );
    expect((await stat(join(state.stateDir, 'credentials/whatsapp/default/creds.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(state.stateDir, 'workspace/AGENTS.md'), 'utf8')).toBe('be kind');
    expect(await migrate('--from', away())).toMatchObject({ changed: false });
    await cli.run('restore', 'apply', first.restorePoint);
    const left = await readdir(state.stateDir, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile() && !entry.parentPath.includes('chela'))).toEqual([]);
  });

  it('brings both together: newer sessions win, what is only here stays, own files stay', async () => {
    await furnish(state.stateDir, { gateway: { mode: 'local', port: 19001 } });
    await furnish(away());
    await write(state.stateDir, 'workspace/AGENTS.md', 'be brief');
    await write(away(), SESSIONS, {
      'agent:main:main': { sessionId: SESSION_ID, updatedAt: 9, label: 'Newer' },
      'agent:main:quiet': { sessionId: 'quiet', updatedAt: 0, label: 'Older' },
      'agent:main:third': { sessionId: 'third', updatedAt: 3 },
    });
    await write(away(), 'devices/paired.json', { d2: { deviceId: 'changed' }, d3: { deviceId: 'd3' } });
    await write(away(), 'cron/jobs.json', { version: 1, jobs: [{ id: 'j1', name: 'theirs' }, { id: 'j2' }] });
    await write(
      away(),
      TRANSCRIPT,
      `${await readFile(join(away(), TRANSCRIPT), 'utf8')}${messageLine('c', 'b', 'user', 'more')}`,
    );
    await mkdir(join(away(), 'nodes'), { recursive: true });
    const report = await migrate('--from', away());
    const sessions = await read(state.stateDir, SESSIONS);
    expect(sessions['agent:main:main'].label).toBe('Newer');
    expect(sessions['agent:main:quiet'].label).toBeUndefined();
    expect(Object.keys(sessions)).toContain('agent:main:third');
    expect(await read(state.stateDir, 'devices/paired.json')).toEqual({
      d1: { deviceId: 'd1' },
      d2: { deviceId: 'd2' },
      d3: { deviceId: 'd3' },
    });
    expect((await read(state.stateDir, 'cron/jobs.json')).jobs).toEqual([{ id: 'j1' }, { id: 'j2' }]);
    expect(await readFile(join(state.stateDir, 'workspace/AGENTS.md'), 'utf8')).toBe('be brief');
    expect(report.skipped).toEqual(
      expect.arrayContaining([
        { what: 'workspace/AGENTS.md', why: 'this directory has its own' },
        { what: 'openclaw.json', why: 'this directory has its own, openclaw.json' },
      ]),
    );
    expect(found(report)).toMatchObject({ sessions: [3, 3], transcripts: [1, 1], 'paired devices': [3, 1] });
    expect(await migrate('--from', away())).toMatchObject({ changed: false });
  });

  it('replaces a configuration that nobody has worked on since the first start', async () => {
    await state.writeConfig({
      gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: 'generated' } },
      agents: { list: [{ id: 'main', default: true }] },
    });
    await furnish(away(), { gateway: { mode: 'local', port: 19077 } });
    await migrate('--from', away());
    expect(await read(state.stateDir, 'openclaw.json')).toEqual({ gateway: { mode: 'local', port: 19077 } });
  });

  it('warns of a configuration that leads back there', async () => {
    await furnish(away(), { agents: { defaults: { workspace: join(away(), 'workspace') } } });
    expect((await migrate('--from', away(), '--dry-run')).warnings).toEqual([
      `the configuration in ${away()} names paths in there; they are used as they are`,
    ]);
  });

  it('says when there is none', async () => {
    expect(await cli.run('migrate', '--from', join(state.home, 'nowhere'))).toBe(1);
    expect(cli.stderr[0]).toBe(`There is no state directory at ${join(state.home, 'nowhere')}.`);
  });
});

describe('migrate export', () => {
  const out = (): string => join(state.home, 'out');

  async function exportTo(...argv: readonly string[]) {
    cli.stdout.length = 0;
    expect(await cli.run('migrate', 'export', ...argv, '--json')).toBe(0);
    return JSON.parse(cli.stdout.join('\n'));
  }

  it('writes a whole state directory, again over itself, and not over anything else', async () => {
    await furnish(state.stateDir, {
      gateway: { port: 19001 },
      session: { store: join(state.home, 'kept/{agentId}.json') },
    });
    await write(state.home, 'kept/main.json', await read(state.stateDir, SESSIONS));
    const report = await exportTo('--to', out());
    expect(found(report)).toMatchObject({ sessions: [2, undefined], 'paired devices': [2, undefined] });
    expect(await read(out(), 'openclaw.json')).toMatchObject({ gateway: { port: 19001, mode: 'local' }, session: {} });
    expect((await read(out(), 'openclaw.json')).session.store).toBeUndefined();
    expect(await read(out(), 'cron/jobs.json')).toEqual({ version: 1, jobs: [{ id: 'j1' }] });
    expect(Object.keys(await read(out(), SESSIONS))).toEqual(['agent:main:main', 'agent:main:quiet']);
    expect((await lstat(join(out(), SESSIONS))).mode & 0o777).toBe(0o600);
    expect(await readdir(out())).not.toContain('chela');
    expect(found(await exportTo('--to', out()))).toEqual(found(report));
    await write(state.home, 'theirs/file', 'x');
    expect(await cli.run('migrate', 'export', '--to', join(state.home, 'theirs'))).toBe(1);
    expect(cli.stderr[0]).toContain('is not empty');
  });

  it('without a directory brings the files of the state directory up to date', async () => {
    await furnish(state.stateDir, { gateway: { port: 19001 } });
    await migrate();
    const address = { channel: 'telegram', accountId: 'default', to: '4242' };
    const part = { kind: 'text', text: { text: 'late', plain: 'late' } };
    await withStore((store) => store.deliveries.add([{ ...address, key: 'send:1', partIndex: 0, part }]));
    const report = await exportTo();
    expect(found(report)).toMatchObject({ 'undelivered messages': [1, undefined] });
    const [queued = ''] = await readdir(join(state.stateDir, 'delivery-queue'));
    expect(await read(state.stateDir, `delivery-queue/${queued}`)).toMatchObject({
      ...address,
      payloads: [{ text: 'late' }],
    });
    expect(report).toMatchObject({ to: state.stateDir, restorePoint: expect.stringContaining('-export') });
    expect((await read(state.stateDir, SESSIONS))['agent:main:main'].sessionId).toBe(SESSION_ID);
    expect(await read(state.stateDir, 'openclaw.json')).toMatchObject({ gateway: { mode: 'local' } });
  });

  it('takes out what the original does not know, and says so', async () => {
    await furnish(state.stateDir, {
      gateway: { mode: 'local', bind: 'custom', customBindHost: '10.0.0.5' },
      security: { defender: { mode: 'audit' } },
    });
    const { warnings } = await exportTo('--to', out());
    expect(await read(out(), 'openclaw.json')).toEqual({ gateway: { mode: 'local', bind: 'custom' } });
    expect(warnings).toEqual([
      'security was taken out of the configuration: only Chela knows that section',
      'gateway.customBindHost was taken out: the original refuses the key',
    ]);
  });

  it('refuses a configuration on which the original would not start', async () => {
    await state.writeConfig('{ frob: 1 }');
    expect(await cli.run('migrate', 'export')).toBe(1);
    expect(cli.stderr[0]).toContain('not valid');
  });
});

describe('restore', () => {
  it('lists, shows and applies the points of configuration changes', async () => {
    await state.writeConfig({ gateway: { port: 19001 } });
    await cli.run('config', 'set', 'gateway.port', '19002');
    cli.stdout.length = 0;
    expect(await cli.run('restore', 'list', '--json')).toBe(0);
    const [point] = JSON.parse(cli.stdout.join('\n')).points;
    expect(point).toMatchObject({ reason: 'config', files: [{ path: state.configPath }] });
    cli.stdout.length = 0;
    await cli.run('restore', 'list');
    await cli.run('restore', 'show', 'latest');
    expect(cli.stdout.join('\n')).toContain('before a change of the configuration');
    expect(cli.stdout.join('\n')).toContain(`${state.configPath} (`);
    expect(await cli.run('restore', 'apply', 'latest')).toBe(0);
    expect(await read(state.stateDir, 'openclaw.json')).toEqual({ gateway: { port: 19001 } });
  });

  it('refuses while a gateway runs, and names that it does not know', async () => {
    await state.writeConfig({});
    expect(await cli.run('restore', 'apply', 'nope')).toBe(1);
    expect(cli.stderr[0]).toBe('There is no restore point nope.');
    cli = createTestContext({ env: { ...state.env }, runningPid: 4711 });
    expect(await cli.run('restore', 'apply', 'latest')).toBe(1);
    expect(cli.stderr.join('\n')).toContain('Stop it, then run this again.');
  });
});
