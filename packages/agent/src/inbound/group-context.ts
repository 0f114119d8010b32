import { SILENT_REPLY_TOKEN } from '../reply/silent-reply.ts';
import type { InboundContext } from './inbound-context.ts';

/**
 * What the system prompt says of the group a message came from: where the model is, when it is asked, and the operator's
 * own words for this group (reference agent/sessions.md §10). It stands in every turn, since a model remembers no earlier
 * system prompt. Pure.
 */
export function groupContext(inbound: InboundContext, channel: string): string {
  const { group } = inbound;
  if (group === undefined || inbound.chatType === 'direct') return '';
  return [
    // The name of a group is its members' to choose: it stands with the untrusted metadata, not here.
    `You take part in a group conversation on ${channel}. Several people read what you write; answer the one who spoke and keep it short.`,
    group.activation === 'always'
      ? `You see every message here. Speak only when it helps; otherwise answer with ${SILENT_REPLY_TOKEN} and nothing else.`
      : 'You are asked when somebody mentions you or replies to you. What was said before stands in the chat history of the message.',
    group.systemPrompt?.trim() ?? '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
