import type { ActionRequest } from './action-request.ts';
import type { Verdict } from './decision.ts';
import type { DefenderSettings } from './settings/settings.ts';

/** One thing a guard saw in an action. */
export interface Finding {
  readonly tag: string;
  /** For people: what was seen and why it matters. Carries no secret. */
  readonly reason: string;
  /** Added to the score; negative when a guard proves that a part of the baseline's score does not apply (`proven_inert`). */
  readonly points: number;
  /** The outcome is at least this, whatever the score. */
  readonly floor?: Verdict;
}

/**
 * Looks at one action from one side: its prompt, its command, the host, a reputation. Rejects only for an abort; what a
 * guard cannot find out is a finding. Reference defender/defender.md §A (baseline) and §B (beyond it).
 */
export type Guard = (
  request: ActionRequest,
  settings: DefenderSettings,
  signal: AbortSignal,
) => Promise<readonly Finding[]> | readonly Finding[];
