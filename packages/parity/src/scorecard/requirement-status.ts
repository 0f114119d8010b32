import type { Outcome } from '../evidence/outcomes.ts';
import type { ManifestEntry } from '../manifest/requirement.ts';

export type RequirementStatus = 'passed' | 'failed' | 'not covered';

/** A requirement passes when all its evidence passed, fails when any failed, and is not covered without or before it. */
export function requirementStatus(
  { evidence }: Pick<ManifestEntry, 'evidence'>,
  outcome: (id: string) => Outcome,
): RequirementStatus {
  const seen = evidence.map(outcome);
  if (seen.includes('failed')) return 'failed';
  return seen.length > 0 && seen.every((one) => one === 'passed') ? 'passed' : 'not covered';
}
