import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { goldenRunners } from './golden.ts';

/** More cases of the golden tables, from the rules of reference agent/tools.md. */
function check(name: string, cases: readonly (readonly [input: unknown, output: unknown])[]): void {
  describe(`rules of the table ${name}`, async () => {
    const table = JSON.parse(await readFile(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
    it.each(cases.map(([input, output]) => [JSON.stringify(input), input, output] as const))(
      '%s',
      async (_title, input, output) => {
        const seen: unknown = JSON.parse(JSON.stringify((await goldenRunners[name]?.(input, table)) ?? null));
        if (output !== null && typeof output === 'object' && !Array.isArray(output)) expect(seen).toMatchObject(output);
        else expect(seen).toEqual(output);
      },
    );
  });
}

const patch = (...lines: readonly string[]) => ({
  patch: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n'),
});
check('apply-patch', [
  [patch('*** Add File: a.txt', '+over'), { changed: { 'a.txt': 'over\n' } }],
  [patch('*** Add File: empty.txt'), { text: 'Success. Updated the following files:\nA empty.txt' }],
  [
    patch('*** Update File: gone.txt', '@@', '-a', '+b'),
    {
      error:
        "Failed to read file to update <ROOT>/gone.txt: Error: ENOENT: no such file or directory, open '<ROOT>/gone.txt'",
    },
  ],
  [
    patch('*** Update File: dup.js', '@@ class B {', '   run() {', '-    return 1;', '+    return 2;'),
    { changed: { 'dup.js': expect.stringMatching(/class A.*return 1;.*class B.*return 2;/s) } },
  ],
  [patch('*** Update File: uni.txt', '@@', '-"quoted" - dash', '+x'), { changed: { 'uni.txt': 'x\nend\n' } }],
  [patch('*** Update File: crlf.txt', '@@', '-b', '+B'), { changed: { 'crlf.txt': 'a\r\nB\nc\r\n' } }],
  [
    patch('*** Update File: a.txt', '@@', '-one', '+1', '*** End of File'),
    { error: 'Failed to find expected lines in <ROOT>/a.txt:\none' },
  ],
  [
    patch('*** Update File: a.txt', '-two', '+2', '@@', '-four', '+4'),
    { changed: { 'a.txt': 'one\n2\nthree\n4\nfive\n' } },
  ],
  [
    patch('*** Update File: a.txt', '-two', '+2', 'x'),
    { error: "Invalid patch hunk at line 5: Expected update hunk to start with a @@ context marker, got: 'x'" },
  ],
  [
    patch('*** Update File: a.txt', '*** Move to: ', '@@', '-one', '+1'),
    { error: "Invalid patch hunk at line 2: Update file hunk for path 'a.txt' is empty" },
  ],
  [patch('*** Add File: @at.txt', '+x'), { changed: { '@at.txt': 'x\n' } }],
  [patch('*** Add File: a.txt/x', '+x'), { error: "ENOTDIR: not a directory, lstat '<ROOT>/a.txt/x'" }],
  [{ patch: "<<'EOF'\n*** Begin Patch\n*** Add File: h.txt\n+x\n*** End Patch\nEOF" }, { changed: { 'h.txt': 'x\n' } }],
  [{ patch: '*** Add File: x' }, { error: "The first line of the patch must be '*** Begin Patch'" }],
]);

const commands = (satisfied: boolean, list: readonly string[]): (readonly [unknown, unknown])[] =>
  list.map((command) => [{ command }, { allowlistSatisfied: satisfied }]);
const unjudged = (reason: string, list: readonly string[]): (readonly [unknown, unknown])[] =>
  list.map((command) => [{ command }, { analysisOk: false, allowlistSatisfied: false, reason }]);
check('exec-allowlist', [
  ...commands(true, [
    "git '$(b)'",
    'git {a,b} ~ * $X',
    '~/bin/hometool',
    './sub/x',
    'grep a{1,2}',
    'uniq -c -',
    'git|head',
  ]),
  ...commands(false, [
    'cat data.txt | head',
    'sort --output=data.txt',
    'head ../x',
    'wc -l sub',
    'head .',
    '$X',
    'noexec',
  ]),
  ...unjudged('unsupported shell token: ;', ['git a;', 'git a ; ; rg b']),
  ...unjudged('unsupported shell token: $()', ['git "a$(b)"']),
  ...unjudged('unsupported shell token: newline', ['git status\nrg x']),
  ...unjudged('empty pipeline segment', ['git a | | head', 'git a && rg b |']),
  ...unjudged('unterminated shell quote/escape', ["git '", 'git \\']),
  [{ command: 'git "a & b"', platform: 'win32' }, { analysisOk: false }],
  [{ command: 'head -n 1', platform: 'win32' }, { segmentSatisfiedBy: [null] }],
  [{ command: 'mytool x', skillBins: ['mytool'] }, { segmentSatisfiedBy: ['skills'] }],
  [{ command: 'cut -f1', safeBins: [] }, { segmentSatisfiedBy: [null] }],
  [{ command: 'cat -', safeBins: ['cat'] }, { rebuilt: "'cat' '-'" }],
]);

check(
  'exec-pattern',
  (
    [
      ['~/bin/*', '<ROOT>/home/bin/x', true],
      ['~/**', '<ROOT>/home/a/b/c', true],
      ['~/bin/*', '<ROOT>/home/bin/a/x', false],
      ['C:\\x\\*.exe', 'c:/x/y.exe', true],
      ['/usr/bin/?g', '/usr/bin/rg', true],
      ['**', '/usr/bin/rg', false],
      ['/usr/*/rg', '/usr/bin/rg', true],
      ['/usr/*/rg', '/usr/a/b/rg', false],
      [' /usr/bin/rg', '/usr/bin/rg', true],
      ['/usr/bin/', '/usr/bin/rg', false],
      ['/usr/bin/rg', '/usr/bin/rg2', false],
    ] as const
  ).map(([pattern, resolvedPath, output]) => [{ pattern, resolvedPath }, output] as const),
);

const bound = (bind: string, output: unknown) => [{ fn: 'bind', bind }, output] as const;
const targets = (blockedPath: string) => ({ kind: 'targets', blockedPath });
check('sandbox', [
  bound('/var/run/docker.sock:/s', targets('/var/run')),
  bound('/private/etc/x:/y', targets('/private/etc')),
  bound('/etcetera:/e', null),
  bound('//etc/:/x', targets('/etc')),
  bound('/home/u/../../etc/passwd:/x', targets('/etc')),
  bound('~/x:/y', { kind: 'non_absolute', sourcePath: '~/x' }),
  bound('/usr:/u:ro', null),
  [{ fn: 'validate', docker: {} }, 'ok'],
  [
    { fn: 'validate', docker: { binds: ['/srv:/s', '/etc:/x'] } },
    {
      error:
        'Sandbox security: bind mount "/etc:/x" targets blocked path "/etc". Mounting system directories (or Docker socket paths) into sandbox containers is not allowed. Use project-specific paths instead (e.g. /home/user/myproject).',
    },
  ],
  [
    { fn: 'env', env: { GITHUB_TOKEN: 'x', TOKENS: '1', AWS_SECRET_ACCESS_KEY: 'b', MY_KEY: 'k', DB_PASSWORD: 'p' } },
    { blocked: ['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DB_PASSWORD'], allowed: { TOKENS: '1', MY_KEY: 'k' } },
  ],
  [{ fn: 'scope', perSession: true }, 'session'],
  [{ fn: 'shouldSandbox', mode: 'off', sessionKey: 'a', mainSessionKey: 'b' }, false],
  [{ fn: 'shouldSandbox', mode: 'non-main', sessionKey: 'a', mainSessionKey: 'b' }, true],
]);

check('ssrf', [
  ...[
    '169.254.1.1',
    '100.127.255.255',
    '::',
    'fdff::1',
    'fe80::1%eth0',
    'febf::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '010.0.0.1',
    '0x7f.0.0.1',
  ].map((address) => [{ fn: 'privateIp', address }, true] as const),
  ...[
    'no:ip',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '256.1.1.1',
    '127.1',
    '',
    'ff02::1',
    '::ffff:0808:0808',
    '192.0.2.1',
    // The guard of web tools refuses it all the same.
    'no:ip',
  ].map((address) => [{ fn: 'privateIp', address }, false] as const),
  ...['LocalHost', 'x.localhost', 'METADATA.GOOGLE.INTERNAL.', 'a.b.local.'].map(
    (host) => [{ fn: 'blockedHost', host }, true] as const,
  ),
  ...['internal', 'local', 'x.localdomain', 'metadata.google.com'].map(
    (host) => [{ fn: 'blockedHost', host }, false] as const,
  ),
]);

const resolve = (file: unknown, more: Readonly<Record<string, unknown>> = {}) => ({ fn: 'resolve', file, ...more });
check('exec-approvals-file', [
  [resolve({ version: 2, defaults: { security: 'full' } }), { agent: { security: 'deny' } }],
  [
    resolve({ version: 1, agents: { '*': { security: 'full' }, ops: { security: 'deny' } } }, { agentId: 'ops' }),
    { agent: { security: 'deny' } },
  ],
  [
    resolve({ version: 1, agents: { '*': { ask: 'off' } } }, { agentId: 'ops' }),
    { agent: { ask: 'off' }, defaults: { ask: 'on-miss' } },
  ],
  [
    resolve({ version: 1, agents: { main: { allowlist: ['/a', { pattern: '/b' }] }, default: { allowlist: ['/c'] } } }),
    { allowlist: ['/c', '/a', '/b'] },
  ],
  [
    resolve({ version: 1, defaults: { ask: 'always' } }, { overrides: { ask: 'off', security: 'full' } }),
    { agent: { ask: 'always', security: 'full' } },
  ],
  [resolve({ version: 1, agents: { ops: { security: 'full' } } }), { agent: { security: 'deny' } }],
  [
    resolve({ version: 1, defaults: { autoAllowSkills: true }, agents: { main: { autoAllowSkills: false } } }),
    { agent: { autoAllowSkills: false } },
  ],
  [
    resolve({ version: 1, defaults: { askFallback: 'no' }, agents: { '*': { askFallback: 'full' } } }),
    { agent: { askFallback: 'full' }, defaults: { askFallback: 'deny' } },
  ],
  [{ fn: 'minSecurity', a: 'full', b: 'deny' }, 'deny'],
  [{ fn: 'maxAsk', a: 'always', b: 'off' }, 'always'],
]);

const read = (path: string, resultText: string) => ({ tool: 'read', params: { path }, resultText });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const poll = (action: string, resultText: string) => ({
  tool: 'process',
  params: { action, sessionId: 's' },
  resultText,
});
const on = { enabled: true, warningThreshold: 2, criticalThreshold: 4, globalCircuitBreakerThreshold: 6 };
const last = (level: string, detector: string, count: number, n: number) =>
  expect.arrayContaining([{ n, level, detector, count }]);
check('tool-loop-detection', [
  [{ config: on, calls: times(7, () => read('a', 'x')) }, last('critical', 'global_circuit_breaker', 6, 7)],
  [{ config: on, calls: times(7, (n) => read('a', `x${n}`)) }, last('warning', 'generic_repeat', 6, 7)],
  [{ config: on, calls: times(5, () => poll('log', 'x')) }, last('critical', 'known_poll_no_progress', 4, 5)],
  [{ config: on, calls: times(5, () => poll('list', 'x')) }, last('warning', 'generic_repeat', 4, 5)],
  [
    { config: on, calls: times(5, () => poll('poll', 'x')).concat(poll('poll', 'y'), poll('poll', 'y')) },
    last('critical', 'known_poll_no_progress', 5, 6),
  ],
  [{ config: on, calls: times(6, (n) => read(`p${n % 2}`, 'x')) }, last('critical', 'ping_pong', 4, 4)],
  [{ config: on, calls: times(6, (n) => read(`p${n % 2}`, `x${n}`)) }, last('warning', 'ping_pong', 6, 6)],
  [
    { config: { ...on, detectors: { pingPong: false } }, calls: times(6, (n) => read(`p${n % 2}`, `x${n}`)) },
    last('warning', 'generic_repeat', 2, 6),
  ],
  [
    { config: { ...on, historySize: 3 }, calls: times(9, () => read('a', 'x')) },
    last('warning', 'generic_repeat', 3, 9),
  ],
  [{ config: { ...on, enabled: false }, calls: times(9, () => read('a', 'x')) }, []],
  [
    { fn: 'config', config: { warningThreshold: 5, criticalThreshold: 5, globalCircuitBreakerThreshold: 1 } },
    { criticalThreshold: 6, globalCircuitBreakerThreshold: 7 },
  ],
]);

const plugins = (...steps: readonly unknown[]) => ({
  coreTools: ['read', 'exec', 'apply_patch'],
  pluginTools: { alpha: ['a_one', 'a_two'], beta: ['b_tool'] },
  steps,
});
const left = (tools: readonly string[], warningCount: number) => ({ tools, warningCount });
const CORE = ['read', 'exec', 'apply_patch'];
check('tool-policy-plugins', [
  [plugins({ allow: ['a_one'] }), left([...CORE, 'a_one', 'a_two', 'b_tool'], 0)],
  [plugins({ allow: ['alpha', 'ghost'] }), left([...CORE, 'a_one', 'a_two', 'b_tool'], 1)],
  [plugins({ allow: ['exec', 'beta'] }), left(['exec', 'apply_patch', 'b_tool'], 0)],
  [plugins({ allow: ['*'], deny: ['Beta'] }), left([...CORE, 'a_one', 'a_two'], 0)],
  [plugins({ deny: ['a_*'] }), left([...CORE, 'b_tool'], 0)],
  [plugins({ alsoAllow: ['alpha'] }), left([...CORE, 'a_one', 'a_two', 'b_tool'], 0)],
  [plugins({ allow: ['read'], alsoAllow: ['alpha'] }), left(['read', 'a_one', 'a_two'], 0)],
  [plugins({ allow: ['group:fs', 'group:plugins'] }), left(['read', 'apply_patch', 'a_one', 'a_two', 'b_tool'], 0)],
  [plugins({ allow: ['read', 'a_one'] }, { allow: ['a_one'] }), left(['read', 'a_one'], 0)],
  [plugins({ allow: [] }, null), left([...CORE, 'a_one', 'a_two', 'b_tool'], 0)],
  [plugins({ deny: ['*'] }), left([], 0)],
]);

const owner = { modelProvider: 'openai', modelId: 'gpt-5', senderIsOwner: true };
const tools = (config: unknown, context: unknown = {}) => ({
  config,
  context: { sessionKey: 'agent:main:main', ...owner, ...Object(context) },
});
check('tool-policy', [
  [tools({ tools: { profile: 'minimal' } }), ['session_status']],
  [tools({ tools: { profile: 'coding', allow: ['read', 'exec'] } }), ['read', 'apply_patch', 'exec']],
  [
    tools({ tools: { allow: ['*'], deny: ['group:openclaw', 'group:runtime', 'tts'] } }),
    ['read', 'edit', 'write', 'apply_patch'],
  ],
  [tools({ tools: { allow: ['group:ui'] } }), ['browser', 'canvas']],
  [tools({ tools: { allow: ['bash'] } }), ['apply_patch', 'exec']],
  [tools({ tools: { byProvider: { 'openai/gpt-5': { allow: ['read'] }, openai: { allow: ['exec'] } } } }), ['read']],
  [tools({ tools: { byProvider: { anthropic: { allow: ['read'] } }, allow: ['tts'] } }), ['tts']],
  [
    tools({
      tools: { profile: 'minimal' },
      agents: { list: [{ id: 'main', tools: { profile: 'messaging', alsoAllow: ['read'] } }] },
    }),
    ['read', 'message', 'sessions_list', 'sessions_history', 'sessions_send', 'session_status'],
  ],
  [
    tools({
      tools: { profile: 'minimal', alsoAllow: ['read'] },
      agents: { list: [{ id: 'main', tools: { alsoAllow: ['tts'] } }] },
    }),
    ['tts', 'session_status'],
  ],
  [
    tools(
      {
        channels: {
          telegram: {
            groups: { '*': { tools: { allow: ['read'] } }, '-1': { toolsBySender: { '@Boss': { allow: ['exec'] } } } },
          },
        },
      },
      { sessionKey: 'agent:main:telegram:group:-1:topic:7', messageProvider: 'telegram', senderUsername: 'boss' },
    ),
    ['apply_patch', 'exec'],
  ],
  [
    tools(
      { channels: { telegram: { groups: { '*': { tools: { allow: ['read'] } } } } } },
      { sessionKey: 'agent:main:telegram:group:-9', messageProvider: 'telegram' },
    ),
    ['read'],
  ],
  [
    tools(
      { tools: { subagents: { tools: { allow: ['session_status', 'read'] } } } },
      { sessionKey: 'agent:main:subagent:u1' },
    ),
    ['read'],
  ],
  [
    tools(
      { tools: { sandbox: { tools: { allow: [], deny: ['group:openclaw', 'tts', 'process'] } } } },
      { sandbox: {} },
    ),
    ['read', 'edit', 'write', 'apply_patch', 'exec'],
  ],
]);
