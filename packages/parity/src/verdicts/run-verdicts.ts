import {
  createDefender,
  DEFAULT_SETTINGS,
  type Decision,
  type DefenderSettings,
  extractActionRequest,
  fullGuards,
  readDefenderSettings,
  sectionFromFirstVersion,
} from '@chela/defender';
import { silentLogger, systemClock } from '@chela/observability';
import type { VerdictCase } from './verdict-case.ts';

export interface VerdictResult {
  readonly name: string;
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** Undefined for a frame that is no action. */
  readonly decision: Decision | undefined;
  readonly expected: VerdictCase['expect'];
  readonly durationMs: number;
}

/** Judges each case's frame with its settings, one after the other. A frame that is no action counts as allowed. */
export async function runVerdicts(cases: readonly VerdictCase[]): Promise<readonly VerdictResult[]> {
  const settings = new Map<string, DefenderSettings>();
  const defender = createDefender({
    settings: ({ id }) => settings.get(id) ?? DEFAULT_SETTINGS,
    guards: fullGuards,
    quarantine: { put: () => Promise.resolve() },
    fetch,
    clock: systemClock,
    logger: silentLogger(),
  });

  /** Cases are judged apart from each other, whatever the ids of their frames. */
  async function judge({ config, frame }: VerdictCase, id: string): Promise<Decision | undefined> {
    const request = extractActionRequest(frame, id);
    if (request === undefined) return undefined;
    settings.set(id, await readDefenderSettings(sectionFromFirstVersion(config), {}));
    return defender.judge({ ...request, id });
  }

  async function run(item: VerdictCase, id: string): Promise<VerdictResult> {
    const { name, file, expect } = item;
    const startedAt = performance.now();
    const outcome = await judge(item, id).then(
      (decision) => ({
        decision,
        problems: decision === undefined ? withoutDecision(item) : differences(decision, item),
      }),
      (error: unknown) => ({ decision: undefined, problems: [error instanceof Error ? error.message : String(error)] }),
    );
    const durationMs = performance.now() - startedAt;
    return { name, file, ok: outcome.problems.length === 0, ...outcome, expected: expect, durationMs };
  }

  // The first decision of a process loads the shell grammar; what is measured is a gateway that runs.
  await defender.judge({ id: 'first', source: 'verdicts', prompt: 'hello', command: 'true', raw: undefined });
  const results: VerdictResult[] = [];
  for (const [index, item] of cases.entries()) results.push(await run(item, `case-${index}`));
  return results;
}

function withoutDecision({ expect }: VerdictCase): readonly string[] {
  return expect.actions.includes('allow') ? [] : ['the frame is no action: no prompt, command, URL or file path'];
}

function differences(decision: Decision, { expect }: VerdictCase): readonly string[] {
  const problems: string[] = [];
  const { action, risk_score: score, tags, reasons } = decision;
  if (!expect.actions.includes(action)) {
    problems.push(`action: expected ${expect.actions.join(' or ')}, got ${action} (${score}; ${reasons.join('; ')})`);
  }
  if (expect.minRisk !== undefined && score < expect.minRisk) {
    problems.push(`risk_score: expected at least ${expect.minRisk}, got ${score}`);
  }
  const missing = expect.tags.filter((tag) => !tags.includes(tag));
  if (missing.length > 0) problems.push(`tags: ${missing.join(', ')} missing among ${tags.join(', ') || 'none'}`);
  return problems;
}
