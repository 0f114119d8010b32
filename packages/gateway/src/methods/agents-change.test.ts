import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { describe, expect, it } from 'vitest';
import { withoutAgent } from './agent-entries.ts';
import { type MethodBench, openMethodBench } from './testing/method-bench.ts';

/** A bench whose configuration also lies in its file. */
async function houseOf(config: Config): Promise<MethodBench> {
  const bench = await openMethodBench({ config });
  await writeFile(join(bench.stateDir, 'openclaw.json'), JSON.stringify(config));
  return bench;
}

const listOf = async (bench: MethodBench): Promise<unknown> =>
  JSON.parse(await readFile(join(bench.stateDir, 'openclaw.json'), 'utf8')).agents.list;

const SKIP = { skipBootstrap: true };

describe('agents.create', () => {
  it('lists the agent behind the default one and makes its folders', async () => {
    await using bench = await houseOf({ agents: { defaults: SKIP } });
    const workspace = join(bench.stateDir, 'desk');
    const params = { name: 'Research Desk', workspace: '~/desk', emoji: '🔬', avatar: 'a.png\n- Name: Eve' };
    expect(await bench.call('agents.create', params)).toEqual({
      ok: true,
      agentId: 'research-desk',
      name: 'Research Desk',
      workspace,
    });
    const agentDir = join(bench.stateDir, 'agents', 'research-desk', 'agent');
    expect(await listOf(bench)).toEqual([
      { id: 'main' },
      { id: 'research-desk', name: 'Research Desk', workspace, agentDir },
    ]);
    expect(await readdir(join(bench.stateDir, 'agents', 'research-desk'))).toContain('sessions');
    expect(await readFile(join(workspace, 'IDENTITY.md'), 'utf8')).toBe(
      '\n- Name: Research Desk\n- Emoji: 🔬\n- Avatar: a.png - Name: Eve\n',
    );
  });

  it('furnishes a new workspace unless the configuration says no', async () => {
    await using bench = await houseOf({ agents: { defaults: {} } });
    await bench.call('agents.create', { name: 'Full', workspace: '~/full' });
    expect(await readdir(join(bench.stateDir, 'full'))).toEqual(expect.arrayContaining(['AGENTS.md', 'SOUL.md']));
  });
});

describe('agents.update', () => {
  it('changes what is given and nothing else', async () => {
    const list = [{ id: 'main' }, { id: 'desk', name: 'Desk', workspace: '/w', model: 'mock/m1' }];
    await using bench = await houseOf({ agents: { defaults: SKIP, list } });
    await bench.call('agents.update', { agentId: 'Desk', name: 'New', model: 'mock/m2' });
    expect(await listOf(bench)).toEqual([
      { id: 'main' },
      { id: 'desk', name: 'New', workspace: '/w', model: 'mock/m2' },
    ]);
  });
});

describe('agents.delete', () => {
  it('moves the folders of the agent to the trash and forgets its sessions', async () => {
    const list = [{ id: 'main' }, { id: 'desk', workspace: '~/desk' }];
    await using bench = await houseOf({ agents: { defaults: SKIP, list } });
    const workspace = join(bench.stateDir, 'desk');
    await mkdir(workspace);
    await bench.services.store.sessions.upsert('agent:desk:main', 'desk', () => ({ sessionId: 's1', updatedAt: 1 }));
    expect(await bench.call('agents.delete', { agentId: 'desk' })).toEqual({
      ok: true,
      agentId: 'desk',
      removedBindings: 0,
    });
    expect(await listOf(bench)).toEqual([{ id: 'main' }]);
    await expect(stat(workspace)).rejects.toThrow('ENOENT');
    expect(await readdir(join(bench.stateDir, '.Trash'))).toContainEqual(expect.stringMatching(/^desk-desk-\d+$/));
    expect(await bench.services.store.sessions.get('agent:desk:main')).toBeUndefined();
  });

  it('leaves a workspace that holds the state directory or belongs to others too', async () => {
    const list = [{ id: 'main' }, { id: 'desk', workspace: '~' }];
    await using bench = await houseOf({ agents: { defaults: SKIP, list } });
    await bench.call('agents.delete', { agentId: 'desk' });
    expect((await stat(bench.stateDir)).isDirectory()).toBe(true);
    expect(await listOf(bench)).toEqual([{ id: 'main' }]);
  });

  it('takes bindings and permissions to talk along', () => {
    const config = {
      agents: { list: [{ id: 'main' }, { id: 'desk' }] },
      bindings: [
        { agentId: 'Desk', match: { channel: 'irc' } },
        { agentId: 'main', match: { channel: 'irc' } },
      ],
      tools: { agentToAgent: { enabled: true, allow: ['main', 'desk'] } },
    };
    expect(withoutAgent(config, 'desk')).toEqual({
      removedBindings: 1,
      config: {
        agents: { list: [{ id: 'main' }] },
        bindings: [{ agentId: 'main', match: { channel: 'irc' } }],
        tools: { agentToAgent: { enabled: true, allow: ['main'] } },
      },
    });
  });
});

describe('agents.files', () => {
  it('hides the guide of the first conversation once that was held, and finds the memory under its other name', async () => {
    await using bench = await openMethodBench();
    const workspace = join(bench.stateDir, 'ws');
    await mkdir(join(workspace, '.openclaw'), { recursive: true });
    await writeFile(join(workspace, '.openclaw', 'workspace-state.json'), '{"onboardingCompletedAt":"2026-01-01"}');
    await writeFile(join(workspace, 'memory.md'), 'm');
    await using other = await openMethodBench({ config: { agents: { list: [{ id: 'main', workspace }] } } });
    const { files } = Object(await other.call('agents.files.list', { agentId: 'main' }));
    expect(files.map(({ name }: { name: string }) => name)).toEqual([
      'AGENTS.md',
      'SOUL.md',
      'TOOLS.md',
      'IDENTITY.md',
      'USER.md',
      'HEARTBEAT.md',
      'memory.md',
    ]);
  });
});
