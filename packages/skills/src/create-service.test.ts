import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openSkillBench } from './testing/skill-bench.ts';

const tea = (more = ''): string => `name: tea\ndescription: Brew tea.\n${more}`;

describe('where skills come from', () => {
  it('the strongest place wins, and the others show through when it is gone', async () => {
    await using bench = await openSkillBench({ config: { skills: { load: { extraDirs: ['~/extra'] } } } });
    const places = [
      ['extra/tea', 'openclaw-extra'],
      ['bundled/tea', 'openclaw-bundled'],
      ['.openclaw/skills/tea', 'openclaw-managed'],
      ['.agents/skills/tea', 'agents-skills-personal'],
      ['ws/.agents/skills/tea', 'agents-skills-project'],
      ['ws/skills/tea', 'openclaw-workspace'],
    ] as const;
    for (const [dir] of places) await bench.skill(dir, tea());
    for (const [dir, source] of places.toReversed()) {
      expect((await bench.status('tea'))?.source).toBe(source);
      await rm(join(bench.home, dir), { recursive: true });
    }
    expect(await bench.status('tea')).toBeUndefined();
  });

  it('a root that is a skill, a root whose skills folder holds them, and links count; hidden folders do not', async () => {
    await using bench = await openSkillBench({ config: { skills: { load: { extraDirs: ['~/one', '~/pack'] } } } });
    await bench.skill('one', 'description: I am the root.');
    await bench.skill('pack/skills/inner', 'description: In a pack.');
    await bench.skill('pack/outer', 'description: Not looked at.');
    await bench.skill('ws/skills/.hidden', 'description: Hidden.');
    await bench.skill('ws/skills/node_modules', 'description: Packages.');
    await bench.skill('elsewhere/linked', 'description: Linked.');
    await symlink(join(bench.home, 'elsewhere/linked'), join(bench.workspace, 'skills/linked'));
    const names = (await bench.service.status('main')).skills.map(({ name }) => name);
    expect(names).toEqual(['one', 'inner', 'linked']);
  });

  it('limits are kept and said', async () => {
    const limits = { maxCandidatesPerRoot: 4, maxSkillsLoadedPerSource: 2, maxSkillFileBytes: 200 };
    await using bench = await openSkillBench({ config: { skills: { limits } } });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await bench.skill(`ws/skills/${name}`, `description: Skill ${name}.`);
    await bench.skill('ws/skills/a', `description: ${'long '.repeat(100)}`);
    const names = (await bench.service.status('main')).skills.map(({ name }) => name);
    expect(names).toEqual(['b', 'c']);
    expect(bench.warnings.map(({ problem }) => problem)).toEqual([
      'only its first 4 folders',
      'it is larger than 200 bytes',
      'only its first 2 skills',
    ]);
  });

  it.each([
    ['no head', '# just text'],
    ['an unfinished head', '---\nname: x\ndescription: y\n# text'],
    ['a head that is no YAML', '---\ndescription: a: b: c\n---\n'],
    ['a list as head', '---\n- a\n---\n'],
    ['no description', '---\nname: x\n---\n'],
    [
      'a bomb of aliases',
      `---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(40)}]\nc: [${'*b,'.repeat(40)}]\ndescription: boom\n---\n`,
    ],
  ])('a file with %s is left out with its reason, said once', async (_what, text) => {
    await using bench = await openSkillBench();
    await bench.write('ws/skills/bad/SKILL.md', text);
    await bench.skill('ws/skills/good', 'description: Good.');
    expect((await bench.service.status('main')).skills.map(({ name }) => name)).toEqual(['good']);
    await bench.service.status('main');
    expect(bench.warnings).toHaveLength(1);
    expect(bench.warnings[0]?.path).toBe(join(bench.workspace, 'skills/bad/SKILL.md'));
  });
});

