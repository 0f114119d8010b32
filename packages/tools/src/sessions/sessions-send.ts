import { randomUUID } from 'node:crypto';
import type { Config } from '@chela/config';
import type { Clock } from '@chela/observability';
import { optionalNumber, optionalText, requiredText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { AgentCaller, CalledOutcome } from '../rooms/agent-caller.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { SessionFacts, SessionRoom } from '../rooms/sessions.ts';
import type { ToolResult } from '../tool.ts';
import { exchangeContext, exchangeTurns, runAnnounceStep, runExchange, sourceOf } from './agent-exchange.ts';
import { resolveSession } from './resolve-session.ts';
import { agentOfKey } from './session-keys.ts';
import { fieldSummary } from './summary.ts';
import { accessProblem, crossAgentProblem } from './visibility.ts';

const TIMEOUT_DEFAULT_SEC = 30;
const TIMEOUT_MAX_SEC = 3600;
const WEB_CHAT = 'webchat';
const DELIVERY = { status: 'pending', mode: 'announce' } as const;

type Target = Pick<SessionFacts, 'key' | 'spawnedBy'>;
type Found = { readonly target: Target } | { readonly refusal: Readonly<Record<string, unknown>> };

/** The `sessions_send` tool (reference agent/tools.md §6). `background` owns what goes on after the call. */
export function createSessionsSendTool(deps: {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly sessions: SessionRoom | undefined;
  readonly agents: AgentCaller | undefined;
  readonly background: (task: (signal: AbortSignal) => Promise<void>) => void;
}): BuiltInTool {
  async function find(room: SessionRoom, args: ToolArguments, context: CallContext): Promise<Found> {
    const reference = optionalText(args, 'sessionKey');
    const label = optionalText(args, 'label');
    const failed = (error: string): Found => ({ refusal: { status: 'error', error } });
    if (reference !== undefined && label !== undefined) return failed('Provide either sessionKey or label (not both).');
    if (reference !== undefined) {
      const target = await resolveSession(room, reference, context.agentId);
      return target === undefined ? failed(`No session found: ${reference}`) : { target };
    }
    if (label === undefined) return failed('Either sessionKey or label is required');
    const agentId = optionalText(args, 'agentId')?.toLowerCase() ?? context.agentId;
    const problem = crossAgentProblem(deps.config(), context.agentId, agentId, 'send');
    if (problem !== undefined) return { refusal: { status: 'forbidden', error: problem } };
    const target = await room.findByLabel(label, agentId);
    return target === undefined ? failed(`No session found with label: ${label}`) : { target };
  }

  function within(outcome: Promise<CalledOutcome>, timeoutMs: number, signal: AbortSignal) {
    const over = Promise.withResolvers<undefined>();
    const cancel = deps.clock.after(timeoutMs, () => over.resolve(undefined));
    const onAbort = (): void => over.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    return Promise.race([outcome, over.promise]).finally(() => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    });
  }

  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const message = requiredText(args, 'message');
    const runId = randomUUID();
    const room = requireRoom(deps.sessions, 'The session store');
    const found = await find(room, args, context);
    if ('refusal' in found) return jsonResult({ runId, ...found.refusal });
    const { target } = found;
    const sessionKey = target.key;
    const problem = accessProblem(deps.config(), context, target, 'send');
    if (problem !== undefined) return jsonResult({ runId, status: 'forbidden', error: problem, sessionKey });

    const agents = requireRoom(deps.agents, 'Sending to other sessions');
    const asked = optionalNumber(args, 'timeoutSeconds') ?? TIMEOUT_DEFAULT_SEC;
    const timeoutMs = Math.min(Math.max(0, asked), TIMEOUT_MAX_SEC) * 1000;
    const stepTimeoutMs = timeoutMs > 0 ? timeoutMs : TIMEOUT_DEFAULT_SEC * 1000;
    const turns = exchangeTurns(deps.config());
    const requester = {
      requesterKey: context.sessionKey,
      requesterChannel: context.scope.origin?.channel ?? WEB_CHAT,
    };
    const { outcome } = await agents.start({
      runId,
      agentId: agentOfKey(sessionKey) ?? context.agentId,
      sessionKey,
      text: message,
      extraSystemPrompt: exchangeContext(context.sessionKey, 0, turns),
      source: sourceOf(context.sessionKey, requester),
    });
    deps.background(async (signal) => {
      const { status, reply } = await outcome;
      if (status !== 'ok') return;
      const exchange = { ...requester, targetKey: sessionKey, reply, turns, stepTimeoutMs, signal };
      await runExchange(agents, exchange);
      await runAnnounceStep(agents, exchange, message);
    });
    if (timeoutMs === 0) return jsonResult({ runId, status: 'accepted', sessionKey, delivery: DELIVERY });
    const ended = await within(outcome, timeoutMs, context.signal);
    if (ended === undefined || ended.status === 'timeout') {
      const why = ended?.error === undefined ? {} : { error: ended.error };
      return jsonResult({ runId, status: 'timeout', ...why, sessionKey });
    }
    if (ended.status !== 'ok') {
      return jsonResult({ runId, status: 'error', error: ended.error ?? 'agent error', sessionKey });
    }
    return jsonResult({ runId, status: 'ok', reply: ended.reply, sessionKey, delivery: DELIVERY });
  }

  return {
    name: 'sessions_send',
    description:
      'Send a message to another session, by its key or label, and wait for the answer; timeoutSeconds 0 does not wait.',
    parameters: contractParameters('sessions_send'),
    sideEffects: 'possible',
    summary: fieldSummary([
      ['label', 'label'],
      ['sessionKey', 'session'],
      ['agentId', 'agent'],
      ['timeoutSeconds', 'timeout'],
    ]),
    run,
  };
}
