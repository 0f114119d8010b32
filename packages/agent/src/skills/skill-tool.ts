import type { SkillInvocation } from '@chela/skills';
import type { ToolContext, ToolScope } from '@chela/tools';
import { isConversation } from '../messages/conversation.ts';
import { resolveWorkspaceDir } from '../prompt/workspace-dir.ts';
import type { RunOutcome } from '../runtime.ts';
import { startTimeout } from '../turn/drive-turn.ts';
import { publishOutcome } from '../turn/end-turn.ts';
import { injectedMessage } from '../turn/injected-message.ts';
import { contextWindow, toolOrigin } from '../turn/model-context.ts';
import { openSession } from '../turn/open-session.ts';
import { stoppedAfter } from '../turn/run-tools.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';
import type { TurnRun } from '../turn/turn-run.ts';

/** A slash command of a skill that calls a tool without asking a model (reference agent/automation.md §6.3, `command-dispatch`). */
export interface SkillTool {
  readonly tool: string;
  readonly invocation: SkillInvocation;
}

/** The tool that a message calls through a skill; undefined for every other message. */
export async function readSkillTool(deps: TurnDeps, { request }: TurnRun): Promise<SkillTool | undefined> {
  if (!isConversation(request) || request.verbatim === true) return undefined;
  const invocation = await deps.skills?.invocation(request.agentId, request.text);
  const tool = invocation?.command.tool;
  return invocation === undefined || tool === undefined ? undefined : { tool, invocation };
}

/**
 * Calls the tool and answers with what it says. The call passes the same policy as a model's. The message is in the
 * transcript before the tool runs, so that after a crash the model goes on instead of the tool running twice.
 */
export async function runSkillTool(deps: TurnDeps, run: TurnRun, skillTool: SkillTool): Promise<RunOutcome> {
  const { request } = run;
  const { runId, source, agentId } = request;
  const session = await openSession(deps, request);
  const { sessionId } = session;
  const startedAt = deps.clock.now();
  await deps.store.ledger.startTurn({
    runId,
    source,
    sessionId,
    opening: [
      {
        type: 'message',
        message: { role: 'user', content: [{ type: 'text', text: request.text }], timestamp: run.acceptedAt },
      },
    ],
  });
  run.startedAt = startedAt;
  const text = await toolText(deps, run, skillTool, sessionId);
  const { provider, model } = await deps.models.defaultRef(agentId);
  const endedAt = deps.clock.now();
  const outcome: RunOutcome = {
    kind: 'answered',
    payloads: [{ text, mediaUrl: null }],
    silent: false,
    command: true,
    meta: { durationMs: endedAt - startedAt, aborted: false, agentMeta: { sessionId, provider, model } },
    startedAt,
    endedAt,
  };
  await publishOutcome(deps, request, outcome, {
    sessionId,
    state: 'answered',
    entries: [{ type: 'message', message: injectedMessage(text, endedAt) }],
  });
  return outcome;
}

const NOTHING_SAID = '✅ Done.';
const STOPPED = '⚠️ The command was stopped. It may have taken effect in part.';

/** What the tool says, or why it could not. Never throws. */
async function toolText(
  deps: TurnDeps,
  run: TurnRun,
  { tool, invocation }: SkillTool,
  sessionId: string,
): Promise<string> {
  const { command, input } = invocation;
  const stopped = stoppedAfter(deps, run.signal);
  const cancelTimeout = startTimeout(deps, run);
  const args = { command: input, commandName: command.name, skillName: command.skillName };
  try {
    const { scope, context } = await circumstances(deps, run, sessionId);
    await deps.tools.prepare?.(scope, run.signal);
    const result = await Promise.race([
      deps.tools.call({ name: tool, arguments: args }, scope, context),
      stopped.promise,
    ]);
    const text = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    return text.trim() === '' ? NOTHING_SAID : text;
  } catch (error) {
    if (run.signal.aborted) return STOPPED;
    deps.logger.warn('the tool of a skill command could not be called', { tool, error });
    return `❌ ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    stopped.close();
    cancelTimeout();
  }
}

/** A tool call that belongs to no model still needs one: policy and limits depend on it. */
async function circumstances(
  deps: TurnDeps,
  { request, signal }: TurnRun,
  sessionId: string,
): Promise<{ readonly scope: ToolScope; readonly context: ToolContext }> {
  const { runId, agentId, sessionKey } = request;
  const config = deps.config.current();
  const { primary } = await deps.models.select({ agentId });
  return {
    scope: {
      agentId,
      sessionKey,
      provider: primary.ref.provider,
      model: primary.ref.model,
      ...toolOrigin(config, request),
    },
    context: {
      agentId,
      sessionKey,
      sessionId,
      runId,
      toolCallId: `skill-${runId}`,
      workspaceDir: resolveWorkspaceDir(config, deps.config.paths, agentId),
      contextWindow: contextWindow(config, primary),
      modelHasVision: primary.input.includes('image'),
      signal,
    },
  };
}
