import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveTarget, tailnetAddress } from './gateway-target.ts';
import { loadConfig } from './loaded-config.ts';
import { createStateHome, type StateHome } from './testing/state-home.ts';
import { createTestContext } from './testing/test-context.ts';

let state: StateHome;
beforeEach(async () => {
  state = await createStateHome();
});
afterEach(() => state.remove());

async function target(flags: Parameters<typeof resolveTarget>[2], env: NodeJS.ProcessEnv = state.env) {
  const { context } = createTestContext({ env: { ...env } });
  return resolveTarget(context, await loadConfig(context), flags);
}

it('takes flag, then environment, then file for the local gateway', async () => {
  const { OPENCLAW_GATEWAY_TOKEN: _token, ...bare } = state.env;
  await state.writeConfig({ gateway: { mode: 'local', auth: { mode: 'token', token: 'file' } } });
  expect(await target({ token: 'flag' })).toMatchObject({ token: 'flag', source: 'local loopback', bind: 'loopback' });
  expect(await target({})).toMatchObject({ token: 'dummy' });
  expect(await target({}, bare)).toMatchObject({ token: 'file' });
});

it('sends no stored secret to an address somebody typed', async () => {
  await expect(target({ url: 'ws://elsewhere' })).rejects.toThrow('gateway url override requires explicit credentials');
  expect(await target({ url: 'ws://elsewhere', password: 'p' })).toMatchObject({ token: undefined, password: 'p' });
});

it('uses the remote gateway with its own token only', async () => {
  await state.writeConfig({ gateway: { mode: 'remote', remote: { url: 'ws://far:1', token: 'remote' } } });
  expect(await target({})).toMatchObject({ url: 'ws://far:1', source: 'config gateway.remote.url', token: 'remote' });
});

it('pins the certificate of its own gateway, and of a remote one what the configuration says', async () => {
  await state.writeConfig({ gateway: { mode: 'local', tls: { enabled: true } } });
  const own = await target({});
  expect(own.url).toMatch(/^wss:\/\/127\.0\.0\.1:/);
  expect(own.tlsCertPath).toMatch(/gateway\/tls\/gateway-cert\.pem$/);
  await state.writeConfig({
    gateway: { mode: 'local', tls: { enabled: true, certPath: '/etc/own.pem', keyPath: '/k' } },
  });
  expect((await target({})).tlsCertPath).toBe('/etc/own.pem');
  await state.writeConfig({ gateway: { mode: 'remote', remote: { url: 'wss://far:1', tlsFingerprint: 'ab:cd' } } });
  expect(await target({})).toMatchObject({ tlsFingerprint: 'ab:cd', tlsCertPath: undefined });
});

it('says what is missing in remote mode', async () => {
  await state.writeConfig({ gateway: { mode: 'remote' } });
  await expect(target({})).rejects.toThrow('gateway remote mode misconfigured: gateway.remote.url missing');
});

it('knows a tailnet address from others', () => {
  const entry = (address: string) =>
    ({ address, family: 'IPv4', netmask: '', mac: '', internal: false, cidr: null }) as const;
  expect(tailnetAddress({ eth0: [entry('192.0.2.1'), entry('100.128.0.1')], ts0: [entry('100.64.0.7')] })).toBe(
    '100.64.0.7',
  );
  expect(tailnetAddress({ eth0: [entry('192.0.2.1')] })).toBeUndefined();
});
