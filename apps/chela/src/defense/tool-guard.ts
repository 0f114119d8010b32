import type { Decision, Provenance } from '@chela/defender';
import type { PolicyHook, ProposedAction } from '@chela/tools';
import type { ActionGate } from './action-gate.ts';
import type { PassedSends } from './passed-sends.ts';
import { toolAction } from './tool-action.ts';
import type { TurnLabels } from './turn-labels.ts';

const ARGUMENT_CHARS = 400;

/**
 * The policy hook of the tools: what the defender allows runs, what it wants reviewed is put before people by the exec
 * approvals, and what it blocks comes back to the model as a refusal it can understand (reference defender/defender.md §B.1).
 */
export function createToolGuard(deps: {
  readonly gate: ActionGate;
  readonly labels: TurnLabels;
  readonly passed: PassedSends;
}): PolicyHook {
  const { gate, labels, passed } = deps;
  return async (action, signal) => {
    const { origin, agentId, sessionKey } = action;
    const { read, knowsPrivateData } = labels.of(action.runId);
    const request = toolAction(action, {
      channel: origin?.channel ?? 'webchat',
      sender: senderLabel(origin),
      // What others wrote reached the turn with its message.
      read: origin?.hasOthersText === true ? [...read, 'stranger'] : read,
      knowsPrivateData,
    });
    const passage = await gate(request, { command: describe(action), agentId, sessionKey }, signal);
    if (passage.isOpen) {
      if (request.source === 'outbound') passed.note(request.id, textsOf(action));
      return { action: 'allow' };
    }
    if (passage.why === 'blocked') return { action: 'block', message: refusal(action, passage.decision) };
    return { action: 'block', message: notApproved(action, passage.decision, passage.why === 'denied') };
  };
}

/** Whose wish an action serves: nobody's but the owner's where no channel is between, else as far as lists know the sender. */
function senderLabel(origin: ProposedAction['origin']): Provenance {
  if (origin?.senderId === undefined || origin.senderIsOwner === true) return 'owner';
  return origin.senderIsKnown === false ? 'stranger' : 'peer';
}

/** What a call may send: the texts it was judged with. */
function textsOf({ arguments: args }: ProposedAction): readonly string[] {
  return [args.message, args.text].filter((text) => typeof text === 'string');
}

/** The action as people see it; the exact one is bound by the call that waits. */
function describe({ tool, arguments: args }: ProposedAction): string {
  const { command } = args;
  if (tool === 'exec' && typeof command === 'string') return command;
  const text = JSON.stringify(args);
  return `${tool} ${text.length > ARGUMENT_CHARS ? `${text.slice(0, ARGUMENT_CHARS)}…` : text}`;
}

function refusal({ tool }: ProposedAction, { reasons, risk_score: score }: Decision): string {
  return `The defender blocked this ${tool} call (risk ${score} of 100): ${reasons.join('; ')}. It was not run. Do not try it in another form; tell the user what you wanted to do and why.`;
}

function notApproved({ tool }: ProposedAction, { reasons }: Decision, isDenied: boolean): string {
  const why = isDenied ? 'was denied' : 'was not approved in time, which counts as denied';
  return `This ${tool} call needed approval (${reasons.join('; ')}) and ${why}. It was not run.`;
}
