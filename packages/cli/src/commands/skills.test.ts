import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  const workspace = join(state.home, 'ws');
  await state.writeConfig({ agents: { defaults: { workspace } }, skills: { entries: { off: { enabled: false } } } });
  await write(
    'ws/skills/tea/SKILL.md',
    `---\nname: tea\ndescription: Brew tea.\nhomepage: https://tea.test\nmetadata: ${TEA}\n---\n`,
  );
  await write('ws/skills/off/SKILL.md', '---\nname: off\ndescription: Switched off.\n---\n');
  await write('ws/skills/ok/SKILL.md', '---\nname: ok\ndescription: Fine.\n---\n');
  const env = {
    ...state.env,
    PATH: `${join(state.home, 'bin')}:/usr/bin:/bin`,
    OPENCLAW_BUNDLED_SKILLS_DIR: '/nowhere',
  };
  cli = createTestContext({ env });
});
afterEach(() => state.remove());

const TEA = JSON.stringify({
  openclaw: {
    emoji: '🍵',
    requires: { bins: ['sh', 'no-bin'], env: ['TEA_KEY'] },
    primaryEnv: 'TEA_KEY',
    install: [{ id: 'npm', kind: 'node', package: 'tea', bins: ['no-bin'] }],
  },
});

async function write(path: string, text: string): Promise<void> {
  const file = join(state.home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const printed = (): unknown => JSON.parse(cli.stdout.join('\n'));
const text = (): string => cli.stdout.join('\n');

describe('for programs', () => {
  it.each([
    ['skills-list-json', ['skills', 'list', '--json'], ['skills[]/emoji', 'skills[]/homepage']],
    ['skills-info-json', ['skills', 'info', 'tea', '--json'], []],
    ['skills-check-json', ['skills', 'check', '--json'], []],
  ])('%s has the keys of the sample', async (name, argv, ignored) => {
    const { stdout } = await readSample(name);
    expect(await cli.run(...argv)).toBe(0);
    expect(keyDifferences(stdout, printed(), ignored)).toEqual([]);
  });

  it('check counts and names', async () => {
    await cli.run('skills', 'check', '--json');
    expect(printed()).toMatchObject({
      summary: { total: 3, eligible: 1, disabled: 1, blocked: 0, missingRequirements: 1 },
      eligible: ['ok'],
      disabled: ['off'],
      missingRequirements: [{ name: 'tea', missing: { bins: ['no-bin'], env: ['TEA_KEY'] }, install: [{ id: 'npm' }] }],
    });
  });

  it('an unknown skill is an answer, not a failure', async () => {
    expect(await cli.run('skills', 'info', 'nope', '--json')).toBe(0);
    expect(printed()).toEqual({ error: 'not found', skill: 'nope' });
  });

  it('list --eligible leaves out the rest', async () => {
    await cli.run('skills', 'list', '--json', '--eligible');
    expect(printed()).toMatchObject({ skills: [{ name: 'ok' }] });
  });
});

describe('for people', () => {
  it('list tells the state of each, with --verbose what is missing', async () => {
    await cli.run('skills');
    expect(cli.stdout[0]).toBe('Skills (1/3 ready)');
    expect(text()).toMatch(/✗ missing .*🍵 tea/);
    expect(text()).not.toContain('no-bin');
    cli.stdout.length = 0;
    await cli.run('skills', 'list', '--verbose');
    expect(text()).toContain('Missing: bins: no-bin; env: TEA_KEY');
  });

  it('info tells requirements and ways to install', async () => {
    await cli.run('skills', 'info', 'TEA');
    expect(text()).toContain('Programs: ✓ sh, ✗ no-bin');
    expect(text()).toContain('Key: TEA_KEY (skills.entries.tea.apiKey)');
    expect(text()).toContain('→ npm: Install tea (npm)');
  });

  it('check says how to get what is missing', async () => {
    await cli.run('skills', 'check');
    expect(text()).toContain('🍵 tea (bins: no-bin; env: TEA_KEY) → chela skills install tea');
  });
});

it('list names configured MCP servers, also without a gateway', async () => {
  await state.writeConfig({
    mcp: { servers: { files: { command: 'x' } } },
    agents: { defaults: { workspace: join(state.home, 'ws') } },
  });
  await cli.run('skills', 'list');
  expect(text()).toContain('MCP servers:\n  files: the gateway does not run');
});

describe('install', () => {
  const npm = async (script: string): Promise<void> => {
    await write('bin/npm', `#!/bin/sh\n${script}\n`);
    await chmod(join(state.home, 'bin/npm'), 0o755);
  };

  it('runs the installer of the skill', async () => {
    await npm('echo "$@" > "$HOME/called"');
    expect(await cli.run('skills', 'install', 'tea')).toBe(0);
    expect(cli.stdout.at(-1)).toBe('Installed');
  });

  it('fails with what the installer said', async () => {
    await npm('echo "no such package" >&2; exit 1');
    expect(await cli.run('skills', 'install', 'tea', 'npm', '--json')).toBe(1);
    expect(printed()).toMatchObject({ ok: false, message: 'Install failed (exit 1): no such package' });
  });

  it.each([
    [['nope'], 'Skill not found: nope'],
    [['ok'], 'ok has nothing to install here'],
    [['tea', 'brew'], 'Installer not found: brew'],
    [['tea', '--timeout', '0'], '--timeout must be a positive integer (milliseconds)'],
  ])('%o says %s', async (argv, message) => {
    expect(await cli.run('skills', 'install', ...argv)).toBe(1);
    expect(cli.stderr[0]).toBe(message);
  });
});
