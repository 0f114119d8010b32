import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import { createToolService, type ToolServiceDeps } from '../service.ts';
import type { ToolContext, ToolResult, ToolScope, ToolService } from '../tool.ts';

/** A tool service over a scratch workspace, for tests. */
export interface Bench {
  readonly workspace: string;
  readonly service: ToolService;
  readonly scope: ToolScope;
  context(overrides?: Partial<ToolContext>): ToolContext;
  call(name: string, args: Record<string, unknown>, overrides?: Partial<ToolContext>): Promise<ToolResult>;
  /** The text a model would read. */
  text(name: string, args: Record<string, unknown>, overrides?: Partial<ToolContext>): Promise<string>;
  close(): Promise<void>;
}

export function textOf(result: ToolResult): string {
  return result.content.map((part) => (part.type === 'text' ? part.text : `<${part.mimeType}>`)).join('\n');
}

export async function createBench(
  config: Config = {},
  deps: Partial<ToolServiceDeps> = {},
  scope: Partial<ToolScope> = {},
): Promise<Bench> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'chela-tools-')));
  const service = createToolService({
    config: () => config,
    clock: systemClock,
    logger: silentLogger(),
    env: { PATH: process.env.PATH, HOME: root },
    homeDir: root,
    ...deps,
  });
  const fullScope: ToolScope = {
    agentId: 'main',
    sessionKey: 'agent:main:main',
    provider: 'mock',
    model: 'm1',
    ...scope,
  };
  let calls = 0;
  const context = (overrides: Partial<ToolContext> = {}): ToolContext => {
    calls += 1;
    return {
      agentId: fullScope.agentId,
      sessionKey: fullScope.sessionKey,
      sessionId: 'session-1',
      runId: 'run-1',
      toolCallId: `call-${calls}`,
      workspaceDir: root,
      contextWindow: 128_000,
      modelHasVision: true,
      signal: new AbortController().signal,
      ...overrides,
    };
  };
  const call: Bench['call'] = (name, args, overrides) =>
    service.call({ name, arguments: args }, fullScope, context(overrides));
  return {
    workspace: root,
    service,
    scope: fullScope,
    context,
    call,
    text: async (name, args, overrides) => textOf(await call(name, args, overrides)),
    async close() {
      await service.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
