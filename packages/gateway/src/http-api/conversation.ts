/** One message of a conversation that a client sends whole with every request. */
export interface ConversationEntry {
  readonly role: 'user' | 'assistant' | 'tool';
  /** As the history shows it: `User`, `Assistant`, `Tool:<name>`. */
  readonly sender: string;
  readonly text: string;
}

const HISTORY_MARKER = '[Chat messages since your last reply - for context]';
const CURRENT_MARKER = '[Current message - respond to this]';

/**
 * The prompt of a conversation: its last user or tool message, with what came before in a history block; what comes
 * after it is dropped. Empty when nobody said anything (reference protocol/http.md §2, observed on 2026.2.17).
 */
export function conversationPrompt(entries: readonly ConversationEntry[]): string {
  const asked = entries.findLastIndex(({ role }) => role !== 'assistant');
  const at = asked < 0 ? entries.length - 1 : asked;
  const current = entries[at];
  if (current === undefined) return '';
  const history = entries.slice(0, at);
  if (history.length === 0) return current.text;
  return [HISTORY_MARKER, ...history.map(line), '', CURRENT_MARKER, line(current)].join('\n');
}

const line = ({ sender, text }: ConversationEntry): string => `${sender}: ${text}`;
