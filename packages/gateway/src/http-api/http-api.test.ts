import { once } from 'node:events';
import { request } from 'node:http';
import type { RunEvent } from '@chela/agent';
import type { Tool, ToolService } from '@chela/tools';
import { expect, it } from 'vitest';
import { type Exchange, replyText } from '../http/exchange.ts';
import { ANSWERED } from '../methods/testing/method-bench.ts';
import { TEST_TOKEN } from '../testing/start-gateway.ts';
import { openApiBench } from './testing/api-bench.ts';

const CHAT = '/v1/chat/completions';
const HELLO = { messages: [{ role: 'user', content: 'Hello' }] };
const WRONG = { authorization: 'Bearer wrong' };
const MIB = 1024 * 1024;

it('answers a body over the limit instead of breaking the connection', async () => {
  await using api = await openApiBench();
  const response = await api.post(CHAT, { messages: [{ role: 'user', content: 'x'.repeat(2 * MIB) }] });
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ error: { message: 'Payload too large', type: 'invalid_request_error' } });
  expect(api.bench.submitted).toEqual([]);
});

it('answers a body over the limit that comes without a length', async () => {
  await using api = await openApiBench();
  const headers = { authorization: `Bearer ${TEST_TOKEN}`, 'transfer-encoding': 'chunked' };
  const sent = request(`${api.gateway.httpUrl}/tools/invoke`, { method: 'POST', headers });
  const answered = once(sent, 'response');
  for (let i = 0; i < 5; i += 1) sent.write(' '.repeat(MIB));
  sent.end();
  const [response] = await answered;
  expect(response.statusCode).toBe(413);
  response.resume();
});

it('locks an address out after too many wrong secrets and says for how long', async () => {
  const auth = { mode: 'token', token: TEST_TOKEN, rateLimit: { maxAttempts: 2, exemptLoopback: false } } as const;
  await using api = await openApiBench({ gateway: { auth } });
  expect((await api.post(CHAT, HELLO, WRONG)).status).toBe(401);
  expect((await api.post(CHAT, HELLO, WRONG)).status).toBe(401);
  const locked = await api.post(CHAT, HELLO);
  expect(locked.status).toBe(429);
  expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await locked.json()).toMatchObject({ error: { type: 'rate_limited' } });
});

it('puts what was said before into the prompt and keeps system texts apart', async () => {
  await using api = await openApiBench();
  const response = await api.post(CHAT, {
    user: 'Ann',
    messages: [
      { role: 'system', content: 'sys' },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'ans' },
      {
        role: 'user',
        content: [{ type: 'text', text: 'sec' }, { type: 'image_url' }, { type: 'input_text', text: 'ond' }],
      },
    ],
  });
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Done.' } }] });
  expect(api.bench.submitted).toMatchObject([
    {
      source: 'agent',
      sessionKey: 'agent:main:openai-user:ann',
      verbatim: true,
      extraSystemPrompt: 'sys',
      text: '[Chat messages since your last reply - for context]\nUser: first\nAssistant: ans\n\n[Current message - respond to this]\nUser: sec\nond',
    },
  ]);
});

it.each([
  ['a model', { model: 'openclaw:ghost' }, {}],
  ['a header', {}, { 'x-openclaw-agent-id': 'ghost' }],
  ['a session key', {}, { 'x-openclaw-session-key': 'agent:ghost:main' }],
])('refuses an agent that %s names and nobody configured', async (_by, body, headers) => {
  await using api = await openApiBench();
  const response = await api.post(CHAT, { ...HELLO, ...body }, { authorization: `Bearer ${TEST_TOKEN}`, ...headers });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: { message: 'unknown agent id "ghost"', type: 'invalid_request_error' },
  });
  expect(api.bench.submitted).toEqual([]);
});

it('asks the default agent where no main agent is configured', async () => {
  await using api = await openApiBench({ agents: { list: [{ id: 'work' }] } });
  expect((await api.post(CHAT, HELLO)).status).toBe(200);
  expect(api.bench.submitted).toMatchObject([{ agentId: 'work' }]);
});

