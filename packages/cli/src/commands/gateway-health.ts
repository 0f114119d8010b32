import { type CliContext, CliFailure } from '../context.ts';
import { callFailureLines } from './gateway-call.ts';
import { type HealthFlags, health } from './health.ts';

/** `gateway health`: like `health`, with the failure lines of the gateway family. */
export async function gatewayHealth(context: CliContext, flags: HealthFlags): Promise<void> {
  try {
    await health(context, flags);
  } catch (error) {
    throw new CliFailure(callFailureLines(error));
  }
}
