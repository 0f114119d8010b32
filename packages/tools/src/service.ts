import { type BuiltInToolDeps, createBuiltInTools } from './built-in-tools.ts';
import { isRecord, type ToolArguments } from './call/arguments.ts';
import type { BuiltInTool, CallContext } from './call/call-context.ts';
import { assertRequired, repairArguments } from './call/repair.ts';
import { failureResult, rejectedResult } from './call/result.ts';
import { limitResult, wholeText } from './call/result-limit.ts';
import { errorMessage, isAbort } from './call/tool-input-error.ts';
import { createArgumentValidator } from './call/validate.ts';
import { createLoopGuard } from './loop/loop-guard.ts';
import { agentLoopSettings } from './loop/loop-settings.ts';
import { createMcpHub } from './mcp/mcp-hub.ts';
import { isConditionMet } from './policy/conditions.ts';
import { policyLayers } from './policy/layers.ts';
import { applyPolicies, mayUseSource } from './policy/pipeline.ts';
import { sandboxRefusal } from './policy/sandbox-refusal.ts';
import { normalizeToolName } from './policy/tool-names.ts';
import type { SubagentRegistry } from './sessions/subagent-registry.ts';
import type { PolicyHook, Tool, ToolContext, ToolResult, ToolScope, ToolService } from './tool.ts';

/** What the tools need of their surroundings. */
export interface ToolServiceDeps extends BuiltInToolDeps {
  /** Asked before every call; absent: everything that policy leaves over may run. */
  readonly policyHook?: PolicyHook;
}

const REPORTED_LIMIT = 100;
/** Tools that touch files or run programs: those of a sandboxed session work inside its sandbox. */
const SANDBOX_BOUND: ReadonlySet<string> = new Set(['read', 'edit', 'write', 'apply_patch', 'image', 'exec']);
/** What a sandbox with a read-only workspace has no use for (reference agent/tools.md §1). */
const WRITING: ReadonlySet<string> = new Set(['edit', 'write', 'apply_patch']);

export interface BuiltInToolService extends ToolService {
  /** Goes on with what earlier processes left waiting for a person's word; returns how much. Called once, at start. */
  resume(): Promise<number>;
  /** Absent: no sub-agents can be started here. */
  readonly subagents: SubagentRegistry | undefined;
}

