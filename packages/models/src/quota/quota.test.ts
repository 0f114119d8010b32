import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@chela/observability';
import { expect, it, onTestFinished } from 'vitest';
import { createQuotaReader } from './create-quota-reader.ts';

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** All vendors in one loopback server: what was asked of them, and what they answer by path. */
async function fakeVendors(answers: Readonly<Record<string, Answer>>) {
  const asked: { host: string; path: string; authorization: string | undefined; account: unknown }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const path = request.url ?? '';
    const { authorization } = request.headers;
    asked.push({
      host: String(request.headers['x-vendor']),
      path,
      authorization,
      account: request.headers['chatgpt-account-id'],
    });
    const { status = 200, body } = answers[path] ?? { status: 404, body: {} };
    request
      .resume()
      .once('end', () => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const send = (url: string, init: RequestInit): Promise<Response> => {
    const { host, pathname } = new URL(url);
    return fetch(`http://127.0.0.1:${port}${pathname}`, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'x-vendor': host },
    });
  };
  return { asked, send };
}

async function stateWith(profiles: Readonly<Record<string, unknown>>): Promise<string> {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-quota-'));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  const folder = join(stateDir, 'agents', 'main', 'agent');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }));
  return stateDir;
}

const login = (provider: string, more: object = {}) => ({
  type: 'oauth',
  provider,
  access: `${provider}-secret`,
  ...more,
});
const config = { current: () => ({}) };

it('asks nobody without credentials', async () => {
  const { asked, send } = await fakeVendors({});
  const stateDir = await stateWith({});
  const reader = createQuotaReader({ config, stateDir, env: {}, clock: systemClock, fetch: send });
  expect(await reader.read()).toMatchObject({ providers: [] });
  expect(asked).toEqual([]);
});

it('does not take an API key for a subscription, nor a login that has expired', async () => {
  const { asked, send } = await fakeVendors({});
  const stateDir = await stateWith({
    'anthropic:default': { type: 'api_key', provider: 'anthropic', key: 'k' },
    'openai-codex:default': login('openai-codex', { expires: 1 }),
  });
  const env = { ANTHROPIC_API_KEY: 'k' };
  const reader = createQuotaReader({ config, stateDir, env, clock: systemClock, fetch: send });
  expect(await reader.read()).toMatchObject({ providers: [] });
  expect(asked).toEqual([]);
});

it('reads the windows of every provider that has a credential', async () => {
  const { asked, send } = await fakeVendors({
    '/api/oauth/usage': {
      body: { five_hour: { utilization: 12.5, resets_at: '2026-02-17T15:00:00Z' }, seven_day: { utilization: 40 } },
    },
    '/copilot_internal/user': {
      body: { copilot_plan: 'pro', quota_snapshots: { premium_interactions: { percent_remaining: 75 } } },
    },
    '/v1internal:retrieveUserQuota': {
      body: { buckets: [{ modelId: 'gemini-3-pro', remainingFraction: 0.25 }, { modelId: 'gemini-3-flash' }] },
    },
    '/v1/api/openplatform/coding_plan/remains': {
      body: {
        base_resp: { status_code: 0 },
        model_remains: [
          { current_interval_total_count: 100, current_interval_usage_count: 90, start_time: 0, end_time: 18_000_000 },
        ],
      },
    },
    '/backend-api/wham/usage': {
      body: {
        plan_type: 'plus',
        rate_limit: {
          primary_window: { used_percent: 5, limit_window_seconds: 18_000, reset_at: 100 },
          secondary_window: { used_percent: 120, limit_window_seconds: 604_800, reset_at: 200 },
        },
      },
    },
    '/api/monitor/usage/quota/limit': {
      body: {
        success: true,
        code: 200,
        data: {
          planName: 'Pro',
          limits: [
            { type: 'TOKENS_LIMIT', percentage: 3, unit: 3, number: 5, nextResetTime: 7 },
            { type: 'TIME_LIMIT', percentage: 9 },
          ],
        },
      },
    },
  });
  const logins = ['anthropic', 'github-copilot', 'google-gemini-cli', 'openai-codex'];
  const stateDir = await stateWith(
    Object.fromEntries(logins.map((id) => [`${id}:default`, login(id, { accountId: 'acct', projectId: 'proj' })])),
  );
  const env = { ZAI_API_KEY: 'z', XIAOMI_API_KEY: 'x', MINIMAX_API_KEY: 'm' };
  const reader = createQuotaReader({ config, stateDir, env, clock: systemClock, fetch: send });
  expect((await reader.read()).providers).toEqual([
    {
      provider: 'anthropic',
      displayName: 'Claude',
      windows: [
        { label: '5h', usedPercent: 12.5, resetAt: Date.parse('2026-02-17T15:00:00Z') },
        { label: 'Week', usedPercent: 40 },
      ],
    },
    {
      provider: 'github-copilot',
      displayName: 'Copilot',
      windows: [{ label: 'Premium', usedPercent: 25 }],
      plan: 'pro',
    },
    {
      provider: 'google-gemini-cli',
      displayName: 'Gemini',
      windows: [
        { label: 'Pro', usedPercent: 75 },
        { label: 'Flash', usedPercent: 0 },
      ],
    },
    {
      provider: 'minimax',
      displayName: 'MiniMax',
      windows: [{ label: '5h', usedPercent: 10, resetAt: 18_000_000 }],
    },
    {
      provider: 'openai-codex',
      displayName: 'Codex',
      windows: [
        { label: '5h', usedPercent: 5, resetAt: 100_000 },
        { label: 'Week', usedPercent: 100, resetAt: 200_000 },
      ],
      plan: 'plus',
    },
    { provider: 'xiaomi', displayName: 'Xiaomi', windows: [] },
    {
      provider: 'zai',
      displayName: 'z.ai',
      windows: [
        { label: 'Tokens (5h)', usedPercent: 3, resetAt: 7 },
        { label: 'Monthly', usedPercent: 9 },
      ],
      plan: 'Pro',
    },
  ]);
  expect(asked.find(({ host }) => host === 'chatgpt.com')).toMatchObject({
    authorization: 'Bearer openai-codex-secret',
    account: 'acct',
  });
});

it.each([
  [{ status: 401, body: {} }, 'Token expired'],
  [{ status: 500, body: {} }, 'HTTP 500'],
  [{ body: '<html>' }, 'Invalid answer'],
])('says in the row why a provider gave no windows: %o', async (answer, error) => {
  const { send } = await fakeVendors({ '/api/oauth/usage': answer });
  const stateDir = await stateWith({ a: login('anthropic') });
  const reader = createQuotaReader({ config, stateDir, env: {}, clock: systemClock, fetch: send });
  expect((await reader.read()).providers).toEqual([
    { provider: 'anthropic', displayName: 'Claude', windows: [], error },
  ]);
});

it('gives up a provider that does not answer', async () => {
  const send = (_url: string, init: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => {
      const { signal } = init;
      if (signal === null || signal === undefined) return reject(new Error('no time limit'));
      return reject(new DOMException('too late', 'TimeoutError'));
    });
  const stateDir = await stateWith({ a: login('anthropic') });
  const reader = createQuotaReader({ config, stateDir, env: {}, clock: systemClock, fetch: send });
  expect((await reader.read()).providers).toMatchObject([{ provider: 'anthropic', error: 'Timeout' }]);
});
