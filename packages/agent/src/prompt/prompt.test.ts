import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { toolCall } from '../testing/scripted-models.ts';
import { textResult } from '../testing/scripted-tools.ts';

describe('the system prompt', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
    await mkdir(join(h.dir, 'workspace'));
  });
  afterEach(() => h.dispose());

  const prompt = (index = -1): string => h.models.requests.at(index)?.systemPrompt ?? '';

  test('has its sections in the order of the contract', async () => {
    h.tools.add('message', 'possible', () => textResult(''));
    await h.run({ extraSystemPrompt: 'Speak softly.' });
    const headings = prompt()
      .split('\n')
      .filter((line) => /^##? [A-Z]/.test(line) && !line.includes('/'));
    expect(headings).toEqual([
      '## Tooling',
      '## Tool Call Style',
      '## Safety',
      '## Chela CLI Quick Reference',
      '## Workspace',
      '## Current Date & Time',
      '## Workspace Files (injected)',
      '## Reply Tags',
      '## Messaging',
      '## Group Chat Context',
      '# Project Context',
      '## Silent Replies',
      '## Heartbeats',
      '## Runtime',
      '## Inbound Context (trusted metadata)',
    ]);
    expect(prompt()).toContain('Speak softly.');
    expect(prompt()).toContain(
      'Runtime: agent=main | host=testhost | os=Linux 6.1 (x64) | node=v24.0.0 | model=mock/m1',
    );
    expect(prompt()).toContain(`[MISSING] Expected at: ${join(h.dir, 'workspace', 'SOUL.md')}`);
  });

  test('tells a sandboxed session where it works instead of where the workspace is', async () => {
    h.setConfig({ agents: { defaults: { sandbox: { mode: 'all', workspaceAccess: 'ro' } } } });
    await h.run();
    expect(prompt()).toContain('## Sandbox\nYou work in a sandbox: commands and file tools see /workspace');
    expect(prompt()).toContain('/agent, to be read only');
    expect(prompt()).toContain('Your working directory is: /workspace');
  });

  test('names the repository around the workspace, or the one that is configured', async () => {
    await h.run();
    expect(prompt()).not.toContain('repo=');
    const repo = join(h.dir, 'projects');
    await mkdir(join(repo, '.git'), { recursive: true });
    h.setConfig({ agents: { defaults: { workspace: join(repo, 'deep', 'er') } } });
    await h.run({ runId: 'run-2' });
    expect(prompt(1)).toContain(`| host=testhost | repo=${repo} | os=`);
    h.setConfig({ agents: { defaults: { workspace: join(repo, 'deep', 'er'), repoRoot: '~/workspace' } } });
    await h.run({ runId: 'run-3' });
    expect(prompt(2)).toContain(`| repo=${join(h.dir, 'workspace')} | os=`);
  });

  test('stays the same from turn to turn, so that a provider can cache it', async () => {
    await h.run();
    await h.run({ runId: 'run-2', text: 'again' });
    expect(prompt(0)).toBe(prompt(1));
  });

  test('carries the files of the workspace and follows their changes', async () => {
    const soul = join(h.dir, 'workspace', 'SOUL.md');
    await writeFile(soul, 'Be brief.');
    await h.run();
    expect(prompt()).toContain(`## ${soul}\nBe brief.`);
    await writeFile(soul, 'Be very brief.');
    await h.clock.advance(1_000);
    await h.run({ runId: 'run-2' });
    expect(prompt()).toContain('Be very brief.');
  });

  test('sees at once what a tool wrote', async () => {
    h.tools.add('write', 'possible', async () => {
      await writeFile(join(h.dir, 'workspace', 'MEMORY.md'), 'The cat is called Ada.');
      return textResult('written');
    });
    h.models.script({ toolCalls: [toolCall('c1', 'write')] });
    await h.run();
    await h.run({ runId: 'run-2' });
    expect(prompt()).toContain('The cat is called Ada.');
  });

  test('is not held up by something that is no file', async () => {
    await mkdir(join(h.dir, 'workspace', 'AGENTS.md'));
    expect(await h.run()).toMatchObject({ kind: 'answered' });
    expect(prompt()).toContain('[MISSING] Expected at:');
  });

  test('is short for a sub-agent', async () => {
    await h.run({ sessionKey: 'agent:main:subagent:1', requestedSessionKey: 'agent:main:subagent:1', source: 'agent' });
    expect(prompt()).not.toContain('## Silent Replies');
    expect(prompt()).not.toContain('SOUL.md');
  });

  test('is measured truthfully', async () => {
    const outcome = await h.run({ source: 'agent' });
    expect(outcome.meta.systemPromptReport).toMatchObject({
      source: 'run',
      provider: 'mock',
      model: 'm1',
      systemPrompt: { chars: prompt().length },
      injectedWorkspaceFiles: expect.arrayContaining([
        expect.objectContaining({ name: 'AGENTS.md', missing: true, rawChars: 0 }),
      ]),
    });
  });
});

describe('a workspace', () => {
  let h: Harness;
  afterEach(() => h.dispose());

  test('that is brand-new is furnished on the first turn', async () => {
    h = await createHarness({ config: { agents: { defaults: { skipBootstrap: false } } } });
    await h.run();
    const names = await readdir(join(h.dir, 'workspace'));
    expect(names).toEqual(expect.arrayContaining(['AGENTS.md', 'BOOTSTRAP.md', 'SOUL.md', '.openclaw']));
    expect(h.models.requests[0]?.systemPrompt).toContain('# BOOTSTRAP.md');
  });

  test('that somebody lives in is left as it is', async () => {
    h = await createHarness({ config: { agents: { defaults: { skipBootstrap: false } } } });
    await mkdir(join(h.dir, 'workspace'));
    await writeFile(join(h.dir, 'workspace', 'AGENTS.md'), 'Mine.');
    await h.run();
    expect(await readdir(join(h.dir, 'workspace'))).toEqual(['AGENTS.md']);
  });

  test('that cannot be made does not keep a turn from running', async () => {
    h = await createHarness();
    await writeFile(join(h.dir, 'workspace'), 'a file in the way');
    expect(await h.run()).toMatchObject({ kind: 'answered' });
    await rm(join(h.dir, 'workspace'));
  });
});
