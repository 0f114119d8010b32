import type { CliContext } from '../context.ts';
import { rpc } from '../rpc.ts';
import type { RpcFlags } from '../tree/rpc-flags.ts';

interface SystemFlags extends RpcFlags {
  readonly json?: boolean;
}

/** `system event`: a note for the main session (reference cli/cli.md §5). */
export async function systemEvent(
  context: CliContext,
  flags: SystemFlags & { readonly text: string; readonly mode: string },
): Promise<void> {
  const text = flags.text.trim();
  if (text === '') throw new Error('--text is required');
  if (flags.mode !== 'now' && flags.mode !== 'next-heartbeat') throw new Error('--mode must be now or next-heartbeat');
  const answer = await rpc(context, flags, 'wake', { mode: flags.mode, text });
  if (flags.json) context.output.json(answer);
  else context.output.line('ok');
}

/** `system heartbeat last`: null before the first. */
export async function lastHeartbeat(context: CliContext, flags: SystemFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'last-heartbeat', {}));
}

/** `system heartbeat enable|disable`. */
export async function setHeartbeats(context: CliContext, enabled: boolean, flags: SystemFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'set-heartbeats', { enabled }));
}

/** `system presence`. */
export async function presence(context: CliContext, flags: SystemFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'system-presence', {}));
}
