import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHome, type GatewayHome, startGateway } from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';

let home: GatewayHome;
beforeEach(async () => {
  home = await createHome();
});
afterEach(() => home.remove());

/** Has one conversation and resolves with the keys in `sessions.json`, undefined when there is no such file. */
async function sessionsAfterChat(config: object): Promise<readonly string[] | undefined> {
  const gatewaySection = { mode: 'local', auth: { mode: 'token', token: home.token } };
  await home.writeConfig({ gateway: gatewaySection, agents: { defaults: { skipBootstrap: true } }, ...config });
  const gateway = await startGateway(home);
  const operator = await connectOperator(gateway.url, home.token);
  await operator.say('main', 'hello');
  await operator.close();
  await gateway.end();
  const file = join(home.stateDir, 'agents', 'main', 'sessions', 'sessions.json');
  return readFile(file, 'utf8').then(
    (text) => Object.keys(JSON.parse(text)),
    () => undefined,
  );
}

it('keeps the files of the original current when the configuration says so', async () => {
  const config = { env: { vars: { CHELA_STATE_MIRROR: 'openclaw' } } };
  expect(await sessionsAfterChat(config)).toEqual(['agent:main:main']);
});

it('leaves them alone otherwise', async () => {
  expect(await sessionsAfterChat({})).toBeUndefined();
});
