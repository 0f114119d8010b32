import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { findBubblewrap } from '../sandbox/bubblewrap.ts';
import { createProgramRunner } from '../sandbox/program.ts';
import type { ToolServiceDeps } from '../service.ts';
import type { ToolContext, ToolScope } from '../tool.ts';
import { type Bench, createBench } from './bench.ts';

/** A service whose sessions are sandboxed, with a home, a state directory and a workspace as on a real machine. */
export interface SandboxBench extends Bench {
  readonly home: string;
  readonly stateDir: string;
  /** Runs a command in the sandbox and tells what it printed. */
  sh(command: string, overrides?: Partial<ToolContext>): Promise<string>;
}

/** Why sandboxes cannot be tried on this machine; undefined when they can, or when the gate insists on them. */
export async function sandboxTestsUnusable(): Promise<string | undefined> {
  if (process.env.CHELA_SANDBOX_TESTS === '1') return undefined;
  const found = await findBubblewrap({ run: createProgramRunner(process.env), env: process.env });
  return 'unusable' in found ? found.unusable : undefined;
}

export async function createSandboxBench(
  sandbox: Readonly<Record<string, unknown>> = {},
  config: Config = {},
  deps: Partial<ToolServiceDeps> = {},
  scope: Partial<ToolScope> = {},
): Promise<SandboxBench> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'chela-sandbox-')));
  const stateDir = join(home, '.openclaw');
  const workspace = join(stateDir, 'workspace');
  await mkdir(workspace, { recursive: true });
  const whole: Config = {
    tools: { exec: { applyPatch: { enabled: true } } },
    agents: { defaults: { sandbox: { mode: 'all', ...sandbox } } },
    ...config,
  };
  const env = { PATH: process.env.PATH, HOME: home, SECRET_OF_THE_GATEWAY: 'hunter2' };
  const bench = await createBench(whole, { stateDir, homeDir: home, env, ...deps }, scope);
  const inWorkspace = (overrides: Partial<ToolContext> = {}) => ({ workspaceDir: workspace, ...overrides });
  const text: Bench['text'] = (name, args, overrides) => bench.text(name, args, inWorkspace(overrides));
  return {
    ...bench,
    home,
    stateDir,
    workspace,
    context: (overrides) => bench.context(inWorkspace(overrides)),
    call: (name, args, overrides) => bench.call(name, args, inWorkspace(overrides)),
    text,
    sh: (command, overrides) => text('exec', { command }, overrides),
    async close() {
      await bench.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
