import type { Clock, Logger } from '@chela/observability';
import { textResult } from '../call/result.ts';
import { errorMessage } from '../call/tool-input-error.ts';
import type { ApprovalRoom, ExecDecision, PendingApproval, SystemEventRoom } from '../rooms/approvals.ts';
import type { ToolResult } from '../tool.ts';
import type { AllowlistVerdict } from './allowlist.ts';
import type { CommandSession, FinishedRun } from './process-registry.ts';
import type { CommandRun, CommandRunner } from './run.ts';
import type { ExecAsk, ExecSecurity } from './settings.ts';

const SLUG_CHARS = 8;
const EVENT_OUTPUT_CHARS = 400;
const RUNNING_NOTICE_DEFAULT_MS = 10_000;

/** A command that waits for a person's word, with what was found out about it. */
export interface ApprovalCase {
  readonly request: CommandRun;
  readonly verdict: AllowlistVerdict;
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly runningNoticeMs: number | undefined;
  readonly agentId: string;
  readonly sessionKey: string;
  /** What a later process needs to run the command; JSON. */
  readonly continuation: Readonly<Record<string, unknown>>;
}

export interface ApprovalFlow {
  /** Asks, and answers at once; the command runs and is reported later. */
  begin(item: ApprovalCase): Promise<ToolResult>;
  /** Goes on with an approval that an earlier process asked for. */
  adopt(item: ApprovalCase, pending: PendingApproval): void;
  /** Ends an approval of an earlier process whose command may not run any more. */
  drop(item: Pick<ApprovalCase, 'agentId' | 'sessionKey'>, id: string, command: string, reason: string): Promise<void>;
  /** Waits for what is still under way; nothing new is started. */
  close(): Promise<void>;
}

/** Why a command must not run after its decision, or undefined when it may (reference agent/tools.md §4.12). */
export function denialReason(
  decision: ExecDecision,
  askFallback: ExecSecurity,
  satisfied: boolean,
): string | undefined {
  if (decision === 'deny') return 'user-denied';
  if (decision !== undefined || askFallback === 'full') return undefined;
  if (askFallback === 'deny') return 'approval-timeout';
  return satisfied ? undefined : 'approval-timeout (allowlist-miss)';
}

function exitWords(run: FinishedRun): string {
  if (run.timedOut) return 'timeout';
  return run.exit.code === undefined ? `signal ${run.exit.signal ?? 'unknown'}` : `code ${run.exit.code}`;
}

export function createApprovalFlow(deps: {
  readonly room: ApprovalRoom;
  readonly events: SystemEventRoom | undefined;
  readonly runner: CommandRunner;
  readonly clock: Clock;
  readonly logger: Logger;
}): ApprovalFlow {
  const { room, runner, clock } = deps;
  const underWay = new Set<Promise<void>>();
  const closing = Promise.withResolvers<void>();
  let closed = false;

  function tell(item: Pick<ApprovalCase, 'agentId' | 'sessionKey'>, id: string, text: string): void {
    const { agentId, sessionKey } = item;
    deps.events?.notify({ agentId, sessionKey, text, reason: 'exec-event', contextKey: `exec:${id}` });
  }

  async function report(item: ApprovalCase, id: string, session: CommandSession): Promise<void> {
    const { command } = item.request;
    const delayMs = item.runningNoticeMs ?? RUNNING_NOTICE_DEFAULT_MS;
    const cancel =
      delayMs > 0
        ? clock.after(delayMs, () => {
            const seconds = Math.round(delayMs / 1000);
            tell(item, id, `Exec running (gateway id=${id}, session=${session.id}, >${seconds}s): ${command}`);
          })
        : undefined;
    const run = await session.ended;
    cancel?.();
    if (closed) return;
    const output = session.output.text().trim().slice(-EVENT_OUTPUT_CHARS);
    tell(item, id, `Exec finished (gateway id=${id}, session=${session.id}, ${exitWords(run)})\n${output}`.trimEnd());
  }

  async function decided(item: ApprovalCase, pending: PendingApproval): Promise<void> {
    const { id } = pending;
    const { command } = item.request;
    const decision = await Promise.race([pending.decision, closing.promise.then((): ExecDecision => 'deny')]);
    if (closed || !(await room.claim(id))) return;
    const reason = denialReason(decision, item.askFallback, item.verdict.satisfied);
    if (reason !== undefined) return tell(item, id, `Exec denied (gateway id=${id}, ${reason}): ${command}`);
    if (decision === 'allow-always' && item.security === 'allowlist') {
      const paths = item.verdict.segments.map(({ executable }) => executable.resolvedPath);
      const { agentId } = item;
      await room.allowAlways({ agentId, command, paths: paths.filter((path) => path !== undefined) });
    }
    let session: CommandSession;
    try {
      session = await runner.startDetached(item.request, item);
    } catch (error) {
      deps.logger.warn('an approved command could not be started', { error });
      return tell(item, id, `Exec denied (gateway id=${id}, spawn-failed): ${command}`);
    }
    await report(item, id, session);
  }

  function follow(item: ApprovalCase, pending: PendingApproval): void {
    const task = decided(item, pending)
      .catch((error: unknown) => deps.logger.error('an approval could not be carried out', { error }))
      .finally(() => underWay.delete(task));
    underWay.add(task);
  }

  return {
    adopt: follow,
    async drop(item, id, command, reason) {
      if (await room.withdraw(id)) tell(item, id, `Exec denied (gateway id=${id}, ${reason}): ${command}`);
    },
    async begin(item) {
      const { request, verdict, security, ask, agentId, sessionKey } = item;
      const pending = await room
        .request(
          {
            command: request.command,
            cwd: request.workdir.shown,
            host: 'gateway',
            security,
            ask,
            agentId,
            sessionKey,
            resolvedPath: verdict.segments[0]?.executable.resolvedPath ?? null,
          },
          item.continuation,
        )
        .catch((error: unknown) => {
          throw new Error(`exec denied: approval could not be requested (${errorMessage(error)})`, { cause: error });
        });
      follow(item, pending);
      const slug = pending.id.slice(0, SLUG_CHARS);
      return textResult(`Approval required (id ${slug}). Approve to run; updates will arrive after completion.`, {
        status: 'approval-pending',
        approvalId: pending.id,
        approvalSlug: slug,
        expiresAtMs: pending.expiresAtMs,
        host: 'gateway',
        command: request.command,
        cwd: request.workdir.shown,
      });
    },
    async close() {
      closed = true;
      closing.resolve();
      await Promise.all(underWay);
    },
  };
}
