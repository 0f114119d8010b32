import { isRecord } from '../database/columns.ts';

/** The text of a message's content: the string itself, or its text blocks joined by newlines. Undefined when there is none. */
export function messageText(content: unknown): string | undefined {
  if (typeof content === 'string') return content === '' ? undefined : content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((block) =>
    isRecord(block) && block.type === 'text' && typeof block.text === 'string' ? [block.text] : [],
  );
  const joined = texts.join('\n');
  return joined === '' ? undefined : joined;
}