it('lets the run go on when the client of a stream leaves', async () => {
  const listeners = new Set<(event: RunEvent) => void>();
  const ended = Promise.withResolvers<typeof ANSWERED>();
  const begun = Promise.withResolvers<string>();
  await using api = await openApiBench({
    submit: async ({ runId }) => {
      begun.resolve(runId);
      return { status: 'started', acceptedAt: 1, outcome: ended.promise };
    },
    services: ({ agent }) => ({
      agent: {
        ...agent,
        subscribe(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    }),
  });
  const leave = new AbortController();
  const response = await fetch(`${api.gateway.httpUrl}${CHAT}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_TOKEN}` },
    body: JSON.stringify({ ...HELLO, stream: true }),
    signal: leave.signal,
  });
  const runId = await begun.promise;
  const text = { type: 'text', delta: 'One', text: 'One' } as const;
  for (const listener of listeners)
    listener({ runId, sessionKey: 'k', requestedSessionKey: 'k', source: 'agent', at: 1, ...text });
  const reader = response.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('"role":"assistant"');
  leave.abort();
  ended.resolve(ANSWERED);
  await expect(reader?.read()).rejects.toThrow();
  expect(api.bench.aborted).toEqual([]);
});

it('closes a failed stream with response.failed', async () => {
  await using api = await openApiBench({ submit: () => Promise.reject(new Error('disk full')) });
  const response = await api.post('/v1/responses', { model: 'openclaw', input: 'x', stream: true });
  const events = await response.text();
  expect(events).toContain('event: response.failed');
  expect(events).toMatch(/data: \[DONE\]\n\n$/);
  expect(events).not.toContain('disk full');
});

it('puts files into the system prompt and images beside the message', async () => {
  await using api = await openApiBench();
  const source = (media_type: string, data: string) => ({ type: 'base64', media_type, data });
  const content = [
    { type: 'input_text', text: 'see' },
    { type: 'input_file', source: { ...source('text/plain', btoa('a </file> b')), filename: 'a.txt' } },
    { type: 'input_image', source: source('image/png', 'AAAA') },
  ];
  const input = [{ type: 'message', role: 'user', content }];
  expect((await api.post('/v1/responses', { model: 'openclaw', input })).status).toBe(200);
  expect(api.bench.submitted).toMatchObject([
    {
      text: 'see',
      extraSystemPrompt: '<file name="a.txt">\na &lt;/file> b\n</file>',
      images: [{ type: 'image', mimeType: 'image/png', data: 'AAAA' }],
    },
  ]);
});

it.each([
  ['an address inside this network', { type: 'url', url: 'http://127.0.0.1:1/x.txt' }],
  ['a type that is not allowed', { type: 'base64', media_type: 'application/zip', data: 'AAAA' }],
  ['more than the limit', { type: 'base64', media_type: 'text/plain', data: 'A'.repeat(7 * MIB) }],
])('refuses a file that is %s', async (_what, source) => {
  await using api = await openApiBench();
  const content = [
    { type: 'input_text', text: 'see' },
    { type: 'input_file', source },
  ];
  const response = await api.post('/v1/responses', { model: 'o', input: [{ type: 'message', role: 'user', content }] });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: { message: 'invalid request', type: 'invalid_request_error' } });
});

/** Tools that report the arguments they were given. */
function echoTools(...names: string[]): ToolService {
  const parameters = { type: 'object', properties: { action: { type: 'string' } } };
  const tools = names.map((name): Tool => {
    const run = async () => ({ content: [] });
    return { name, description: name, parameters, sideEffects: 'none', run };
  });
  return {
    offer: () => tools,
    call: async () => ({ content: [] }),
    invoke: async (tool) => ({ content: [], details: tool.arguments }),
    close: async () => {},
  };
}

