import type { Clock, Logger } from '@chela/observability';
import { isRecord } from '../../call/arguments.ts';
import type { CallContext } from '../../call/call-context.ts';
import { textResult } from '../../call/result.ts';
import { errorMessage } from '../../call/tool-input-error.ts';
import type {
  ApprovalRoom,
  ExecDecision,
  PendingApproval,
  SystemEventRoom,
  UnfinishedApproval,
} from '../../rooms/approvals.ts';
import type { NodeFacts, NodeRoom } from '../../rooms/nodes.ts';
import type { ToolResult } from '../../tool.ts';
import { denialReason } from '../approval-flow.ts';
import { readApprovalsFile, resolveApprovals } from '../approvals-file.ts';
import { maxAsk, minSecurity, needsApproval } from '../permission.ts';
import type { ExecAsk, ExecSecurity, ExecSettings } from '../settings.ts';
import { isOnNodeAllowlist, nodeApprovals } from './node-allowlist.ts';
import { endWords, nodeResult, readNodeRun } from './node-outcome.ts';
import { type NodeWish, pickNode } from './pick-node.ts';

const SLUG_CHARS = 8;
const EVENT_OUTPUT_CHARS = 400;
const RUNNING_NOTICE_DEFAULT_MS = 10_000;
/** The node has this long beyond the command's own limit, and never less than that. */
const INVOKE_EXTRA_MS = 5_000;
const INVOKE_MIN_MS = 10_000;
const NODE_ASKS = 'SYSTEM_RUN_DENIED: approval required';
const NO_APPROVALS = 'exec denied: this command needs an approval, but no approval service is running on this gateway.';

/** A command for a node; JSON, so that it can wait for a person's word over a restart. */
interface NodeCommand {
  readonly nodeId: string;
  readonly argv: readonly string[];
  readonly command: string;
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSec: number;
}

interface Asker {
  readonly agentId: string;
  readonly sessionKey: string;
}

export interface NodeHostRequest {
  readonly command: string;
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSec: number;
  readonly wish: NodeWish;
  readonly asked: { readonly security: ExecSecurity | undefined; readonly ask: ExecAsk | undefined };
  readonly warnings: readonly string[];
}

/** Commands on paired devices: `exec` with host=node (reference agent/tools.md §4.12). */
export interface NodeHost {
  run(request: NodeHostRequest, settings: ExecSettings, context: CallContext): Promise<ToolResult>;
  /** Goes on with a command that waited for a person's word when an earlier process ended. */
  resume(unfinished: UnfinishedApproval, settings: ExecSettings): void;
  /** Waits for what is still under way; nothing new is started. */
  close(): Promise<void>;
}

