import { isRecord } from '../methods/record.ts';
import { type ConversationEntry, conversationPrompt } from './conversation.ts';

export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly user: string | undefined;
  /** Empty when no message says anything. */
  readonly prompt: string;
  readonly extraSystemPrompt: string | undefined;
}

const DEFAULT_MODEL = 'openclaw';
const TEXT_PARTS: ReadonlySet<unknown> = new Set(['text', 'input_text']);

/** The body of `/v1/chat/completions`; members that are not understood are ignored (reference protocol/http.md §2). */
export function readChatRequest(body: unknown): ChatRequest {
  const members = isRecord(body) ? body : {};
  const messages = Array.isArray(members.messages) ? members.messages.filter(isRecord) : [];
  const system: string[] = [];
  const entries: ConversationEntry[] = [];
  for (const message of messages) {
    const text = contentText(message.content);
    const role = typeof message.role === 'string' ? message.role.trim() : '';
    if (text === '') continue;
    if (role === 'system' || role === 'developer') system.push(text);
    else {
      const entry = entryOf(role, message, text);
      if (entry) entries.push(entry);
    }
  }
  return {
    model: typeof members.model === 'string' && members.model.trim() !== '' ? members.model.trim() : DEFAULT_MODEL,
    stream: members.stream === true,
    user: typeof members.user === 'string' ? members.user : undefined,
    prompt: conversationPrompt(entries),
    extraSystemPrompt: system.length === 0 ? undefined : system.join('\n\n'),
  };
}

function entryOf(
  role: string,
  message: Readonly<Record<string, unknown>>,
  text: string,
): ConversationEntry | undefined {
  if (role === 'user') return { role, sender: 'User', text };
  if (role === 'assistant') return { role, sender: 'Assistant', text };
  if (role !== 'tool' && role !== 'function') return undefined;
  const name = typeof message.name === 'string' ? message.name.trim() : '';
  return { role: 'tool', sender: name === '' ? 'Tool' : `Tool:${name}`, text };
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content.trim();
  if (!Array.isArray(content)) return '';
  const texts = content.filter(isRecord).flatMap((part) => {
    const text = part.text ?? part.input_text;
    return TEXT_PARTS.has(part.type) && typeof text === 'string' && text !== '' ? [text] : [];
  });
  return texts.join('\n').trim();
}
