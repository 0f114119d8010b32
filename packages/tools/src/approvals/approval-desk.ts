import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@chela/observability';
import type { ApprovalDecision, ApprovalRepository, ApprovalRow } from '@chela/store';
import type { ExecDecision } from '../rooms/approvals.ts';

/** Who asked; what only this asker may use is bound to it. */
export interface ApprovalRequester {
  readonly connId?: string;
  readonly deviceId?: string;
}

/** The exact action a word is given for; `null` where the asker said nothing (reference protocol/events.json exec.approval.requested). */
export interface ApprovalAction {
  readonly command: string;
  readonly cwd: string | null;
  readonly host: string | null;
  readonly security: string | null;
  readonly ask: string | null;
  readonly agentId: string | null;
  readonly resolvedPath: string | null;
  readonly sessionKey: string | null;
}

export interface OpenApproval {
  readonly id: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Settles with the word, or with undefined when its time is over. */
  readonly decision: Promise<ExecDecision>;
}

/** What operators are told. */
export type ApprovalNews =
  | {
      readonly event: 'exec.approval.requested';
      readonly payload: Omit<OpenApproval, 'decision'> & { readonly request: ApprovalAction };
    }
  | {
      readonly event: 'exec.approval.resolved';
      readonly payload: {
        readonly id: string;
        readonly decision: ApprovalDecision;
        readonly resolvedBy: string | null;
        readonly ts: number;
      };
    };

/** The explicit id belongs to another approval. */
export class ApprovalIdHeldError extends Error {
  override readonly name = 'ApprovalIdHeldError';
}

/** Where actions wait for a person's word. Every wait is a row first, and ends with a word or with its time. */
export interface ApprovalDesk {
  /** Throws ApprovalIdHeldError for an id in use, and an Error when too many wait. */
  request(input: {
    readonly id?: string;
    readonly action: ApprovalAction;
    readonly timeoutMs: number;
    readonly requestedBy: ApprovalRequester;
    readonly continuation?: Readonly<Record<string, unknown>>;
  }): Promise<OpenApproval>;
  /** The approval of an id while it waits and for a while after it ended. */
  wait(id: string): Promise<OpenApproval | undefined>;
  /** The row of an id, under the same rule. */
  find(id: string): Promise<ApprovalRow | undefined>;
  /** False for an id that does not wait. */
  resolve(id: string, decision: ApprovalDecision, resolvedBy: string | undefined): Promise<boolean>;
  /** Claims the outcome for acting on it; false when somebody did before. */
  claim(id: string): Promise<boolean>;
  /** Takes up what an earlier process left waiting. Returns what has a continuation and was not acted on. */
  recover(): Promise<readonly { readonly approval: OpenApproval; readonly row: ApprovalRow }[]>;
  subscribe(listener: (news: ApprovalNews) => void): () => void;
  /** Stops the timers; what waits stays on disk for the next process. */
  close(): void;
}

/** An ended approval is still known this long (reference protocol/protocol.md §10). */
const HELD_MS = 15_000;
/** Approvals that wait at a time. */
const PENDING_LIMIT = 1_000;
/** The longest delay a timer takes. */
const TIMER_MAX_MS = 2_147_483_647;

interface Waiting {
  readonly approval: OpenApproval;
  settle(decision: ExecDecision): void;
}

export function createApprovalDesk(deps: {
  readonly approvals: ApprovalRepository;
  readonly clock: Clock;
  readonly logger: Logger;
}): ApprovalDesk {
  const { approvals, clock, logger } = deps;
  const waiting = new Map<string, Waiting>();
  const timers = new Map<string, () => void>();
  const listeners = new Set<(news: ApprovalNews) => void>();

  const tell = (news: ApprovalNews): void => {
    for (const listener of listeners) listener(news);
  };

  function settle(id: string, decision: ExecDecision): void {
    timers.get(id)?.();
    timers.delete(id);
    waiting.get(id)?.settle(decision);
    waiting.delete(id);
  }

  async function expire(id: string): Promise<void> {
    try {
      await approvals.expire(id);
    } catch (error) {
      // Nobody may run the action then; the row is settled at the next start.
      logger.error('an approval that timed out could not be written', { id, error });
    }
    settle(id, undefined);
  }

  function hold(row: Pick<ApprovalRow, 'id' | 'createdAt' | 'expiresAt'>): OpenApproval {
    const { id, createdAt, expiresAt } = row;
    const word = Promise.withResolvers<ExecDecision>();
    const approval = { id, createdAtMs: createdAt, expiresAtMs: expiresAt, decision: word.promise };
    waiting.set(id, { approval, settle: word.resolve });
    const delayMs = Math.min(Math.max(expiresAt - clock.now(), 0), TIMER_MAX_MS);
    timers.set(
      id,
      clock.after(delayMs, () => void expire(id)),
    );
    return approval;
  }

  async function find(id: string): Promise<ApprovalRow | undefined> {
    const row = await approvals.find(id);
    const isOld = row?.resolvedAt !== undefined && row.resolvedAt + HELD_MS < clock.now();
    return isOld ? undefined : row;
  }

  return {
    async request({ id = randomUUID(), action, timeoutMs, requestedBy, continuation }) {
      if (waiting.size >= PENDING_LIMIT) throw new Error(`${PENDING_LIMIT} approvals are waiting already`);
      const createdAt = clock.now();
      const row = { id, request: action, requestedBy, createdAt, expiresAt: createdAt + timeoutMs };
      const opened = await approvals.open({ ...row, ...(continuation && { continuation }) }, createdAt - HELD_MS);
      if (!opened) throw new ApprovalIdHeldError('approval id already pending');
      const approval = hold(row);
      const { createdAtMs, expiresAtMs } = approval;
      tell({ event: 'exec.approval.requested', payload: { id, request: action, createdAtMs, expiresAtMs } });
      return approval;
    },
    async wait(id) {
      const open = waiting.get(id);
      if (open) return open.approval;
      const row = await find(id);
      return row && endedApproval(row);
    },
    find,
    async resolve(id, decision, resolvedBy) {
      if (!(await approvals.decide(id, { decision, resolvedBy }))) return false;
      settle(id, decision);
      const payload = { id, decision, resolvedBy: resolvedBy ?? null, ts: clock.now() };
      tell({ event: 'exec.approval.resolved', payload });
      return true;
    },
    claim: (id) => approvals.use(id),
    async recover() {
      const rows = await approvals.unfinished(PENDING_LIMIT);
      const taken = rows.map((row) => ({
        row,
        approval: row.state === 'pending' ? (waiting.get(row.id)?.approval ?? hold(row)) : endedApproval(row),
      }));
      return taken.filter(({ row }) => row.continuation !== undefined);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

function endedApproval({ id, createdAt, expiresAt, decision }: ApprovalRow): OpenApproval {
  return { id, createdAtMs: createdAt, expiresAtMs: expiresAt, decision: Promise.resolve(decision) };
}
