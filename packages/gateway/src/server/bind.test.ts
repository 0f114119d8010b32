import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '@chela/config';
import { silentLogger } from '@chela/observability';
import { describe, expect, it } from 'vitest';
import { resolveAuth } from '../auth/resolve-auth.ts';
import { assertSafeBind, planBind } from './bind.ts';
import { listen } from './listen.ts';

type Gateway = NonNullable<Config['gateway']>;

const PLAIN = { tls: undefined, logger: silentLogger() };
const nobody = { request: () => {}, upgrade: () => {} };

describe('where to listen', () => {
  it.each([
    ['loopback', undefined, ['127.0.0.1']],
    ['auto', undefined, ['127.0.0.1', '0.0.0.0']],
    ['lan', undefined, ['0.0.0.0']],
    ['custom', '10.0.0.5', ['10.0.0.5']],
    ['custom', undefined, ['0.0.0.0']],
  ] as const)('%s %s', (bind, customBindHost, hosts) => {
    const gateway = { bind, ...(customBindHost && { customBindHost }) };
    expect(planBind({ gateway }, undefined).hosts).toEqual(hosts);
  });

  it('is loopback unless it is said, and the flag wins', () => {
    expect(planBind({}, undefined).mode).toBe('loopback');
    expect(planBind({ gateway: { bind: 'lan' } }, 'loopback').hosts).toEqual(['127.0.0.1']);
    expect(() => planBind({}, 'wifi')).toThrow('unknown gateway.bind "wifi"');
  });
});

describe('a start that would be unsafe is refused', () => {
  const check = (gateway: Gateway, proxies: readonly string[] = []) =>
    assertSafeBind({
      plan: planBind({ gateway }, undefined),
      auth: resolveAuth({ gateway }, {}),
      trustedProxies: proxies,
      tailscaleMode: gateway.tailscale?.mode ?? 'off',
    });
  const proxyAuth = { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user' } } as const;

  it.each<[string, Gateway, string[], string]>([
    ['open to the network without a secret', { bind: 'lan' }, [], 'refusing to listen on 0.0.0.0 without a secret'],
    ['token mode without a token', { auth: { mode: 'token' } }, [], 'there is no token'],
    ['password mode without a password', { auth: { mode: 'password' } }, [], 'there is no password'],
    ['a trusted proxy on loopback', { auth: proxyAuth }, ['10.0.0.1'], 'other than loopback'],
    ['a trusted proxy nobody named', { bind: 'lan', auth: proxyAuth }, [], 'needs gateway.trustedProxies'],
    [
      'a trusted proxy that names no user',
      { bind: 'lan', auth: { mode: 'trusted-proxy' } },
      ['10.0.0.1'],
      'userHeader',
    ],
    [
      'a port for the tailnet that the network reaches too',
      { bind: 'lan', auth: { token: 't' }, tailscale: { mode: 'serve' } },
      [],
      'tailscale serve/funnel requires gateway bind=loopback (127.0.0.1)',
    ],
    [
      'a port for the internet without a password',
      { auth: { token: 't' }, tailscale: { mode: 'funnel' } },
      [],
      'tailscale funnel requires gateway auth mode=password',
    ],
  ])('%s', (_name, gateway, proxies, message) => {
    expect(() => check(gateway, proxies)).toThrow(message);
  });

  it('and a safe one is not', () => {
    check({});
    check({ bind: 'lan', auth: { token: 't' } });
    check({ bind: 'lan', auth: proxyAuth }, ['10.0.0.1']);
    check({ tailscale: { mode: 'funnel' }, auth: { password: 'p' } });
    check({ tailscale: { mode: 'serve' }, auth: { mode: 'token' } });
  });
});

it('says that the port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(listen(planBind({}, undefined), port, nobody, PLAIN)).rejects.toThrow(
    `another gateway instance is already listening on ws://127.0.0.1:${port}`,
  );
  other.close();
});

it('does not listen more widely than it was asked to', async () => {
  const plan = planBind({ gateway: { bind: 'custom', customBindHost: '203.0.113.1' } }, undefined);
  await expect(listen(plan, 0, nobody, PLAIN)).rejects.toThrow('cannot listen on 203.0.113.1');
});

it('listens on both loopback addresses where there are two', async () => {
  const listeners = await listen(planBind({}, undefined), 0, nobody, PLAIN);
  expect(listeners.hosts[0]).toBe('127.0.0.1');
  expect(listeners.port).toBeGreaterThan(0);
  await listeners.close();
});
