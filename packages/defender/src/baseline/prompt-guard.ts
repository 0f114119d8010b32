import type { Finding, Guard } from '../finding.ts';
import type { PatternCache } from './pattern-cache.ts';

const PATTERN_POINTS = 18;
const EXFILTRATION_POINTS = 14;
const BYPASS_POINTS = 14;
const OVERSIZED_POINTS = 8;
const OVERSIZED_CHARS = 32_000;

const EXFILTRATION = /system prompt|developer instructions/i;
const BYPASS = /without asking|do not ask for approval/i;

/** The baseline's look at a prompt (reference defender/defender.md §A, score table). */
export function createPromptGuard(patterns: PatternCache): Guard {
  return async ({ prompt }, settings) => {
    if (prompt === undefined) return [];
    const set = await patterns.of(settings.promptInjectionPatterns);
    const findings: Finding[] = (await set.matches(prompt)).map((pattern) => ({
      tag: 'prompt_injection',
      points: PATTERN_POINTS,
      reason: `the prompt matches the injection pattern ${pattern}`,
    }));
    if (EXFILTRATION.test(prompt)) {
      findings.push({
        tag: 'prompt_exfiltration',
        points: EXFILTRATION_POINTS,
        reason: 'the prompt speaks of the system prompt or of developer instructions',
      });
    }
    if (BYPASS.test(prompt)) {
      findings.push({
        tag: 'approval_bypass',
        points: BYPASS_POINTS,
        reason: 'the prompt asks to act without approval',
      });
    }
    if (prompt.length > OVERSIZED_CHARS) {
      findings.push({
        tag: 'oversized_payload',
        points: OVERSIZED_POINTS,
        reason: `the prompt is longer than ${OVERSIZED_CHARS} characters`,
      });
    }
    return findings;
  };
}
