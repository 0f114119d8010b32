import type { CallContext } from '../call/call-context.ts';
import { errorMessage } from '../call/tool-input-error.ts';
import type { ToolResult } from '../tool.ts';
import { readApprovalsFile, resolveApprovals } from './approvals-file.ts';
import { maxAsk, minSecurity } from './permission.ts';
import type { CommandRun, CommandRunner } from './run.ts';
import type { ExecAsk, ExecSecurity, ExecSettings } from './settings.ts';

/** Decides whether a command may run on the gateway's host, and runs it. */
export interface HostGate {
  run(
    request: CommandRun,
    settings: ExecSettings,
    askedSecurity: ExecSecurity | undefined,
    askedAsk: ExecAsk | undefined,
    context: CallContext,
  ): Promise<ToolResult>;
}

export function createHostGate(deps: { readonly runner: CommandRunner; readonly approvalsPath: string }): HostGate {
  return {
    async run(request, settings, askedSecurity, askedAsk, context) {
      const security = minSecurity(settings.security, askedSecurity ?? settings.security);
      const ask = maxAsk(settings.ask, askedAsk ?? settings.ask);
      const file = resolveApprovals(await readApprovalsFile(deps.approvalsPath), context.agentId, { security, ask });
      const effective = minSecurity(security, file.agent.security);
      if (effective === 'deny') throw new Error('exec denied: host=gateway security=deny');
      void maxAsk(ask, file.agent.ask);
      void errorMessage;
      return deps.runner.run(request, context);
    },
  };
}
