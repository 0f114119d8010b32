import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sealed } from '../auth/credentials.ts';
import type { Environment } from '../catalog/environment-keys.ts';
import type { ModelApi, ModelEvent, ModelRequest, ResolvedModel } from '../driver.ts';
import { createDriverLoaders } from '../driver-loaders.ts';
import { type FakeProvider, type FakeReply, startFakeProvider } from '../testing/fake-provider.ts';
import { collect, testModel, testRequest } from '../testing/requests.ts';
import { createTransport, type Transport } from './transport.ts';

let provider: FakeProvider;
let folder: string;
beforeAll(async () => {
  provider = await startFakeProvider();
  folder = await mkdtemp(join(tmpdir(), 'aws-'));
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true });
});

/** Sends what is meant for GitHub to the fake provider, which answers from its script. */
const toFake: Transport = (request) => {
  const { pathname, hostname } = new URL(request.url);
  return createTransport()(hostname === '127.0.0.1' ? request : { ...request, url: `${provider.url}${pathname}` });
};

interface Call {
  readonly secret?: string;
  readonly env?: Environment;
  readonly model?: Partial<ResolvedModel>;
  readonly request?: Partial<ModelRequest>;
}

async function run(api: ModelApi, replies: readonly FakeReply[], call: Call = {}): Promise<readonly ModelEvent[]> {
  provider.script(...replies);
  const deps = {
    transport: toFake,
    clock: systemClock,
    logger: silentLogger(),
    env: call.env ?? {},
    idleTimeoutMs: 60_000,
    newId: () => 'x',
  };
  const driver = await createDriverLoaders(deps)(api);
  const model = testModel(api, provider.url, call.model);
  const credential = call.secret === undefined ? undefined : sealed('test', call.secret);
  return collect(driver.stream(testRequest(model, call.request), credential, new AbortController().signal));
}

const textOf = (events: readonly ModelEvent[]): string =>
  events.flatMap((event) => (event.type === 'textDelta' ? [event.text] : [])).join('');

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()),
  (text) => Buffer.from(text),
);
function frame(headers: Readonly<Record<string, string>>, body: object): Uint8Array {
  return codec.encode({
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }])),
    body: Buffer.from(JSON.stringify(body)),
  });
}
const event = (name: string, body: object): Uint8Array =>
  frame({ ':message-type': 'event', ':event-type': name, ':content-type': 'application/json' }, body);

describe('bedrock-converse-stream', () => {
  const answer = Buffer.concat([
    event('messageStart', { role: 'assistant' }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm.' } } }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'sig' } } }),
    event('contentBlockStop', { contentBlockIndex: 0 }),
    event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Grüße ' } }),
    event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: '🦀' } }),
    event('contentBlockStart', { contentBlockIndex: 2, start: { toolUse: { toolUseId: 't1', name: 'read' } } }),
    event('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '{"path":' } } }),
    event('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '"a"}' } } }),
    event('contentBlockStop', { contentBlockIndex: 2 }),
    event('messageStop', { stopReason: 'tool_use' }),
    event('metadata', { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadInputTokens: 2 } }),
  ]);
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'very-secret', AWS_REGION: 'eu-central-1' };
  const model = { ref: { provider: 'amazon-bedrock', model: 'us.anthropic.claude-sonnet-4-5-v1:0' } };

  test('signs the request and reads thinking, text, calls and usage from binary frames', async () => {
    const tools = [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }];
    const events = await run('bedrock-converse-stream', [{ body: answer }], {
      env: { ...keys, AWS_SESSION_TOKEN: 'st' },
      model,
      request: { tools, thinking: 'low' },
    });
    expect(textOf(events)).toBe('Grüße 🦀');
    expect(events).toContainEqual({ type: 'thinkingDelta', text: 'Hm.' });
    expect(events).toContainEqual({ type: 'thinkingSignature', signature: 'sig' });
    expect(events).toContainEqual({
      type: 'toolCall',
      call: { type: 'toolCall', id: 't1', name: 'read', arguments: { path: 'a' } },
    });
    expect(events.at(-1)).toMatchObject({
      type: 'done',
      stopReason: 'toolUse',
      usage: { input: 10, output: 5, cacheRead: 2 },
    });
    const [request] = provider.requests;
    expect(request?.path).toBe('/model/us.anthropic.claude-sonnet-4-5-v1%3A0/converse-stream');
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=.*, Signature=[0-9a-f]{64}$/,
    );
    expect(request?.headers['x-amz-security-token']).toBe('st');
    expect(request?.body).toMatchObject({
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
      messages: [{ role: 'user', content: [{ text: 'hello' }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'read', inputSchema: { json: { type: 'object' } } } }] },
      additionalModelRequestFields: { thinking: { type: 'enabled' } },
    });
    expect(JSON.stringify(provider.requests)).not.toContain('very-secret');
  });

  test('takes a bearer token where there is one', async () => {
    await run('bedrock-converse-stream', [{ body: answer }], { secret: 'bearer-token', model });
    expect(provider.requests[0]?.headers.authorization).toBe('Bearer bearer-token');
  });

  test('finds keys in the shared credentials file of a profile', async () => {
    const file = join(folder, 'credentials');
    await writeFile(
      file,
      '[other]\naws_access_key_id = NO\naws_secret_access_key = no\n[work]\naws_access_key_id = WORKKEY\naws_secret_access_key = w\n',
    );
    const env = { HOME: folder, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'work' };
    await run('bedrock-converse-stream', [{ body: answer }], { env, model });
    expect(provider.requests[0]?.headers.authorization).toContain('Credential=WORKKEY/');
  });

  test('without any keys fails as auth and asks nobody', async () => {
    const events = await run('bedrock-converse-stream', [{ body: answer }], { env: { HOME: folder }, model });
    expect(events).toMatchObject([{ type: 'failed', failure: { reason: 'auth' } }]);
    expect(provider.requests).toEqual([]);
  });

  test('an exception in the stream fails with the vendor’s words', async () => {
    const headers = { ':message-type': 'exception', ':exception-type': 'throttlingException' };
    const body = Buffer.concat([
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Half' } }),
      frame(headers, { message: 'Too many requests, please wait' }),
    ]);
    const events = await run('bedrock-converse-stream', [{ body }], { env: keys, model });
    expect(events.at(-1)).toMatchObject({
      failure: { message: '429 Too many requests, please wait', reason: 'rate_limit', partial: true },
    });
  });

  test.each([
    ['cut in the middle of a frame', (bytes: Buffer) => bytes.subarray(0, 300)],
    ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 150), Buffer.from([255]), bytes.subarray(151)])],
  ])('a stream that is %s fails once', async (_how, damage) => {
    const events = await run('bedrock-converse-stream', [{ body: damage(answer) }], { env: keys, model });
    expect(events.filter(({ type }) => type === 'failed' || type === 'done')).toMatchObject([{ type: 'failed' }]);
  });

  test('a refusal keeps its status and words', async () => {
    const reply = { status: 403, body: '{"message":"You don\'t have access to the model"}' };
    const events = await run('bedrock-converse-stream', [reply], { env: keys, model });
    expect(events).toMatchObject([
      { failure: { status: 403, reason: 'auth', message: "403 You don't have access to the model" } },
    ]);
  });
});

