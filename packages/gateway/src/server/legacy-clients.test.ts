import { createMetrics } from '@chela/observability';
import { expect, it } from 'vitest';
import type { MethodDefinition } from '../method.ts';
import { connectRequest, openRaw } from '../testing/raw-client.ts';
import { newDevice, startTestGateway, TEST_TOKEN } from '../testing/start-gateway.ts';

const echo = (name: string, params: string | undefined): MethodDefinition => ({
  name,
  params,
  scope: 'read',
  listed: false,
  handle: async (given) => ({ given }),
});
const methods = [echo('sessions.list', 'SessionsListParams'), echo('chat.history', 'ChatHistoryParams')];

it('an older client connects, is understood, and is counted', async () => {
  const metrics = createMetrics();
  await using gateway = await startTestGateway({ methods: () => methods, metrics });
  using client = await openRaw(gateway.url);
  const device = newDevice();
  const inForm = { auth: { token: TEST_TOKEN }, device, scopes: ['operator.read'], client: { id: 'cli', mode: 'cli' } };
  const { minProtocol: _, maxProtocol: __, ...params } = connectParamsOf(connectRequest('c', client.nonce, inForm));
  client.send({ type: 'req', id: 'c', method: 'connect', params: { ...params, client: 'cli', protocol: 3 } });
  expect(await client.response('c')).toMatchObject({ ok: true });

  client.send({ type: 'req', id: 'list', method: 'session.list', params: { limit: 5 } });
  expect(await client.response('list')).toMatchObject({ ok: true, payload: { given: { limit: 5 } } });
  client.send({ type: 'req', id: 'history', method: 'chat.history', params: { sessionId: 'main' } });
  expect(await client.response('history')).toMatchObject({ ok: true, payload: { given: { sessionKey: 'main' } } });
  client.send({ type: 'req', id: 'bad', method: 'chat.history', params: { sessionId: 'main', limit: 0 } });
  expect(await client.response('bad')).toMatchObject({
    error: { message: /^invalid chat\.history params: .*must have required property 'sessionKey'/ },
  });

  const page = await metrics.exposition();
  for (const alias of ['client-string', 'protocol-range', 'method-family', 'session-field']) {
    expect(page).toContain(`chela_legacy_aliases_total{alias="${alias}"} 1`);
  }
  metrics.close();
});

function connectParamsOf(request: object): Record<string, unknown> {
  return 'params' in request && request.params !== null && typeof request.params === 'object'
    ? { ...request.params }
    : {};
}
