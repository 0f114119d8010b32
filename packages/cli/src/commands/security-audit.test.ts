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
      deep: { gateway: { attempted: true, ok: false, url: `ws://127.0.0.1:${home.port}` } },
    });
  });
});
