import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRecord } from './record.ts';
import { BASE_CONFIG, type MethodBench, openMethodBench } from './testing/method-bench.ts';

const config = (bench: { workspace: string }) => ({
  agents: { ...BASE_CONFIG.agents, defaults: { ...BASE_CONFIG.agents?.defaults, workspace: bench.workspace } },
});

async function addTea(bench: MethodBench): Promise<void> {
  const dir = join(bench.stateDir, 'skills/tea');
  await mkdir(dir, { recursive: true });
  const metadata = '{"openclaw": {"requires": {"bins": ["no-such-bin"]}, "install": [{"id": "x", "kind": "go"}]}}';
  await writeFile(join(dir, 'SKILL.md'), `---\nname: tea\ndescription: Brew tea.\nmetadata: ${metadata}\n---\n`);
}

const fileOf = (bench: MethodBench): Promise<string> => readFile(join(bench.stateDir, 'openclaw.json'), 'utf8');

describe('skills.status', () => {
  it('reports what there is, bundled skills included', async () => {
    await using bench = await openMethodBench({ config: config({ workspace: '/nowhere' }) });
    await addTea(bench);
    const report = await bench.call('skills.status', {});
    expect(report).toMatchObject({ workspaceDir: '/nowhere', managedSkillsDir: join(bench.stateDir, 'skills') });
    const rows = isRecord(report) && Array.isArray(report.skills) ? report.skills : [];
    expect(rows.find(({ name }) => name === 'tea')).toMatchObject({ source: 'openclaw-managed', eligible: false });
    expect(rows.filter(({ bundled }) => bundled).length).toBeGreaterThanOrEqual(5);
    expect(report).not.toHaveProperty('mcpServers');
  });

  it('knows no agent that is not configured', async () => {
    await using bench = await openMethodBench();
    await expect(bench.call('skills.status', { agentId: 'ghost' })).rejects.toThrow('unknown agent id "ghost"');
  });
});

describe('skills.update', () => {
  it('writes single values, keeps the rest of the file, and says what the entry is now', async () => {
    await using bench = await openMethodBench();
    const text = '{\n  // mine\n  "skills": { "entries": { "tea": { "env": { "OLD": "1", "GONE": "2" } } } }\n}\n';
    await writeFile(join(bench.stateDir, 'openclaw.json'), text);
    const params = { skillKey: ' tea ', enabled: false, apiKey: ' k ', env: { GONE: ' ', ' NEW ': ' 3 ', NEVER: '' } };
    expect(await bench.call('skills.update', params)).toEqual({
      ok: true,
      skillKey: 'tea',
      config: { enabled: false, apiKey: 'k', env: { OLD: '1', NEW: '3' } },
    });
    const written = await fileOf(bench);
    expect(written).toContain('// mine');
    expect(written).toContain('"OLD": "1"');
    expect(written).not.toContain('GONE');
    expect(await bench.call('skills.update', { skillKey: 'tea', apiKey: '' })).toMatchObject({
      config: { enabled: false, env: { OLD: '1', NEW: '3' } },
    });
    expect(await fileOf(bench)).not.toContain('apiKey');
  });

  it('writes nothing when nothing changes', async () => {
    await using bench = await openMethodBench();
    expect(await bench.call('skills.update', { skillKey: 'tea' })).toEqual({ ok: true, skillKey: 'tea', config: {} });
    await expect(fileOf(bench)).rejects.toThrow('ENOENT');
  });

  it.each([[{}], [{ skillKey: ' ' }], [{ skillKey: 'x', enabled: 'no' }]])('refuses %o', async (params) => {
    await using bench = await openMethodBench();
    await expect(bench.call('skills.update', params)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('skills.install', () => {
  it.each([
    [{ name: 'nope', installId: 'x' }, 'Skill not found: nope'],
    [{ name: 'tea', installId: 'y' }, 'Installer not found: y'],
    [{ name: 'tea', installId: 'x' }, 'missing go module'],
  ])('%o fails with error and payload', async (params, message) => {
    await using bench = await openMethodBench();
    await addTea(bench);
    const payload = { ok: false, message, stdout: '', stderr: '', code: null };
    await expect(bench.call('skills.install', params)).rejects.toMatchObject({ code: 'UNAVAILABLE', message, payload });
  });
});

it('skills.bins tells nodes the programs of skills, sorted', async () => {
  await using bench = await openMethodBench();
  await addTea(bench);
  const answer = await bench.call('skills.bins', {}, { role: 'node' });
  const bins = isRecord(answer) && Array.isArray(answer.bins) ? answer.bins : [];
  expect(bins).toContain('no-such-bin');
  expect(bins).toEqual(bins.toSorted());
});
