import type { ActionRequest, Decision, Provenance } from '@chela/defender';
import type { ActionGate } from './action-gate.ts';
import type { PassedSends } from './passed-sends.ts';
import type { TurnLabels } from './turn-labels.ts';

const SHOWN_CHARS = 400;

/** A message that is about to leave, whoever wants it to. */
export interface OutboundMessage {
  /** The same for repetitions of the same message, e.g. the key of its outbox rows; a repetition is not judged again. */
  readonly key: string;
  readonly channel: string;
  readonly accountId?: string;
  readonly address: { readonly to: string; readonly threadId?: string };
  /** As it was written, before it is formatted for the channel. Empty for media alone. */
  readonly text: string;
  /** URLs or paths, as written. */
  readonly media: readonly string[];
  /** Who wrote it: `owner` for an operator's own words, `tool` for a tool, `peer` for what a peer's turn sends. */
  readonly provenance: Provenance;
  /** Goes back to where the turn's own message came from; anything else is a way out. */
  readonly isReply: boolean;
  readonly session?: { readonly sessionKey: string; readonly agentId: string; readonly runId?: string };
  /** The tool call that sends it, `<runId>:<toolCallId>`: a text judged with the call is not judged once more. */
  readonly toolCall?: string;
}

export type OutboundVerdict =
  /** `text` is what may leave: without secrets. */
  | { readonly kind: 'send'; readonly text: string }
  /** `message` tells a person or a model why; nothing must be sent. */
  | { readonly kind: 'refused'; readonly message: string; readonly decision: Decision };

/**
 * To be asked before a message's row is written to the outbox (reference defender/defender.md §B.1, §B.5). Rejects when
 * `signal` aborts.
 */
export type JudgeOutbound = (message: OutboundMessage, signal: AbortSignal) => Promise<OutboundVerdict>;

export function createOutboundJudge(deps: {
  readonly gate: ActionGate;
  readonly labels: TurnLabels;
  readonly passed: PassedSends;
  /** Takes secrets of every kind out of a text. */
  readonly redact: (text: string) => string;
}): JudgeOutbound {
  const { gate, labels, passed, redact } = deps;
  return async (message, signal) => {
    const text = redact(message.text);
    const { channel, address, session, media, toolCall } = message;
    // Files and addresses are looked at one by one here, whatever the call said of them.
    const isJudged = toolCall !== undefined && media.length === 0 && passed.take(toolCall, text);
    if (isJudged) return { kind: 'send', text };
    const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
    const question = {
      command: `send to ${channel} ${address.to}: ${shown || media.join(' ')}`,
      agentId: session?.agentId ?? null,
      sessionKey: session?.sessionKey ?? null,
    };
    for (const request of requests(message, text, labels)) {
      const passage = await gate(request, question, signal);
      if (!passage.isOpen) return { kind: 'refused', message: refusal(passage), decision: passage.decision };
    }
    return { kind: 'send', text };
  };
}

/** The message as the defender judges it: the text, and each of its media for itself. */
function requests(message: OutboundMessage, content: string, labels: TurnLabels): readonly ActionRequest[] {
  const { key, channel, address, accountId, media, session, provenance, isReply } = message;
  const turn = session?.runId === undefined ? undefined : labels.of(session.runId);
  const common = {
    source: 'outbound',
    tool: 'send',
    channel: channel.trim().toLowerCase(),
    provenance,
    content,
    raw: { to: address.to, threadId: address.threadId, accountId, text: content, media },
    ...(session !== undefined && { sessionId: session.sessionKey, agentId: session.agentId }),
    // An answer to who asked tells them nothing that the turn had to fetch for somebody else.
    ...(turn !== undefined && !isReply && { turnHasRead: turn.read, carriesPrivateData: turn.knowsPrivateData }),
  };
  if (media.length === 0) return [{ ...common, id: `send:${key}` }];
  return media.map((place, index) => ({
    ...common,
    id: `send:${key}:${index}`,
    ...(/^https?:/i.test(place) ? { url: place } : { filePath: place.replace(/^(?:file:\/\/|MEDIA:)/, '') }),
  }));
}

function refusal({ why, decision }: { readonly why: string; readonly decision: Decision }): string {
  const reasons = decision.reasons.join('; ');
  if (why === 'blocked') return `The defender blocked this message: ${reasons}. It was not sent.`;
  return `This message needed approval (${reasons}) and got none (${why}). It was not sent.`;
}
