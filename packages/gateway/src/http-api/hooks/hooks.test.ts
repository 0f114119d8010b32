import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type ApiBench, HOOK_TOKEN, openApiBench } from '../testing/api-bench.ts';

const HOOKS = { enabled: true, token: HOOK_TOKEN };
const AUTH = { authorization: `Bearer ${HOOK_TOKEN}` };

const notes = (api: ApiBench): readonly string[] =>
  api.bench.services.systemEvents.list('agent:main:main').map(({ text }) => text);

const hook = (api: ApiBench, path: string, body: unknown) => api.post(`/hooks/${path}`, body, AUTH);

it('turns an address away after twenty wrong tokens, but never the right token', async () => {
  await using api = await openApiBench({ hooks: HOOKS });
  const statuses: number[] = [];
  for (let i = 0; i < 21; i += 1) {
    statuses.push((await api.post('/hooks/wake', {}, { 'x-openclaw-token': 'no' })).status);
  }
  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
  expect(statuses[20]).toBe(429);
  expect((await hook(api, 'wake', { text: 'hi' })).status).toBe(200);
  expect((await api.post('/hooks/wake', {}, { 'x-openclaw-token': 'no' })).status).toBe(401);
});

it('answers a hook body over the limit', async () => {
  await using api = await openApiBench({ hooks: { ...HOOKS, maxBodyBytes: 10 } });
  const response = await hook(api, 'wake', { text: 'longer than ten bytes' });
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ ok: false, error: 'payload too large' });
});

it('runs an agent in a fresh session and tells the main session what came of it', async () => {
  await using api = await openApiBench({ hooks: { ...HOOKS, allowRequestSessionKey: true } });
  const body = { message: 'Mail', name: 'Post', sessionKey: 'hook:post', deliver: false, timeoutSeconds: 9.5 };
  const response = await hook(api, 'agent', body);
  expect(response.status).toBe(202);
  const [request] = api.bench.submitted;
  expect(request).toMatchObject({ sessionKey: 'agent:main:hook:post', freshSession: true, timeoutMs: 9_000 });
  expect(request?.text).toMatch(/^Task: Post \| Job ID: [\w-]{36} \| Received: \w+day, /);
  expect(request?.text).toContain('<<<EXTERNAL_UNTRUSTED_CONTENT>>>\nSource: Webhook\n---\nMail\n');
  await vi.waitFor(() => expect(notes(api)).toEqual(['Hook Post: Done.']));
  const asked = [{ reason: expect.stringMatching(/^hook:[\w-]{36}$/), agentId: 'main', sessionKey: 'agent:main:main' }];
  expect(api.bench.heartbeatAsks).toEqual(asked);
});

it('reports an answer that was to be delivered as an error while there is no channel', async () => {
  await using api = await openApiBench({ hooks: HOOKS });
  await hook(api, 'agent', { message: 'm' });
  await vi.waitFor(() => expect(notes(api)).toEqual(['Hook Hook (error): Done.']));
  expect(api.bench.heartbeatAsks).toMatchObject([{ reason: expect.stringMatching(/:error$/) }]);
});

it.each([
  [{ message: 'm', sessionKey: 'k' }, /^sessionKey is disabled for external/],
  [{ message: 'm', agentId: 'other' }, /^agentId is not allowed by hooks.allowedAgentIds$/],
  [{ message: 'm', model: ' ' }, /^model required$/],
])('refuses %j', async (body, error) => {
  const agents = { list: [{ id: 'main', default: true }, { id: 'other' }] };
  await using api = await openApiBench({ agents, hooks: { ...HOOKS, allowedAgentIds: ['main'] } });
  const response = await hook(api, 'agent', body);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ ok: false, error: expect.stringMatching(error) });
  expect(api.bench.submitted).toEqual([]);
});

it('does not let a session key lead to an agent that hooks may not use', async () => {
  const agents = { list: [{ id: 'main', default: true }, { id: 'other' }] };
  await using api = await openApiBench({
    agents,
    hooks: { ...HOOKS, allowedAgentIds: ['main'], allowRequestSessionKey: true },
  });
  expect((await hook(api, 'agent', { message: 'm', sessionKey: 'agent:other:main' })).status).toBe(400);
});

it('runs transforms in the transforms folder only, with what they return as the last word', async () => {
  const mapping = (path: string, module: string) => ({ match: { path }, messageTemplate: 'm', transform: { module } });
  await using api = await openApiBench({
    hooks: {
      ...HOOKS,
      mappings: [mapping('change', 'change.mjs'), mapping('skip', 'skip.mjs'), mapping('out', '../../out.mjs')],
    },
  });
  const folder = join(api.bench.stateDir, 'hooks', 'transforms');
  await mkdir(folder, { recursive: true });
  const change = 'export default ({ payload }) => ({ kind: "wake", text: "Got " + payload.n })';
  await writeFile(join(folder, 'change.mjs'), change);
  await writeFile(join(folder, 'skip.mjs'), 'export const transform = () => null');
  await writeFile(join(api.bench.stateDir, 'out.mjs'), change);
  expect(await (await hook(api, 'change', { n: 5 })).json()).toEqual({ ok: true, mode: 'now' });
  expect(notes(api)).toEqual(['Got 5']);
  expect((await hook(api, 'skip', {})).status).toBe(204);
  const outside = await hook(api, 'out', {});
  expect(outside.status).toBe(500);
  expect(await outside.json()).toEqual({ ok: false, error: 'hook mapping failed' });
});

it('serves no hooks without a token', async () => {
  await using api = await openApiBench({ hooks: { enabled: true } });
  expect((await hook(api, 'wake', { text: 'x' })).status).toBe(405);
});
