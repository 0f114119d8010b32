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

const DOT_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

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

  it('runs its own function and gets the answer in the next request', async () => {
    const tools: OpenAI.Responses.FunctionTool[] = [
      {
        type: 'function',
        name: 'get_weather',
        description: 'The weather of a city',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        strict: false,
      },
    ];
    provider.script([
      { toolCalls: [{ name: 'get_weather', args: { city: 'Paris' } }] },
      { text: 'It rains in Paris.' },
    ]);
    const question: OpenAI.Responses.ResponseInputItem = { role: 'user', content: 'How is the weather in Paris?' };
    const first = await client.responses.create({ model: 'openclaw', tools, input: [question] });
    expect(first.status).toBe('incomplete');
    const [call] = first.output;
    if (call?.type !== 'function_call') throw new Error('the model called nothing');
    expect(call.name).toBe('get_weather');
    expect(JSON.parse(call.arguments)).toEqual({ city: 'Paris' });
    const before = provider.requests.length;
    const second = await client.responses.create({
      model: 'openclaw',
      tools,
      input: [question, call, { type: 'function_call_output', call_id: call.call_id, output: 'rain, 12 degrees' }],
    });
    expect(second.status).toBe('completed');
    expect(second.output_text).toBe('It rains in Paris.');
    expect(JSON.stringify(provider.requests.slice(before))).toContain('rain, 12 degrees');
  });

  it('gets its function call in a stream', async () => {
    provider.script([{ text: 'One moment.', toolCalls: [{ name: 'get_time', args: { zone: 'UTC' } }] }]);
    const stream = await client.responses.create({
      model: 'openclaw',
      stream: true,
      tools: [{ type: 'function', name: 'get_time', parameters: {}, strict: false }],
      tool_choice: 'required',
      input: 'What time is it?',
    });
    const done: OpenAI.Responses.ResponseOutputItem[] = [];
    let args = '';
    let status: string | undefined;
    for await (const event of stream) {
      if (event.type === 'response.output_item.done') done.push(event.item);
      if (event.type === 'response.function_call_arguments.delta') args += event.delta;
      if (event.type === 'response.completed') status = event.response.status;
    }
    expect(done.map(({ type }) => type)).toEqual(['message', 'function_call']);
    expect(done[1]).toMatchObject({ name: 'get_time', arguments: args });
    expect(JSON.parse(args)).toEqual({ zone: 'UTC' });
    expect(status).toBe('incomplete');
  });

  it('sends files and images, and hears when they cannot be taken', async () => {
    provider.script([{ text: 'A dot and a word.' }]);
    const before = provider.requests.length;
    const ask = (content: OpenAI.Responses.ResponseInputMessageContentList) =>
      client.responses.create({ model: 'openclaw', input: [{ role: 'user', content }] });
    const text = { type: 'input_text', text: 'What is this?' } as const;
    const answer = await ask([
      text,
      { type: 'input_file', filename: 'note.txt', file_data: `data:text/plain;base64,${btoa('the secret word')}` },
      { type: 'input_image', image_url: `data:image/png;base64,${DOT_PNG}`, detail: 'auto' },
    ]);
    expect(answer.output_text).toBe('A dot and a word.');
    const asked = JSON.stringify(provider.requests.slice(before));
    expect(asked).toContain('the secret word');
    expect(asked).toContain('data:image/png;base64,');
    const inside = { type: 'input_image', image_url: `${gateway.httpUrl}/favicon.ico`, detail: 'auto' } as const;
    await expect(ask([text, inside])).rejects.toThrow(OpenAI.BadRequestError);
  });

  it('throws its bad request error for a tool choice that cannot be met', async () => {
    const params = { model: 'openclaw', input: 'x', tool_choice: 'required' } as const;
    await expect(client.responses.create(params)).rejects.toThrow(OpenAI.BadRequestError);
  });
});
