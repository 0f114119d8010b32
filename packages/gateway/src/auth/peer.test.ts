import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isListedAddress } from './address.ts';
import { isForeignHost } from './host-rule.ts';
import { isAllowedOrigin } from './origin-rule.ts';
import { describePeer } from './peer.ts';

function peer(remoteAddress: string, headers: Record<string, string>, trustedProxies: readonly string[] = []) {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  return describePeer(request, trustedProxies);
}

describe('a local client', () => {
  it.each<[string, boolean, string, Record<string, string>, string[]]>([
    ['loopback by address', true, '127.0.0.1', { host: '127.0.0.1:18789' }, []],
    ['loopback by name', true, '::1', { host: 'localhost:18789' }, []],
    ['loopback in IPv6 clothes', true, '::ffff:127.0.0.1', { host: '[::1]:18789' }, []],
    ['a tailnet name on loopback', true, '127.0.0.1', { host: 'box.tail1.ts.net' }, []],
    ['a foreign name on loopback', false, '127.0.0.1', { host: 'gw.example.com' }, []],
    ['another machine', false, '192.168.1.7', { host: '127.0.0.1' }, []],
    ['forwarded by an unknown proxy', false, '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, []],
    ['named by an unknown proxy', false, '127.0.0.1', { host: 'localhost', 'x-forwarded-host': 'x' }, []],
    ['a trusted proxy that says nothing', true, '127.0.0.1', { host: 'localhost' }, ['127.0.0.1']],
    [
      'a stranger behind a trusted proxy',
      false,
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': '9.9.9.9' },
      ['127.0.0.0/8'],
    ],
    ['no Host', false, '127.0.0.1', {}, []],
  ])('%s: %s', (_name, expected, address, headers, trusted) => {
    expect(peer(address, headers, trusted).isLocal).toBe(expected);
  });
});

describe("the client's address", () => {
  it('is the last of the chain that no trusted proxy has', () => {
    const headers = { host: 'x', 'x-forwarded-for': '6.6.6.6, 203.0.113.9:4711, 10.0.0.2' };
    expect(peer('10.0.0.1', headers, ['10.0.0.0/8']).ip).toBe('203.0.113.9');
  });

  it('is never taken from a peer that is no trusted proxy', () => {
    expect(peer('203.0.113.1', { host: 'x', 'x-forwarded-for': '127.0.0.1' }).ip).toBe('203.0.113.1');
  });

  it('falls back to X-Real-IP', () => {
    expect(peer('10.0.0.1', { host: 'x', 'x-real-ip': '203.0.113.9' }, ['10.0.0.1']).ip).toBe('203.0.113.9');
  });
});

it('reads lists of addresses and ranges and skips nonsense', () => {
  expect(isListedAddress('10.1.2.3', ['nonsense', '10.0.0.0/8'])).toBe(true);
  expect(isListedAddress('fd00::1', ['fd00::/8'])).toBe(true);
  expect(isListedAddress('10.1.2.3', ['10.0.0.0/99', ''])).toBe(false);
});

describe('the origin of a page (reference protocol/protocol.md §2.5)', () => {
  it.each<[boolean, string | undefined, string | undefined, string[]]>([
    [false, undefined, '127.0.0.1:18789', []],
    [false, 'null', '127.0.0.1:18789', []],
    [false, 'not an origin', '127.0.0.1:18789', []],
    [false, 'https://evil.example', '127.0.0.1:18789', []],
    [true, 'http://127.0.0.1:18789', '127.0.0.1:18789', []],
    [true, 'http://localhost:5173', '127.0.0.1:18789', []],
    [true, 'http://[::1]:5173', 'localhost:18789', []],
    [true, 'https://gw.example.com', 'gw.example.com', []],
    [false, 'https://gw.example.com:8443', 'gw.example.com', []],
    [true, 'https://Chat.Example.com', 'gw.example.com', ['https://chat.example.com']],
    [false, 'http://localhost:5173', 'gw.example.com', []],
  ])('%s for %s at %s', (expected, origin, host, allowed) => {
    expect(isAllowedOrigin(origin, host, allowed)).toBe(expected);
  });
});

describe('the name in the Host header', () => {
  const rule = { port: 18_789, machineName: 'box', allowedOrigins: ['http://claw.home:18789'] };
  it.each<[string, boolean, string, string]>([
    ['a rebound page', true, '127.0.0.1', 'evil.example:18789'],
    ['an unreadable one', true, '127.0.0.1', 'a:b:c'],
    ['loopback', false, '127.0.0.1', 'localhost:18789'],
    ['an address', false, '127.0.0.1', '192.168.1.4:18789'],
    ['this machine', false, '127.0.0.1', 'box.lan:18789'],
    ['a tunnel with its own port', false, '127.0.0.1', 'gw.example.com'],
    ['an allowed origin', false, '127.0.0.1', 'claw.home:18789'],
    ['a tailnet', false, '127.0.0.1', 'box.tail1.ts.net:18789'],
    ['another machine under its own name for us', false, '192.168.1.7', 'assistant:18789'],
  ])('%s is foreign: %s', (_name, expected, address, host) => {
    expect(isForeignHost(peer(address, { host }), rule)).toBe(expected);
  });
});
