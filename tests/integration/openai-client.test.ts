import { createProviderMock } from '@chela/parity';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';

const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;
let client: OpenAI;

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(
    mockConfig(home, `http://127.0.0.1:${port}`, {
      gateway: {
        mode: 'local',
        bind: 'loopback',
        auth: { mode: 'token', token: home.token },
        http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } },
      },
    }),
  );
  gateway = await startGateway(home);
  client = openai(home.token);
});

afterAll(async () => {
  await gateway.end();
  await provider.stop();
  await home.remove();
});

const openai = (apiKey: string): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${gateway.httpUrl}/v1`, maxRetries: 0, timeout: 20_000 });

describe('the official OpenAI client', () => {
  it('gets a whole chat completion', async () => {
    provider.script([{ text: 'Over HTTP.' }]);
    const completion = await client.chat.completions.create({
      model: 'openclaw:main',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
    });
    expect(completion.object).toBe('chat.completion');
    expect(completion.model).toBe('openclaw:main');
    expect(completion.choices[0]).toMatchObject({ message: { content: 'Over HTTP.' }, finish_reason: 'stop' });
  });

  it('gets a streamed chat completion', async () => {
    provider.script([{ text: ['One ', 'two ', 'three.'] }]);
    const stream = await client.chat.completions.create({
      model: 'openclaw',
      stream: true,
      messages: [{ role: 'user', content: 'Count' }],
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('One two three.');
  });

  it('gets a whole response with its tokens', async () => {
    provider.script([{ text: 'Response text.', usage: { input: 9, output: 3 } }]);
    const response = await client.responses.create({ model: 'openclaw', instructions: 'Be brief.', input: 'Hello' });
    expect(response.status).toBe('completed');
    expect(response.output_text).toBe('Response text.');
    expect(response.usage).toMatchObject({ input_tokens: 9, output_tokens: 3, total_tokens: 12 });
  });

  it('gets a streamed response', async () => {
    provider.script([{ text: ['Resp ', 'stream.'] }]);
    const stream = await client.responses.create({
      model: 'openclaw',
      stream: true,
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
    });
    let text = '';
    let last = '';
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event.type;
    }
    expect(text).toBe('Resp stream.');
    expect(last).toBe('response.completed');
  });

  it('hears of a provider that refuses, also in a stream', async () => {
    provider.script([{ status: 401, repeat: 'always' }]);
    const stream = await client.chat.completions.create({
      model: 'openclaw',
      stream: true,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('401');
  });

  it('keeps one conversation for one user', async () => {
    provider.script([{ text: 'First.' }, { text: 'Second.' }]);
    const say = (content: string) =>
      client.chat.completions.create({ model: 'openclaw', user: 'ann', messages: [{ role: 'user', content }] });
    await say('one');
    const before = provider.requests.length;
    await say('two');
    expect(JSON.stringify(provider.requests.slice(before))).toContain('First.');
  });

  it('throws its authentication error for a wrong key, and bad request for an agent that does not exist', async () => {
    const messages = [{ role: 'user' as const, content: 'x' }];
    await expect(openai('wrong').chat.completions.create({ model: 'openclaw', messages })).rejects.toThrow(
      OpenAI.AuthenticationError,
    );
    await expect(client.chat.completions.create({ model: 'openclaw:nobody', messages })).rejects.toThrow(
      OpenAI.BadRequestError,
    );
  });
});
