import { diff, isExtra } from '../compare/diff.ts';
import { stringOf, valueAt } from '../json-value.ts';
import type { LabGateway } from './lab-gateway.ts';
import type { Scenario, Step } from './scenario.ts';
import { createScenarioRun, type ScenarioRun } from './scenario-run.ts';

export interface ReplayOptions {
  /** Members that only the observation has are no difference. */
  readonly allowExtra: boolean;
  /** Differences that are meant; the run goes on behind them. */
  readonly isExplained?: (difference: string) => boolean;
}

/** Runs a trace and compares; empty: no difference. It ends at the first step that differs. */
export function replayScenario(
  scenario: Scenario,
  gateway: LabGateway,
  { allowExtra, isExplained = () => false }: ReplayOptions,
): Promise<readonly string[]> {
  return withRun(scenario, gateway, async (run) => {
    for (const [index, step] of scenario.steps.entries()) {
      const seen = await run.step(step).catch((error: unknown) => new StepFailure(error));
      if (seen instanceof StepFailure) return [`${labelOf(step, index)}: ${seen.message}`];
      const problems = diff(step.expect, seen)
        .filter((line) => !(allowExtra && isExtra(line)))
        .map((line) => `${labelOf(step, index)}: ${line}`)
        .filter((line) => !isExplained(line));
      if (problems.length > 0) return problems;
    }
    return run.invariants();
  });
}

/** Runs a scenario and returns it with what was observed as its expectations, and what went wrong. */
export function recordScenario(
  scenario: Scenario,
  gateway: LabGateway,
): Promise<{ readonly recorded: Scenario; readonly problems: readonly string[] }> {
  return withRun(scenario, gateway, async (run) => {
    const steps: Step[] = [];
    for (const [index, step] of scenario.steps.entries()) {
      const seen = await run.step(step).catch((error: unknown) => new StepFailure(error));
      if (seen instanceof StepFailure) {
        return { recorded: scenario, problems: [`${labelOf(step, index)}: ${seen.message}`] };
      }
      const { expect: _, ...plain } = step;
      steps.push(seen === undefined ? plain : { ...step, expect: seen });
    }
    return { recorded: { ...scenario, steps }, problems: run.invariants() };
  });
}

async function withRun<T>(scenario: Scenario, gateway: LabGateway, work: (run: ScenarioRun) => Promise<T>): Promise<T> {
  const run = createScenarioRun(scenario, gateway);
  try {
    return await work(run);
  } finally {
    await run.end();
  }
}

/** Tells a step that could not be run from one that observed an error. */
class StepFailure extends Error {
  override readonly name = 'StepFailure';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const MANNERS = ['client', 'id', 'note', 'expect', 'async', 'view', 'rules', 'capture', 'timeoutMs'];
const DETAILS = ['send.method', 'wait.event', 'http.path', 'file', 'res.of'];

function labelOf(step: Step, index: number): string {
  const verb = Object.keys(step).find((key) => !MANNERS.includes(key)) ?? '?';
  const detail = DETAILS.map((path) => stringOf(valueAt(step, path))).find(Boolean);
  return `step ${index + 1} (${step.client ? `${step.client} ` : ''}${verb}${detail ? ` ${detail}` : ''})`;
}
