import type { ActionRequest } from '../action-request.ts';
import { type Decision, strictest, type Verdict } from '../decision.ts';
import type { Finding } from '../finding.ts';
import type { DefenderSettings } from '../settings/settings.ts';

const MAX_SCORE = 100;
const UNJUDGED_SCORE = 60;

type Thresholds = Pick<DefenderSettings, 'mode' | 'reviewThreshold' | 'blockThreshold' | 'auditOnly'>;

/** Adds up what the guards found and draws the conclusion (reference defender/defender.md §A). */
export function decide(request: ActionRequest, findings: readonly Finding[], settings: Thresholds): Decision {
  const sum = findings.reduce((total, { points }) => total + points, 0);
  const score = Math.min(MAX_SCORE, Math.max(0, sum));
  const verdict = findings.reduce((least, { floor }) => strictest(least, floor ?? 'allow'), byScore(score, settings));
  const audited = verdict === 'block' && (settings.auditOnly || settings.mode === 'audit');
  const reasons = findings.map(({ reason }) => reason);
  const tags = findings.map(({ tag }) => tag);
  return {
    action: audited ? 'review' : verdict,
    risk_score: score,
    reasons: [...new Set(audited ? [...reasons, 'audit only: this action would have been blocked'] : reasons)],
    tags: [...new Set(audited ? [...tags, 'audit_only'] : tags)],
    source: request.source,
    requestId: request.id,
    ...(request.hints !== undefined && { hints: request.hints }),
  };
}

/** What an action gets that could not be judged: a person decides (reference defender/defender.md §A, evaluation timeout). */
export function leaveToReview(request: ActionRequest, tag: 'timeout' | 'overloaded', reason: string): Decision {
  return {
    action: 'review',
    risk_score: UNJUDGED_SCORE,
    reasons: [reason],
    tags: [tag],
    source: request.source,
    requestId: request.id,
    ...(request.hints !== undefined && { hints: request.hints }),
  };
}

/** A decision that is not in the audit log: nothing runs without a record, unless a person says so. */
export function unrecorded(decision: Decision): Decision {
  return {
    ...decision,
    action: strictest(decision.action, 'review'),
    reasons: [...decision.reasons, 'the decision could not be written to the audit log'],
    tags: [...decision.tags, 'unrecorded'],
  };
}

function byScore(score: number, { reviewThreshold, blockThreshold }: Thresholds): Verdict {
  if (score >= blockThreshold) return 'block';
  return score >= reviewThreshold ? 'review' : 'allow';
}
