import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { checkBearer } from './bearer.ts';
import type { Peer } from './peer.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { resolveAuth } from './resolve-auth.ts';

const gateway = {
  auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user' } },
  controlUi: { allowedOrigins: ['https://dash.example'] },
} as const;

/** A request that a trusted proxy forwards, with its user. */
function forwarded(headers: Readonly<Record<string, string>>): Peer {
  const all: Readonly<Record<string, string>> = { 'x-user': 'ann', host: 'inside:18789', ...headers };
  return {
    socketIp: '10.0.0.1',
    ip: '10.0.0.9',
    shownIp: '10.0.0.9',
    isTrustedProxy: true,
    isLocal: false,
    host: all.host,
    origin: all.origin,
    header: (name) => all[name],
  };
}

const ask = (headers: Readonly<Record<string, string>>) =>
  checkBearer(
    {
      auth: () => resolveAuth({ gateway }, {}),
      limiter: createRateLimiter({ clock: createFakeClock(), settings: () => undefined }),
      tailscale: async () => false,
      allowedOrigins: () => gateway.controlUi.allowedOrigins,
    },
    forwarded(headers),
  );

it.each<[string, Record<string, string>, string]>([
  ['a program', {}, 'allowed'],
  ['our own page', { origin: 'http://inside:18789' }, 'allowed'],
  [
    'our own page under the name the proxy has',
    { origin: 'https://gw.example', 'x-forwarded-host': 'gw.example' },
    'allowed',
  ],
  ['a page that is allowed by name', { origin: 'https://dash.example' }, 'allowed'],
  ['a page of another site', { origin: 'https://evil.example', 'x-forwarded-host': 'gw.example' }, 'unauthorized'],
  ['a page without an origin of its own', { origin: 'null' }, 'unauthorized'],
  ['nobody', { 'x-user': '' }, 'unauthorized'],
])('behind a trusted proxy, %s is judged', async (_who, headers, outcome) => {
  expect(await ask(headers)).toBe(outcome);
});
