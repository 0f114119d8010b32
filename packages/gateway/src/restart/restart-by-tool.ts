import type { GatewayServices } from '../method.ts';
import { askForRestart, leaveNote } from '../methods/config-restart.ts';

/** What the `gateway` tool asks for (reference agent/tools.md §6). */
export interface ToolRestart {
  /** The session that hears of the new start. */
  readonly sessionKey: string;
  readonly reason?: string;
  /** What it hears besides that; absent: the reason. */
  readonly note?: string;
  readonly delayMs?: number;
}

/** Leaves a note for the next start, then asks for it; the answer goes out before. */
export async function restartByTool(services: GatewayServices, asked: ToolRestart): Promise<unknown> {
  const { sessionKey, reason, note = reason, delayMs } = asked;
  await leaveNote(
    services,
    { sessionKey, ...(note !== undefined && { note }) },
    {
      kind: 'restart',
      status: 'ok',
      stats: {
        mode: 'gateway.restart',
        root: services.config.paths.configPath,
        ...(reason !== undefined && { reason }),
      },
    },
  );
  return askForRestart(services, reason ?? 'gateway.restart', delayMs);
}
