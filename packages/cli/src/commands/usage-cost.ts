import { formatTokens, formatUsd } from '@chela/models';
import { type CliContext, CliFailure } from '../context.ts';
import { callGateway } from '../gateway-call.ts';
import { resolveTarget, type TargetFlags } from '../gateway-target.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';
import { callFailureLines } from './gateway-call.ts';

export interface UsageCostFlags extends TargetFlags {
  readonly days: string;
  readonly timeout: string;
  readonly json?: boolean;
}

const DEFAULT_DAYS = 30;
const DEFAULT_TIMEOUT_MS = 10_000;

/** `gateway usage-cost`: what the models of the last days cost (reference cli/cli.md §5). */
export async function usageCost(context: CliContext, flags: UsageCostFlags): Promise<void> {
  const days = numberFlag(flags.days, DEFAULT_DAYS);
  const report = await askForCost(context, flags, days);
  if (flags.json) return context.output.json(report);
  for (const line of costLines(report, days)) context.output.line(line);
}

async function askForCost(context: CliContext, flags: UsageCostFlags, days: number): Promise<unknown> {
  try {
    const target = resolveTarget(context, await loadConfig(context), flags);
    const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
    return await callGateway(context, target, 'usage.cost', { days }, { timeoutMs });
  } catch (error) {
    throw new CliFailure(callFailureLines(error));
  }
}

function costLines(report: unknown, days: number): readonly string[] {
  const totals = recordAt(report, 'totals');
  const missing = numberAt(totals, 'missingCostEntries') ?? 0;
  const daily = arrayAt(report, 'daily').map((day) => `  ${textAt(day, 'date') ?? '?'}  ${figures(day)}`);
  return [
    `Usage of the last ${days} days: ${figures(totals)}`,
    ...daily,
    ...(missing > 0 ? [`  ${missing} calls of models without a known price are not in the sum`] : []),
  ];
}

function figures(sums: unknown): string {
  return `${formatUsd(numberAt(sums, 'totalCost') ?? 0)} · ${formatTokens(numberAt(sums, 'totalTokens') ?? 0)} tokens`;
}
