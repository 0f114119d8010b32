import type { DecisionRecord } from '@chela/defender';

/** The payload of `security.decision`: the decision (reference defender/defender.md §A), when, under which mode, and about what. */
export function decisionEvent({ at, mode, decision, action }: DecisionRecord): object {
  return { ...decision, at, mode, judged: action };
}
