import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext } from '../testing/test-context.ts';

let home: StateHome;

beforeEach(async () => {
  home = await createStateHome();
});
afterEach(() => home.remove());

const LONG = 'a-token-that-is-long-enough-0123456789';

/** The report of `security audit --json` with more flags. */
async function audit(config: object, ...flags: string[]): Promise<unknown> {
  await home.writeConfig(config);
  const cli = createTestContext({ env: { HOME: home.home, OPENCLAW_GATEWAY_PORT: String(home.port) } });
  expect(await cli.run('security', 'audit', '--json', ...flags)).toBe(0);
  return JSON.parse(cli.stdout.join('\n'));
}

async function idsOf(config: object): Promise<Record<string, string>> {
  const { findings } = Object(await audit(config));
  return Object.fromEntries(findings.map(({ checkId, severity }: Record<string, string>) => [checkId, severity]));
}

const token = { gateway: { auth: { mode: 'token', token: LONG } } };

describe('security audit', () => {
  it('has the shape that scripts read', async () => {
    expect(await audit(token)).toEqual({
      ts: expect.any(Number),
      summary: { critical: 0, warn: 1, info: 1 },
      findings: [
        {
          checkId: 'summary.attack_surface',
          severity: 'info',
          title: expect.any(String),
          detail: expect.stringContaining('groups: open=0, allowlist=0\ntools.elevated: enabled'),
        },
        expect.objectContaining({ checkId: 'gateway.trusted_proxies_missing', remediation: expect.any(String) }),
      ],
    });
  });

  it.each<[string, object, Record<string, string>]>([
    ['a short token', { gateway: { auth: { token: 'short' } } }, { 'gateway.token_too_short': 'warn' }],
    ['no secret', {}, { 'gateway.loopback_no_auth': 'critical', 'browser.control_no_auth': 'critical' }],
    [
      'an open bind without a secret',
      { gateway: { bind: 'lan' } },
      { 'gateway.bind_no_auth': 'critical', 'gateway.auth_no_rate_limit': 'warn' },
    ],
    [
      'a password in the file',
      { gateway: { auth: { mode: 'password', password: LONG } } },
      { 'config.secrets.gateway_password_in_config': 'warn' },
    ],
    [
      'careless hooks',
      {
        gateway: { auth: { token: 'both-the-same' } },
        hooks: { enabled: true, token: 'both-the-same', path: '/', allowRequestSessionKey: true },
      },
      {
        'hooks.token_too_short': 'warn',
        'hooks.token_reuse_gateway_token': 'warn',
        'hooks.path_root': 'critical',
        'hooks.request_session_key_enabled': 'warn',
        'hooks.request_session_key_prefixes_missing': 'warn',
        'config.secrets.hooks_token_in_config': 'info',
      },
    ],
    [
      'weak models',
      {
        ...token,
        agents: { defaults: { model: { primary: 'x/gpt-4o', fallbacks: ['x/qwen-7b', 'x/gpt-3.5-turbo'] } } },
      },
      { 'models.weak_tier': 'warn', 'models.small_params': 'critical', 'models.legacy': 'warn' },
    ],
    [
      'a sandbox with holes',
      {
        ...token,
        agents: {
          defaults: {
            sandbox: {
              mode: 'all',
              docker: { binds: ['/etc:/x', 'data:/d'], network: 'host', seccompProfile: 'unconfined' },
            },
          },
        },
      },
      {
        'sandbox.dangerous_bind_mount': 'critical',
        'sandbox.bind_mount_non_absolute': 'warn',
        'sandbox.dangerous_network_mode': 'critical',
        'sandbox.dangerous_seccomp_profile': 'critical',
      },
    ],
    [
      'an open group with elevated tools',
      { ...token, channels: { telegram: { botToken: '1:x', groupPolicy: 'open' } } },
      { 'security.exposure.open_groups_with_elevated': 'critical' },
    ],
    [
      'warnings of a channel',
      {
        ...token,
        channels: {
          irc: { host: 'h', nick: 'n', tls: false, accounts: { a: {}, b: { groupPolicy: 'open', tls: true } } },
        },
      },
      { 'channels.irc.warning.1': 'warn', 'channels.irc.warning.2': 'critical' },
    ],
    [
      'a browser address that is none',
      { ...token, browser: { cdpUrl: 'ftp://x' } },
      { 'browser.control_invalid_config': 'warn' },
    ],
    [
      'a browser elsewhere over plain HTTP',
      { ...token, browser: { cdpUrl: 'http://remote:9222' } },
      { 'browser.remote_cdp_http': 'warn' },
    ],
    [
      'commands on Discord that nobody may use',
      { ...token, channels: { discord: { token: 'x', guilds: { '1': {} } } } },
      { 'channels.discord.commands.native.no_allowlists': 'warn' },
    ],
    [
      'commands on Discord and Slack that anybody may use',
      {
        ...token,
        commands: { useAccessGroups: false },
        channels: {
          discord: { token: 'x', guilds: { '1': {} } },
          slack: { botToken: 'x', slashCommand: { enabled: true } },
        },
      },
      {
        'channels.discord.commands.native.unrestricted': 'critical',
        'channels.slack.commands.slash.useAccessGroups_off': 'critical',
      },
    ],
    [
      'slash commands without people',
      { ...token, channels: { slack: { botToken: 'x', slashCommand: { enabled: true } } } },
      { 'channels.slack.commands.slash.no_allowlists': 'warn' },
    ],
    [
      'Telegram groups without senders, and names where numbers belong',
      { ...token, channels: { telegram: { botToken: '1:x', groups: { '-100': {} }, allowFrom: ['@somebody', '42'] } } },
      {
        'channels.telegram.allowFrom.invalid_entries': 'warn',
        'channels.telegram.groups.allowFrom.missing': 'critical',
      },
    ],
    [
      'Telegram groups with all senders',
      { ...token, channels: { telegram: { botToken: '1:x', groups: { '-100': { allowFrom: ['*'] } } } } },
      { 'channels.telegram.groups.allowFrom.wildcard': 'critical' },
    ],
    ['logs in clear', { ...token, logging: { redactSensitive: 'off' } }, { 'logging.redact_off': 'warn' }],
    ['a defender that is off', { ...token, security: { defender: { mode: 'off' } } }, { 'defender.off': 'critical' }],
    [
      'a defender that only watches',
      { ...token, security: { defender: { mode: 'audit', rules: 'baseline' } } },
      { 'defender.audit_only': 'warn', 'defender.baseline_rules': 'warn' },
    ],
  ])('finds %s', async (_name, config, expected) => {
    expect(await idsOf(config)).toMatchObject(expected);
  });

  it('says nothing of channels that are closed, listed or off', async () => {
    const ids = await idsOf({
      ...token,
      channels: {
        discord: { token: 'x', guilds: { '1': { users: ['7'] } } },
        slack: { botToken: 'x', slashCommand: { enabled: true }, dm: { allowFrom: ['U1'] } },
        telegram: { botToken: '1:x', groups: { '-100': {} }, groupAllowFrom: ['42', 'tg:43'] },
      },
    });
    expect(Object.keys(ids).filter((id) => /\.(?:commands|groups|allowFrom)\./.test(id))).toEqual([]);
  });

  it('finds plugins that no list allows and whose tools every agent may use', async () => {
    await mkdir(join(home.stateDir, 'extensions', 'one'), { recursive: true });
    expect(await idsOf(token)).toMatchObject({
      'plugins.extensions_no_allowlist': 'warn',
      'plugins.tools_reachable_permissive_policy': 'warn',
    });
    expect(await idsOf({ ...token, channels: { telegram: { botToken: '1:x' } } })).toMatchObject({
      'plugins.extensions_no_allowlist': 'critical',
    });
    const narrow = await idsOf({ ...token, plugins: { allow: ['one'] }, tools: { profile: 'coding' } });
    expect(Object.keys(narrow).filter((id) => id.startsWith('plugins.'))).toEqual([]);
  });

  it('reads with --deep what programs of plugins and skills do', async () => {
    const write = async (path: string, text: string): Promise<void> => {
      const file = join(home.stateDir, path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
    };
    await write('extensions/good/package.json', '{"openclaw":{"extensions":["./index.ts"]}}');
    await write('extensions/good/index.ts', 'export default (text: string) => pattern.exec(text);\n');
    await write('extensions/bad/package.json', '{"openclaw":{"extensions":["../../outside.js",".hidden/run.js"]}}');
    await write('extensions/bad/.hidden/run.js', 'import { exec } from "node:child_process";\n\nexec("ls");\n');
    await write('skills/miner/SKILL.md', '---\nname: miner\n---\n');
    await write(
      'skills/miner/run.mjs',
      `new WebSocket('wss://x.example:4444/');\nconst s = '\\x61\\x62\\x63\\x64\\x65\\x66';\n`,
    );
    await write('skills/no-skill/run.mjs', 'eval("1")');
    const { findings } = Object(await audit(token, '--deep'));
    const seen = findings.filter(({ checkId }: { checkId: string }) => checkId.includes('code_safety'));
    expect(seen).toMatchObject([
      {
        checkId: 'plugins.code_safety.entry_escape',
        severity: 'critical',
        detail: expect.stringContaining('outside.js'),
      },
      {
        checkId: 'plugins.code_safety.entry_path',
        severity: 'warn',
        detail: expect.stringContaining('.hidden/run.js'),
      },
      {
        checkId: 'plugins.code_safety',
        severity: 'critical',
        detail: expect.stringContaining('dangerous-exec (.hidden/run.js:3)'),
      },
      {
        checkId: 'skills.code_safety',
        severity: 'warn',
        detail: expect.stringContaining('suspicious-network (run.mjs:1), obfuscated-code (run.mjs:2)'),
      },
    ]);
  });

  it('says nothing of good models and tight sandboxes', async () => {
    const ids = await idsOf({
      ...token,
      agents: {
        defaults: { model: 'anthropic/claude-opus-4-6', sandbox: { mode: 'all', docker: { binds: ['/srv/work:/w'] } } },
      },
    });
    expect(Object.keys(ids).filter((id) => /^(?:models|sandbox)\./.test(id))).toEqual([]);
  });

  it('finds open files, closes them with --fix, and leaves nothing to find', async () => {
    const profiles = join(home.stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
    await mkdir(join(home.stateDir, 'agents', 'main', 'agent'), { recursive: true });
    await writeFile(profiles, '{}', { mode: 0o644 });
    await home.writeConfig({ ...token, logging: { redactSensitive: 'off' } });
    await chmod(home.configPath, 0o644);
    await chmod(home.stateDir, 0o755);
    const cli = createTestContext({ env: { HOME: home.home } });
    await cli.run('security', 'audit');
    expect(cli.stdout.join('\n')).toMatch(
      /CRITICAL\nfs\.config\.perms_world_readable .+\n {2}\S+openclaw\.json mode=644/,
    );
    cli.stdout.length = 0;
    await cli.run('security', 'audit', '--fix', '--json');
    const { fix, report } = JSON.parse(cli.stdout.join('\n'));
    expect(fix).toMatchObject({
      ok: true,
      configWritten: true,
      changes: ['logging.redactSensitive=tools'],
      errors: [],
    });
    expect(fix.actions).toEqual(
      expect.arrayContaining([
        { kind: 'chmod', path: home.stateDir, mode: 448, ok: true },
        { kind: 'chmod', path: profiles, mode: 384, ok: true },
        { kind: 'chmod', path: join(home.stateDir, 'credentials'), mode: 448, ok: false, skipped: 'missing' },
      ]),
    );
    expect(report.findings.map(({ checkId }: Record<string, string>) => checkId)).toEqual([
      'summary.attack_surface',
      'gateway.trusted_proxies_missing',
    ]);
    expect((await stat(home.configPath)).mode & 0o777).toBe(0o600);
    expect(await readFile(home.configPath, 'utf8')).toContain(LONG);
  });

  it('says with --deep that no gateway answers', async () => {
    expect(await audit(token, '--deep')).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ checkId: 'gateway.probe_failed', severity: 'warn' }),
      ]),
      deep: { gateway: { attempted: true, ok: false, url: `ws://127.0.0.1:${home.port}` } },
    });
  });
});
