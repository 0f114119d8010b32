import { expect, it } from 'vitest';
import { redactedConfig } from '../redact/redact-config.ts';
import { validateConfig } from '../validate.ts';

/** `mcp.servers`, which the original does not have. */

const PATHS = { homeDir: '/home/x', stateDir: '/home/x/.openclaw', configPath: '/home/x/.openclaw/openclaw.json' };
const issuesOf = async (servers: unknown) =>
  (await validateConfig({ mcp: { servers } }, PATHS)).issues.map(({ path, message }) => `${path}: ${message}`);

it.each([
  [{ a: { command: 'npx', args: ['-y', 'x'], env: { K: 'v' }, cwd: '~/x', timeoutSeconds: 0.5, idleSeconds: 60 } }],
  [{ 'a-b_1': { url: 'https://x.test/mcp', headers: { Authorization: 'Bearer x' }, enabled: false } }],
])('%o is fine', async (servers) => {
  expect(await issuesOf(servers)).toEqual([]);
});

it.each([
  [{ a: {} }, 'mcp.servers.a: needs a command or a url, and not both'],
  [{ a: { command: 'x', url: 'http://x.test' } }, 'mcp.servers.a: needs a command or a url, and not both'],
  [{ a: { url: 'ftp://x.test' } }, 'mcp.servers.a.url: must be an http or https address'],
  [{ a: { url: 'nothing' } }, 'mcp.servers.a.url: must be an http or https address'],
  [{ 'a b': { command: 'x' } }, 'mcp.servers.a b: Invalid key in record'],
  [{ a: { command: 'x', timeoutSeconds: 0 } }, 'mcp.servers.a.timeoutSeconds: Too small: expected number to be >0'],
  [{ a: { command: 'x', type: 'stdio' } }, 'mcp.servers.a: Unrecognized key: "type"'],
])('%o is refused', async (servers, issue) => {
  expect(await issuesOf(servers)).toContain(issue);
});

it('keys of servers are hidden', async () => {
  const servers = {
    a: { command: 'x', env: { ANY: 'secret-1' } },
    b: { url: 'http://x', headers: { 'X-Any': 'secret-2' } },
  };
  const shown = JSON.stringify(await redactedConfig({ mcp: { servers } }));
  expect(shown).not.toContain('secret');
  expect(shown).toContain('http://x');
});
