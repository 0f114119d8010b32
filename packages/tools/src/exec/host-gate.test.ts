import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { ApprovalRoom, ExecDecision } from '../rooms/approvals.ts';
import { type Bench, createBench, textOf } from '../testing/bench.ts';
import { analyseCommand } from './command-analysis.ts';

const failure = (error: string): string => JSON.stringify({ status: 'error', tool: 'exec', error }, null, 2);
type Exec = { security?: string; ask?: string; safeBins?: string[] };

async function withHost(exec: Exec, task: (bench: Bench) => Promise<void>, rooms = {}): Promise<void> {
  const bench = await createBench({ tools: { exec: { host: 'gateway', ...exec } } }, { rooms });
  try {
    await task(bench);
  } finally {
    await bench.close();
  }
}

async function allow(bench: Bench, ...patterns: string[]): Promise<void> {
  const file = { version: 1, agents: { main: { allowlist: patterns.map((pattern) => ({ pattern })) } } };
  await mkdir(join(bench.workspace, '.openclaw'), { recursive: true });
  await writeFile(join(bench.workspace, '.openclaw', 'exec-approvals.json'), JSON.stringify(file));
}

function approvals(decision: ExecDecision) {
  const notify = vi.fn();
  const allowAlways = vi.fn(async () => {});
  const room: ApprovalRoom = {
    request: vi.fn(async () => ({
      id: '3f2b8c1d-0000-4000-8000-000000000000',
      expiresAtMs: 120_000,
      decision: Promise.resolve(decision),
    })),
    allowAlways,
    claim: async () => true,
    withdraw: async () => true,
    unfinished: async () => [],
  };
  return { room, notify, allowAlways, rooms: { approvals: room, systemEvents: { notify } } };
}

