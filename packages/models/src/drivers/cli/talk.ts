import type { ImagePart, ModelMessage } from '../../driver.ts';

/** What a program has to be told of a conversation it keeps itself. Pure. */

/** Older words are left out beyond this, so that a command line or a first prompt stays in bounds. */
const EARLIER_MAX_CHARS = 60_000;

export interface CliTalk {
  readonly prompt: string;
  readonly images: readonly ImagePart[];
}

/**
 * The part of a conversation that the backend has not seen: all of it for a new session, else what came after its own
 * last answer (another model may have stood in meanwhile). The newest message stands last, earlier ones before it.
 */
export function unseenTalk(messages: readonly ModelMessage[], provider: string, goesOn: boolean): CliTalk {
  const last = messages.findLastIndex((message) => message.role === 'assistant' && message.provider === provider);
  const unseen = goesOn ? messages.slice(last + 1) : messages;
  const at = unseen.findLastIndex(({ role }) => role === 'user');
  const asked = unseen[at];
  if (asked?.role !== 'user') return { prompt: '', images: [] };
  const earlier = unseen.slice(0, at).flatMap(spoken).join('\n\n').slice(-EARLIER_MAX_CHARS);
  const text = textOf(asked);
  return {
    prompt: earlier === '' ? text : `What was said before:\n\n${earlier}\n\nThe newest message:\n\n${text}`,
    images: asked.content.filter((part) => part.type === 'image'),
  };
}

/** Results of tools stay out: what mattered of them was said. */
function spoken(message: ModelMessage): readonly string[] {
  if (message.role === 'toolResult') return [];
  const text = textOf(message);
  return text.trim() === '' ? [] : [`${message.role === 'user' ? 'User' : 'Assistant'}: ${text}`];
}

const textOf = ({ content }: Exclude<ModelMessage, { role: 'toolResult' }>): string =>
  content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
