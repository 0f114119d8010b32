import type { CallContext } from '../call/call-context.ts';
import type { UnfinishedApproval } from '../rooms/approvals.ts';
import type { SkillRoom } from '../rooms/skills.ts';
import type { ToolResult } from '../tool.ts';
import { type AllowlistVerdict, judgeCommand } from './allowlist.ts';
import type { ApprovalFlow } from './approval-flow.ts';
import { readApprovalsFile, resolveApprovals } from './approvals-file.ts';
import { maxAsk, minSecurity, needsApproval } from './permission.ts';
import type { CommandRun, CommandRunner } from './run.ts';
import type { ExecAsk, ExecSecurity, ExecSettings } from './settings.ts';

const HARDENED = 'Warning: safeBins hardening disabled glob/variable expansion for stdin-only segments.';
const NO_APPROVALS =
  'exec denied: this command needs an approval, but no approval service is running on this gateway. Add the program to the exec allowlist, or set tools.exec.security=full and tools.exec.ask=off.';

/** Decides whether a command may run on the gateway's host, and runs it. */
export interface HostGate {
  run(
    request: CommandRun,
    settings: ExecSettings,
    asked: { readonly security: ExecSecurity | undefined; readonly ask: ExecAsk | undefined },
    context: CallContext,
    continuation: Readonly<Record<string, unknown>>,
  ): Promise<ToolResult>;
  /** Goes on with a command that waited for a person's word when an earlier process ended. */
  resume(request: CommandRun, settings: ExecSettings, unfinished: UnfinishedApproval): Promise<void>;
}

export interface HostGateDeps {
  readonly runner: CommandRunner;
  readonly homeDir: string;
  readonly approvalsPath: string;
  /** Absent: commands that need a person's word are refused. */
  readonly approvals: ApprovalFlow | undefined;
  /** Knows the programs of skills, which `autoAllowSkills` lets run. */
  readonly skills: SkillRoom | undefined;
}

/** The command with harmless filters' arguments quoted, so that nothing in them is expanded. */
function hardened(request: CommandRun, verdict: AllowlistVerdict): CommandRun {
  const filters = verdict.segments.some(({ reason }) => reason === 'safeBins');
  if (!verdict.satisfied || !filters || verdict.rebuilt === undefined) return request;
  return { ...request, command: verdict.rebuilt, warnings: [...request.warnings, HARDENED] };
}

interface Judgement {
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly verdict: AllowlistVerdict;
}

/** The gate of host=gateway (reference agent/tools.md §4.12). */
export function createHostGate(deps: HostGateDeps): HostGate {
  async function judge(
    request: CommandRun,
    settings: ExecSettings,
    asked: { readonly security: ExecSecurity | undefined; readonly ask: ExecAsk | undefined },
    agentId: string,
  ): Promise<Judgement> {
    const configured = {
      security: minSecurity(settings.security, asked.security ?? settings.security),
      ask: maxAsk(settings.ask, asked.ask ?? settings.ask),
    };
    const file = resolveApprovals(await readApprovalsFile(deps.approvalsPath), agentId, configured);
    const skillBins = file.agent.autoAllowSkills ? await deps.skills?.bins() : undefined;
    const verdict = await judgeCommand(request.command, {
      allowlist: file.allowlist,
      safeBins: settings.safeBins,
      skillBins: new Set(skillBins),
      place: { cwd: request.workdir.path, homeDir: deps.homeDir, path: request.env.PATH ?? '' },
    });
    return {
      security: minSecurity(configured.security, file.agent.security),
      ask: maxAsk(configured.ask, file.agent.ask),
      askFallback: file.agent.askFallback,
      verdict,
    };
  }

  return {
    async run(request, settings, asked, context, continuation) {
      const judgement = await judge(request, settings, asked, context.agentId);
      const { security, ask, verdict } = judgement;
      if (security === 'deny') throw new Error('exec denied: host=gateway security=deny');
      if (needsApproval(ask, security, verdict.satisfied)) {
        if (deps.approvals === undefined) throw new Error(NO_APPROVALS);
        const { agentId, sessionKey } = context;
        const runningNoticeMs = settings.approvalRunningNoticeMs;
        return deps.approvals.begin({ request, ...judgement, runningNoticeMs, agentId, sessionKey, continuation });
      }
      if (security === 'allowlist' && !verdict.satisfied) throw new Error('exec denied: allowlist miss');
      return deps.runner.run(security === 'allowlist' ? hardened(request, verdict) : request, context);
    },
    async resume(request, settings, { pending, request: shown, continuation }) {
      const { agentId, sessionKey } = shown;
      const judgement = await judge(request, settings, { security: undefined, ask: undefined }, agentId);
      const runningNoticeMs = settings.approvalRunningNoticeMs;
      // The word was given for this folder, and under a configuration that allowed asking for it.
      const reason = judgement.security === 'deny' ? 'security=deny' : 'cwd-changed';
      if (judgement.security === 'deny' || request.workdir.shown !== shown.cwd) {
        await deps.approvals?.drop({ agentId, sessionKey }, pending.id, shown.command, reason);
        return;
      }
      deps.approvals?.adopt({ request, ...judgement, runningNoticeMs, agentId, sessionKey, continuation }, pending);
    },
  };
}
