import { type JsonObject, listOf, memberOf, parseJson, stringOf, valueAt } from '../json-value.ts';

/**
 * The events of a server-sent stream. Consecutive text deltas are joined, since their cut depends on timing: both
 * `{delta: "…"}` and the first choice's `delta.content` count as text.
 */
export function sseEvents(text: string): readonly JsonObject[] {
  const blocks = text.split('\n\n').filter((block) => block.trim());
  return blocks.map(parseBlock).reduce<JsonObject[]>(joinDelta, []);
}

function parseBlock(block: string): JsonObject {
  const field = (name: string): string =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
      .join('\n');
  const event = field('event');
  return { ...(event && { event }), data: parseJson(field('data')) };
}

function joinDelta(out: JsonObject[], next: JsonObject): JsonObject[] {
  const last = out.at(-1);
  const added = deltaText(next.data);
  const before = deltaText(last?.data);
  if (last && added && before && last.event === next.event) {
    out[out.length - 1] = { ...last, data: withDelta(last.data, before + added) };
    return out;
  }
  out.push(next);
  return out;
}

const deltaText = (data: unknown): string | undefined =>
  stringOf(memberOf(data, 'delta')) ?? stringOf(valueAt(data, 'choices.0.delta.content'));

function withDelta(data: unknown, text: string): unknown {
  const object: JsonObject = Object(data);
  if (typeof object.delta === 'string') return { ...object, delta: text };
  const [choice, ...others] = listOf(object.choices);
  const delta = { ...Object(memberOf(choice, 'delta')), content: text };
  return { ...object, choices: [{ ...Object(choice), delta }, ...others] };
}
