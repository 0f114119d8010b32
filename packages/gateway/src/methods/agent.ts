import { randomUUID } from 'node:crypto';
import { type AgentRequest, classifySessionKey, type RunOutcome } from '@chela/agent';
import { normalizeThinking, type ThinkingLevel, thinkingLevels } from '@chela/models';
import { type ProtocolError, type SchemaTypes, unavailable } from '@chela/protocol';
import { LabelTakenError } from '@chela/store';
import { imagesOf, readAttachments } from '../chat/attachments.ts';
import { agentResult, waitResult } from '../chat/run-result.ts';
import type { GatewayServices, MethodContext, MethodFamily } from '../method.ts';
import { type AgentDelivery, agentDelivery } from './agent-delivery.ts';
import { type AgentTarget, agentTarget } from './agent-target.ts';
import { createRowBuilder } from './row.ts';
import { assertMaySend, loadSession } from './session-access.ts';
import { labelTaken } from './session-patch.ts';

const DEFAULT_WAIT_MS = 30_000;
/** How long a request waits for the vendor's receipt of its answer. */
const DELIVERY_WAIT_MS = 30_000;

type AgentParams = SchemaTypes['AgentParams'];

/** `agent` and `agent.wait`: runs started by programs (reference protocol/protocol.md §6). */
export const agentMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({ name: 'agent', params: 'AgentParams', handle: (params, context) => runAgent(services, params, context) }),
    row({
      name: 'agent.wait',
      params: 'AgentWaitParams',
      handle: async ({ runId, timeoutMs }) => {
        const id = runId.trim();
        return waitResult(id, await services.agent.wait(id, timeoutMs ?? DEFAULT_WAIT_MS));
      },
    }),
  ];
};

/**
 * Two responses: accepted, then the outcome. A repeated key gets one: the accepted payload while the run is under way,
 * afterwards its outcome. What cannot run is accepted and then refused, as clients are used to.
 */
async function runAgent(services: GatewayServices, params: AgentParams, context: MethodContext): Promise<unknown> {
  const runId = params.idempotencyKey;
  const images = imagesOf(readAttachments(params.attachments), services.logger);
  const target = await agentTarget(services, params);
  if (target.sessionKey !== undefined) {
    assertMaySend(services.config.current(), await loadSession(services, target.sessionKey));
  }
  const plan = planRun(params, target, await agentDelivery(services, params, target));
  if ('problem' in plan) {
    context.accept({ runId, status: 'accepted', acceptedAt: services.clock.now() });
    throw runFailed(runId, plan.problem);
  }
  await storeFacts(services, params, plan);
  const submitted = await services.agent.submit({ ...plan.request, images });
  if (submitted.status === 'ended') return answerOf(runId, submitted.outcome);
  const accepted = { runId, status: 'accepted', acceptedAt: submitted.acceptedAt };
  if (submitted.status === 'inFlight') return accepted;
  context.accept(accepted);
  const outcome = await outcomeOf(runId, submitted.outcome);
  if (plan.request.deliverTo !== undefined) await assertDelivered(services, runId);
  return answerOf(runId, outcome);
}

/** A run that no model took is an error; one whose model failed has the error as its answer. */
function answerOf(runId: string, outcome: RunOutcome): unknown {
  if (outcome.kind === 'errored' && outcome.thrown !== undefined) throw runFailed(runId, outcome.thrown);
  return agentResult(runId, outcome);
}

type RunPlan =
  | { readonly problem: string }
  | { readonly request: Omit<AgentRequest, 'images'>; readonly thinking: ThinkingLevel | undefined };

function planRun(params: AgentParams, target: AgentTarget, delivery: AgentDelivery): RunPlan {
  if (params.message.trim() === '') return { problem: 'Error: Message (--message) is required' };
  if (target.sessionKey === undefined) {
    return { problem: 'Error: Pass --to <E.164>, --session-id, or --agent to choose a session' };
  }
  const thinking = params.thinking === undefined ? undefined : normalizeThinking(params.thinking);
  if (params.thinking !== undefined && params.thinking.trim() !== '' && thinking === undefined) {
    const known = thinkingLevels(undefined, undefined).levels.filter((level) => level !== 'xhigh');
    return { problem: `Error: Invalid thinking level. Use one of: ${known.join(', ')}.` };
  }
  if ('problem' in delivery) return delivery;
  return {
    thinking,
    request: {
      runId: params.idempotencyKey,
      source: 'agent',
      agentId: target.agentId,
      sessionKey: target.sessionKey,
      requestedSessionKey: target.requestedKey ?? target.sessionKey,
      text: params.message.trim(),
      ...(thinking !== undefined && { thinking }),
      ...(params.extraSystemPrompt !== undefined && { extraSystemPrompt: params.extraSystemPrompt }),
      ...(params.timeout !== undefined && { timeoutMs: params.timeout * 1000 }),
      ...(target.channel !== undefined && { channel: target.channel }),
      ...(params.inputProvenance !== undefined && { provenance: params.inputProvenance }),
      ...(delivery.deliverTo !== undefined && { deliverTo: delivery.deliverTo }),
    },
  };
}

/** Stores what the request says about its session, once a run. */
async function storeFacts(
  services: GatewayServices,
  params: AgentParams,
  { request, thinking }: Extract<RunPlan, { request: unknown }>,
): Promise<void> {
  const { runId, sessionKey, agentId } = request;
  const label = params.label?.trim();
  const spawnedBy = classifySessionKey(sessionKey).subagent ? params.spawnedBy?.trim() : undefined;
  const place = placeOf(params);
  if (!label && !spawnedBy && thinking === undefined && Object.keys(place).length === 0) return;
  if ((await services.store.ledger.find('agent', runId)) !== undefined) return;
  try {
    await services.store.sessions.upsert(sessionKey, agentId, (current) => ({
      ...place,
      ...current,
      sessionId: current?.sessionId || randomUUID(),
      updatedAt: services.clock.now(),
      ...(label && { label }),
      ...(spawnedBy && { spawnedBy }),
      ...(thinking !== undefined && { thinkingLevel: thinking }),
    }));
  } catch (error) {
    throw error instanceof LabelTakenError && label ? labelTaken(label) : error;
  }
}

/** Where the conversation takes place, as far as the request says; what the session knows already stays. */
function placeOf(params: AgentParams): Readonly<Record<string, string>> {
  const channel = params.channel?.trim().toLowerCase();
  const members = {
    channel: channel === 'last' ? undefined : channel,
    groupId: params.groupId?.trim(),
    groupChannel: params.groupChannel?.trim(),
    space: params.groupSpace?.trim(),
  };
  return Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** An answer that its channel refused is a failure; one that only takes longer is kept and leaves when it can. */
async function assertDelivered({ channels }: GatewayServices, runId: string): Promise<void> {
  const deliveries = (await channels()?.outbound.answered(runId, DELIVERY_WAIT_MS)) ?? [];
  const dead = deliveries.find(({ state }) => state === 'dead');
  if (dead !== undefined) throw runFailed(runId, `Error: ${dead.reason ?? 'the answer could not be delivered'}`);
}

async function outcomeOf(runId: string, outcome: Promise<RunOutcome>): Promise<RunOutcome> {
  try {
    return await outcome;
  } catch (error) {
    throw runFailed(runId, String(error), error);
  }
}

function runFailed(runId: string, summary: string, cause?: unknown): ProtocolError {
  return unavailable(summary, { payload: { runId, status: 'error', summary }, cause });
}