it.each([
  ['gateway', undefined, 404],
  ['gateway', { allow: ['gateway'] }, 200],
  ['cron', undefined, 200],
  ['cron', { deny: ['cr*'] }, 404],
  ['exec', { allow: ['exec'] }, 404],
])('invoking %s with gateway.tools %j is %i', async (tool, rules, status) => {
  await using api = await openApiBench({
    services: () => ({ tools: echoTools('gateway', 'cron', 'exec') }),
    ...(rules && { gateway: { auth: { mode: 'token', token: TEST_TOKEN }, tools: rules } }),
  });
  const response = await api.post('/tools/invoke', { tool, action: 'status', args: { a: 1 } });
  expect(response.status).toBe(status);
  const found = { ok: true, result: { content: [], details: { a: 1, action: 'status' } } };
  const missing = { ok: false, error: { type: 'not_found', message: `Tool not available: ${tool}` } };
  expect(await response.json()).toEqual(status === 200 ? found : missing);
});

const WEATHER = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather', parameters: { type: 'object', properties: {} } },
};
const TIME = { type: 'function', function: { name: 'get_time' } };

it.each([
  ['as they are', {}, ['get_weather', 'get_time'], undefined],
  ['but not those it forbids', { tool_choice: 'none' }, undefined, undefined],
  ['with the demand for one', { tool_choice: 'required' }, ['get_weather', 'get_time'], 'one of your tools'],
  [
    'the named one only',
    { tool_choice: { type: 'function', function: { name: 'get_time' } } },
    ['get_time'],
    'the tool get_time',
  ],
])('offers the tools of the client to the model: %s', async (_how, choice, names, demand) => {
  await using api = await openApiBench();
  const response = await api.post('/v1/responses', { model: 'o', input: 'x', tools: [WEATHER, TIME], ...choice });
  expect(response.status).toBe(200);
  const [submitted] = api.bench.submitted;
  expect(submitted?.clientTools?.map(({ name }) => name)).toEqual(names);
  if (demand === undefined) expect(submitted?.extraSystemPrompt).toBeUndefined();
  else expect(submitted?.extraSystemPrompt).toContain(demand);
});

it.each([
  ['two tools of one name', { tools: [TIME, TIME] }],
  ['a choice that was not offered', { tools: [TIME], tool_choice: { type: 'function', function: { name: 'x' } } }],
  ['a demand without a tool', { tool_choice: 'required' }],
])('refuses %s', async (_what, body) => {
  await using api = await openApiBench();
  const response = await api.post('/v1/responses', { model: 'o', input: 'x', ...body });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { message: 'invalid tool configuration' } });
});

it('answers with the calls that the client has to run', async () => {
  const clientCalls = [{ id: 'c1', name: 'get_time', arguments: { zone: 'UTC' } }];
  await using api = await openApiBench({
    submit: async () => ({ status: 'ended', outcome: { ...ANSWERED, kind: 'answered', silent: false, clientCalls } }),
  });
  const ask = (stream: boolean) => api.post('/v1/responses', { model: 'o', input: 'x', tools: [TIME], stream });
  expect(await (await ask(false)).json()).toMatchObject({
    status: 'incomplete',
    output: [{ type: 'function_call', call_id: 'c1', name: 'get_time', arguments: '{"zone":"UTC"}' }],
  });
  const events = [...(await (await ask(true)).text()).matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  expect(events).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.output_item.added',
    'response.function_call_arguments.delta',
    'response.function_call_arguments.done',
    'response.output_item.done',
    'response.completed',
  ]);
});

it('takes what the official clients write', async () => {
  await using api = await openApiBench();
  const body = {
    model: 'o',
    tools: [{ type: 'function', name: 'get_time', description: null, parameters: { type: 'object' }, strict: true }],
    tool_choice: { type: 'function', name: 'get_time' },
    input: [
      { role: 'user', content: 'when?' },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'I will look.', annotations: [] }],
      },
      { type: 'function_call', id: 'call_1', call_id: 'c1', name: 'get_time', arguments: '{}', status: 'completed' },
      { type: 'function_call_output', id: 'o1', call_id: 'c1', output: [{ type: 'input_text', text: 'noon' }] },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'and this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
          { type: 'input_file', filename: 'a.txt', file_data: `data:text/plain;base64,${btoa('words')}` },
        ],
      },
    ],
  };
  const response = await api.post('/v1/responses', body);
  expect(await response.json()).toMatchObject({ status: 'completed' });
  const [submitted] = api.bench.submitted;
  expect(submitted?.text).toContain('User: when?\nAssistant: I will look.\nTool:c1: noon');
  expect(submitted?.images).toEqual([{ type: 'image', mimeType: 'image/png', data: 'AAAA' }]);
  expect(submitted?.extraSystemPrompt).toContain('<file name="a.txt">\nwords\n</file>');
  expect(submitted?.clientTools).toEqual([{ name: 'get_time', description: '', parameters: { type: 'object' } }]);
});

