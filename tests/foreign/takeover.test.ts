import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Clients, createProviderMock, installClients } from '@chela/parity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type GatewayHome, mockConfig, startGateway } from '../harness/gateway-process.ts';
import { connectOperator, messageText, type Operator } from '../harness/operator.ts';

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

interface Running {
  readonly url: string;
  end(): Promise<unknown>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The original's own gateway on the shared state directory. */
async function startOriginal(executable: string): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [executable, 'gateway', 'run', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home.home,
      OPENCLAW_STATE_DIR: home.stateDir,
      OPENCLAW_CONFIG_PATH: join(home.stateDir, 'openclaw.json'),
      OPENCLAW_SKIP_CHANNELS: '1',
      OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
      OPENCLAW_SKIP_GMAIL_WATCHER: '1',
      OPENCLAW_DISABLE_BONJOUR: '1',
      OPENCLAW_NO_RESPAWN: '1',
      TZ: 'UTC',
    },
  });
  let printed = '';
  await new Promise<void>((ready, reject) => {
    const look = (text: Buffer): void => {
      printed += text;
      if (printed.includes('listening on ws')) ready();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => reject(new Error(`the original ended; it printed:\n${printed}`)));
  });
  const gone = once(child, 'exit');
  return {
    url: `ws://127.0.0.1:${port}`,
    end: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

/** Last words of each message of the main session. */
async function conversation(operator: Operator): Promise<string[]> {
  const history = await operator.request('chat.history', { sessionKey: 'main' });
  const messages = typeof history === 'object' && history !== null && 'messages' in history ? history.messages : [];
  return (Array.isArray(messages) ? messages : []).map((message) => messageText(message).split('] ').at(-1) ?? '');
}

/** One visit: say something, see the whole conversation, leave. */
async function visit(running: Running, words: string, answer: string): Promise<string[]> {
  provider.script([{ text: answer, repeat: 'always' }]);
  const operator = await connectOperator(running.url, home.token);
  await operator.say('main', words);
  const seen = await conversation(operator);
  await operator.close();
  await running.end();
  return seen;
}

async function startChela(): Promise<Running> {
  const gateway = await startGateway(home, { env: { CHELA_STATE_MIRROR: 'openclaw' } });
  return { url: gateway.url, end: () => gateway.end() };
}

test('a conversation goes from the original to Chela, back to the original, and to Chela again', async ({ skip }) => {
  if (!clients.available) return skip(clients.reason);
  const said: string[] = [];
  const turns = [
    { start: () => startOriginal(clients.available ? clients.openclaw : ''), words: 'one', answer: 'First.' },
    { start: startChela, words: 'two', answer: 'Second.' },
    { start: () => startOriginal(clients.available ? clients.openclaw : ''), words: 'three', answer: 'Third.' },
    { start: startChela, words: 'four', answer: 'Fourth.' },
  ];
  for (const { start, words, answer } of turns) {
    said.push(words, answer);
    expect(await visit(await start(), words, answer)).toEqual(said);
  }
});
