import { conversationOf, lastInput, modelOf } from './conversation.ts';
import type { Reply } from './reply.ts';
import type { RecordedRequest } from './request-view.ts';

export interface ReplyScript {
  /** Takes the first unused reply that fits the request; without one, the last input is echoed. */
  take(request: RecordedRequest): Reply;
}

export function createReplyScript(replies: readonly Reply[]): ReplyScript {
  const left = replies.map((reply) => ({ reply, uses: usesOf(reply) }));
  return {
    take(request) {
      const input = lastInput(conversationOf(request.api, request.body));
      const hit = left.find(({ reply, uses }) => uses > 0 && accepts(reply, request, input));
      if (!hit) return { text: input };
      hit.uses -= 1;
      return hit.reply;
    },
  };
}

const usesOf = ({ repeat }: Reply): number => (repeat === 'always' ? Number.POSITIVE_INFINITY : (repeat ?? 1));

function accepts({ when = {} }: Reply, request: RecordedRequest, input: string): boolean {
  return (
    (!when.model || when.model === modelOf(request.body, request.path)) &&
    (!when.path || request.path.includes(when.path)) &&
    (!when.includes || input.includes(when.includes)) &&
    (!when.api || when.api === request.api)
  );
}
