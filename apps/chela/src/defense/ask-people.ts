import type { Decision } from '@chela/defender';
import type { ApprovalDesk } from '@chela/tools';

/** How long people have to answer; no answer is a no. */
const REVIEW_MS = 120_000;
/** Who asks; no connection has this id. */
const DEFENDER_CALLER = 'defender';

export interface Question {
  /** The action as people see it. */
  readonly command: string;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
}

/**
 * Puts an action before people by the exec approvals and waits for their word; undefined when their time was over.
 * Throws when `signal` aborts; nothing is left waiting then.
 */
export async function askPeople(desk: ApprovalDesk, question: Question, decision: Decision, signal: AbortSignal) {
  const approval = await desk.request({
    action: {
      ...question,
      command: `${question.command} — ${decision.reasons.join('; ')}`,
      cwd: null,
      host: 'gateway',
      security: 'defender',
      ask: 'always',
      resolvedPath: null,
    },
    timeoutMs: REVIEW_MS,
    requestedBy: { connId: DEFENDER_CALLER },
  });
  const withdraw = (): void => void desk.resolve(approval.id, 'deny', undefined);
  signal.addEventListener('abort', withdraw, { once: true });
  try {
    const word = await approval.decision;
    await desk.claim(approval.id);
    signal.throwIfAborted();
    return word;
  } finally {
    signal.removeEventListener('abort', withdraw);
  }
}
