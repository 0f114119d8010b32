import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Clients, createProviderMock, installClients } from '@chela/parity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type GatewayHome, mockConfig, startGateway } from '../harness/gateway-process.ts';
import { connectOperator, messageText, type Operator } from '../harness/operator.ts';
import { type RunningGateway, startOriginal } from './original-gateway.ts';

/** Taking over with `chela migrate`, living without the mirror, and going back with `chela migrate export`. */

const run = promisify(execFile);
const BIN = resolve(import.meta.dirname, '../../apps/chela/bin/chela.mjs');
const OLD_SESSION = '00000000-0000-4000-8000-0000000000a5';

const provider = createProviderMock();
let clients: Clients;
let home: GatewayHome;

beforeAll(async () => {
  clients = await installClients();
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`, { plugins: { enabled: false } }));
});

afterAll(async () => {
  await provider.stop();
  await home.remove();
});

async function chela(...argv: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: home.home, OPENCLAW_STATE_DIR: home.stateDir, NO_COLOR: '1', TZ: 'UTC' };
  const { stdout } = await run(process.execPath, [BIN, ...argv, '--json'], { env, cwd: home.home });
  return JSON.parse(stdout);
}

/** What a person sees of a gateway's state: the conversations, who is paired, and what is planned. */
interface Seen {
  readonly sessions: unknown;
  readonly main: readonly string[];
  readonly work: readonly string[];
  readonly old: readonly string[];
  readonly devices: number;
  readonly jobs: unknown;
}

async function visit(
  running: RunningGateway,
  during: (operator: Operator) => Promise<void> = async () => {},
): Promise<Seen> {
  const operator = await connectOperator(running.url, home.token);
  try {
    await during(operator);
    return await look(operator);
  } finally {
    await operator.close();
    await running.end();
  }
}

async function look({ request }: Operator): Promise<Seen> {
  const history = async (sessionKey: string): Promise<string[]> => {
    const answer = await request('chat.history', { sessionKey });
    return listIn(answer, 'messages').map((message) => messageText(message).split('] ').at(-1) ?? '');
  };
  const sessions = listIn(await request('sessions.list'), 'sessions').map((row) => [
    member(row, 'key'),
    member(row, 'sessionId'),
    member(row, 'label'),
  ]);
  return {
    sessions: sessions.toSorted(),
    main: await history('main'),
    work: await history('agent:main:work'),
    old: await history('agent:main:old'),
    devices: listIn(await request('device.pair.list'), 'paired').length,
    jobs: listIn(await request('cron.list', { includeDisabled: true }).catch(() => undefined), 'jobs').map((job) =>
      member(job, 'name'),
    ),
  };
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = member(value, key);
  return Array.isArray(list) ? list : [];
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** A conversation in the first format, without ids, as long-time users have them. */
async function leaveOldConversation(): Promise<void> {
  const folder = join(home.stateDir, 'agents/main/sessions');
  const sessions = await readFile(join(folder, 'sessions.json'), 'utf8');
  const old = { 'agent:main:old': { sessionId: OLD_SESSION, updatedAt: Date.now(), label: 'Old' } };
  await writeFile(join(folder, 'sessions.json'), JSON.stringify({ ...JSON.parse(sessions), ...old }, null, 2));
  const lines = [
    { type: 'session', id: OLD_SESSION, timestamp: '2025-01-05T10:00:00.000Z', cwd: home.workspace },
    ...['an old question', 'an old answer'].map((text, i) => ({
      type: 'message',
      timestamp: `2025-01-05T10:00:0${i}.000Z`,
      message: {
        role: i === 0 ? 'user' : 'assistant',
        content: [{ type: 'text', text }],
        timestamp: 1_736_071_200_000 + i,
      },
    })),
  ];
  await writeFile(join(folder, `${OLD_SESSION}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

test('what was said in the original is there after migrate, and what was said in Chela is there after export', async ({
  skip,
}) => {
  if (!clients.available) return skip(clients.reason);
  const original = clients.openclaw;

  provider.script([{ text: 'From the original.', repeat: 'always' }]);
  await visit(await startOriginal(original, home), async (operator) => {
    await operator.say('main', 'one');
    await operator.say('agent:main:work', 'plan');
    await operator.request('sessions.patch', { key: 'agent:main:work', label: 'Work' });
    await operator.request('cron.add', {
      name: 'nightly',
      schedule: { kind: 'cron', expr: '0 3 * * *' },
      sessionTarget: 'main',
      wakeMode: 'next-heartbeat',
      payload: { kind: 'systemEvent', text: 'tick' },
    });
  });
  await leaveOldConversation();
  const before = await visit(await startOriginal(original, home));

  const report = await chela('migrate');
  expect(report.skipped).toEqual([]);
  expect(await chela('migrate')).toMatchObject({ changed: false });

  provider.script([{ text: 'From Chela.', repeat: 'always' }]);
  const gateway = await startGateway(home);
  const there = await visit({ url: gateway.url, end: () => gateway.end() }, async (operator) => {
    await operator.say('main', 'two');
    await operator.say('agent:main:old', 'a new question');
    await operator.request('sessions.patch', { key: 'agent:main:work', label: 'Job' });
    await operator.say('agent:main:fresh', 'hello');
  });
  expect(there.main).toEqual([...before.main, 'two', 'From Chela.']);
  expect(there.old).toEqual([...before.old, 'a new question', 'From Chela.']);
  expect(there.work).toEqual(before.work);

  const elsewhere = { home: home.home, stateDir: join(home.home, 'exported') };
  await chela('migrate', 'export', '--to', elsewhere.stateDir);
  const { devices, jobs, ...said } = await visit(await startOriginal(original, elsewhere));
  expect(said).toEqual({ sessions: there.sessions, main: there.main, work: there.work, old: there.old });
  expect(devices).toBeGreaterThanOrEqual(there.devices);
  expect(jobs).toEqual(before.jobs);
  await rm(elsewhere.stateDir, { recursive: true });

  await chela('migrate', 'export');
  const again = await visit(await startOriginal(original, home), async (operator) => {
    provider.script([{ text: 'Back home.', repeat: 'always' }]);
    await operator.say('main', 'three');
  });
  expect(again.main).toEqual([...there.main, 'three', 'Back home.']);
  expect(again.old).toEqual(there.old);
  expect(again.sessions).toEqual(there.sessions);
});
