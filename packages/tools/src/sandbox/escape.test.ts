import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../testing/bench.ts';
import { createSandboxBench, type SandboxBench, sandboxTestsUnusable } from '../testing/sandbox-bench.ts';

/** Programs and tools of a sandboxed session try to get out, under the real bubblewrap. */

const unusable = await sandboxTestsUnusable();
let bench: SandboxBench;
beforeEach(async () => {
  bench = await createSandboxBench({}, {}, {}, { provider: 'openai', model: 'gpt-5' });
});
afterEach(() => bench.close());

/** Command lines of this machine that hold a word. */
async function running(word: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(word)) found.push(line);
  }
  return found;
}

describe.runIf(unusable === undefined)(`a sandboxed command ${unusable ?? ''}`, () => {
  it('runs in its own workspace and leaves its files there', async () => {
    expect(await bench.sh('pwd; echo hello > note.txt; cat note.txt; echo $HOME')).toBe(
      '/workspace\nhello\n/workspace',
    );
    const [folder = ''] = await readdir(join(bench.stateDir, 'sandboxes'));
    expect(folder).toMatch(/^agent-main-[0-9a-f]{8}$/);
    expect(await readFile(join(bench.stateDir, 'sandboxes', folder, 'note.txt'), 'utf8')).toBe('hello\n');
  });

  it('cannot write anything but its workspace and its temporary folders', async () => {
    const text = await bench.sh(
      'for f in /x /usr/x /etc/x /bin/x ~root/x /home/x /proc/x /sys/x; do touch $f 2>/dev/null && echo wrote $f; done; touch /tmp/x /var/tmp/x /run/x y && echo scratch',
    );
    expect(text).toBe('scratch');
  });

  it('does not see the home folder, the state and the keys of the gateway', async () => {
    await mkdir(join(bench.stateDir, 'credentials'));
    await writeFile(join(bench.stateDir, 'credentials', 'key'), 'sk-secret');
    await writeFile(join(bench.workspace, 'plan.txt'), 'private plan');
    const text = await bench.sh(
      `cat ${bench.stateDir}/credentials/key ${bench.workspace}/plan.txt /etc/shadow; ls ${bench.home}; find / -xdev -name 'credentials' 2>/dev/null; env`,
    );
    expect(text).not.toContain('sk-secret');
    expect(text).not.toContain('private plan');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('root:');
  });

  it('sees no process of the host and can signal none', async () => {
    const text = await bench.sh(`kill -9 ${process.pid}; ls /proc | grep -c '^[0-9]'; ls /proc/${process.pid}`);
    expect(text).toMatch(/No such process|no such process/);
    const [count = ''] = text.split('\n').filter((line) => /^\d+$/.test(line));
    expect(Number(count)).toBeLessThan(10);
    expect(text).toContain(`cannot access '/proc/${process.pid}'`);
  });

  it('cannot change the kernel, mount, or make namespaces in which it could', async () => {
    const text = await bench.sh(
      'cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern && echo changed; echo b > /proc/sysrq-trigger && echo changed; mount -t tmpfs none /tmp && echo mounted; unshare -Ur true && echo unshared; grep CapEff /proc/self/status',
    );
    expect(text).not.toMatch(/^(changed|mounted|unshared)$/m);
    expect(text).toContain('0000000000000000');
  });

  it('reaches no network, not even listeners of this machine', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.end('reached');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const text = await bench.sh(
      `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3'; cat /proc/net/dev | grep -v lo`,
    );
    server.close();
    expect(text).not.toContain('reached');
    expect(text).not.toContain('eth0');
    expect(connections).toBe(0);
  });

  it('gets nothing of what skills bring', async () => {
    const skills = {
      environment: async () => ({ SKILL_KEY: 'sk-skill' }),
      bins: async () => [],
      folders: async () => [],
    };
    const skilled = await createSandboxBench({}, {}, { rooms: { skills } });
    expect(await skilled.sh('env')).not.toContain('sk-skill');
    await skilled.close();
  });

  it('can read its skills where the prompt says they are, and nothing else of their folders', async () => {
    const folders: string[] = [];
    const skills = { environment: async () => ({}), bins: async () => [], folders: async () => folders };
    const skilled = await createSandboxBench({}, {}, { rooms: { skills } });
    const skill = join(skilled.stateDir, 'skills', 'tea');
    await mkdir(skill, { recursive: true });
    await writeFile(join(skill, 'SKILL.md'), 'Boil water.');
    await writeFile(join(skilled.stateDir, 'openclaw.json'), 'secrets');
    folders.push(skill, skilled.stateDir);
    expect(await skilled.text('read', { path: join(skill, 'SKILL.md') })).toBe('Boil water.');
    expect(await skilled.sh(`cat ${join(skill, 'SKILL.md')}`)).toBe('Boil water.');
    expect(await skilled.sh(`echo x > ${join(skill, 'SKILL.md')}`)).toMatch(/read-only|denied/i);
    expect(await skilled.text('write', { path: join(skill, 'SKILL.md'), content: 'x' })).toContain('error');
    expect(await skilled.sh(`cat ${join(skilled.stateDir, 'openclaw.json')}`)).not.toContain('secrets');
    await skilled.close();
  });

  it('leaves the sandbox only with elevated rights, which go to the host', async () => {
    const config = { tools: { exec: { security: 'full' } } };
    const elevated = await createSandboxBench({}, config, {}, { exec: { elevated: 'full' } });
    expect(await elevated.sh('pwd')).toBe(elevated.workspace);
    await elevated.close();
    expect(await bench.text('exec', { command: 'pwd', elevated: true })).toContain('(runtime=sandboxed)');
  });

  it('is set up once by setupCommand', async () => {
    const prepared = await createSandboxBench({ docker: { setupCommand: 'echo once >> setup.txt' } });
    await prepared.sh('true');
    expect(await prepared.sh('cat setup.txt')).toBe('once');
    await prepared.close();
  });

  it('is not helped by variables of the call that load code', async () => {
    const text = await bench.text('exec', {
      command: 'echo inside; cat /etc/shadow',
      env: { LD_PRELOAD: '/workspace/evil.so', BASH_ENV: '/workspace/evil.sh' },
    });
    expect(text).toContain('inside');
    expect(text).not.toContain('root:');
  });

  it('does not take the machine with it when it forks without end', async () => {
    const bomb = "exec -a fork-bomb bash -c 'bomb() { bomb | bomb & }; bomb; sleep 1' 2>/dev/null";
    await bench.text('exec', { command: `bash -c "${bomb}"`, timeout: 3 });
    await expect.poll(() => running('fork-bomb')).toEqual([]);
    expect(await bench.sh('echo still here')).toBe('still here');
  }, 30_000);

  it('starts no more processes than the limit says', async () => {
    const limited = await createSandboxBench({ docker: { pidsLimit: 40 } });
    const text = await limited.text('exec', {
      command: "sh -c 'for i in $(seq 200); do sleep 2 & done; wait' 2>&1 | tail -1; echo over",
      timeout: 20,
    });
    expect(text).toMatch(/fork/);
    await limited.close();
  }, 30_000);

  it('takes everything along when it is ended, also what hides in sessions of its own', async () => {
    const mark = 'sleep-4242';
    const turn = new AbortController();
    const started = Promise.withResolvers<void>();
    const call = bench.call(
      'exec',
      {
        command: `(setsid sh -c 'exec -a ${mark} sleep 300' >/dev/null 2>&1 &); setsid bash -c 'exec -a ${mark} sleep 300' & echo on; wait`,
      },
      { signal: turn.signal, onUpdate: (partial) => textOf(partial).includes('on') && started.resolve() },
    );
    await started.promise;
    turn.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => running(mark)).toEqual([]);
  });

  it('goes on in the background, where process looks after it', async () => {
    const text = await bench.text('exec', {
      command: 'read line; echo got $line; sleep 60',
      background: true,
      pty: true,
    });
    const id = /session ([a-z-]+)/.exec(text)?.[1] ?? '';
    await bench.text('process', { action: 'write', sessionId: id, data: 'word\n' });
    await expect.poll(() => bench.text('process', { action: 'log', sessionId: id })).toContain('got word');
    expect(await bench.text('process', { action: 'kill', sessionId: id })).toContain('Termination requested');
    await expect.poll(() => bench.text('process', { action: 'poll', sessionId: id })).toContain('Process exited');
  });
});

