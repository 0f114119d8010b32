import type { ActionRequest, Decision, DefenderService } from '@chela/defender';
import type { ApprovalDesk } from '@chela/tools';
import { askPeople, type Question } from './ask-people.ts';

/** What became of an action at the gate: it may run, or not and why. */
export type Passage =
  | { readonly isOpen: true }
  | {
      readonly isOpen: false;
      readonly decision: Decision;
      readonly why: 'blocked' | 'denied' | 'unanswered' | 'nobody to ask';
    };

/**
 * The one way past the defender (reference defender/defender.md §B.1): what it allows runs, what it wants reviewed is put
 * before people by the exec approvals, what it blocks does not run. Rejects when `signal` aborts.
 */
export type ActionGate = (
  request: ActionRequest,
  question: Question & {
    /** A person has already said yes to exactly this action; what is blocked stays blocked. */
    readonly isApproved?: boolean;
  },
  signal: AbortSignal,
) => Promise<Passage>;

export interface GateDeps {
  readonly defender: () => Promise<DefenderService>;
  /** Absent where nobody can be asked: a review is a refusal there. */
  readonly desk: ApprovalDesk | undefined;
}

export function createActionGate({ defender, desk }: GateDeps): ActionGate {
  return async (request, { isApproved = false, ...question }, signal) => {
    const ruling = await (await defender()).rule(request);
    if (ruling.effect === 'run' || (ruling.effect === 'ask' && isApproved)) return { isOpen: true };
    const { decision } = ruling;
    if (ruling.effect === 'refuse') return { isOpen: false, decision, why: 'blocked' };
    if (desk === undefined) return { isOpen: false, decision, why: 'nobody to ask' };
    const word = await askPeople(desk, question, decision, signal);
    if (word === 'allow-once' || word === 'allow-always') return { isOpen: true };
    return { isOpen: false, decision, why: word === 'deny' ? 'denied' : 'unanswered' };
  };
}