describe('exec on the gateway host', () => {
  it('is refused with security deny', () =>
    withHost({ security: 'deny' }, async (bench) => {
      expect(await bench.text('exec', { command: 'echo no' })).toBe(failure('exec denied: host=gateway security=deny'));
    }));

  it('runs anything with security full', () =>
    withHost({ security: 'full' }, async (bench) => {
      expect(await bench.text('exec', { command: 'echo yes > f; cat f' })).toBe('yes');
    }));

  it('lets the programs of skills run where the approvals file says so, and no others', async () => {
    const skills = { environment: async () => ({}), bins: async () => ['uname'] };
    await withHost(
      { ask: 'off' },
      async (bench) => {
        expect(await bench.text('exec', { command: 'uname' })).toContain('allowlist miss');
        const file = { version: 1, agents: { main: { autoAllowSkills: true } } };
        await mkdir(join(bench.workspace, '.openclaw'), { recursive: true });
        await writeFile(join(bench.workspace, '.openclaw', 'exec-approvals.json'), JSON.stringify(file));
        expect(await bench.text('exec', { command: 'uname' })).toBe('Linux');
        expect(await bench.text('exec', { command: 'id' })).toContain('allowlist miss');
      },
      { skills },
    );
  });

  it('lets a call ask for less than the configuration allows, never for more', async () => {
    await withHost({ security: 'full' }, async (bench) => {
      expect(await bench.text('exec', { command: 'echo x', security: 'deny' })).toContain('security=deny');
    });
    await withHost({ security: 'deny' }, async (bench) => {
      expect(await bench.text('exec', { command: 'echo x', security: 'full' })).toContain('security=deny');
    });
  });

  it('runs programs of the allowlist and refuses others', () =>
    withHost({ security: 'allowlist', ask: 'off' }, async (bench) => {
      const tool = join(bench.workspace, 'bin', 'hello');
      await mkdir(join(bench.workspace, 'bin'));
      await writeFile(tool, '#!/bin/sh\necho hello "$@"\n');
      await chmod(tool, 0o755);
      await allow(bench, `${bench.workspace}/bin/*`);
      expect(await bench.text('exec', { command: './bin/hello you' })).toBe('hello you');
      expect(await bench.text('exec', { command: './bin/hello you; touch /tmp/x' })).toBe(
        failure('exec denied: allowlist miss'),
      );
      expect(await bench.text('exec', { command: `${bench.workspace}/bin/../../../bin/sh -c id` })).toBe(
        failure('exec denied: allowlist miss'),
      );
    }));

  it('quotes the arguments of harmless filters', () =>
    withHost({ security: 'allowlist', ask: 'off' }, async (bench) => {
      expect(await bench.text('exec', { command: 'head -n 1 -' })).toBe(
        'Warning: safeBins hardening disabled glob/variable expansion for stdin-only segments.\n\n(no output)',
      );
    }));

  it.each([
    ['LD_PRELOAD', "Security Violation: Environment variable 'LD_PRELOAD' is forbidden during host execution."],
    ['NODE_OPTIONS', "Security Violation: Environment variable 'NODE_OPTIONS' is forbidden during host execution."],
    ['PATH', "Security Violation: Custom 'PATH' variable is forbidden during host execution."],
  ])('refuses the variable %s', (name, error) =>
    withHost({ security: 'full' }, async (bench) => {
      expect(await bench.text('exec', { command: 'true', env: { [name]: 'x' } })).toBe(failure(error));
    }),
  );

  it('is refused clearly when it needs an approval and nobody can give one', () =>
    withHost({ security: 'allowlist' }, async (bench) => {
      expect(await bench.text('exec', { command: 'touch x' })).toContain('no approval service');
    }));

  it('answers at once that it waits, runs after the word and reports to the session', async () => {
    const { rooms, notify, room } = approvals('allow-once');
    await withHost(
      { security: 'allowlist', ask: 'always' },
      async (bench) => {
        const result = await bench.call('exec', { command: 'echo approved-run' });
        expect(textOf(result)).toBe(
          'Approval required (id 3f2b8c1d). Approve to run; updates will arrive after completion.',
        );
        expect(result.details).toMatchObject({ status: 'approval-pending', approvalSlug: '3f2b8c1d', host: 'gateway' });
        expect(room.request).toHaveBeenCalledWith(
          expect.objectContaining({ command: 'echo approved-run', security: 'allowlist', ask: 'always' }),
          expect.objectContaining({ workspaceDir: bench.workspace, terminal: false }),
        );
        await expect
          .poll(() => notify.mock.calls[0]?.[0].text)
          .toMatch(/^Exec finished \(gateway id=3f2b8c1d-[0-9a-f-]+, session=[a-z-]+, code 0\)\napproved-run$/);
      },
      rooms,
    );
  });

  it.each([
    ['deny', 'user-denied'],
    [undefined, 'approval-timeout'],
  ] as const)('does not run after %s', async (decision, reason) => {
    const { rooms, notify } = approvals(decision);
    await withHost(
      { security: 'allowlist', ask: 'always' },
      async (bench) => {
        await bench.call('exec', { command: 'touch ran' });
        await expect
          .poll(() => notify.mock.calls[0]?.[0].text)
          .toBe(`Exec denied (gateway id=3f2b8c1d-0000-4000-8000-000000000000, ${reason}): touch ran`);
        expect(await bench.text('read', { path: 'ran' })).toContain('ENOENT');
      },
      rooms,
    );
  });

  it('remembers the programs of a command that may always run', async () => {
    const { rooms, allowAlways } = approvals('allow-always');
    await withHost(
      { security: 'allowlist' },
      async (bench) => {
        await bench.call('exec', { command: 'touch x' });
        await expect.poll(() => allowAlways.mock.calls.length).toBe(1);
        expect(allowAlways).toHaveBeenCalledWith(
          expect.objectContaining({ agentId: 'main', paths: [expect.stringMatching(/\/touch$/)] }),
        );
      },
      rooms,
    );
  });
});

describe('command analysis', () => {
  it.each([
    ['echo "<<EOF"\nrm -rf x\nEOF', 'a here-document that is only quoted text'],
    ['git status # <<EOF\nrm -rf x\nEOF', 'a here-document in a comment'],
    ["git x # '\nrm -rf y #'", 'a quote in a comment'],
    ["git $'\\'' ; rm -rf x #'", 'a quoting that shells read differently'],
    ['cat <<EOF\n$(rm -rf x)\nEOF', 'substitution in a here-document'],
    ['git \\\nstatus', 'a line continuation'],
    ['cat <<EOF\nx\nEOF\nrm -rf x', 'a command behind a here-document'],
  ])('rejects %j: %s', (command) => {
    expect(analyseCommand(command, 'linux').ok).toBe(false);
  });

  it('takes the body of a quoted here-document for data', () => {
    expect(analyseCommand("cat <<'EOF'\n$(not run)\nEOF", 'linux').ok).toBe(true);
  });
});
