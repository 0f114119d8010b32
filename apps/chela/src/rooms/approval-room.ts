import type { ApprovalDesk, ApprovalRoom, ApprovalsDocument, ExecApprovalRequest } from '@chela/tools';

/** How long people have to answer a command of an agent (reference agent/tools.md §4.12). */
const EXEC_APPROVAL_MS = 120_000;

/** Who agents' tools are to the approvals; no connection has this id. */
export const AGENT_CALLER = 'agent-tools';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A request as it was written by an earlier process; undefined when it is not one of a command. */
function readRequest(value: unknown): ExecApprovalRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { host } = fields;
  if ((host !== 'gateway' && host !== 'node') || text(fields.command) === '') return undefined;
  return {
    command: text(fields.command),
    cwd: typeof fields.cwd === 'string' ? fields.cwd : null,
    host,
    security: text(fields.security),
    ask: text(fields.ask),
    agentId: text(fields.agentId),
    sessionKey: text(fields.sessionKey),
    resolvedPath: typeof fields.resolvedPath === 'string' ? fields.resolvedPath : null,
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lets the exec tool ask people through the gateway, and remembers what they always allow. */
export function createApprovalRoom(deps: {
  readonly desk: ApprovalDesk;
  readonly document: ApprovalsDocument;
}): ApprovalRoom {
  const { desk, document } = deps;
  return {
    async request(request, continuation) {
      return desk.request({
        action: request,
        timeoutMs: EXEC_APPROVAL_MS,
        requestedBy: { connId: AGENT_CALLER },
        ...(continuation && { continuation }),
      });
    },
    claim: (id) => desk.claim(id),
    async withdraw(id) {
      await desk.resolve(id, 'deny', undefined);
      return desk.claim(id);
    },
    async unfinished() {
      const left = await desk.recover();
      return left.flatMap(({ approval, row }) => {
        const request = readRequest(row.request);
        return request && isRecord(row.continuation)
          ? [{ pending: approval, request, continuation: row.continuation }]
          : [];
      });
    },
    allowAlways: (grant) => document.allow(grant),
  };
}
