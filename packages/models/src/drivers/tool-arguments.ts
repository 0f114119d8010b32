import type { ModelEvent } from '../driver.ts';
import { isObject, parseJson } from '../json-shape.ts';

const MALFORMED_LIMIT_CHARS = 2000;

/** The event of a complete call: arguments parsed, or `{}` and what the model wrote instead of an object. */
export function toolCallEvent(call: {
  readonly id: string;
  readonly name: string;
  readonly json: string;
  readonly thoughtSignature?: string;
}): ModelEvent {
  const { json, ...named } = call;
  const parsed = json.trim() === '' ? {} : parseJson(json);
  if (isObject(parsed)) return { type: 'toolCall', call: { type: 'toolCall', ...named, arguments: parsed } };
  const malformed = json.slice(0, MALFORMED_LIMIT_CHARS);
  return { type: 'toolCall', call: { type: 'toolCall', ...named, arguments: {} }, malformed };
}
