import { type CliContext, CliFailure } from '../context.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { resolveTarget, type TargetFlags } from '../gateway-target.ts';
import { loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';

export interface CallFlags extends TargetFlags {
  readonly params: string;
  readonly timeout: string;
  readonly expectFinal?: boolean;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Text of a failure as the original prints it in front of the target lines. */
export function callFailureLines(error: unknown): string[] {
  if (error instanceof CliFailure) return [`Gateway call failed: Error: ${error.lines[0]}`, ...error.lines.slice(1)];
  if (error instanceof GatewayCallError) return [`Gateway call failed: Error: ${error.message}`, ...error.detailLines];
  if (error instanceof Error) return [`Gateway call failed: ${error.name}: ${error.message}`];
  return [`Gateway call failed: ${String(error)}`];
}

/** `gateway call <method>`: one request, its result as JSON (reference cli/cli.md §5). */
export async function gatewayCall(context: CliContext, method: string, flags: CallFlags): Promise<void> {
  try {
    const params: unknown = JSON.parse(flags.params);
    const target = resolveTarget(context, await loadConfig(context), flags);
    const result = await callGateway(context, target, method, params, {
      timeoutMs: numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS),
      expectFinal: flags.expectFinal === true,
    });
    if (!flags.json) context.output.line(`Gateway call: ${method}`);
    context.output.json(result);
  } catch (error) {
    throw new CliFailure(callFailureLines(error));
  }
}