/** The tools of the gateway: registry, policy, and the processes they start (reference agent/tools.md). */
export function createToolService(deps: ToolServiceDeps): BuiltInToolService {
  const { config, logger } = deps;
  const builtIn = createBuiltInTools(deps);
  const { sandboxes } = builtIn;
  const mcp = createMcpHub({ ...deps, logger: logger.child('mcp') });
  const validator = createArgumentValidator();
  const loops = createLoopGuard({ logger });
  const reported = new Set<string>();

  function available(scope: ToolScope, isBoxed = sandboxes.isSandboxed(scope)): readonly BuiltInTool[] {
    const current = config();
    const everything = [...builtIn.tools, ...mcp.tools()];
    const isReadOnly = isBoxed && sandboxes.settings(scope.agentId).workspaceAccess === 'ro';
    const existing = everything.filter(
      ({ name }) => isConditionMet(name, current, scope) && !(isReadOnly && WRITING.has(name)),
    );
    const { tools, warnings } = applyPolicies(existing, policyLayers(current, scope, isBoxed));
    for (const warning of warnings) {
      // A mistake in the configuration is said once, not with every call.
      if (!reported.has(warning)) logger.warn(warning, { agentId: scope.agentId });
      if (reported.size >= REPORTED_LIMIT) reported.clear();
      reported.add(warning);
    }
    return tools.map((tool) => (tool.parametersFor ? { ...tool, parameters: tool.parametersFor(scope) } : tool));
  }

  /** Why a tool is not there: nobody knows it, or the sandbox keeps it away. */
  function missing(name: string, scope: ToolScope): string {
    const isKept =
      sandboxes.isSandboxed(scope) && available(scope, false).some((tool) => tool.name === normalizeToolName(name));
    return isKept ? sandboxRefusal(config(), scope, normalizeToolName(name)) : `Tool ${name} not found`;
  }

  /** Starts what brings tools that policy may leave over for the caller. */
  function prepare(scope: ToolScope, signal: AbortSignal): Promise<void> {
    const layers = policyLayers(config(), scope, sandboxes.isSandboxed(scope));
    return mcp.prepare((server) => mayUseSource(server, layers), signal);
  }

  /** A result that is too long is kept whole, and shortened for the model. */
  async function keepLong(result: ToolResult, tool: string, context: CallContext): Promise<ToolResult> {
    const { contextWindow, sessionKey } = context;
    const limited = limitResult(result, contextWindow);
    const { results } = deps.rooms ?? {};
    if (limited === result || results === undefined) return limited;
    const handle = await results.keep({ sessionKey, tool, text: wholeText(result) });
    return limitResult(result, contextWindow, handle);
  }

  /** Runs the tool itself; throws on failure. */
  async function perform(tool: BuiltInTool, given: ToolArguments, context: CallContext): Promise<ToolResult> {
    const args = repairArguments(tool.name, given);
    assertRequired(tool.name, args);
    const { agentId, sessionKey, runId, toolCallId, signal } = context;
    const { origin } = context.scope;
    const action = {
      tool: tool.name,
      arguments: args,
      agentId,
      sessionKey,
      runId,
      toolCallId,
      ...(origin && { origin }),
    };
    const verdict = (await deps.policyHook?.(action, signal)) ?? { action: 'allow' };
    if (verdict.action === 'block') throw new Error(verdict.message);
    const isBoxed = SANDBOX_BOUND.has(tool.name) && sandboxes.isSandboxed(context.scope);
    const placed = isBoxed ? { ...context, sandbox: await sandboxes.open(context) } : context;
    signal.throwIfAborted();
    return keepLong(await tool.run(args, placed), tool.name, context);
  }

  async function run(tool: BuiltInTool, given: ToolArguments, context: CallContext): Promise<ToolResult> {
    const valid = await validator.validate(tool.name, tool.parameters, given);
    if (!valid.ok) return rejectedResult(valid.message);
    const { sessionKey, agentId, signal } = context;
    const settings = agentLoopSettings(config(), agentId);
    const loop = loops.check(sessionKey, tool.name, valid.args, settings);
    if (loop?.level === 'critical') {
      const endsRun = loops.noteBlocked(sessionKey, tool.name);
      return { ...failureResult(tool.name, loop.message), ...(endsRun && { endsRun }) };
    }
    const result = await perform(tool, valid.args, context).catch((error: unknown) => {
      if (isAbort(error, signal)) throw error;
      return failureResult(tool.name, errorMessage(error));
    });
    loops.record(sessionKey, tool.name, valid.args, result, settings);
    return result;
  }

  async function call(
    request: { readonly name: string; readonly arguments: ToolArguments },
    scope: ToolScope,
    context: ToolContext,
  ): Promise<ToolResult> {
    context.signal.throwIfAborted();
    const offered = available(scope);
    const tool = offered.find(({ name }) => name === request.name);
    if (tool === undefined) return rejectedResult(missing(request.name, scope));
    const args = isRecord(request.arguments) ? request.arguments : {};
    return run(tool, args, { ...context, scope, offered: new Set(offered.map(({ name }) => name)) });
  }

  async function invoke(
    request: { readonly name: string; readonly arguments: ToolArguments },
    scope: ToolScope,
    context: ToolContext,
  ): Promise<ToolResult> {
    const offered = available(scope);
    const tool = offered.find(({ name }) => name === request.name);
    if (tool === undefined) throw new Error(missing(request.name, scope));
    return perform(tool, request.arguments, { ...context, scope, offered: new Set(offered.map(({ name }) => name)) });
  }

  return {
    prepare,
    sources: mcp.sources,
    offer: (scope) =>
      available(scope).map((tool): Tool => {
        // Also a tool that is run directly passes the policy.
        const run: Tool['run'] = (args, context) => call({ name: tool.name, arguments: args }, scope, context);
        return { ...tool, run };
      }),
    call,
    resume: builtIn.resume,
    subagents: builtIn.subagents,
    invoke,
    async close() {
      await Promise.all([builtIn.close(), mcp.close()]);
    },
  };
}
