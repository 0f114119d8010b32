import type { AssistantMessage, ModelMessage, ResolvedModel, ToolResultMessage } from '../driver.ts';
import { transcriptPolicy } from './policy.ts';
import { rewriteToolCallIds } from './tool-call-ids.ts';

/** A call of which no result is known still needs one: providers refuse a question left open. */
const MISSING_RESULT = 'No result provided';

/**
 * Shapes a conversation into what a provider accepts (reference agent/models.md §9.2): every call with exactly one
 * result right behind it, and ids in the provider's alphabet. Ids of the running turn stay as the provider gave them.
 */
export function shapeMessages(model: ResolvedModel, messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const paired = pairResults(messages);
  const policy = transcriptPolicy({ provider: model.ref.provider, modelId: model.ref.model, modelApi: model.api });
  if (policy.toolCallIdMode === undefined) return paired;
  const turnStart = Math.max(
    0,
    paired.findLastIndex((message) => message.role === 'user'),
  );
  const history = paired.slice(0, turnStart);
  return [...rewriteToolCallIds(history, policy.toolCallIdMode), ...paired.slice(turnStart)];
}

/** Puts each result behind its call; results without a call go, calls without a result get one that says so. */
export function pairResults(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  if (isPaired(messages)) return messages;
  const results = new Map<string, ToolResultMessage>();
  for (const message of messages) {
    if (message.role === 'toolResult' && !results.has(message.toolCallId)) results.set(message.toolCallId, message);
  }
  return messages.flatMap((message): readonly ModelMessage[] => {
    if (message.role === 'toolResult') return [];
    if (message.role === 'user') return [message];
    return [message, ...callsOf(message).map((call) => results.get(call.id) ?? missingResult(call, message.timestamp))];
  });
}

function isPaired(messages: readonly ModelMessage[]): boolean {
  let open: readonly string[] = [];
  for (const message of messages) {
    if (message.role === 'toolResult') {
      if (!open.includes(message.toolCallId)) return false;
      open = open.filter((id) => id !== message.toolCallId);
      continue;
    }
    if (open.length > 0) return false;
    open = message.role === 'assistant' ? callsOf(message).map(({ id }) => id) : [];
  }
  return open.length === 0;
}

function callsOf(message: AssistantMessage): readonly { readonly id: string; readonly name: string }[] {
  return message.content.filter((part) => part.type === 'toolCall');
}

function missingResult(call: { readonly id: string; readonly name: string }, timestamp: number): ToolResultMessage {
  return {
    role: 'toolResult',
    toolCallId: call.id,
    toolName: call.name,
    content: [{ type: 'text', text: MISSING_RESULT }],
    isError: true,
    timestamp,
  };
}
