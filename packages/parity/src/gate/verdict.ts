import type { Count, Scorecard } from '../scorecard/scorecard.ts';

/** `partial`: what is claimed passes, and something is not covered yet. */
export type Verdict = 'pass' | 'partial' | 'not covered' | 'fail';

export interface SubsystemVerdict {
  readonly name: string;
  readonly verdict: Verdict;
  readonly requirements: Count;
  readonly evidence: Count;
  /** Why a release has to wait for it; undefined when it does not. */
  readonly blocks: string | undefined;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  /** Undefined when the results do not have it. */
  readonly figure: number | undefined;
  readonly bound: string;
  readonly verdict: 'reached' | 'missed' | 'not measured';
}

export interface GateReport {
  readonly release: string;
  readonly releasable: boolean;
  /** Worst first. */
  readonly subsystems: readonly SubsystemVerdict[];
  readonly figures: readonly Figure[];
  /** Outcomes of the tests that defend the gateway. */
  readonly securitySuite: readonly { readonly id: string; readonly outcome: string }[];
  readonly blockers: readonly string[];
}

export interface GateRules {
  /** Subsystems that have to be begun before anything is released. */
  readonly mustBeCovered: readonly string[];
  readonly securitySuite: readonly string[];
}

const ORDER: readonly Verdict[] = ['fail', 'not covered', 'partial', 'pass'];

/** Joins scorecard, figures and the security suite into one verdict. */
export function gateReport(
  card: Scorecard,
  figures: readonly Figure[],
  rules: GateRules,
  outcome: (id: string) => string,
): GateReport {
  const subsystems = card.rows
    .map(({ name, requirements, evidence }) => subsystemVerdict(name, requirements, evidence, rules))
    .toSorted(
      (a, b) =>
        Number(b.blocks !== undefined) - Number(a.blocks !== undefined) ||
        ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
        b.requirements.notCovered - a.requirements.notCovered,
    );
  const securitySuite = rules.securitySuite.map((id) => ({ id, outcome: outcome(id) }));
  const blockers = [
    ...subsystems.flatMap(({ name, blocks }) => (blocks === undefined ? [] : [`${name}: ${blocks}`])),
    ...figures.filter(({ verdict }) => verdict === 'missed').map(({ title, figure }) => `${title}: measured ${figure}`),
    ...securitySuite
      .filter((test) => test.outcome !== 'passed')
      .map((test) => `security suite: ${test.id} ${test.outcome}`),
  ];
  return { release: card.release, releasable: blockers.length === 0, subsystems, figures, securitySuite, blockers };
}

function subsystemVerdict(name: string, requirements: Count, evidence: Count, rules: GateRules): SubsystemVerdict {
  const verdict = verdictOf(requirements, evidence);
  return { name, verdict, requirements, evidence, blocks: blockOf(verdict, rules.mustBeCovered.includes(name)) };
}

function verdictOf(requirements: Count, evidence: Count): Verdict {
  if (requirements.failed + evidence.failed > 0) return 'fail';
  if (requirements.passed + evidence.passed === 0) return 'not covered';
  return requirements.notCovered + evidence.notCovered > 0 ? 'partial' : 'pass';
}

function blockOf(verdict: Verdict, mustBeCovered: boolean): string | undefined {
  if (verdict === 'fail') return 'something it claims fails';
  return verdict === 'not covered' && mustBeCovered ? 'not covered' : undefined;
}
