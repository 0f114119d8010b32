import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, textOf } from '../testing/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.close());

const failure = (tool: string, error: string): string => JSON.stringify({ status: 'error', tool, error }, null, 2);
const sessionIn = (text: string): string => /session ([a-z0-9-]+)/.exec(text)?.[1] ?? '';
const pidIn = (text: string): number => Number(/pid (\d+)/.exec(text)?.[1]);

/** Whether a process runs; one that ended and waits to be collected does not. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !stat.includes(') Z');
}

describe('exec', () => {
  it('returns the output of a command run in the workspace', async () => {
    expect(await bench.text('exec', { command: 'echo hello; pwd' })).toBe(`hello\n${bench.workspace}`);
  });

  it('reports the exit code and stderr of a failing command', async () => {
    expect(await bench.text('exec', { command: 'echo oops >&2; exit 3' })).toBe('oops\n\n(Command exited with code 3)');
  });

  it('returns output and errors in the order in which they were written', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => `${n} to ${n % 2 === 0 ? 'output' : 'errors'}`);
    const command = lines.map((line, n) => (n % 2 === 0 ? `echo ${line}` : `echo ${line} >&2`)).join('; ');
    expect(await bench.text('exec', { command })).toBe(lines.join('\n'));
  });

  it('says so when the shell cannot be started', async () => {
    const other = await createBench({}, { env: { PATH: process.env.PATH, SHELL: '/nonexistent/shell' } });
    expect(await other.text('exec', { command: 'echo hi' })).toContain('spawn /nonexistent/shell ENOENT');
    await other.close();
  });

  it('says so when a command prints nothing', async () => {
    expect(await bench.text('exec', { command: 'true' })).toBe('(no output)');
  });

  it('rejects a call without a command by schema', async () => {
    const result = await bench.call('exec', {});
    expect(result.isError).toBe(true);
    expect(textOf(result)).toBe(
      'Validation failed for tool "exec":\n  - command: must have required property \'command\'\n\nReceived arguments:\n{}',
    );
  });

  it('ends a command after its timeout and keeps what it printed', async () => {
    expect(await bench.text('exec', { command: 'echo part; sleep 30', timeout: 1 })).toBe(
      failure('exec', 'part\n\nCommand timed out after 1 seconds'),
    );
  });

  it('names the signal that ended a command', async () => {
    expect(await bench.text('exec', { command: 'kill -9 $$' })).toBe(
      failure('exec', 'Command aborted by signal SIGKILL'),
    );
  });

  it('goes to the background after yieldMs and names its session', async () => {
    const text = await bench.text('exec', { command: 'sleep 20', yieldMs: 50 });
    expect(text).toMatch(
      /^Command still running \(session [a-z]+-[a-z]+, pid \d+\)\. Use process \(list\/poll\/log\/write\/kill\/clear\/remove\) for follow-up\.$/,
    );
  });

  it('uses the workspace with a warning when the folder is unusable', async () => {
    expect(await bench.text('exec', { command: 'echo hi', workdir: '/nonexistent' })).toBe(
      `Warning: workdir "/nonexistent" is unavailable; using "${bench.workspace}".\n\nhi`,
    );
  });

  it('refuses a script with a raw shell variable', async () => {
    await writeFile(join(bench.workspace, 's.py'), 'import os\nprint($HOME_DIR)\n');
    expect(await bench.text('exec', { command: 'python3 s.py' })).toContain(
      'exec preflight: detected likely shell variable injection ($HOME_DIR) in python script: s.py:2.',
    );
  });

  it.each(['python3 -u s.py', '  PYTHON s.py x | cat', 'node --no-warnings s.js'])(
    'looks into the script of %s',
    async (command) => {
      await writeFile(join(bench.workspace, 's.py'), 'print($IN_PYTHON)');
      await writeFile(join(bench.workspace, 's.js'), 'use($IN_NODE);');
      expect(await bench.text('exec', { command })).toContain(
        'exec preflight: detected likely shell variable injection',
      );
    },
  );

  it('leaves out of the output what no reader sees', async () => {
    const command = "printf 'a\\000b\\033[31mc\\302\\255d\\342\\200\\256e\\tf\\r\\ng'";
    expect(await bench.text('exec', { command })).toBe('ab[31mcde\tf\r\ng');
  });

  it("runs commands in the gateway's shell, whatever a call says", async () => {
    expect(await bench.text('exec', { command: 'echo "$SHELL"', env: { SHELL: '/nonexistent' } })).toBe('/nonexistent');
  });

  it('refuses another host than the configured one', async () => {
    expect(await bench.text('exec', { command: 'echo hi', host: 'gateway' })).toBe(
      failure('exec', 'exec host not allowed (requested gateway; configure tools.exec.host=sandbox to allow).'),
    );
  });

  it('keeps the newest output of a command that prints without end', async () => {
    const text = await bench.text('exec', { command: 'yes | head -c 300000; echo END' });
    expect(text.length).toBeLessThanOrEqual(160_000);
  });

  it('kills the whole group when the turn is aborted', async () => {
    const turn = new AbortController();
    const pids = Promise.withResolvers<number>();
    const call = bench.call(
      'exec',
      { command: 'sleep 60 & echo $!; wait' },
      { signal: turn.signal, onUpdate: (partial) => pids.resolve(Number(textOf(partial).trim())) },
    );
    const grandchild = await pids.promise;
    turn.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  it('leaves no process behind when the service closes', async () => {
    const background = await bench.text('exec', {
      command: 'trap "" TERM; sleep 60 & wait; sleep 60',
      background: true,
    });
    const pid = pidIn(background);
    expect(await isAlive(pid)).toBe(true);
    await bench.service.close();
    expect(await isAlive(pid)).toBe(false);
  }, 10_000);

  it('gives the command a terminal on request', async () => {
    expect(await bench.text('exec', { command: 'test -t 0 && echo tty; tput cols', pty: true })).toBe('tty\r\n120');
  });
});

describe('process', () => {
  it('lists, polls and ends a background command', async () => {
    const started = await bench.text('exec', { command: 'echo started; sleep 60', background: true });
    const sessionId = sessionIn(started);
    expect(await bench.text('process', { action: 'list' })).toMatch(
      new RegExp(`^${sessionId} running   \\d+m?s :: echo started;$`),
    );
    await expect.poll(() => bench.text('process', { action: 'log', sessionId })).toBe('started');
    expect(await bench.text('process', { action: 'poll', sessionId })).toBe('started\n\nProcess still running.');
    expect(await bench.text('process', { action: 'poll', sessionId })).toBe(
      '(no new output)\n\nProcess still running.',
    );
    expect(await bench.text('process', { action: 'kill', sessionId })).toBe(
      `Termination requested for session ${sessionId}.`,
    );
    expect(await bench.text('process', { action: 'poll', sessionId, timeout: 5000 })).toBe(
      'started\n\n\nProcess exited with signal SIGTERM.',
    );
    expect(await bench.text('process', { action: 'clear', sessionId })).toBe(`Cleared session ${sessionId}.`);
    expect(await bench.text('process', { action: 'poll', sessionId })).toBe(`No session found for ${sessionId}`);
  });

  it('types into a command on a terminal', async () => {
    const sessionId = sessionIn(
      await bench.text('exec', { command: 'read x; echo got $x', pty: true, background: true }),
    );
    expect(await bench.text('process', { action: 'write', sessionId, data: 'hello\r' })).toBe(
      `Wrote 6 bytes to session ${sessionId}.`,
    );
    expect(await bench.text('process', { action: 'poll', sessionId, timeout: 5000 })).toContain('got hello');
  });

  it('hides the commands of other sessions', async () => {
    const sessionId = sessionIn(await bench.text('exec', { command: 'sleep 60', background: true }));
    expect(await bench.text('process', { action: 'kill', sessionId }, { sessionKey: 'agent:main:other' })).toBe(
      `No active session found for ${sessionId}`,
    );
  });
});

describe('what skills bring to commands', () => {
  const openWith = (brought: Readonly<Record<string, string>>) =>
    createBench(
      {},
      {
        env: { PATH: process.env.PATH, TEA_POT: 'mine' },
        rooms: {
          skills: {
            environment: async (agentId) => ({ ...brought, FOR: agentId }),
            bins: async () => [],
            folders: async () => [],
          },
        },
      },
    );

  it('is there for the command of that agent, unless the variable is set already', async () => {
    const of = await openWith({ TEA_KEY: 'k', TEA_POT: 'theirs' });
    const text = await of.text('exec', { command: 'echo $FOR $TEA_KEY $TEA_POT', env: { TEA_KEY: 'call' } });
    expect(text).toBe('main call mine');
    expect(process.env.TEA_KEY).toBeUndefined();
    await of.close();
  });

  it('never is a variable that changes how programs run', async () => {
    const of = await openWith({ LD_PRELOAD: '/x.so', PATH: '/evil', NODE_OPTIONS: '--require x', TEA_KEY: 'k' });
    const text = await of.text('exec', { command: 'echo "$LD_PRELOAD|$NODE_OPTIONS|$TEA_KEY"; command -v sh' });
    expect(text).toMatch(/^\|\|k\n\/.*sh$/);
    await of.close();
  });
});
