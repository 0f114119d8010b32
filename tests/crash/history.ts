/** What a user sees of a session: the messages of `chat.history`, in order. */
export interface SeenMessage {
  readonly role: string;
  readonly text: string;
  readonly callsTools: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readHistory(payload: unknown): readonly SeenMessage[] {
  const messages = isObject(payload) && Array.isArray(payload.messages) ? payload.messages : [];
  return messages.filter(isObject).map((message) => {
    const parts = Array.isArray(message.content) ? message.content.filter(isObject) : [];
    const text = typeof message.content === 'string' ? message.content : parts.map(({ text }) => text ?? '').join('');
    const error = typeof message.errorMessage === 'string' ? message.errorMessage : '';
    return {
      role: String(message.role),
      text: text || error,
      callsTools: parts.some(({ type }) => type === 'toolCall' || type === 'tool_use'),
    };
  });
}

/** The outcomes a user sees of the message with the mark: answers and notices up to the next user message. */
export function outcomesOf(history: readonly SeenMessage[], mark: string): readonly string[] {
  const start = history.findIndex(({ role, text }) => role === 'user' && text.includes(mark));
  if (start < 0) return [];
  const rest = history.slice(start + 1);
  const next = rest.findIndex(({ role }) => role === 'user');
  return (next < 0 ? rest : rest.slice(0, next))
    .filter(({ role, callsTools, text }) => role === 'assistant' && !callsTools && text !== '')
    .map(({ text }) => text);
}
