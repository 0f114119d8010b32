import { type Clients, createProviderMock, installClients } from '@chela/parity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type GatewayHome, mockConfig, startGateway } from '../harness/gateway-process.ts';
import { connectOperator, messageText, type Operator } from '../harness/operator.ts';
import { type RunningGateway, startOriginal } from './original-gateway.ts';

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

/** Last words of each message of the main session. */
async function conversation(operator: Operator): Promise<string[]> {
  const history = await operator.request('chat.history', { sessionKey: 'main' });
  const messages = typeof history === 'object' && history !== null && 'messages' in history ? history.messages : [];
  return (Array.isArray(messages) ? messages : []).map((message) => messageText(message).split('] ').at(-1) ?? '');
}

/** One visit: say something, see the whole conversation, leave. */
async function visit(running: RunningGateway, words: string, answer: string): Promise<string[]> {
  provider.script([{ text: answer, repeat: 'always' }]);
  const operator = await connectOperator(running.url, home.token);
  await operator.say('main', words);
  const seen = await conversation(operator);
  await operator.close();
  await running.end();
  return seen;
}

async function startChela(): Promise<RunningGateway> {
  const gateway = await startGateway(home, { env: { CHELA_STATE_MIRROR: 'openclaw' } });
  return { url: gateway.url, end: () => gateway.end() };
}

test('a conversation goes from the original to Chela, back to the original, and to Chela again', async ({ skip }) => {
  if (!clients.available) return skip(clients.reason);
  const said: string[] = [];
  const turns = [
    { start: () => startOriginal(clients.available ? clients.openclaw : '', home), words: 'one', answer: 'First.' },
    { start: startChela, words: 'two', answer: 'Second.' },
    { start: () => startOriginal(clients.available ? clients.openclaw : '', home), words: 'three', answer: 'Third.' },
    { start: startChela, words: 'four', answer: 'Fourth.' },
  ];
  for (const { start, words, answer } of turns) {
    said.push(words, answer);
    expect(await visit(await start(), words, answer)).toEqual(said);
  }
});
