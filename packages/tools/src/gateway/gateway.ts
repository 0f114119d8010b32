import type { Config } from '@chela/config';
import { isRecord, optionalNumber, optionalText, requiredText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { GatewayControl } from '../rooms/gateway-control.ts';
import { requireRoom } from '../rooms/rooms.ts';
import { fieldSummary } from '../sessions/summary.ts';

/** The `gateway` tool (reference agent/tools.md §6). */
export function createGatewayTool(deps: {
  readonly config: () => Config;
  readonly control: GatewayControl | undefined;
}): BuiltInTool {
  async function perform(action: string, args: ToolArguments, context: CallContext): Promise<unknown> {
    const reason = optionalText(args, 'reason');
    const delayMs = optionalNumber(args, 'delayMs');
    if (action === 'restart') {
      const commands = deps.config().commands;
      if (!isRecord(commands) || commands.restart !== true) {
        throw new Error('Gateway restart is disabled. Set commands.restart=true to enable.');
      }
      const note = optionalText(args, 'note');
      const restart = requireRoom(deps.control?.restart, 'Restarting the gateway');
      return restart({
        sessionKey: optionalText(args, 'sessionKey') ?? context.sessionKey,
        ...(reason !== undefined && { reason }),
        ...(note !== undefined && { note }),
        ...(delayMs !== undefined && { delayMs }),
      });
    }
    if (action === 'config.apply' || action === 'config.patch') {
      const raw = requiredText(args, 'raw');
      const write = action === 'config.apply' ? deps.control?.configApply : deps.control?.configPatch;
      const change = requireRoom(write, 'Changing the configuration from a tool');
      const baseHash = optionalText(args, 'baseHash') ?? (await hashNow());
      return change({ raw, baseHash, ...noteOf(args, context) });
    }
    if (action === 'update.run') {
      const update = requireRoom(deps.control?.updateRun, 'Updating from a tool');
      const timeoutMs = optionalNumber(args, 'timeoutMs');
      return update({ ...noteOf(args, context), ...(timeoutMs !== undefined && { timeoutMs }) });
    }
    if (action !== 'config.get' && action !== 'config.schema') throw new Error(`Unknown action: ${action}`);
    const control = requireRoom(deps.control, 'The configuration');
    return action === 'config.schema' ? control.configSchema() : control.configGet();
  }

  /** An agent that does not say which state it changes means the present one. */
  async function hashNow(): Promise<string> {
    const snapshot = await deps.control?.configGet();
    return isRecord(snapshot) && typeof snapshot.hash === 'string' ? snapshot.hash : '';
  }

  return {
    name: 'gateway',
    description: 'Read the configuration or its schema, change it, or restart the gateway where that is enabled.',
    parameters: contractParameters('gateway'),
    sideEffects: 'possible',
    summary: fieldSummary([
      ['reason', 'reason'],
      ['delayMs', 'delay'],
    ]),
    async run(args, context) {
      const action = requiredText(args, 'action');
      const result = await perform(action, args, context);
      // What is known of a restart is the answer itself (recorded).
      return jsonResult(action === 'restart' ? result : { ok: true, result });
    },
  };
}

function noteOf(args: ToolArguments, context: CallContext) {
  const note = optionalText(args, 'note');
  const restartDelayMs = optionalNumber(args, 'restartDelayMs');
  return {
    sessionKey: optionalText(args, 'sessionKey') ?? context.sessionKey,
    ...(note !== undefined && { note }),
    ...(restartDelayMs !== undefined && { restartDelayMs }),
  };
}
