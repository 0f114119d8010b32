import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFaceReader, readIdentity } from './agent-identity.ts';
import { BASE_CONFIG, openMethodBench } from './testing/method-bench.ts';

const config = {
  agents: {
    ...BASE_CONFIG.agents,
    list: [
      { id: 'zed', identity: { name: 'Zed', avatar: 'https://x.test/a.png' } },
      { id: 'Main One', default: true, name: '  ', identity: { theme: 't', avatar: 'av.png' } },
      { id: 'abc', name: 'Abc', identity: { name: 'N'.repeat(60), emoji: '🦀' } },
    ],
  },
};

describe('agents.list', () => {
  it('has the default agent first and the others by id', async () => {
    await using bench = await openMethodBench({ config });
    expect(await bench.call('agents.list')).toEqual({
      defaultId: 'main-one',
      mainKey: 'main',
      scope: 'per-sender',
      agents: [
        { id: 'main-one', identity: { theme: 't', avatar: 'av.png' } },
        { id: 'abc', name: 'Abc', identity: { name: 'N'.repeat(60), emoji: '🦀' } },
        { id: 'zed', identity: { name: 'Zed', avatar: 'https://x.test/a.png', avatarUrl: 'https://x.test/a.png' } },
      ],
    });
  });
});

describe('agent.identity.get', () => {
  it.each([
    [{}, { agentId: 'main-one', name: 'Assistant', avatar: '/avatar/main-one' }],
    [{ agentId: 'zed' }, { agentId: 'zed', name: 'Zed', avatar: 'https://x.test/a.png' }],
    [{ sessionKey: 'agent:abc:main' }, { agentId: 'abc', name: 'N'.repeat(50), avatar: '🦀', emoji: '🦀' }],
    [{ agentId: 'Not Valid!' }, { agentId: 'not-valid', name: 'Assistant', avatar: 'A' }],
  ])('of %o is %o', async (params, identity) => {
    await using bench = await openMethodBench({ config });
    expect(await bench.call('agent.identity.get', params)).toEqual(identity);
  });

  it('takes the name and face of the page before those of the agent', async () => {
    const ui = { assistant: { name: 'Desk', avatar: 'D' } };
    await using bench = await openMethodBench({ config: { ...config, ui } });
    expect(await bench.call('agent.identity.get', { agentId: 'zed' })).toEqual({
      agentId: 'zed',
      name: 'Desk',
      avatar: 'D',
    });
  });

  it('takes what is missing from IDENTITY.md of the workspace', async () => {
    await using bench = await openMethodBench();
    const workspace = join(bench.stateDir, 'ws');
    await mkdir(workspace);
    await writeFile(join(workspace, 'IDENTITY.md'), '# Me\n\n- **Name:** Vara\n- **Emoji:** 🦞\n');
    const list = [{ id: 'main', workspace }];
    await using other = await openMethodBench({ config: { agents: { list } } });
    const vara = { agentId: 'main', name: 'Vara', avatar: '🦞', emoji: '🦞' };
    expect(await other.call('agent.identity.get')).toEqual(vara);
    expect(await createFaceReader(other.services)('main')).toMatchObject({ name: 'Vara', workspaceDir: workspace });
    expect(await createFaceReader(other.services)('ghost')).toBeUndefined();
  });

  it.each([
    [{ sessionKey: 'agent:x' }, 'malformed session key "agent:x"'],
    [{ agentId: 'zed', sessionKey: 'agent:abc:main' }, 'agent "zed" does not match session key agent "abc"'],
  ])('refuses %o', async (params, problem) => {
    await using bench = await openMethodBench({ config });
    await expect(bench.call('agent.identity.get', params)).rejects.toThrow(
      `invalid agent.identity.get params: ${problem}`,
    );
  });

  it('does not take the hints of the template for values', () => {
    expect(readIdentity('- **Name:**\n  _(pick something)_\n- **Emoji:** _(your signature)_\n- Avatar: a.png')).toEqual(
      {
        avatar: 'a.png',
      },
    );
  });
});
