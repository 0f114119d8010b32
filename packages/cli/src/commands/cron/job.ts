import type { CliContext } from '../../context.ts';
import { rpc } from '../../rpc.ts';
import type { RpcFlags } from '../../tree/rpc-flags.ts';

/** A run is answered when it has ended; this is longer than a run may take by default. */
const RUN_TIMEOUT_MS = 11 * 60_000;

/** `cron rm`. */
export async function cronRemove(context: CliContext, id: string, flags: RpcFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'cron.remove', { id }));
}

/** `cron enable` and `cron disable`. */
export async function cronSwitch(context: CliContext, id: string, enabled: boolean, flags: RpcFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'cron.update', { id, patch: { enabled } }));
}

/** `cron run`. `isPatient`: nobody said how long to wait. */
export async function cronRun(
  context: CliContext,
  id: string,
  flags: RpcFlags & { readonly due?: boolean; readonly isPatient: boolean },
): Promise<void> {
  const timeout = flags.isPatient ? String(RUN_TIMEOUT_MS) : flags.timeout;
  const mode = flags.due ? 'due' : 'force';
  context.output.json(await rpc(context, { ...flags, timeout }, 'cron.run', { id, mode }));
}
