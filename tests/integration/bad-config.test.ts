import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHome, type GatewayHome, type GatewayProcess, startGateway } from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';

let home: GatewayHome;
let gateway: GatewayProcess | undefined;

beforeEach(async () => {
  home = await createHome();
});

afterEach(async () => {
  await gateway?.end();
  gateway = undefined;
  await home.remove();
});

const withToken = { env: { OPENCLAW_GATEWAY_TOKEN: 'env-token-0123456789' } };

it('starts with a configuration of wrong types and says which key is wrong', async () => {
  await home.writeConfig({ gateway: { mode: 'local', port: 'eighty', auth: { token: home.token } } });
  gateway = await startGateway(home, withToken);
  expect(gateway.output()).toContain('gateway.port');
  const operator = await connectOperator(gateway.url, 'env-token-0123456789');
  expect(await operator.request('config.get')).toMatchObject({ valid: false, issues: [{ path: 'gateway.port' }] });
  await operator.close();
});

it('starts with a file that is no JSON5 and says where it breaks', async () => {
  await home.writeConfig('{ gateway: { mode: "local", ');
  gateway = await startGateway(home, withToken);
  expect(gateway.output()).toMatch(/JSON5|openclaw\.json/);
  const operator = await connectOperator(gateway.url, 'env-token-0123456789');
  expect(await operator.request('health')).toMatchObject({ ok: true });
  await operator.close();
});

it('runs on the last good configuration when a later file is broken', async () => {
  await home.writeConfig({
    gateway: { mode: 'local', auth: { token: home.token } },
    ui: { assistant: { name: 'Kept' } },
  });
  gateway = await startGateway(home);
  await gateway.end();
  await home.writeConfig({ gateway: { mode: 'local', auth: { token: 5 } } });
  gateway = await startGateway(home);
  const operator = await connectOperator(gateway.url, home.token);
  expect(await operator.request('agent.identity.get')).toMatchObject({ name: 'Kept' });
  await operator.close();
});
