import { invalidRequest } from '@chela/protocol';
import type { ApprovalDecision } from '@chela/store';
import { ApprovalIdHeldError, ApprovalsConflictError } from '@chela/tools';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

const DECISIONS: readonly ApprovalDecision[] = ['allow-once', 'allow-always', 'deny'];
/** How long people have when the asker does not say (reference protocol/protocol.md §10). */
const APPROVAL_TIMEOUT_MS = 120_000;

/** Approvals of commands, and the file that says which need none (reference protocol/methods.json). */
export const approvalMethods: MethodFamily = ({ approvals, approvalsFile }) => {
  const { row, loose } = createRowBuilder();
  return [
    row({ name: 'exec.approvals.get', params: 'ExecApprovalsGetParams', handle: () => approvalsFile.read() }),
    row({
      name: 'exec.approvals.set',
      params: 'ExecApprovalsSetParams',
      async handle({ file, baseHash }) {
        try {
          return await approvalsFile.replace(file, baseHash);
        } catch (error) {
          throw error instanceof ApprovalsConflictError ? invalidRequest(error.message) : error;
        }
      },
    }),
    row({
      name: 'exec.approval.request',
      params: 'ExecApprovalRequestParams',
      async handle({ id, timeoutMs, twoPhase, ...action }, { caller, accept, signal }) {
        const { command, cwd, host, security, ask, agentId, resolvedPath, sessionKey } = action;
        const approval = await approvals
          .request({
            ...(id?.trim() && { id: id.trim() }),
            action: {
              command,
              cwd: cwd ?? null,
              host: host ?? null,
              security: security ?? null,
              ask: ask ?? null,
              agentId: agentId ?? null,
              resolvedPath: resolvedPath ?? null,
              sessionKey: sessionKey ?? null,
            },
            timeoutMs: timeoutMs ?? APPROVAL_TIMEOUT_MS,
            requestedBy: { connId: caller.connId, ...(caller.deviceId !== undefined && { deviceId: caller.deviceId }) },
          })
          .catch((error: unknown) => {
            if (error instanceof ApprovalIdHeldError) throw invalidRequest(error.message);
            throw invalidRequest(`registration failed: ${error instanceof Error ? error.message : String(error)}`);
          });
        const { decision, ...facts } = approval;
        if (twoPhase) accept({ status: 'accepted', ...facts });
        return { ...facts, decision: await answered(decision, signal) };
      },
    }),
    loose({
      name: 'exec.approval.waitDecision',
      async handle(params, { signal }) {
        const id = typeof params.id === 'string' ? params.id.trim() : '';
        if (id === '') throw invalidRequest('id is required');
        const approval = await approvals.wait(id);
        if (!approval) throw invalidRequest('approval expired or not found');
        const { decision, ...facts } = approval;
        return { ...facts, decision: await answered(decision, signal) };
      },
    }),
    row({
      name: 'exec.approval.resolve',
      params: 'ExecApprovalResolveParams',
      async handle({ id, decision }, { caller }) {
        const word = DECISIONS.find((known) => known === decision);
        if (!word) throw invalidRequest('invalid decision');
        const { displayName, id: clientId } = caller.client;
        if (!(await approvals.resolve(id, word, displayName ?? clientId))) throw invalidRequest('unknown approval id');
        return { ok: true };
      },
    }),
  ];
};

/** The word, or null when nobody gave it in time or the asker has gone. */
function answered(
  decision: Promise<ApprovalDecision | undefined>,
  signal: AbortSignal,
): Promise<ApprovalDecision | null> {
  const gone = Promise.withResolvers<null>();
  const leave = (): void => gone.resolve(null);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  return Promise.race([decision.then((word) => word ?? null), gone.promise]).finally(() =>
    signal.removeEventListener('abort', leave),
  );
}