describe('file tools of a sandboxed session', () => {
  const escapes = 'escapes sandbox root';

  it('work in the sandbox, by the names that programs there use', async () => {
    expect(await bench.text('write', { path: 'a/b.txt', content: 'one' })).toBe(
      'Successfully wrote 3 bytes to a/b.txt',
    );
    expect(await bench.text('read', { path: '/workspace/a/b.txt' })).toBe('one');
    expect(await bench.text('edit', { path: '~/a/b.txt', oldText: 'one', newText: 'two' })).toContain('Successfully');
    expect(await bench.text('read', { path: 'a/b.txt' })).toBe('two');
    const patch = '*** Begin Patch\n*** Update File: a/b.txt\n*** Move to: c/d.txt\n@@\n-two\n+three\n*** End Patch';
    expect(await bench.text('apply_patch', { input: patch })).toBe('Success. Updated the following files:\nM c/d.txt');
    expect(await bench.text('read', { path: 'c/d.txt' })).toBe('three\n');
    expect(await bench.text('read', { path: 'a/b.txt' })).toContain(
      "ENOENT: no such file or directory, access '/workspace/a/b.txt'",
    );
  });

  it.each(['/etc/passwd', '../../openclaw.json', '/workspace/../etc/passwd', 'a/../../../x', '/proc/self/environ'])(
    'refuse %s',
    async (path) => {
      expect(await bench.text('read', { path })).toContain(escapes);
      expect(await bench.text('write', { path, content: 'x' })).toContain(escapes);
      expect(await bench.text('edit', { path, oldText: 'a', newText: 'b' })).toContain(escapes);
      const patch = `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch`;
      expect(await bench.text('apply_patch', { input: patch })).toContain(escapes);
    },
  );

  it('follow no link that a program put there', async () => {
    await bench.text('write', { path: 'seed.txt', content: 'x' });
    const [folder = ''] = await readdir(join(bench.stateDir, 'sandboxes'));
    const root = join(bench.stateDir, 'sandboxes', folder);
    await writeFile(join(bench.stateDir, 'openclaw.json'), '{"secret":1}');
    await symlink(bench.stateDir, join(root, 'state'));
    await symlink(join(bench.stateDir, 'openclaw.json'), join(root, 'config'));
    await symlink('/nowhere/at/all', join(root, 'dangling'));
    for (const path of ['state/openclaw.json', 'config', 'dangling', 'state/new.txt']) {
      expect(await bench.text('read', { path })).toContain(escapes);
      expect(await bench.text('write', { path, content: 'x' })).toContain(escapes);
    }
    expect(await readFile(join(bench.stateDir, 'openclaw.json'), 'utf8')).toBe('{"secret":1}');
  });

  it('leave a read-only workspace as it is, and read it', async () => {
    const reader = await createSandboxBench({ workspaceAccess: 'ro' });
    await writeFile(join(reader.workspace, 'plan.txt'), 'the plan');
    expect(await reader.text('read', { path: '/agent/plan.txt' })).toBe('the plan');
    expect(await reader.text('read', { path: join(reader.workspace, 'plan.txt') })).toBe('the plan');
    expect(reader.service.offer(reader.scope).map(({ name }) => name)).not.toContain('write');
    await reader.close();
  });

  it('work in the agent’s own workspace where the sandbox may change it', async () => {
    const writer = await createSandboxBench({ workspaceAccess: 'rw' });
    await writer.text('write', { path: 'made.txt', content: 'x' });
    expect(await readFile(join(writer.workspace, 'made.txt'), 'utf8')).toBe('x');
    await writer.close();
  });

  it('say why a tool is kept away from sandboxes', async () => {
    expect(await bench.text('gateway', { action: 'restart' })).toMatch(
      /^Tool "gateway" blocked by sandbox tool policy \(mode=all\)\.\nSession: agent:main:main\nReason: deny list\nFix:\n/,
    );
  });
});
