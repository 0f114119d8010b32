import type { ApprovalState } from './approvals.ts';
import type { ChannelMessageState } from './channel-inbox.ts';
import type { DeliveryState } from './deliveries.ts';
import type { InboxState, OutboxRow, ToolCallState } from './ledger.ts';
import type { OccurrenceState } from './occurrences.ts';
import type { SubagentState } from './subagents.ts';

/**
 * Where a row of the ledger may go from where it is (design rules 3 and 4). Pure; the repositories ask here before they
 * write. A turn is its inbox row: it starts with `running` and ends with one of the three outcomes.
 */

type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

export const INBOX_TRANSITIONS: Transitions<InboxState> = {
  // A message may end without a turn: refused, or answered by a command.
  received: ['running', 'answered', 'declined', 'failed'],
  // Running again is a new attempt, after a crash or a retry.
  running: ['running', 'answered', 'declined', 'failed'],
  answered: [],
  declined: [],
  failed: [],
};

export const TOOL_CALL_TRANSITIONS: Transitions<ToolCallState> = {
  // A planned call may be refused (failed) or dropped at recovery (interrupted) before it ever ran.
  planned: ['running', 'done', 'failed', 'interrupted'],
  running: ['done', 'failed', 'interrupted'],
  done: [],
  failed: [],
  interrupted: [],
};

export const OUTBOX_TRANSITIONS: Transitions<OutboxRow['state']> = {
  pending: ['published'],
  published: [],
};

export const APPROVAL_TRANSITIONS: Transitions<ApprovalState> = {
  pending: ['decided', 'expired'],
  decided: ['used'],
  expired: ['used'],
  used: [],
};

export const CHANNEL_MESSAGE_TRANSITIONS: Transitions<ChannelMessageState> = {
  received: ['routed', 'handed', 'declined', 'failed'],
  routed: ['handed', 'declined', 'failed'],
  handed: [],
  declined: [],
  failed: [],
};

export const SUBAGENT_TRANSITIONS: Transitions<SubagentState> = {
  // A run that is stopped has nothing to tell.
  running: ['ended', 'settled'],
  ended: ['settled'],
  settled: [],
};

export const OCCURRENCE_TRANSITIONS: Transitions<OccurrenceState> = {
  // A planned occurrence may end at once: its job is gone.
  planned: ['running', 'finished'],
  // Running again is the takeover of what a dead process left.
  running: ['running', 'ran', 'finished'],
  ran: ['delivering', 'finished'],
  delivering: ['finished'],
  finished: [],
};

export const DELIVERY_TRANSITIONS: Transitions<DeliveryState> = {
  // An operator may drop what waits; a text that may not go out is never sent.
  pending: ['sending', 'dead'],
  sending: ['delivered', 'pending', 'ambiguous', 'dead'],
  // It was looked for: in vain, with success, or it is not there; an operator may decide as well.
  ambiguous: ['ambiguous', 'delivered', 'pending', 'dead'],
  delivered: [],
  // An operator sends it again.
  dead: ['pending'],
};

/** A row was asked to go where its state does not lead: a second outcome, a step after the end, a tool run twice. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
  readonly code = 'ILLEGAL_TRANSITION';
}

/** Returns `to` when the machine allows the step; throws IllegalTransitionError otherwise. `what` names the row in the message. */
export function nextState<S extends string>(transitions: Transitions<S>, what: string, from: S, to: S): S {
  if (transitions[from].includes(to)) return to;
  throw new IllegalTransitionError(`${what} is ${from} and cannot become ${to}`);
}

/** Whether nothing leads out of a state. */
export function isFinal<S extends string>(transitions: Transitions<S>, state: S): boolean {
  return transitions[state].length === 0;
}
