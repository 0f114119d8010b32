import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveModel } from '../../catalog/resolve-model.ts';
import type { ModelEvent, ModelMessage, ModelRequest } from '../../driver.ts';
import { readModelSettings } from '../../settings.ts';
import { collect, testModel, testRequest, userSays } from '../../testing/requests.ts';
import { cliBackend, silenceMs } from './backend.ts';
import { commandLine } from './command-line.ts';
import { createDriver } from './driver.ts';
import { readAnswer } from './read-answer.ts';
import { unseenTalk } from './talk.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cli-backend-'));
});
afterEach(() => rm(home, { recursive: true }));

/** A program that stands in for a vendor's: writes its arguments, input and a variable to a file, then runs `body`. */
async function program(body: string): Promise<string> {
  const path = join(home, 'program');
  const seen = `{ printf '%s\\n' "$@"; echo "stdin=$(cat)"; echo "key=$ANTHROPIC_API_KEY"; echo "cwd=$PWD"; echo ---; } >> ${home}/seen`;
  await writeFile(path, `#!/bin/sh\n${seen}\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}
const seen = (): Promise<string> => readFile(join(home, 'seen'), 'utf8');

function ask(
  backend: Readonly<Record<string, unknown>>,
  changes: Partial<ModelRequest> = {},
  signal = new AbortController().signal,
  provider = 'claude-cli',
): Promise<readonly ModelEvent[]> {
  const settings = readModelSettings({ agents: { defaults: { cliBackends: { [provider]: backend } } } });
  const model = resolveModel({ provider, model: 'opus-4.6' }, settings);
  const env = { PATH: process.env.PATH, HOME: home, ANTHROPIC_API_KEY: 'sk-ant-secret' };
  const driver = createDriver({ clock: systemClock, logger: silentLogger(), env });
  return collect(driver.stream(testRequest(model, { workspaceDir: home, ...changes }), undefined, signal));
}
const failureOf = (events: readonly ModelEvent[]) => {
  const last = events.at(-1);
  return last?.type === 'failed' ? last.failure : undefined;
};
const assistant = (text: string, provider: string): ModelMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
  api: 'cli',
  provider,
  model: 'opus-4.6',
  usage: {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: 0,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
  },
  stopReason: 'stop',
  timestamp: 1,
});

describe('a call', () => {
  test('brings the text, the tokens and the session of the program', async () => {
    const command = await program(
      `echo '{"result":"Hello there.","session_id":"s-1","usage":{"input_tokens":10,"output_tokens":3,"cache_read_input_tokens":5}}'`,
    );
    const events = await ask({ command });
    expect(events).toMatchObject([
      { type: 'textDelta', text: 'Hello there.' },
      { type: 'done', stopReason: 'stop', cliSessionId: 's-1', usage: { input: 10, output: 3, cacheRead: 5 } },
    ]);
    const lines = await seen();
    expect(lines).toContain('--model\nopus\n');
    expect(lines).toContain('--append-system-prompt\nBe brief.');
    expect(lines).toMatch(/--session-id\n[0-9a-f-]{36}\n/);
    expect(lines).toContain('\nhello\nstdin=\nkey=\n');
    expect(lines).toContain(`cwd=${home}`);
  });

  test('goes on with the session it has, and says only what is new', async () => {
    const command = await program(`echo '{"result":"Again.","session_id":"s-2"}'`);
    const messages = [userSays('first'), assistant('One.', 'claude-cli'), userSays('second')];
    const events = await ask({ command }, { messages, cliSessionId: 's-1' });
    expect(events.at(-1)).toMatchObject({ type: 'done', cliSessionId: 's-2' });
    const lines = await seen();
    expect(lines).toContain('--resume\ns-1\n');
    expect(lines).toContain('\nsecond\nstdin=');
    expect(lines).not.toContain('first');
    expect(lines).not.toContain('--append-system-prompt');
  });

  test('begins anew with the whole talk when the program has forgotten the session', async () => {
    const command = await program(
      `case "$*" in *--resume*) echo "No conversation found with session ID: s-1" >&2; exit 1;; esac; echo '{"result":"Here.","session_id":"s-3"}'`,
    );
    const messages = [userSays('first'), assistant('One.', 'claude-cli'), userSays('second')];
    const events = await ask({ command }, { messages, cliSessionId: 's-1' });
    expect(events.at(-1)).toMatchObject({ type: 'done', cliSessionId: 's-3' });
    expect(await seen()).toMatch(/User: first.*Assistant: One\..*second/s);
  });

  test('passes images as files that are gone afterwards', async () => {
    const command = await program(
      `for a in "$@"; do case "$a" in *.png) cp "$a" ${home}/copy;; esac; done; echo "A dot."`,
    );
    const image = { type: 'image' as const, mimeType: 'image/png', data: Buffer.from('dot').toString('base64') };
    const messages = [
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'what is it?' }, image], timestamp: 1 },
    ];
    const events = await ask({ command, imageArg: '--image', output: 'text' }, { messages });
    expect(events[0]).toEqual({ type: 'textDelta', text: 'A dot.' });
    expect(await readFile(join(home, 'copy'), 'utf8')).toBe('dot');
    const [, path = ''] = /--image\n(.+)\n/.exec(await seen()) ?? [];
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test('a long prompt goes in by stdin', async () => {
    const command = await program('echo ok');
    await ask({ command, maxPromptArgChars: 4, output: 'text' });
    expect(await seen()).toContain('stdin=hello');
  });

  test('what the program prints goes to the log where somebody asks for it', async () => {
    const command = await program(`echo "An answer."; echo "a note" >&2`);
    const logged: unknown[] = [];
    const logger = { ...silentLogger(), info: (_message: string, fields?: object) => void logged.push(fields) };
    const settings = readModelSettings({
      agents: { defaults: { cliBackends: { 'claude-cli': { command, output: 'text' } } } },
    });
    const model = resolveModel({ provider: 'claude-cli', model: 'm' }, settings);
    const run = async (wanted: string): Promise<void> => {
      const env = { PATH: process.env.PATH, HOME: home, OPENCLAW_CLAUDE_CLI_LOG_OUTPUT: wanted };
      const driver = createDriver({ clock: systemClock, logger, env });
      await collect(driver.stream(testRequest(model, { workspaceDir: home }), undefined, new AbortController().signal));
    };
    await run('');
    expect(logged).toEqual([]);
    await run('1');
    expect(logged).toEqual([{ backend: 'claude-cli', code: 0, stdout: 'An answer.\n', stderr: 'a note\n' }]);
  });

  test('calls of one program wait for each other', async () => {
    const command = await program(`mkdir ${home}/lock || exit 9; sleep 0.2; rmdir ${home}/lock; echo ok`);
    const settings = readModelSettings({
      agents: { defaults: { cliBackends: { 'claude-cli': { command, output: 'text' } } } },
    });
    const model = resolveModel({ provider: 'claude-cli', model: 'm' }, settings);
    const driver = createDriver({
      clock: systemClock,
      logger: silentLogger(),
      env: { PATH: process.env.PATH, HOME: home },
    });
    const one = () =>
      collect(driver.stream(testRequest(model, { workspaceDir: home }), undefined, new AbortController().signal));
    const all = await Promise.all([one(), one(), one()]);
    expect(all.map((events) => events.at(-1)?.type)).toEqual(['done', 'done', 'done']);
  });
});

describe('what goes wrong', () => {
  test('a program that is not there is named, with what to do', async () => {
    const { message } = failureOf(await ask({ command: join(home, 'nothing') })) ?? {};
    expect(message).toContain('was not found');
    expect(message).toContain('agents.defaults.cliBackends.claude-cli.command');
  });

  test.each([
    ['Invalid API key · Please run /login', 'auth'],
    ['429 rate limit reached', 'rate_limit'],
    ['Credit balance is too low', 'billing'],
    ['something else', 'unknown'],
  ])('an exit with "%s" is a failure of kind %s', async (words, reason) => {
    const command = await program(`echo '${words}' >&2; exit 2`);
    expect(failureOf(await ask({ command }))).toMatchObject({ reason, message: expect.stringContaining(words) });
  });

  test('an answer that says it is an error is one', async () => {
    const command = await program(`echo '{"is_error":true,"result":"API Error: 529 overloaded"}'`);
    expect(failureOf(await ask({ command }))).toMatchObject({ reason: 'rate_limit' });
  });

  test('silence ends it, and all it started', async () => {
    const command = await program(`(while :; do date > ${home}/alive; sleep 0.05; done) & sleep 60`);
    const reliability = { watchdog: { fresh: { noOutputTimeoutMs: 1000 } } };
    expect(failureOf(await ask({ command, reliability }))).toMatchObject({ reason: 'timeout' });
    await rm(join(home, 'alive'), { force: true });
    // The loop would have written it again many times by the time another program ran.
    await ask({ command: await program('sleep 0.3; echo ok'), output: 'text' });
    expect(await readdir(home)).not.toContain('alive');
  });

  test('an abort ends it at once', async () => {
    const stop = new AbortController();
    const command = await program(`echo started > ${home}/started; sleep 60`);
    const asking = ask({ command }, {}, stop.signal);
    await expect.poll(() => readdir(home), { timeout: 10_000 }).toContain('started');
    stop.abort();
    expect(failureOf(await asking)).toMatchObject({ reason: 'aborted' });
  });

  test('nothing said is a failure, so that another model may answer', async () => {
    expect(failureOf(await ask({ command: await program('exit 0') }))?.message).toContain('without an answer');
  });
});

describe('backends', () => {
  test('codex answers in lines and goes on in plain text', () => {
    const backend = cliBackend('codex-cli', {});
    if (backend === undefined) throw new Error('codex-cli is built in');
    const call = { model: 'gpt-5.3-codex', prompt: 'hi', systemPrompt: 'x', imagePaths: [], newSessionId: 'new' };
    expect(commandLine(backend, { ...call, sessionId: undefined })).toMatchObject({
      args: [
        'exec',
        '--json',
        '--color',
        'never',
        '--sandbox',
        'read-only',
        '--skip-git-repo-check',
        '--model',
        'gpt-5.3-codex',
        'hi',
      ],
      output: 'jsonl',
      sessionId: undefined,
    });
    expect(commandLine(backend, { ...call, sessionId: 't-1' })).toMatchObject({
      args: [
        'exec',
        'resume',
        't-1',
        '--color',
        'never',
        '--sandbox',
        'read-only',
        '--skip-git-repo-check',
        '--model',
        'gpt-5.3-codex',
        'hi',
      ],
      output: 'text',
      sessionId: 't-1',
    });
  });

  test('one of the operator’s own needs a command, and takes what is configured', () => {
    expect(cliBackend('my-cli', { 'my-cli': { args: ['--json'] } })).toBeUndefined();
    const backend = cliBackend('my-cli', {
      'My-CLI': { command: 'mine', sessionArgs: ['--in', '{sessionId}'], imageArg: '-i', imageMode: 'list' },
    });
    if (backend === undefined) throw new Error('it has a command');
    const { args } = commandLine(backend, {
      model: 'm',
      prompt: 'look',
      systemPrompt: '',
      imagePaths: ['/a.png', '/b.png'],
      sessionId: undefined,
      newSessionId: 'id-1',
    });
    expect(args).toEqual(['--in', 'id-1', '-i', '/a.png,/b.png', 'look']);
  });

  const line = (settings: object, sessionId?: string) => {
    const backend = cliBackend('my-cli', { 'my-cli': { command: 'mine', args: ['run'], ...settings } });
    if (backend === undefined) throw new Error('it has a command');
    return commandLine(backend, {
      model: 'm1',
      prompt: 'hi',
      systemPrompt: 'sys',
      imagePaths: [],
      sessionId,
      newSessionId: 'new',
    });
  };
  const asked = { systemPromptArg: '--sys', sessionArg: '--in' };

  test.each([
    [{}, undefined, ['run', 'hi']],
    [{ modelArg: '-m' }, undefined, ['run', '-m', 'm1', 'hi']],
    [{ modelArg: '-m', modelAliases: { m1: 'one' } }, undefined, ['run', '-m', 'one', 'hi']],
    [asked, undefined, ['run', '--in', 'new', '--sys', 'sys', 'hi']],
    [asked, 'old', ['run', '--in', 'old', 'hi']],
    [{ ...asked, systemPromptWhen: 'always' }, 'old', ['run', '--in', 'old', '--sys', 'sys', 'hi']],
    [{ ...asked, systemPromptWhen: 'never' }, undefined, ['run', '--in', 'new', 'hi']],
    [{ ...asked, sessionMode: 'existing' }, undefined, ['run', '--sys', 'sys', 'hi']],
    [{ ...asked, sessionMode: 'none' }, 'old', ['run', '--sys', 'sys', 'hi']],
    [{ ...asked, resumeArgs: ['go', '{sessionId}'] }, 'old', ['go', 'old', 'hi']],
    [{ input: 'stdin' }, undefined, ['run']],
  ])('%j with session %s is called with %j', (settings, sessionId, args) => {
    expect(line(settings, sessionId).args).toEqual(args);
  });

  test('what is printed may be of another kind when a session goes on', () => {
    const settings = { ...asked, resumeArgs: ['go'], output: 'jsonl', resumeOutput: 'text' };
    expect([line(settings).output, line(settings, 'old').output]).toEqual(['jsonl', 'text']);
  });

  test('variables are taken away and set', async () => {
    const command = await program('echo "$MINE"');
    const events = await ask({ command, output: 'text', env: { MINE: 'set' }, clearEnv: ['HOME'] });
    expect(events[0]).toEqual({ type: 'textDelta', text: 'set' });
    expect(await seen()).toContain('key=\n');
  });

  test('the session stands where the operator says', () => {
    expect(readAnswer('{"result":"x","chat":"c-1"}', 'json', ['chat']).sessionId).toBe('c-1');
  });

  test('a provider that is no program is none', () => {
    expect(cliBackend('anthropic', {})).toBeUndefined();
    expect(testModel('cli', '').backend).toBeUndefined();
  });

  test.each([
    [{}, 480_000],
    [{ noOutputTimeoutMs: 5000 }, 5000],
    [{ noOutputTimeoutRatio: 0.1 }, 180_000],
    [{ noOutputTimeoutRatio: 0.1, minMs: 1000 }, 60_000],
  ])('patience %j is %d ms in ten minutes', (fresh, ms) => {
    const backend = cliBackend('claude-cli', { 'claude-cli': { reliability: { watchdog: { fresh } } } });
    expect(backend && silenceMs(backend.freshPatience, 600_000)).toBe(ms);
  });

  test.each([
    [{}, 180_000],
    [{ maxMs: 90_000 }, 90_000],
    [{ noOutputTimeoutRatio: 0.05 }, 60_000],
    [{ noOutputTimeoutMs: 7000 }, 7000],
  ])('patience %j with a session that goes on is %d ms', (resume, ms) => {
    const backend = cliBackend('claude-cli', { 'claude-cli': { reliability: { watchdog: { resume } } } });
    expect(backend && silenceMs(backend.resumePatience, 600_000)).toBe(ms);
  });
});

describe('answers', () => {
  test.each([
    ['{"message":{"content":[{"type":"text","text":"parts"}]}}', 'json', 'parts'],
    ['{"response":"other name"}', 'json', 'other name'],
    ['plain words', 'json', 'plain words'],
    [
      '{"type":"thread.started","thread_id":"t"}\n{"item":{"type":"reasoning","text":"hm"}}\n{"item":{"type":"agent_message","text":"done"}}',
      'jsonl',
      'done',
    ],
    ['{"result":"kept as it is"}', 'text', '{"result":"kept as it is"}'],
  ] as const)('%s as %s is %s', (printed, output, text) => {
    expect(readAnswer(printed, output, ['thread_id']).text).toBe(text);
  });
});

test('what another model said meanwhile is told to a program that goes on', () => {
  const talk = unseenTalk(
    [userSays('a'), assistant('A.', 'claude-cli'), userSays('b'), assistant('B.', 'anthropic'), userSays('c')],
    'claude-cli',
    true,
  );
  expect(talk.prompt).toContain('User: b');
  expect(talk.prompt).toContain('Assistant: B.');
  expect(talk.prompt).not.toContain('A.');
  expect(talk.prompt.endsWith('c')).toBe(true);
});
