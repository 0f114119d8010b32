import { inboundBlocks } from '../inbound/inbound-blocks.ts';
import { userText } from '../messages/user-text.ts';
import type { AgentRequest, MessageSender } from '../runtime.ts';
import { collectPrompt } from './overflow-summary.ts';
import type { Batch, QueuedMessage } from './queue-machine.ts';

/**
 * The request of a run that answers messages which waited. It goes to the address of the last of them. Several messages of
 * a channel become one text in which each keeps its facts; where several people wrote them, the run has the rights of
 * none of them. Pure.
 */
export function batchRequest(
  runId: string,
  head: AgentRequest,
  batch: Batch<QueuedMessage & { readonly request: AgentRequest }>,
): AgentRequest {
  const last = batch.messages.at(-1)?.request;
  if (batch.messages.length < 2 || last === undefined) return { ...head, runId, text: batch.text };
  const requests = batch.messages.map(({ request }) => request);
  const sender = commonSender(requests);
  return {
    ...last,
    runId,
    text: collectPrompt(requests.map(textWithFacts), batch.summary),
    // The facts stand in the text, each with its message; nothing in it is a command.
    verbatim: true,
    ...(sender === undefined ? {} : { sender }),
    ...(sender?.name === SEVERAL && last.inbound !== undefined
      ? { inbound: { ...last.inbound, sender: { id: SEVERAL } } }
      : {}),
  };
}

/** Stands where a name would, in lists that no person is on. */
const SEVERAL = 'several people';

function textWithFacts({ text, inbound }: AgentRequest): string {
  return inbound === undefined ? text : userText({ blocks: inboundBlocks(inbound), body: text, afterAbort: false });
}

function commonSender(requests: readonly AgentRequest[]): MessageSender | undefined {
  const sender = requests.at(-1)?.sender;
  if (sender === undefined || requests.every((request) => request.sender?.name === sender.name)) return sender;
  return { messageId: sender.messageId, name: SEVERAL, isOwner: false, mayCommand: false, isKnown: false };
}
