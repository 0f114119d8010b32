import { randomUUID } from 'node:crypto';
import type { Config } from '@chela/config';
import { isRecord, optionalNumber, optionalText, requiredText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { subagentDepth } from '../policy/layers.ts';
import type { AgentCaller } from '../rooms/agent-caller.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { ToolResult } from '../tool.ts';
import { allowedAgents } from './agents-list.ts';
import { placeOf } from './called-turn.ts';
import type { SubagentRegistry } from './subagent-registry.ts';
import { fieldSummary } from './summary.ts';

const DEPTH_DEFAULT = 1;
const CHILDREN_DEFAULT = 5;
const THINKING_LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
const NOTE = 'auto-announces on completion, do not poll/sleep. The response will be sent back as a user message.';

function limit(value: unknown, fallback: number): number {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : fallback;
}

function settingsOf(config: Config, agentId: string): Readonly<Record<string, unknown>> {
  const defaults = config.agents?.defaults?.subagents;
  const own = config.agents?.list?.find((entry) => entry.id === agentId)?.subagents;
  return { ...(isRecord(defaults) ? defaults : {}), ...(isRecord(own) ? own : {}) };
}

function modelText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  return isRecord(value) && typeof value.primary === 'string' ? value.primary : undefined;
}

function contextPrompt(requesterKey: string, label: string): string {
  return [
    `You are a sub-agent. ${requesterKey} started you for one task: ${label}.`,
    'Do only that task. Your last message is the result and is sent back by itself; do not wait for answers.',
  ].join('\n');
}

/** The first message of a sub-agent: what it is, and what it is for. */
function taskMessage(task: string, depth: number, maxDepth: number): string {
  const context = `You run as a sub-agent (depth ${depth}/${maxDepth}). Your result is announced by itself; nobody needs to ask for it.`;
  return `[Subagent Context] ${context}\n\n[Subagent Task]: ${task}`;
}

/** The key tells how deep the session is: that of a sub-agent's sub-agent holds both. */
function childKey(requesterKey: string, agentId: string): string {
  const rest = requesterKey.split(':').slice(2);
  const above = rest[0] === 'subagent' ? `${rest.join(':')}:` : '';
  return `agent:${agentId}:${above}subagent:${randomUUID()}`;
}

/** The `sessions_spawn` tool (reference agent/tools.md §6, agent/sessions.md §12). */
export function createSessionsSpawnTool(deps: {
  readonly config: () => Config;
  readonly agents: AgentCaller | undefined;
  readonly registry: SubagentRegistry | undefined;
}): BuiltInTool {
  const refused = (status: 'forbidden' | 'error', error: string): ToolResult => jsonResult({ status, error });

  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const task = requiredText(args, 'task');
    const config = deps.config();
    const settings = settingsOf(config, context.agentId);
    const depth = subagentDepth(context.sessionKey);
    const maxDepth = limit(settings.maxSpawnDepth, DEPTH_DEFAULT);
    if (depth >= maxDepth) {
      return refused(
        'forbidden',
        `sessions_spawn is not allowed at this depth (current depth: ${depth}, max: ${maxDepth})`,
      );
    }
    const registry = requireRoom(deps.registry, 'Starting sub-agents');
    const active = (await registry.of(context.sessionKey)).filter(({ status }) => status === 'running').length;
    const maxActive = limit(settings.maxChildrenPerAgent, CHILDREN_DEFAULT);
    if (active >= maxActive) {
      return refused(
        'forbidden',
        `sessions_spawn has reached max active children for this session (${active}/${maxActive})`,
      );
    }
    const agentId = optionalText(args, 'agentId')?.toLowerCase() ?? context.agentId;
    const allowed = allowedAgents(config, context.agentId);
    if (agentId !== context.agentId && !allowed.includes('*') && !allowed.includes(agentId)) {
      return refused(
        'forbidden',
        `agentId is not allowed for sessions_spawn (allowed: ${allowed.length === 0 ? 'none' : allowed.join(', ')})`,
      );
    }
    const thinking = optionalText(args, 'thinking') ?? optionalText(settings, 'thinking');
    if (thinking !== undefined && !THINKING_LEVELS.some((level) => level === thinking.toLowerCase())) {
      return refused('error', `Invalid thinking level "${thinking}". Use one of: ${THINKING_LEVELS.join(', ')}.`);
    }
    const wanted = optionalText(args, 'model') ?? modelText(settings.model);
    const warning = wanted === undefined ? undefined : await deps.agents?.modelProblem(wanted, agentId);
    const model = warning === undefined ? wanted : undefined;
    const label = optionalText(args, 'label');
    const seconds = optionalNumber(args, 'runTimeoutSeconds') ?? optionalNumber(args, 'timeoutSeconds') ?? 0;
    const answersTo = placeOf(context.scope.origin) ?? (await registry.toldAt(context.runId));
    const childSessionKey = childKey(context.sessionKey, agentId);
    const cleanup = optionalText(args, 'cleanup') === 'delete' ? 'delete' : 'keep';
    const started = await registry.start(
      {
        runId: randomUUID(),
        agentId,
        sessionKey: childSessionKey,
        text: taskMessage(task, depth + 1, maxDepth),
        extraSystemPrompt: contextPrompt(context.sessionKey, label ?? task),
        spawn: {
          by: context.sessionKey,
          depth: depth + 1,
          ...(label !== undefined && { label }),
          ...(answersTo !== undefined && { answersTo }),
        },
        ...(model !== undefined && { model }),
        ...(thinking !== undefined && { thinking: thinking.toLowerCase() }),
        // None is no limit, not the agent's usual one.
        timeoutMs: Math.max(0, seconds) * 1000,
      },
      { requesterKey: context.sessionKey, label: label ?? task, task, cleanup },
    );
    return jsonResult({
      status: 'accepted',
      childSessionKey,
      runId: started.runId,
      note: NOTE,
      modelApplied: warning === undefined,
      ...(warning !== undefined && { warning }),
    });
  }

  return {
    name: 'sessions_spawn',
    description: 'Start a sub-agent in a session of its own for one task; its result comes back as a message.',
    parameters: contractParameters('sessions_spawn'),
    sideEffects: 'possible',
    summary: fieldSummary([
      ['label', 'label'],
      ['task', 'task'],
      ['agentId', 'agent'],
      ['model', 'model'],
      ['thinking', 'thinking'],
    ]),
    run,
  };
}