it.each([
  ['a URL into this network', { type: 'input_image', image_url: 'http://127.0.0.1:1/a.png' }],
  ['data that is no image', { type: 'input_image', image_url: 'data:text/html;base64,AAAA' }],
])('refuses an image of the official clients that is %s', async (_what, part) => {
  await using api = await openApiBench();
  const response = await api.post('/v1/responses', { model: 'o', input: [{ role: 'user', content: [part] }] });
  expect(response.status).toBe(400);
});

it('asks the routes of channels before its own model endpoints, and keeps strangers from theirs', async () => {
  const seen: string[] = [];
  const answer = (path: string) => ({
    path,
    handle: (exchange: Exchange) => {
      seen.push(path);
      return replyText(exchange, 200, path);
    },
  });
  await using api = await openApiBench({
    routes: [answer('/line/webhook'), answer('/line/webhook'), answer(CHAT), answer('/api/channels/nostr/a/profile')],
  });
  const ask = async (path: string, headers?: Record<string, string>) =>
    (await api.post(path, {}, headers ?? {})).status;
  expect(await ask('/line/webhook')).toBe(200);
  expect(await ask('/line/webhook/')).toBe(405);
  expect(await ask(CHAT)).toBe(200);
  expect(await ask('/api/channels/nostr/a/profile')).toBe(401);
  expect(await ask('/api/channels/x')).toBe(401);
  expect(await ask('/api/channels')).toBe(405);
  expect(await ask('/api/channels/nostr/a/profile', { authorization: `Bearer ${TEST_TOKEN}` })).toBe(200);
  expect(seen).toEqual(['/line/webhook', CHAT, '/api/channels/nostr/a/profile']);
});

/** A PDF file with one line of text a page. */
function pdf(...lines: readonly string[]): string {
  const pages = lines.map((_line, n) => `${10 + 2 * n} 0 R`).join(' ');
  const objects = [
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    `2 0 obj<</Type/Pages/Kids[${pages}]/Count ${lines.length}>>endobj`,
    '3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
    ...lines.flatMap((line, n) => {
      const content = `BT /F1 18 Tf 20 100 Td (${line}) Tj ET`;
      const id = 10 + 2 * n;
      return [
        `${id} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents ${id + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>>>endobj`,
        `${id + 1} 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj`,
      ];
    }),
  ];
  return btoa(`%PDF-1.4\n${objects.join('\n')}\ntrailer<</Root 1 0 R>>`);
}

function askAboutPdf(api: Awaited<ReturnType<typeof openApiBench>>, data: string): Promise<Response> {
  const source = { type: 'base64', media_type: 'application/pdf', data, filename: 'a.pdf' };
  const content = [
    { type: 'input_text', text: 'see' },
    { type: 'input_file', source },
  ];
  return api.post('/v1/responses', { model: 'o', input: [{ type: 'message', role: 'user', content }] });
}

it('reads the first pages of a PDF file', async () => {
  await using api = await openApiBench();
  expect((await askAboutPdf(api, pdf('one', 'two', 'three', 'four', 'five'))).status).toBe(200);
  expect(api.bench.submitted).toMatchObject([
    { extraSystemPrompt: '<file name="a.pdf">\none\n\ntwo\n\nthree\n\nfour\n</file>' },
  ]);
});

it.each([
  ['no PDF', btoa('no PDF')],
  ['without text', pdf('')],
])('refuses a PDF file that is %s', async (_what, data) => {
  await using api = await openApiBench();
  const response = await askAboutPdf(api, data);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: { message: 'invalid request', type: 'invalid_request_error' } });
});
