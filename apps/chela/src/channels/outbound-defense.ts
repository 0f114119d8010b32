import type { AgentRuntime, RunEvent, RunOutcome } from '@chela/agent';
import type { JudgeOutbound, NewSending, OutboundPart, OutboundToJudge } from '@chela/channels';
import type { Defense } from '../defense/create-defense.ts';

/** Rows of the message tool are kept under this and the call's name. */
const TOOL_KEY = 'tool:';

/** The defender's word on each message that leaves, in the kernel's terms (reference defender/defender.md §B.5). */
export function judgeRows(judge: Defense['judgeOutbound'], signal: AbortSignal): JudgeOutbound {
  return async (row) => {
    const { account, to, threadId, isReply, key, runId, sessionKey, agentId, part } = row;
    const verdict = await judge(
      {
        key,
        channel: account.channel,
        accountId: account.accountId,
        address: { to, ...(threadId !== undefined && { threadId }) },
        text: wordsOf(part),
        media: part.kind === 'media' ? [part.media.path] : [],
        provenance: writerOf(row),
        isReply,
        ...(sessionKey !== undefined &&
          agentId !== undefined && { session: { sessionKey, agentId, ...(runId !== undefined && { runId }) } }),
        ...(key.startsWith(TOOL_KEY) && { toolCall: key.slice(TOOL_KEY.length, key.lastIndexOf(':')) }),
      },
      signal,
    );
    return verdict.kind === 'send' ? { kind: 'allow' } : { kind: 'refuse', reason: verdict.message };
  };
}

function writerOf({ key, runId }: OutboundToJudge): 'tool' | 'peer' | 'owner' {
  if (key.startsWith(TOOL_KEY)) return 'tool';
  return runId === undefined ? 'owner' : 'peer';
}

function wordsOf(part: OutboundPart): string {
  switch (part.kind) {
    case 'text':
    case 'edit':
      return part.text.plain;
    case 'media':
      return part.caption?.plain ?? '';
    case 'poll':
      return [part.question, ...part.options].join('\n');
    case 'sticker':
    case 'delete':
      return '';
  }
}

type Redact = (text: string) => string;

/** An outcome whose texts hold no secret. */
export function outcomeWithoutSecrets(outcome: RunOutcome, redact: Redact): RunOutcome {
  const payloads = outcome.payloads.map((payload) => ({ ...payload, text: redact(payload.text) }));
  return outcome.kind === 'errored'
    ? { ...outcome, payloads, errorMessage: redact(outcome.errorMessage) }
    : { ...outcome, payloads };
}

export function sendingWithoutSecrets(sending: NewSending, redact: Redact): NewSending {
  return sending.text === undefined ? sending : { ...sending, text: redact(sending.text) };
}

/** The events of runs as people outside may see them grow. */
export function eventsWithoutSecrets(
  agent: Pick<AgentRuntime, 'subscribe'>,
  redact: Redact,
): Pick<AgentRuntime, 'subscribe'> {
  const cleaned = (event: RunEvent): RunEvent =>
    event.type === 'text' ? { ...event, text: redact(event.text), delta: redact(event.delta) } : event;
  return { subscribe: (listener) => agent.subscribe((event) => listener(cleaned(event))) };
}