describe('status', () => {
  it('names what is missing and how to get it', async () => {
    await using bench = await openSkillBench({ config: { channels: { slack: {} } } });
    const metadata = {
      openclaw: {
        emoji: '🍵',
        homepage: 'https://tea.test',
        primaryEnv: 'TEA_KEY',
        requires: {
          bins: ['sh', 'no-bin'],
          anyBins: ['x1', 'x2'],
          env: ['TEA_KEY', 'HOME'],
          config: ['channels.slack', 'a.b'],
        },
        install: [
          { kind: 'brew', formula: 'tea' },
          { kind: 'go', module: 'example.test/tea@latest' },
          { kind: 'node', package: 'tea', os: ['aix'] },
        ],
      },
    };
    await bench.skill('ws/skills/tea', tea(`metadata: ${JSON.stringify(metadata)}`));
    expect(await bench.status('tea')).toMatchObject({
      eligible: false,
      emoji: '🍵',
      homepage: 'https://tea.test',
      primaryEnv: 'TEA_KEY',
      missing: { bins: ['no-bin'], anyBins: ['x1', 'x2'], env: ['TEA_KEY'], config: ['a.b'], os: [] },
      configChecks: [
        { path: 'channels.slack', satisfied: true },
        { path: 'a.b', satisfied: false },
      ],
      install: [{ id: 'go-1', kind: 'go', label: 'Install example.test/tea@latest (go)', bins: [] }],
    });
  });

  it('follows the configuration and the disk with each look', async () => {
    await using bench = await openSkillBench();
    await bench.skill('ws/skills/tea', tea('metadata: {"openclaw": {"requires": {"bins": ["brewer"]}}}'));
    expect(await bench.status('tea')).toMatchObject({ eligible: false, missing: { bins: ['brewer'] } });
    await bench.write('bin/brewer', '#!/bin/sh\n', 0o755);
    expect(await bench.status('tea')).toMatchObject({ eligible: true });
    bench.setConfig({ skills: { entries: { tea: { enabled: false } } } });
    expect(await bench.status('tea')).toMatchObject({ eligible: false, disabled: true });
  });

  it('counts programs and platform of a connected node', async () => {
    const remote = { platforms: ['darwin'], bins: new Set(['mac-only']) };
    await using bench = await openSkillBench({ deps: { remote: () => remote } });
    await bench.skill(
      'ws/skills/tea',
      tea('metadata: {"openclaw": {"os": ["darwin"], "requires": {"bins": ["mac-only"]}}}'),
    );
    expect(await bench.status('tea')).toMatchObject({ eligible: true });
    expect((await bench.service.snapshot('main', undefined)).prompt).toContain('A macOS node is connected');
  });
});

describe('what a session is offered', () => {
  it('lists eligible skills for the model, escaped, with ~ for the home', async () => {
    await using bench = await openSkillBench();
    await bench.skill('ws/skills/tea', 'name: tea\ndescription: "Tea & <biscuits>"');
    await bench.skill('ws/skills/quiet', 'description: Only for people.\ndisable-model-invocation: true');
    await bench.skill(
      'ws/skills/poor',
      'description: Lacks things.\nmetadata: {"openclaw": {"requires": {"env": ["NOPE"]}}}',
    );
    const { prompt, skills, resolvedSkills } = await bench.service.snapshot('main', undefined);
    expect(prompt).toContain('<description>Tea &amp; &lt;biscuits&gt;</description>');
    expect(prompt).toContain('<location>~/ws/skills/tea/SKILL.md</location>');
    expect(prompt.match(/<name>/g)).toHaveLength(1);
    expect(skills.map(({ name }) => name)).toEqual(['quiet', 'tea']);
    expect(resolvedSkills.map(({ name }) => name)).toEqual(['tea']);
  });

  it.each([
    [{ maxSkillsInPrompt: 2 }, 2],
    [{ maxSkillsPromptChars: 800 }, 2],
    [{ maxSkillsInPrompt: 0 }, 0],
  ])('says when %o leaves some out', async (limits, shown) => {
    await using bench = await openSkillBench({ config: { skills: { limits } } });
    for (const name of ['a', 'b', 'c']) await bench.skill(`ws/skills/${name}`, `description: ${'word '.repeat(10)}`);
    const { prompt } = await bench.service.snapshot('main', undefined);
    expect(prompt.match(/<skill>/g) ?? []).toHaveLength(shown);
    expect(prompt).toContain(`${shown} of 3 are listed`);
  });

  it('is limited to the names an agent has, and an empty list means none', async () => {
    const list = [{ id: 'a', skills: ['tea'], workspace: '' }, { id: 'b', skills: [] }, { id: 'c' }];
    await using bench = await openSkillBench();
    const shared = list.map((agent) => ({ ...agent, workspace: bench.workspace }));
    bench.setConfig({ agents: { list: shared } });
    await bench.skill('ws/skills/tea', tea());
    await bench.skill('ws/skills/milk', 'description: Milk.');
    const names = async (id: string) => (await bench.service.snapshot(id, undefined)).skills.map(({ name }) => name);
    expect([await names('a'), await names('b'), await names('c')]).toEqual([['tea'], [], ['milk', 'tea']]);
    expect((await bench.service.snapshot('b', undefined)).skillFilter).toEqual([]);
  });

  it('stays as the session has it while the folders are not followed', async () => {
    await using bench = await openSkillBench({ config: { skills: { load: { watch: false } } } });
    await bench.skill('ws/skills/tea', tea());
    const first = await bench.service.snapshot('main', undefined);
    await bench.skill('ws/skills/milk', 'description: Milk.');
    expect(await bench.service.snapshot('main', JSON.parse(JSON.stringify(first)))).toEqual(first);
    expect((await bench.service.snapshot('main', undefined)).skills).toHaveLength(2);
    expect((await bench.service.snapshot('main', { prompt: 7 })).skills).toHaveLength(2);
  });

  it('follows the folders: new, changed and removed skills, also in a folder that was not there', async () => {
    const config = { skills: { load: { watchDebounceMs: 10 } } };
    await using bench = await openSkillBench({ config, deps: { watch: true } });
    const first = await bench.service.snapshot('main', undefined);
    expect(first.skills).toEqual([]);
    const offers = async (text: string, version: number): Promise<number> => {
      await vi.waitFor(async () => {
        const now = await bench.service.snapshot('main', first);
        expect(now.prompt).toContain(text);
        expect(now.version).toBeGreaterThan(version);
      });
      return (await bench.service.snapshot('main', undefined)).version;
    };
    await bench.skill('ws/skills/tea', tea());
    const second = await offers('Brew tea.', first.version);
    await bench.skill('ws/skills/tea', 'name: tea\ndescription: Brew coffee.');
    await offers('Brew coffee.', second);
    await rm(join(bench.workspace, 'skills/tea'), { recursive: true });
    await vi.waitFor(async () => expect((await bench.service.snapshot('main', undefined)).skills).toEqual([]));
  });

  it('keeps its version while nothing changes', async () => {
    await using bench = await openSkillBench();
    await bench.skill('ws/skills/tea', tea());
    const { version } = await bench.service.snapshot('main', undefined);
    await bench.service.status('main');
    bench.setConfig({ ui: {} });
    expect((await bench.service.snapshot('main', undefined)).version).toBe(version);
  });
});

