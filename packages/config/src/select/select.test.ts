import { describe, expect, test } from 'vitest';
import { agentDir, agentWorkspaceDir } from './agent-folders.ts';
import { agentIds, defaultAgentId } from './agents.ts';
import { clientCredentials, gatewayAuth } from './gateway-auth.ts';
import { gatewayPort } from './gateway-port.ts';

const PATHS = { homeDir: '/home/x', stateDir: '/state', configPath: '/state/openclaw.json' };

describe('port', () => {
  test('environment, then file, then 18789; nonsense is passed over', () => {
    expect(gatewayPort({ gateway: { port: 1234 } }, { OPENCLAW_GATEWAY_PORT: '4321' })).toBe(4321);
    expect(gatewayPort({ gateway: { port: 1234 } }, { OPENCLAW_GATEWAY_PORT: 'x' })).toBe(1234);
    expect(gatewayPort({}, { CLAWDBOT_GATEWAY_PORT: '99' })).toBe(99);
    expect(gatewayPort({}, {})).toBe(18789);
  });
});

describe('secrets', () => {
  test('the server prefers the file, the client the environment', () => {
    const config = { gateway: { auth: { token: 'file' } } };
    const env = { OPENCLAW_GATEWAY_TOKEN: 'env' };
    expect(gatewayAuth(config, env)).toMatchObject({ mode: 'token', token: 'file' });
    expect(clientCredentials(config, env)).toEqual({ token: 'env' });
  });

  test('without a mode: password before token before none', () => {
    expect(gatewayAuth({}, { OPENCLAW_GATEWAY_PASSWORD: 'p', OPENCLAW_GATEWAY_TOKEN: 't' }).mode).toBe('password');
    expect(gatewayAuth({}, {}).mode).toBe('none');
  });
});

describe('agents', () => {
  const config = {
    agents: { defaults: { workspace: '~/desk' }, list: [{ id: 'Aux Two' }, { id: 'rook', default: true }] },
  };

  test('ids are normalised, the default is the marked one', () => {
    expect(agentIds(config)).toEqual(['aux-two', 'rook']);
    expect(defaultAgentId(config)).toBe('rook');
    expect(agentIds({})).toEqual(['main']);
  });

  test('the default agent works in the shared workspace, others in their own under the state folder', () => {
    expect(agentWorkspaceDir(config, PATHS, 'rook')).toBe('/home/x/desk');
    expect(agentWorkspaceDir(config, PATHS, 'aux-two')).toBe('/state/workspace-aux-two');
    expect(agentWorkspaceDir({}, PATHS, 'main')).toBe('/home/x/.openclaw/workspace');
    expect(agentDir(config, PATHS, 'rook')).toBe('/state/agents/rook/agent');
  });
});
