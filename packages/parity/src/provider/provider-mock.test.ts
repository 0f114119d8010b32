import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProviderMock, type ProviderMock } from './provider-mock.ts';

let mock: ProviderMock;
let base: string;

beforeEach(async () => {
  mock = createProviderMock();
  base = `http://127.0.0.1:${await mock.start()}`;
});
afterEach(() => mock.stop());

const ask = (path: string, body: unknown): Promise<Response> =>
  fetch(`${base}${path}`, { method: 'POST', body: JSON.stringify(body) });

const chat = (text: string, more: object = {}): unknown => ({
  model: 'm1',
  messages: [{ role: 'user', content: text }],
  ...more,
});

describe('answers', () => {
  test('without a script the last input is echoed', async () => {
    const response = await ask('/any/prefix/chat/completions', chat('hello there'));
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'hello there' } }] });
  });

  test('a streamed text comes as its deltas, then the usage, then [DONE]', async () => {
    mock.script([{ text: ['Hel', 'lo'], usage: { input: 20, output: 6 } }]);
    const lines = (await (await ask('/v1/chat/completions', chat('x', { stream: true }))).text()).split('\n\n');
    const chunks = lines.filter((line) => line.includes('{')).map((line) => JSON.parse(line.slice('data: '.length)));
    expect(chunks.map((chunk) => chunk.choices[0].delta.content)).toEqual(['Hel', 'lo', undefined]);
    expect(chunks.at(-1).usage).toMatchObject({ prompt_tokens: 20, completion_tokens: 6 });
    expect(lines).toContain('data: [DONE]');
  });

  test.each([
    ['/v1/chat/completions', { messages: [] }, 'choices.0.message.tool_calls.0.function.name'],
    ['/v1/responses', { input: 'x' }, 'output.0.name'],
    ['/v1/messages', { messages: [] }, 'content.0.name'],
    ['/v1/models/m1:generateContent', { contents: [] }, 'candidates.0.content.parts.0.functionCall.name'],
  ])('%s carries a tool call in its own shape', async (path, body, at) => {
    mock.script([{ toolCalls: [{ name: 'exec', args: { command: 'true' } }] }]);
    const answer = await (await ask(path, body)).json();
    expect(at.split('.').reduce((value, key) => value[key], answer)).toBe('exec');
  });

  test('a reply is taken once, by the first request that fits its conditions', async () => {
    mock.script([{ when: { includes: 'weather' }, text: 'sunny' }, { text: 'first come' }]);
    const text = async (input: string): Promise<unknown> =>
      (await (await ask('/v1/chat/completions', chat(input))).json()).choices[0].message.content;
    expect(await text('hi')).toBe('first come');
    expect(await text('the weather?')).toBe('sunny');
    expect(await text('the weather?')).toBe('the weather?');
  });

  test('every request is kept with its path, headers and body', async () => {
    await ask('/p1/v1/chat/completions', chat('one'));
    expect(mock.requests).toMatchObject([{ api: 'chat', path: '/p1/v1/chat/completions', body: { model: 'm1' } }]);
  });
});

describe('faults', () => {
  test('status gives the HTTP error with a typical body', async () => {
    mock.script([{ status: 429, headers: { 'retry-after': '7' } }]);
    const response = await ask('/v1/chat/completions', chat('x'));
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
  });

  test('dropAfter destroys the connection in the middle of the stream', async () => {
    mock.script([{ text: ['one', 'two', 'three'], dropAfter: 1 }]);
    const response = await ask('/v1/chat/completions', chat('x', { stream: true }));
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect([first.includes('one'), first.includes('two')]).toEqual([true, false]);
    await expect(reader?.read()).rejects.toThrow();
  });

  test('hang sends the deltas and never ends', async () => {
    mock.script([{ text: ['a'], hang: true }]);
    const response = await ask('/v1/chat/completions', chat('x', { stream: true }));
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"content":"a"');
    const next = reader?.read().then(
      () => 'ended',
      () => 'cut',
    );
    await mock.stop();
    expect(await next).toBe('cut');
    await mock.start();
  });

  test('garbage is a success that is no answer', async () => {
    mock.script([{ garbage: '<html>' }]);
    const response = await ask('/v1/chat/completions', chat('x', { stream: true }));
    expect([response.status, await response.text()]).toEqual([200, '<html>']);
  });

  test('delayMs holds the whole answer back', async () => {
    mock.script([{ text: 'late', delayMs: 60 }]);
    const startedAt = performance.now();
    await ask('/v1/chat/completions', chat('x'));
    expect(performance.now() - startedAt).toBeGreaterThan(50);
  });
});