describe('what skills bring to commands', () => {
  const config = {
    skills: {
      entries: {
        tea: { apiKey: 'key', env: { TEA_POT: 'blue', EMPTY: '' } },
        milk: { apiKey: 'unused', env: { MILK: '1' } },
      },
    },
  };

  it('is the env and the key of eligible skills', async () => {
    await using bench = await openSkillBench({ config });
    await bench.skill('ws/skills/tea', tea('metadata: {"openclaw": {"primaryEnv": "TEA_KEY"}}'));
    await bench.skill('ws/skills/milk', 'description: Milk.\nmetadata: {"openclaw": {"requires": {"bins": ["cow"]}}}');
    expect(await bench.service.environment('main')).toEqual({ TEA_KEY: 'key', TEA_POT: 'blue' });
  });
});

describe('slash commands', () => {
  it('are one a skill that people may call, without those of the gateway', async () => {
    await using bench = await openSkillBench({ deps: { reservedCommands: ['status'] } });
    await bench.skill('ws/skills/a', 'name: My Skill!\ndescription: One.');
    await bench.skill('ws/skills/b', 'name: status\ndescription: Two.');
    await bench.skill('ws/skills/c', 'name: silent\ndescription: Three.\nuser-invocable: false');
    await bench.skill(
      'ws/skills/d',
      'name: tool\ndescription: Four.\ncommand-dispatch: tool\ncommand-tool: session_status',
    );
    expect(await bench.service.commands('main')).toEqual([
      { name: 'my_skill', skillName: 'My Skill!', description: 'One.' },
      { name: 'status_2', skillName: 'status', description: 'Two.' },
      { name: 'tool', skillName: 'tool', description: 'Four.', tool: 'session_status' },
    ]);
  });

  it.each([
    ['/my_skill do it', 'My Skill!', 'do it'],
    ['/skill my_skill do\nit', 'My Skill!', 'do\nit'],
    ['/MY_SKILL', 'My Skill!', ''],
    ['/skill my-skill: x', 'My Skill!', 'x'],
    ['/my_skill: x', 'My Skill!', 'x'],
    ['/skill', undefined, ''],
    ['/skill nope x', undefined, ''],
    ['/nope', undefined, ''],
    ['my_skill', undefined, ''],
    ['/path/to/file', undefined, ''],
  ])('%j calls %s', async (text, skillName, input) => {
    await using bench = await openSkillBench();
    await bench.skill('ws/skills/a', 'name: My Skill!\ndescription: One.');
    const called = await bench.service.invocation('main', text);
    expect(called?.command.skillName).toBe(skillName);
    if (skillName !== undefined) expect(called?.input).toBe(input);
  });
});

it('tells nodes the programs of all agents’ skills', async () => {
  await using bench = await openSkillBench();
  const other = join(bench.home, 'other');
  bench.setConfig({ agents: { list: [{ id: 'main' }, { id: 'b', workspace: other }] } });
  await bench.skill(
    'ws/skills/a',
    'description: A.\nmetadata: {"openclaw": {"requires": {"bins": ["zip"], "anyBins": ["b1"]}}}',
  );
  await bench.skill(
    'other/skills/b',
    'description: B.\nmetadata: {"openclaw": {"install": [{"kind": "uv", "package": "x", "bins": ["uvx"]}]}}',
  );
  expect(await bench.service.bins()).toEqual(['b1', 'uvx', 'zip']);
});
