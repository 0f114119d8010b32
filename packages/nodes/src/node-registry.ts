import { randomUUID } from 'node:crypto';
import type { Clock } from '@chela/observability';

/** A node as its connection announced it. `commands` holds only what its platform may be asked for. */
export interface NodeSession {
  readonly nodeId: string;
  readonly connId: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly remoteIp?: string;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly pathEnv?: string;
  readonly connectedAtMs: number;
  /** Sends an event to this connection alone. */
  send(event: string, payload: unknown): void;
}

export interface NodeError {
  readonly code?: string;
  readonly message?: string;
}

/** `node.invoke.result` of a node, with what older nodes send already put right. */
export interface NodeResult {
  readonly id: string;
  readonly nodeId: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly payloadJSON?: string;
  readonly error?: NodeError;
}

/** How an invocation ended. `payload` is undefined when the node sent none. */
export type InvokeOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown; readonly payloadJSON: string | null }
  | { readonly kind: 'failed'; readonly error: NodeError | undefined }
  | { readonly kind: 'timed out' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'not connected' }
  | { readonly kind: 'busy' };

export interface InvokeRequest {
  readonly nodeId: string;
  readonly command: string;
  readonly params?: unknown;
  /** Default 30 000; also told to the node when given. */
  readonly timeoutMs?: number;
  readonly idempotencyKey?: string;
}

/** Who is connected as a node, and what they were asked. */
export interface NodeRegistry {
  /** A later connection of the same node takes its place; the returned function undoes only this registration. */
  join(session: NodeSession): () => void;
  get(nodeId: string): NodeSession | undefined;
  list(): readonly NodeSession[];
  /** Asks a node and waits for its answer, its time or its end. Never rejects. */
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
  /** False when nobody waits for it any more. */
  settle(result: NodeResult): boolean;
  /** Ends what is waited for. */
  close(): void;
}

const INVOKE_TIMEOUT_MS = 30_000;
/** The longest delay a timer takes. */
const TIMER_MAX_MS = 2_147_483_647;
/** Unanswered invocations a node may have; more are refused. */
const PENDING_PER_NODE_LIMIT = 256;

interface PendingInvoke {
  readonly session: NodeSession;
  end(outcome: InvokeOutcome): void;
}

export function createNodeRegistry(deps: { readonly clock: Clock }): NodeRegistry {
  const sessions = new Map<string, NodeSession>();
  const pending = new Map<string, PendingInvoke>();

  function endAllOf(session: NodeSession): void {
    for (const invoke of [...pending.values()]) if (invoke.session === session) invoke.end({ kind: 'disconnected' });
  }

  return {
    join(session) {
      const before = sessions.get(session.nodeId);
      sessions.set(session.nodeId, session);
      if (before) endAllOf(before);
      return () => {
        endAllOf(session);
        if (sessions.get(session.nodeId) === session) sessions.delete(session.nodeId);
      };
    },
    get: (nodeId) => sessions.get(nodeId),
    list: () => [...sessions.values()],
    async invoke({ nodeId, command, params, timeoutMs, idempotencyKey }) {
      const session = sessions.get(nodeId);
      if (!session) return { kind: 'not connected' };
      const waiting = [...pending.values()].filter((invoke) => invoke.session === session).length;
      if (waiting >= PENDING_PER_NODE_LIMIT) return { kind: 'busy' };
      const id = randomUUID();
      const ended = Promise.withResolvers<InvokeOutcome>();
      const delayMs = Math.min(timeoutMs ?? INVOKE_TIMEOUT_MS, TIMER_MAX_MS);
      const cancel = deps.clock.after(delayMs, () => end({ kind: 'timed out' }));
      function end(outcome: InvokeOutcome): void {
        cancel();
        pending.delete(id);
        ended.resolve(outcome);
      }
      pending.set(id, { session, end });
      session.send('node.invoke.request', {
        id,
        nodeId,
        command,
        paramsJSON: params === undefined ? null : JSON.stringify(params),
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      return ended.promise;
    },
    settle(result) {
      const invoke = pending.get(result.id);
      if (!invoke || invoke.session.nodeId !== result.nodeId) return false;
      invoke.end(outcomeOf(result));
      return true;
    },
    close() {
      for (const invoke of [...pending.values()]) invoke.end({ kind: 'disconnected' });
    },
  };
}

function outcomeOf({ ok, payload, payloadJSON, error }: NodeResult): InvokeOutcome {
  if (!ok) return { kind: 'failed', error };
  if (payloadJSON === undefined) return { kind: 'answered', payload, payloadJSON: null };
  return { kind: 'answered', payload: parsedPayload(payloadJSON), payloadJSON };
}

/** What a node wrote as JSON; text that is none is handed on as it is (reference nodes/nodes.md §6). */
function parsedPayload(payloadJSON: string): unknown {
  try {
    const value: unknown = JSON.parse(payloadJSON);
    return value;
  } catch {
    return { payloadJSON };
  }
}

/** Puts right what nodes send beside the schema: null members are dropped, a `payloadJSON` that is no text is the payload. */
export function normaliseResult(params: unknown): unknown {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
  const { payloadJSON, error, ...rest }: Readonly<Record<string, unknown>> = { ...params };
  const json = typeof payloadJSON === 'string' ? { payloadJSON } : {};
  const moved =
    payloadJSON === undefined || payloadJSON === null || 'payloadJSON' in json ? {} : { payload: payloadJSON };
  return { ...rest, ...json, ...moved, ...(error !== null && error !== undefined && { error }) };
}