export interface NodeHostDeps {
  /** Absent: no node can be reached. */
  readonly room: NodeRoom | undefined;
  readonly approvals: ApprovalRoom | undefined;
  readonly events: SystemEventRoom | undefined;
  readonly approvalsPath: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Policy {
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly satisfied: boolean;
  readonly runningNoticeMs: number | undefined;
}

export function createNodeHost(deps: NodeHostDeps): NodeHost {
  const { clock, approvals } = deps;
  const underWay = new Set<Promise<void>>();
  const closing = Promise.withResolvers<undefined>();
  let closed = false;

  /** Configuration and call, narrowed by the gateway's approvals file; then the node's allowlist where it decides. */
  async function policyFor(
    room: NodeRoom,
    node: NodeFacts,
    request: NodeHostRequest,
    settings: ExecSettings,
    agentId: string,
  ): Promise<Policy> {
    const configured = {
      security: minSecurity(settings.security, request.asked.security ?? settings.security),
      ask: maxAsk(settings.ask, request.asked.ask ?? settings.ask),
    };
    const { agent } = resolveApprovals(await readApprovalsFile(deps.approvalsPath), agentId, configured);
    const security = minSecurity(configured.security, agent.security);
    const ask = maxAsk(configured.ask, agent.ask);
    const asksForList = security === 'allowlist' && ask === 'on-miss';
    const file = asksForList ? await nodeApprovals(room, node, agentId) : undefined;
    const satisfied = file !== undefined && (await isOnNodeAllowlist(room, node, request.command, file));
    const { askFallback } = agent;
    return { security, ask, askFallback, satisfied, runningNoticeMs: settings.approvalRunningNoticeMs };
  }

  async function invoke(room: NodeRoom, command: NodeCommand, asker: Asker, word: object = {}): Promise<unknown> {
    const { nodeId, argv, cwd, env, timeoutSec } = command;
    const timeoutMs = timeoutSec * 1_000;
    const { payload } = await room.invoke({
      nodeId,
      command: 'system.run',
      timeoutMs: Math.max(INVOKE_MIN_MS, timeoutMs + INVOKE_EXTRA_MS),
      params: {
        command: argv,
        rawCommand: command.command,
        ...(cwd !== null && { cwd }),
        ...(Object.keys(env).length > 0 && { env }),
        timeoutMs,
        agentId: asker.agentId,
        sessionKey: asker.sessionKey,
        ...word,
      },
    });
    return payload;
  }

  function tell({ agentId, sessionKey }: Asker, id: string, text: string): void {
    deps.events?.notify({ agentId, sessionKey, text, reason: 'exec-event', contextKey: `exec:${id}` });
  }

  async function runApproved(
    room: NodeRoom,
    command: NodeCommand,
    asker: Asker,
    id: string,
    policy: Policy,
    word: object,
  ) {
    const where = `node=${command.nodeId} id=${id}`;
    const delayMs = policy.runningNoticeMs ?? RUNNING_NOTICE_DEFAULT_MS;
    const seconds = Math.round(delayMs / 1_000);
    const running = `Exec running (${where}, >${seconds}s): ${command.command}`;
    const cancel = delayMs > 0 ? clock.after(delayMs, () => tell(asker, id, running)) : undefined;
    try {
      const run = readNodeRun(await invoke(room, command, asker, word));
      if (closed) return;
      const output = run.output.slice(-EVENT_OUTPUT_CHARS);
      tell(asker, id, `Exec finished (${where}, ${endWords(run)})\n${output}`.trimEnd());
    } catch (error) {
      deps.logger.warn('an approved command could not be run on its node', { nodeId: command.nodeId, error });
      if (!closed) tell(asker, id, `Exec denied (${where}, invoke-failed): ${command.command}`);
    } finally {
      cancel?.();
    }
  }

  async function decided(room: NodeRoom, command: NodeCommand, asker: Asker, pending: PendingApproval, policy: Policy) {
    const { id } = pending;
    const decision: ExecDecision = await Promise.race([pending.decision, closing.promise]);
    if (closed) return;
    const reason = denialReason(decision, policy.askFallback, policy.satisfied);
    if (reason !== undefined || decision === undefined) {
      // Acted on now, so that nobody acts on it again; with a word the node's gate does that.
      if (!(await approvals?.claim(id))) return;
      if (reason !== undefined) {
        return tell(asker, id, `Exec denied (node=${command.nodeId} id=${id}, ${reason}): ${command.command}`);
      }
      return runApproved(room, command, asker, id, policy, {});
    }
    await runApproved(room, command, asker, id, policy, { runId: id, approved: true, approvalDecision: decision });
  }

  function follow(room: NodeRoom, command: NodeCommand, asker: Asker, pending: PendingApproval, policy: Policy): void {
    const task = decided(room, command, asker, pending, policy)
      .catch((error: unknown) => deps.logger.error('an approval could not be carried out', { error }))
      .finally(() => underWay.delete(task));
    underWay.add(task);
  }

  async function begin(room: NodeRoom, command: NodeCommand, asker: Asker, policy: Policy): Promise<ToolResult> {
    if (approvals === undefined) throw new Error(NO_APPROVALS);
    const { agentId, sessionKey } = asker;
    const { security, ask } = policy;
    const { cwd, nodeId } = command;
    const shown = {
      command: command.command,
      cwd,
      host: 'node',
      security,
      ask,
      agentId,
      sessionKey,
      resolvedPath: null,
    } as const;
    const pending = await approvals.request(shown, { ...command }).catch((error: unknown) => {
      throw new Error(`exec denied: approval could not be requested (${errorMessage(error)})`, { cause: error });
    });
    follow(room, command, asker, pending, policy);
    const slug = pending.id.slice(0, SLUG_CHARS);
    return textResult(`Approval required (id ${slug}). Approve to run; updates will arrive after completion.`, {
      status: 'approval-pending',
      approvalId: pending.id,
      approvalSlug: slug,
      expiresAtMs: pending.expiresAtMs,
      host: 'node',
      command: command.command,
      cwd,
      nodeId,
    });
  }

  return {
    async run(request, settings, context) {
      const { room } = deps;
      const node = pickNode((await room?.list()) ?? [], request.wish);
      if (room === undefined) throw new Error('exec host=node requires a paired node (none available).');
      const policy = await policyFor(room, node, request, settings, context.agentId);
      const { security, ask, satisfied } = policy;
      if (security === 'deny') throw new Error('exec denied: host=node security=deny');
      const asker = { agentId: context.agentId, sessionKey: context.sessionKey };
      const command: NodeCommand = {
        nodeId: node.nodeId,
        argv: shellArgv(request.command, node),
        command: request.command.trim(),
        cwd: request.cwd ?? null,
        env: request.env,
        timeoutSec: request.timeoutSec,
      };
      if (needsApproval(ask, security, satisfied)) return begin(room, command, asker, policy);
      // With ask off an allowlist is the node's own business: it knows its programs.
      const startedAt = clock.now();
      try {
        const run = readNodeRun(await abortable(invoke(room, command, asker), context.signal));
        const { timeoutSec, cwd, nodeId } = command;
        return nodeResult(run, { timeoutSec, cwd, nodeId, durationMs: clock.now() - startedAt }, request.warnings);
      } catch (error) {
        if (approvals === undefined || !errorMessage(error).includes(NODE_ASKS)) throw error;
        return begin(room, command, asker, policy);
      }
    },
    resume({ pending, request, continuation }, settings) {
      const command = readCommand(continuation);
      const { room } = deps;
      if (command === undefined || room === undefined) return;
      const policy: Policy = {
        security: settings.security,
        ask: settings.ask,
        askFallback: 'deny',
        satisfied: false,
        runningNoticeMs: settings.approvalRunningNoticeMs,
      };
      follow(room, command, { agentId: request.agentId, sessionKey: request.sessionKey }, pending, policy);
    },
    async close() {
      closed = true;
      closing.resolve(undefined);
      await Promise.all(underWay);
    },
  };
}

/** The command as the node's shell takes it. */
function shellArgv(command: string, { platform }: NodeFacts): readonly string[] {
  const isWindows = platform?.toLowerCase().startsWith('win') === true;
  return isWindows ? ['cmd.exe', '/d', '/s', '/c', command.trim()] : ['/bin/sh', '-lc', command.trim()];
}

function readCommand(value: Readonly<Record<string, unknown>>): NodeCommand | undefined {
  const { nodeId, argv, command, cwd, env, timeoutSec } = value;
  if (typeof nodeId !== 'string' || typeof command !== 'string' || typeof timeoutSec !== 'number') return undefined;
  const variables = Object.entries(isRecord(env) ? env : {});
  return {
    nodeId,
    argv: Array.isArray(argv) ? argv.map(String) : [],
    command,
    cwd: typeof cwd === 'string' ? cwd : null,
    env: Object.fromEntries(variables.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    timeoutSec,
  };
}

/** The node cannot be told to stop (reference nodes/nodes.md §6); the call ends all the same. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
