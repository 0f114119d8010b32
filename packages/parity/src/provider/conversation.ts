import { listOf, memberOf, parseBody, stringOf, valueAt } from '../json-value.ts';

/** The four wires the fake provider speaks. */
export type ProviderApi = 'chat' | 'responses' | 'anthropic' | 'google';

/** One message of a request, in one shape for every API. Absent members are not there. */
export interface ConversationMessage {
  readonly role: unknown;
  readonly text: string;
  readonly images?: number;
  readonly toolCalls?: readonly unknown[];
  readonly toolResult?: unknown;
}

/** The conversation of a request body. */
export function conversationOf(api: ProviderApi, body: unknown): readonly ConversationMessage[] {
  if (api === 'google') return listOf(memberOf(body, 'contents')).map(googleMessage);
  if (api === 'responses') {
    const input = memberOf(body, 'input');
    return typeof input === 'string' ? [{ role: 'user', text: input }] : listOf(input).map(responsesItem);
  }
  return listOf(memberOf(body, 'messages')).map(chatOrAnthropicMessage);
}

function googleMessage(content: unknown): ConversationMessage {
  const role = memberOf(content, 'role');
  const parts = listOf(memberOf(content, 'parts'));
  const calls = parts
    .filter((part) => memberOf(part, 'functionCall'))
    .map((part) => ({ name: valueAt(part, 'functionCall.name'), args: valueAt(part, 'functionCall.args') }));
  const isResult = parts.some((part) => memberOf(part, 'functionResponse'));
  return message({
    role: role === 'model' ? 'assistant' : isResult ? 'tool' : role,
    text: flatText(memberOf(content, 'parts')),
    toolCalls: calls.length ? calls : undefined,
  });
}

function responsesItem(item: unknown): ConversationMessage {
  const type = memberOf(item, 'type');
  if (type === 'function_call') {
    const call = {
      id: memberOf(item, 'call_id'),
      name: memberOf(item, 'name'),
      args: parsed(memberOf(item, 'arguments')),
    };
    return { role: 'assistant', text: '', toolCalls: [call] };
  }
  if (type === 'function_call_output') {
    return { role: 'tool', text: flatText(memberOf(item, 'output')), toolResult: memberOf(item, 'call_id') };
  }
  if (type === 'reasoning') return { role: 'reasoning', text: '' };
  return { role: memberOf(item, 'role') ?? type, text: flatText(memberOf(item, 'content')) };
}

function chatOrAnthropicMessage(m: unknown): ConversationMessage {
  const parts = listOf(memberOf(m, 'content'));
  const uses = parts
    .filter((part) => memberOf(part, 'type') === 'tool_use')
    .map((part) => ({ id: memberOf(part, 'id'), name: memberOf(part, 'name'), args: memberOf(part, 'input') }));
  const result = parts.find((part) => memberOf(part, 'type') === 'tool_result');
  const toolCalls = memberOf(m, 'tool_calls');
  const calls = Array.isArray(toolCalls)
    ? toolCalls.map((call: unknown) => ({
        id: memberOf(call, 'id'),
        name: valueAt(call, 'function.name'),
        args: parsed(valueAt(call, 'function.arguments')),
      }))
    : uses;
  const images = parts.filter((part) => ['image_url', 'image'].includes(stringOf(memberOf(part, 'type')) ?? '')).length;
  return message({
    role: result ? 'tool' : memberOf(m, 'role'),
    text: flatText(memberOf(m, 'content')),
    images: images || undefined,
    toolCalls: calls.length ? calls : undefined,
    toolResult: memberOf(m, 'tool_call_id') ?? memberOf(result, 'tool_use_id'),
  });
}

interface MessageParts {
  readonly role: unknown;
  readonly text: string;
  readonly images?: number | undefined;
  readonly toolCalls: readonly unknown[] | undefined;
  readonly toolResult?: unknown;
}

const message = ({ role, text, images, toolCalls, toolResult }: MessageParts): ConversationMessage => ({
  role,
  text,
  ...(images !== undefined && { images }),
  ...(toolCalls !== undefined && { toolCalls }),
  ...(toolResult !== undefined && { toolResult }),
});

function flatText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === null || content === undefined ? '' : JSON.stringify(content);
  return content.map(partText).join('');
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (memberOf(part, 'type') === 'tool_result') return flatText(memberOf(part, 'content'));
  if (memberOf(part, 'functionResponse')) return JSON.stringify(valueAt(part, 'functionResponse.response'));
  return String(memberOf(part, 'text') ?? memberOf(part, 'input_text') ?? memberOf(part, 'output') ?? '');
}

const parsed = (text: unknown): unknown => (typeof text === 'string' ? parseBody(text) : text);

/** The model a request names, in its body or in its path. */
export function modelOf(body: unknown, path: string): unknown {
  return memberOf(body, 'model') ?? /models\/([^:/]+)/.exec(path)?.[1];
}

/** The text a script's `includes` looks at: the last user or tool message. */
export const lastInput = (conversation: readonly ConversationMessage[]): string =>
  conversation.findLast((m) => m.role === 'user' || m.role === 'tool')?.text ?? '';
