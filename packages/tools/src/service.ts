import { join } from 'node:path';
import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { isRecord, type ToolArguments } from './call/arguments.ts';
import type { BuiltInTool, CallContext } from './call/call-context.ts';
import { assertRequired, repairArguments } from './call/repair.ts';
import { failureResult, rejectedResult } from './call/result.ts';
import { limitResult } from './call/result-limit.ts';
import { errorMessage, isAbort } from './call/tool-input-error.ts';
import { createArgumentValidator } from './call/validate.ts';
import { createExecTool } from './exec/exec.ts';
import { createHostGate } from './exec/host-gate.ts';
import { createLoginPath } from './exec/login-path.ts';
import { outputLimits } from './exec/output-limits.ts';
import { createProcessRegistry } from './exec/process-registry.ts';
import { createCommandRunner } from './exec/run.ts';
import { createEditTool } from './files/edit.ts';
import type { FileAccess } from './files/file-access.ts';
import { DEFAULT_IMAGE_LIMITS } from './files/image-limit.ts';
import { createReadTool } from './files/read.ts';
import { createWriteTool } from './files/write.ts';
import { isConditionMet } from './policy/conditions.ts';
import { policyLayers } from './policy/layers.ts';
import { applyPolicies } from './policy/pipeline.ts';
import { isSandboxed, mainSessionKey, sandboxMode } from './policy/sandbox-mode.ts';
import { TOOL_ORDER } from './policy/tool-names.ts';
import { createProcessTool } from './process/process.ts';
import type { PolicyHook, Tool, ToolContext, ToolResult, ToolScope, ToolService } from './tool.ts';

/** What the tools need of their surroundings. */
export interface ToolServiceDeps {
  /** The running configuration. */
  readonly config: () => Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The gateway's environment, as children inherit it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Asked before every call; absent: everything policy offers may run. */
  readonly policyHook?: PolicyHook;
  /** Default `<home>/.openclaw/exec-approvals.json`. */
  readonly approvalsPath?: string;
}

/** The tools of the gateway: registry, policy and the processes they start. */
export function createToolService(deps: ToolServiceDeps): ToolService {
  const { config, clock, env, homeDir } = deps;
  const registry = createProcessRegistry({ clock, limits: outputLimits(env) });
  const runner = createCommandRunner({ registry, clock });
  const hostGate = createHostGate({
    runner,
    approvalsPath: deps.approvalsPath ?? join(homeDir, '.openclaw', 'exec-approvals.json'),
  });
  const files: FileAccess = {
    homeDir,
    workspaceOnly(agentId) {
      const agent = config().agents?.list?.find((entry) => entry.id === agentId)?.tools?.fs?.workspaceOnly;
      return agent ?? config().tools?.fs?.workspaceOnly ?? false;
    },
  };
  const validator = createArgumentValidator();
  const tools: readonly BuiltInTool[] = [
    createReadTool({ files, imageLimits: () => DEFAULT_IMAGE_LIMITS }),
    createEditTool({ files }),
    createWriteTool({ files }),
    createExecTool({ config, env, homeDir, runner, hostGate, loginPath: createLoginPath(env) }),
    createProcessTool({ registry, clock }),
  ].toSorted((a, b) => TOOL_ORDER.indexOf(a.name) - TOOL_ORDER.indexOf(b.name));

  function sandboxed(scope: ToolScope): boolean {
    const mode = sandboxMode(config(), scope.agentId);
    return isSandboxed(mode, scope.sessionKey, mainSessionKey(config(), scope.agentId));
  }

  function available(scope: ToolScope): readonly BuiltInTool[] {
    const current = config();
    const existing = tools.filter((tool) => isConditionMet(tool.name, current, scope));
    const { tools: left, warnings } = applyPolicies(existing, policyLayers(current, scope, sandboxed(scope)));
    for (const warning of warnings) deps.logger.warn(warning, { agentId: scope.agentId });
    return left;
  }

  async function run(tool: BuiltInTool, given: ToolArguments, context: CallContext): Promise<ToolResult> {
    const valid = await validator.validate(tool.name, tool.parameters, given);
    if (!valid.ok) return rejectedResult(valid.message);
    try {
      const args = repairArguments(tool.name, valid.args);
      assertRequired(tool.name, args);
      const action = { tool: tool.name, arguments: args, ...identity(context) };
      const verdict = (await deps.policyHook?.(action, context.signal)) ?? { action: 'allow' };
      if (verdict.action === 'block') return failureResult(tool.name, verdict.message);
      context.signal.throwIfAborted();
      return limitResult(await tool.run(args, context), context.contextWindow);
    } catch (error) {
      if (isAbort(error, context.signal)) throw error;
      return failureResult(tool.name, errorMessage(error));
    }
  }

  async function call(
    request: { readonly name: string; readonly arguments: ToolArguments },
    scope: ToolScope,
    context: ToolContext,
  ): Promise<ToolResult> {
    const offered = available(scope);
    const tool = offered.find(({ name }) => name === request.name);
    if (tool === undefined) return rejectedResult(`Tool ${request.name} not found`);
    const args = isRecord(request.arguments) ? request.arguments : {};
    return run(tool, args, { ...context, scope, offered: new Set(offered.map(({ name }) => name)) });
  }

  return {
    offer: (scope) =>
      available(scope).map(
        (tool): Tool => ({
          ...tool,
          run: (args, context) => call({ name: tool.name, arguments: args }, scope, context),
        }),
      ),
    call,
    close: () => registry.close(),
  };
}

function identity(context: CallContext) {
  const { agentId, sessionKey, runId, toolCallId } = context;
  return { agentId, sessionKey, runId, toolCallId };
}