describe('github-copilot', () => {
  const token = (): FakeReply => ({
    body: JSON.stringify({
      token: 'tid=1;proxy-ep=proxy.business.githubcopilot.com;x=1',
      expires_at: Date.now() / 1000 + 1800,
    }),
  });
  const model = { ref: { provider: 'github-copilot', model: 'gpt-4o' }, baseUrl: '' };

  test('buys a token, asks as an editor does, and says who began', async () => {
    const events = await run('github-copilot', [token(), { text: ['Hi.'] }], { secret: 'gho_secret', model });
    expect(textOf(events)).toBe('Hi.');
    const [bought, asked] = provider.requests;
    expect([bought?.path, bought?.headers.authorization]).toEqual(['/copilot_internal/v2/token', 'Bearer gho_secret']);
    expect(asked?.path).toBe('/chat/completions');
    expect(asked?.headers).toMatchObject({
      authorization: expect.stringContaining('Bearer tid=1;'),
      'copilot-integration-id': 'vscode-chat',
      'x-initiator': 'user',
    });
  });

  test('asks newer models over the responses API', async () => {
    const events = await run('github-copilot', [token(), { text: ['Hi.'] }], {
      secret: 'gho_secret',
      model: { ...model, ref: { provider: 'github-copilot', model: 'gpt-5.2-codex' } },
    });
    expect(events.at(-1)?.type).toBe('done');
    expect(provider.requests[1]?.path).toBe('/responses');
  });

  test('an account without a seat fails as auth, without the token in the words', async () => {
    const reply = { status: 403, body: '{"message":"No access for gho_secret"}' };
    const events = await run('github-copilot', [reply], { secret: 'gho_secret', model });
    expect(events).toMatchObject([{ failure: { reason: 'auth' } }]);
    expect(JSON.stringify(events)).not.toContain('gho_secret');
  });
});

describe('kinds that wrap another wire', () => {
  beforeEach(() => provider.script({ text: ['Hi.'] }));

  test('openai-codex-responses names the account and keeps nothing', async () => {
    const claims = { 'https://api.openai.com/auth': { chatgpt_account_id: 'acc' } };
    const secret = `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
    const events = await run('openai-codex-responses', [{ text: ['Hi.'] }], { secret });
    expect(textOf(events)).toBe('Hi.');
    const [request] = provider.requests;
    expect(request?.path).toBe('/codex/responses');
    expect(request?.headers).toMatchObject({ 'chatgpt-account-id': 'acc', 'openai-beta': 'responses=experimental' });
    expect(request?.body).toMatchObject({ instructions: 'Be brief.', store: false });
    expect(request?.body).not.toHaveProperty('max_output_tokens');
  });

  test('azure-openai-responses puts the key into its own header and a version into the address', async () => {
    const events = await run('azure-openai-responses', [{ text: ['Hi.'] }], { secret: 'azure-key' });
    expect(textOf(events)).toBe('Hi.');
    expect(provider.requests[0]?.path).toBe('/responses?api-version=v1');
    expect(provider.requests[0]?.headers).toMatchObject({ 'api-key': 'azure-key' });
    expect(provider.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('google-gemini-cli wraps request and answer and names the project', async () => {
    const chunk = { candidates: [{ content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }] };
    const body = `data: ${JSON.stringify({ response: chunk })}\n\n`;
    const secret = JSON.stringify({ token: 'ya29', projectId: 'p-1' });
    const events = await run('google-gemini-cli', [{ body }], { secret });
    expect(textOf(events)).toBe('Hi.');
    expect(provider.requests[0]).toMatchObject({
      path: '/v1internal:streamGenerateContent?alt=sse',
      headers: { authorization: 'Bearer ya29' },
      body: { project: 'p-1', model: 'm1', request: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] } },
    });
  });
});
