import type { ModelMessage } from '../driver.ts';
import type { JsonObject } from '../json-shape.ts';

/** A turn of the APIs that know a user and an assistant and nobody else. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly JsonObject[];
}

/** Stands in front of a conversation that begins with a note of the gateway; those APIs want the user to open it. */
export const BOOTSTRAP_TEXT = '(session bootstrap)';

/** Turns that alternate and begin with the user: neighbours of one role become one, what is empty is left out. */
export function alternatingTurns(
  messages: readonly ModelMessage[],
  encode: (message: ModelMessage) => readonly JsonObject[],
  opening: JsonObject,
): readonly Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const content = encode(message);
    if (content.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) turns[turns.length - 1] = { role, content: [...last.content, ...content] };
    else turns.push({ role, content });
  }
  return turns[0]?.role === 'assistant' ? [{ role: 'user', content: [opening] }, ...turns] : turns;
}
